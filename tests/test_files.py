"""The writer of all files."""

import errno
import os
import threading

import pytest

from touchline.errors import ComeBackLater, UserError
from touchline.files import place_error, whole_file, whole_folder, write_atomically


def names(folder):
    """What is in a folder, hidden files too."""
    return sorted(one.name for one in folder.iterdir())


@pytest.mark.parametrize("mask", [0o022, 0o002, 0o077])
def test_the_umask_is_honoured(tmp_path, mask):
    before = os.umask(mask)
    try:
        write_atomically(tmp_path / "a/b/file", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "a/b/file").stat().st_mode & 0o777 == 0o666 & ~mask
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o777 & ~mask


def test_a_block_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, "old")
    with pytest.raises(RuntimeError), whole_file(path) as file:
        file.write(b"new")
        raise RuntimeError
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("code", "error", "remedy"),
    [
        (errno.ENOSPC, ComeBackLater, "free some space"),
        (errno.EIO, ComeBackLater, "check the disk"),
        (errno.EFBIG, ComeBackLater, "ulimit -f"),
        (errno.EMFILE, ComeBackLater, "ulimit -n"),
        (errno.EACCES, UserError, "permissions"),
        (errno.EROFS, UserError, "another disk"),
        (errno.EBUSY, ComeBackLater, "until the file is free"),
        (errno.EINVAL, UserError, "check the path"),
        (errno.ENOLCK, UserError, "has locks"),
    ],
)
def test_an_error_of_the_disk_is_one_sentence(tmp_path, monkeypatch, code, error, remedy):
    def fails(_):
        raise OSError(code, os.strerror(code))

    write_atomically(tmp_path / "file", "old")
    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(error, match=remedy) as raised:
        write_atomically(tmp_path / "file", "new")
    assert "Errno" not in str(raised.value)
    assert (tmp_path / "file").read_text() == "old"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("place", ["file/x", "file/x/y"])
def test_a_file_on_the_way_is_one_sentence(tmp_path, place):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        write_atomically(tmp_path / place, "x")


def test_of_several_that_make_a_new_file_one_does(tmp_path):
    made, start = [], threading.Barrier(8)

    def make(number):
        start.wait()
        try:
            with whole_file(tmp_path / "file", new=True) as file:
                file.write(str(number).encode())
        except FileExistsError:
            return
        made.append(number)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [(tmp_path / "file").read_text()] == [str(number) for number in made]
    assert names(tmp_path) == ["file"]


def test_a_folder_is_there_whole_or_not_at_all(tmp_path):
    with pytest.raises(RuntimeError), whole_folder(tmp_path / "out") as folder:
        write_atomically(folder / "a/b", "x")
        raise RuntimeError
    assert names(tmp_path) == []
    with whole_folder(tmp_path / "out") as folder:
        write_atomically(folder / "a/b", "x")
        assert not (tmp_path / "out").exists()
    assert (tmp_path / "out/a/b").read_text() == "x"
    assert names(tmp_path) == ["out"]


def test_what_a_killed_writer_left_of_a_folder_is_removed_and_what_another_fills_is_not(tmp_path):
    left = tmp_path / ".out.1234.filling"
    write_atomically(left / "half", "x")
    out = tmp_path / "out"
    with pytest.raises(UserError, match="delete what is there"), whole_folder(out) as first:
        assert not left.exists()
        write_atomically(first / "x", "first")
        with whole_folder(out) as second:
            assert first.is_dir()
            write_atomically(second / "x", "second")
    assert (out / "x").read_text() == "second"
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize(
    ("code", "error", "remedy"),
    [(errno.ENOSPC, ComeBackLater, "free some space"), (errno.EACCES, UserError, "use another: x")],
)
def test_a_place_of_its_own_has_a_remedy_of_its_own(code, error, remedy):
    told = place_error(OSError(code, os.strerror(code)), "x cannot be used", "use another: x")
    assert isinstance(told, error)
    assert remedy in str(told)
