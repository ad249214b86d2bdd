"""Bundles: the same digits elsewhere, no byte can change, and nothing that was shown is inside."""

import json
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.support.scripted import Scripted
from tests.support.videos import soccernet_folder
from touchline.cli.main import app
from touchline.errors import UserError
from touchline.runs import (
    build_leaderboard,
    build_plan,
    pack,
    parse_bench,
    run,
    verify,
    write_eval_results,
    write_every_eval_ever,
)
from touchline.runs.bundles.bundle_file import read_bundle, write_bundle

BENCH = """
data: {{root: {root}}}
models:
  - {{name: scripted, engine: openai, model: lab/m, base_url: "http://127.0.0.1:9/v1"}}
sampling: {{fps: 2, window: 1, stride: 0.5}}
"""
GAMES = ("league/2025-2026/a - b", "league/2025-2026/c - d", "league/2025-2026/e - f")


def quiet(what, done, total):
    assert 0 <= done <= total


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    root, out = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("runs")
    for number, game in enumerate(GAMES):
        soccernet_folder(root, game, [(1, 1000 + 500 * number, "Goal"), (2, 2000, "Foul")])
    log = out / "asked.txt"
    log.touch()
    from touchline.models import load_engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "touchline.runs.execute.load_engine",
            lambda card, rates=None: (
                Scripted(log) if card.name == "scripted" else load_engine(card, rates)
            ),
        )
        run(
            build_plan(parse_bench(BENCH.format(root=root), "b", Path()), "test"),
            out / "run",
            quiet,
        )
    return out / "run", root


@pytest.fixture(scope="module")
def bundle(finished, tmp_path_factory):
    return pack(finished[0], tmp_path_factory.mktemp("packed") / "test.touchline.zip")


def test_a_bundle_gives_the_same_digits_in_another_process_without_the_run(bundle, tmp_path):
    alone = tmp_path / "alone.touchline.zip"
    shutil.copy(bundle, alone)
    done = subprocess.run(
        [sys.executable, "-m", "touchline", "verify", "alone.touchline.zip", "--json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["same"] and found["rounded"] == 0 and found["figures"] > 500


def test_nothing_that_was_shown_and_no_place_of_this_machine_is_inside(bundle, finished):
    folder, root = finished
    manifest, files = read_bundle(bundle)
    assert {Path(name).suffix for name in files} == {".json", ".jsonl", ".yaml"}
    everything = b"".join(files.values())
    assert str(root).encode() not in everything and str(folder).encode() not in everything
    assert any(name.startswith("replies/scripted/") for name in files)
    assert any(name.startswith("questions/") for name in files)
    assert "non-disclosure agreement" in manifest.notes[0]
    assert manifest.planned_with["touchline"] == manifest.touchline
    with zipfile.ZipFile(bundle) as archive:  # any unpacker reads it
        assert archive.testzip() is None


def test_what_was_exported_stays_at_home(finished, tmp_path):
    """Clips are pictures of the match, and exports may hold what others may not have."""
    run = tmp_path / "run"
    shutil.copytree(finished[0], run)
    for name in ("clips/Goal/a.mkv", "demo/soccernet/results_spotting.json", "demo/osl.json"):
        (run / "exports" / name).parent.mkdir(parents=True, exist_ok=True)
        (run / "exports" / name).write_text('{"secret": 1}')
    with zipfile.ZipFile(pack(run, tmp_path / "b.zip")) as packed:
        names = packed.namelist()
        assert not any("exports" in name for name in names)
        assert not any(b"secret" in packed.read(name) for name in names)
    assert not verify(tmp_path / "b.zip").different


def test_each_flipped_byte_is_refused(bundle, tmp_path):
    content = bundle.read_bytes()
    rng = random.Random(1)
    places = {*range(40), *range(len(content) - 200, len(content))}
    places |= {rng.randrange(len(content)) for _ in range(400)}
    bad = tmp_path / "bad.touchline.zip"
    for place in sorted(places):
        flipped = bytearray(content)
        flipped[place] ^= 1 << rng.randrange(8)
        bad.write_bytes(flipped)
        with pytest.raises(UserError, match=r"damaged|not a bundle"):
            read_bundle(bad)
    for cut in (0, 1, len(content) // 2, len(content) - 1):
        bad.write_bytes(content[:cut])
        with pytest.raises(UserError, match=r"damaged|not a bundle"):
            read_bundle(bad)
    bad.write_bytes(content + b"\n")
    with pytest.raises(UserError, match="not a bundle"):
        read_bundle(bad)


def test_a_figure_that_replies_do_not_give_is_found(bundle, tmp_path):
    manifest, files = read_bundle(bundle)
    scores = json.loads(files["scores.json"])
    row = next(one for one in scores["leaderboard"] if one["model"] == "scripted")
    row["loose"] += 0.01
    forged = tmp_path / "forged.touchline.zip"
    facts = manifest.model_dump(exclude={"files"})
    write_bundle(forged, facts, files | {"scores.json": json.dumps(scores).encode()})
    found = verify(forged)
    assert len(found.different) == 1
    assert found.different[0].startswith("leaderboard[scripted].loose is ")
    assert "differ; the first: leaderboard[scripted].loose" in found.sentence


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("../evil.json", b"{}", "is not a path inside a run"),
        ("/etc/evil.json", b"{}", "is not a path inside a run"),
        ("replies\\evil.json", b"{}", "is not a path inside a run"),
        ("replies/evil.sh", b"", "is not a file of a bundle"),
    ],
)
def test_a_bundle_writes_nowhere_else(bundle, tmp_path, name, content, sentence):
    manifest, files = read_bundle(bundle)
    bad = tmp_path / "bad.touchline.zip"
    write_bundle(bad, manifest.model_dump(exclude={"files"}), files | {name: content})
    with pytest.raises(UserError, match=sentence):
        verify(bad)


def test_labels_can_stay_at_home(finished, tmp_path):
    folder, root = finished
    bundle = pack(folder, tmp_path / "bare.touchline.zip", labels=False)
    _, files = read_bundle(bundle)
    plan = json.loads(files["plan.json"])
    assert [game["labels"] for game in plan["games"]] == [None, None, None]
    with pytest.raises(UserError, match="has no labels: name their folder or zip with --labels"):
        verify(bundle)
    assert not verify(bundle, root).different
    other = shutil.copytree(root, tmp_path / "other")
    labels = other / GAMES[1] / "Labels-v2.json"
    labels.write_text(labels.read_text().replace('"1500"', '"1501"'))
    with pytest.raises(
        UserError, match=r"the labels of 'league/2025-2026/c - d' in .* are not those"
    ):
        verify(bundle, other)


def test_what_is_no_finished_run_is_one_sentence(tmp_path, finished):
    with pytest.raises(UserError, match="is not a run"):
        pack(tmp_path, None)
    unfinished = shutil.copytree(finished[0], tmp_path / "unfinished")
    (unfinished / "scores.json").unlink()
    with pytest.raises(UserError, match="is not finished"):
        pack(unfinished, None)
    with pytest.raises(UserError, match="has no bundle"):
        build_leaderboard(tmp_path)
    with pytest.raises(UserError, match="cannot be read: no such file"):
        verify(tmp_path / "none.touchline.zip")


def test_a_leaderboard_lists_what_verifies_and_says_why_not(bundle, tmp_path):
    shutil.copy(bundle, tmp_path / "good.touchline.zip")
    (tmp_path / "bad<script>.touchline.zip").write_bytes(bundle.read_bytes()[:-1] + b"\n")
    built = build_leaderboard(tmp_path)
    assert built.listed == ("good.touchline.zip",)
    assert list(built.refused) == ["bad<script>.touchline.zip"]
    page = built.page.read_text(encoding="utf-8")
    assert '<th scope="row">scripted</th>' in page and "Task v2, ranked by Loose" in page
    assert "<script" not in page and "bad&lt;script&gt;" in page
    assert "baseline/" not in page


def test_the_verbs(bundle, finished, tmp_path):
    from typer.testing import CliRunner

    def verb(*arguments):
        return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)

    packed = verb("pack", finished[0], "-o", tmp_path / "a.touchline.zip", "--licence", "CC BY 4.0")
    assert packed.exit_code == 0 and "touchline verify" in packed.output
    checked = verb("verify", tmp_path / "a.touchline.zip")
    assert checked.exit_code == 0
    assert "figures are the same." in checked.output and "CC BY 4.0" in checked.output
    listed = verb("leaderboard", tmp_path)
    assert listed.exit_code == 0 and "1 bundle listed" in listed.output


def test_the_hub_reads_what_is_written_for_it(finished, tmp_path):
    hub = pytest.importorskip("huggingface_hub")
    (file,) = write_eval_results(
        finished[0], tmp_path, "SoccerNet/SN-AS-2024", "https://example.org/run"
    )
    assert file == tmp_path / "scripted/.eval_results/v2.yaml"
    (entry,) = hub.parse_eval_result_entries(yaml.safe_load(file.read_text()))
    assert (entry.dataset_id, entry.task_id) == ("SoccerNet/SN-AS-2024", "v2")
    scores = json.loads((finished[0] / "scores.json").read_text())["leaderboard"]
    loose = next(one["loose"] for one in scores if one["model"] == "scripted")
    assert entry.value == pytest.approx(100 * loose, abs=1e-4) and entry.value > 0
    assert hub.eval_result_entries_to_yaml([entry]) == yaml.safe_load(file.read_text())
    for dataset, source in (("SoccerNet", None), ("a/b", "javascript:alert(1)")):
        with pytest.raises(UserError):
            write_eval_results(finished[0], tmp_path, dataset, source)


def test_every_eval_evers_own_validator_passes(finished, tmp_path):
    (file,) = write_every_eval_ever(finished[0], tmp_path, "Our lab")
    assert file.parent == tmp_path / "data/v2/lab/m"
    values = json.loads(file.read_text())
    assert values["model_info"]["id"] == "lab/m"
    names = {one["metric_config"]["metric_id"] for one in values["evaluation_results"]}
    assert {"touchline.loose", "touchline.tight", "touchline.f1", "touchline.coverage"} <= names
    loose = values["evaluation_results"][0]
    assert loose["score_details"]["uncertainty"]["num_samples"] == 3
    again = write_every_eval_ever(finished[0], tmp_path, "Our lab")
    assert again == [file]
    eee = pytest.importorskip("every_eval_ever.eval_types", reason="pip install every_eval_ever")
    eee.EvaluationLog.model_validate(values)
