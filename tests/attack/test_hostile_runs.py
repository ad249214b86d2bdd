"""Run folders and archives from strangers lead nowhere else and end soon."""

import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from touchline.bounded_reading import read_bounded
from touchline.cli.main import app
from touchline.errors import UserError
from touchline.runs import build_plan, parse_bench, read_bench, run
from touchline.seal import seal
from touchline.spots import read_spot_files

BENCH = 'data: {root: "builtin:demo"}\nmodels: [baseline/random]\n'


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "demo"
    run(build_plan(parse_bench(BENCH, "b", Path()), "demo"), folder, lambda *_: None)
    return folder


@pytest.fixture
def folder(whole_run, tmp_path):
    return Path(shutil.copytree(whole_run, tmp_path / "run"))


def resealed(plan):
    """The plan with a checksum that fits, as a stranger would write it."""
    return seal(json.dumps({name: value for name, value in plan.items() if name != "checksum"}))


def touchline(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


VERBS = (["merge"], ["report"], ["status"], ["run"], ["view", "--no-browser"], ["compare"])


@pytest.mark.parametrize("words", VERBS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    "game",
    ["../../../escaped", "/tmp/escaped", "a/../../b", "a//b", "", ".", "a\x1b[2J", "a\\b", "a\x00"],
)
def test_no_id_of_a_game_leads_out_of_a_run(folder, words, game):
    plan = json.loads((folder / "plan.json").read_text())
    plan["games"][0]["id"] = game
    (folder / "plan.json").write_text(resealed(plan))
    before = sorted(folder.parent.rglob("*"))
    done = touchline(words[0], folder, *words[1:])
    assert isinstance(done.exception, UserError), done.output
    assert "path of names" in str(done.exception)
    assert sorted(folder.parent.rglob("*")) == before


@pytest.mark.parametrize("words", VERBS, ids=lambda words: words[0])
def test_no_name_of_a_model_leads_out_of_a_run(folder, words):
    plan = json.loads((folder / "plan.json").read_text())
    plan["models"][0]["card"]["name"] = "../../../escaped"
    (folder / "plan.json").write_text(resealed(plan))
    done = touchline(words[0], folder, *words[1:])
    assert isinstance(done.exception, UserError), done.output


@pytest.mark.parametrize("words", VERBS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    "name", ["spots", "report", "labels", "replies", "scores.json", "spots.csv"]
)
def test_no_link_leads_out_of_a_run(folder, tmp_path, words, name):
    place, outside = folder / name, tmp_path / "outside"
    outside.mkdir()
    if place.is_dir():
        shutil.move(place, outside)
    place.unlink(missing_ok=True)
    place.symlink_to(outside)
    before = sorted(outside.rglob("*"))
    done = touchline(words[0], folder, *words[1:])
    assert isinstance(done.exception, UserError), done.output
    assert "leads out of the run's folder" in str(done.exception)
    assert sorted(outside.rglob("*")) == before


def test_a_run_that_is_a_link_itself_and_links_inside_are_as_before(folder, tmp_path):
    (folder / "more").symlink_to(folder / "spots")
    (tmp_path / "linked").symlink_to(folder)
    assert touchline("merge", tmp_path / "linked").exit_code == 0


def test_a_zip_bomb_is_one_sentence(tmp_path):
    bomb = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a/b/c/results_spotting.json", "w", force_zip64=True) as file,
    ):
        for _ in range(64):
            file.write(bytes(1 << 20))
    with pytest.raises(UserError, match="more than"):
        read_spot_files(bomb)


def test_a_damaged_entry_of_a_zip_is_one_sentence(tmp_path):
    archive = tmp_path / "spots.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a/b/c/results_spotting.json", json.dumps({"predictions": []}) * 50)
    data = bytearray(archive.read_bytes())
    data[70:80] = bytes(10)
    archive.write_bytes(data)
    with pytest.raises(UserError, match="cannot be read"):
        read_spot_files(archive)


def test_pipes_devices_and_large_files_are_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"")
    os.truncate(tmp_path / "large", 1 << 40)
    for name in (tmp_path / "pipe", tmp_path / "large", Path("/dev/zero"), tmp_path):
        with pytest.raises(OSError, match=r"ordinary file|more than|directory"):
            read_bounded(name)
        with pytest.raises(UserError):
            read_bench(name)


@pytest.mark.parametrize(
    "words",
    [
        "generation: {samples: 1000000000, temperature: 1}",
        "generation: {num_beams: 1000000000}",
        "sampling: {frames: 1000000000}",
        "sampling: {window: 1.0e+30}",
    ],
)
def test_numbers_that_nobody_means_are_refused(words):
    bench = f'data: {{root: "builtin:demo"}}\nmodels: [{{use: demo, {words}}}]\n'
    with pytest.raises(UserError, match="at most"):
        build_plan(parse_bench(bench, "b", Path()), "demo")


@pytest.mark.parametrize("words", ["scoring: {tolerance: 1e9}", "merging: {sigma: 1.0e+12}"])
def test_lengths_that_nobody_means_are_refused(words):
    with pytest.raises(UserError):
        parse_bench(f"{BENCH}{words}\n", "b", Path())
