"""Space on a disk, against the real file system."""

import errno

import pytest

from touchline.disk import DiskSpace, folder_size, is_disk_full
from touchline.errors import ComeBackLater


def test_what_must_stay_free_is_not_written_to(tmp_path):
    DiskSpace(tmp_path, 0).require(1)
    with pytest.raises(ComeBackLater, match="must stay free: free some space"):
        DiskSpace(tmp_path, 10**18).require(1)


def test_the_quota_counts_every_file_once(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(b"x" * 700)
    (tmp_path / "link").symlink_to(tmp_path / "a" / "b" / "file")
    assert folder_size(tmp_path) == 700
    space = DiskSpace(tmp_path, 0, quota_bytes=1000)
    space.require(300)
    with pytest.raises(ComeBackLater, match="the quota is"):
        space.require(301)


@pytest.mark.parametrize(
    ("error", "is_full"),
    [
        (OSError(errno.ENOSPC, "no space"), True),
        (OSError(errno.EDQUOT, "over quota"), True),
        (OSError(errno.EACCES, "denied"), False),
        (ValueError("of another kind"), False),
    ],
)
def test_a_full_disk_is_told_from_other_errors(error, is_full):
    assert is_disk_full(error) is is_full
