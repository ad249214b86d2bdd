"""`touchline compare`, as a user calls it."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.videos import soccernet_folder

BENCH = """
data: {root: data}
models: [baseline/prior, baseline/every-window, baseline/every-window+blank]
"""


def touchline(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "touchline", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | {"COLUMNS": "160"},
        check=False,
    )


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run of two null baselines over two small games."""
    root = tmp_path_factory.mktemp("compare")
    events = [(1, 1000, "Ball out of play"), (1, 3000, "Foul"), (2, 1000, "Ball out of play")]
    for name in ("a - b", "c - d"):
        soccernet_folder(root / "data", f"league/2025-2026/{name}", events)
    (root / "bench.yaml").write_text(BENCH)
    done = touchline("run", "bench.yaml", "--out", "first", cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def test_json_is_the_runs_leaderboard_with_intervals_and_tests(runs: Path) -> None:
    done = touchline("compare", "first", "--json", cwd=runs)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    saved = json.loads((runs / "first" / "scores.json").read_text())["leaderboard"]
    own = {row["model"]: row for row in result["leaderboard"]}
    for row in saved:
        for key in ("loose", "tight", "coverage"):
            assert own[row["model"]][key] == pytest.approx(row[key])
        assert own[row["model"]]["loose_interval"] is None
        assert own[row["model"]]["place"] is None
    assert {test["metric"] for test in result["comparisons"]} == {"loose", "tight"}
    assert not any(test["significant"] for test in result["comparisons"])
    assert result["remarks"][0] == (
        "models against their own controls: 2 games and 1 pair: no difference can be significant "
        "(the smallest p possible is 0.5, times 1 pair)."
    )
    assert result["remarks"][-1].startswith("2 games: too few games for an interval")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("--md", "### Differences: models against their own controls"),
        ("--latex", r"\begin{tabular}"),
        ("--csv", "Differences: models against their own controls,"),
    ],
)
def test_forms_for_papers(runs: Path, form: str, expected: str) -> None:
    done = touchline("compare", "first", form, cwd=runs)
    assert expected in done.stdout
    if form == "--csv":
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        keys = {(row["table"], row["row"], row["column"]) for row in rows}
        assert len(keys) == len(rows)
        assert {len(row) for row in rows} == {5}
        assert ("Leaderboard", "baseline/prior", "loose") in keys


def test_runs_are_compared_under_their_own_tolerance(runs: Path) -> None:
    (runs / "strict.yaml").write_text(BENCH + "scoring: {tolerance: 1}\n")
    assert touchline("run", "strict.yaml", "--out", "strict", cwd=runs).returncode == 0
    done = touchline("compare", "strict", "--json", cwd=runs)
    assert {row["tolerance_s"] for row in json.loads(done.stdout)["leaderboard"]} == {1}
    both = touchline("compare", "first", "strict", "--json", cwd=runs)
    assert both.returncode == 2
    assert both.stderr == (
        "touchline: the runs were scored under different settings (scoring.tolerance is 5 in "
        "first, 1 in strict): choose one for all of them with --tolerance.\n"
    )
    chosen = ("--tolerance", "2", "--json")
    both = touchline("compare", "first", "strict", *chosen, cwd=runs)
    assert {row["tolerance_s"] for row in json.loads(both.stdout)["leaderboard"]} == {2}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labels of six games, and two sets of spots: one finds everything, one half."""
    root = tmp_path_factory.mktemp("files")
    for game in range(6):
        events = [
            {"gameTime": "1 - 00:10", "label": name, "position": str(place * 100_000)}
            for place, name in enumerate(["Goal", "Foul", "Corner", "Foul"], 1)
        ]
        found = [
            {"label": one["label"], "position": one["position"], "half": "1", "confidence": "0.5"}
            for one in events
        ]
        parts = {
            "labels": events,
            "all": found,
            "half": found[: 1 + game % 3],
            "other half": found[: 1 + (game + 1) % 3],
        }
        for name, entries in parts.items():
            folder = root / name / f"league/season/game {game}"
            folder.mkdir(parents=True)
            key = "annotations" if name == "labels" else "predictions"
            file = "Labels-v2.json" if name == "labels" else "results_spotting.json"
            (folder / file).write_text(json.dumps({key: entries}))
    return root


def test_files_of_spots_are_compared_without_a_run(files: Path) -> None:
    done = touchline("compare", "all", "half", "--labels", "labels", "--json", cwd=files)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert [row["model"] for row in result["leaderboard"]] == ["all", "half"]
    assert {row["coverage"] for row in result["leaderboard"]} == {None}
    loose = next(test for test in result["comparisons"] if test["metric"] == "loose")
    assert (loose["first"], loose["second"]) == ("all", "half")
    assert loose["p"] == 2 / 2**6
    assert loose["significant"]
    own = touchline("score", "--labels", "labels", "--predictions", "half", "--json", cwd=files)
    assert result["leaderboard"][1]["loose"] == json.loads(own.stdout)["loose"]["a_mAP"]


def test_a_set_beside_itself_has_no_difference(files: Path) -> None:
    done = touchline("compare", "half", "half", "--labels", "labels", "--json", cwd=files)
    result = json.loads(done.stdout)
    assert [row["model"] for row in result["leaderboard"]] == ["half", "half (2)"]
    assert {test["difference"]["value"] for test in result["comparisons"]} == {0.0}
    assert {test["p"] for test in result["comparisons"]} == {1.0}
    assert "the models do not differ in any game" in done.stderr


def test_a_comparison_that_finds_nothing_says_what_it_could_have_found(files: Path) -> None:
    sets = ("half", "other half", "--labels", "labels")
    done = touchline("compare", *sets, "--json", cwd=files)
    tests = json.loads(done.stdout)["comparisons"]
    assert not any(test["significant"] for test in tests)
    for test in tests:
        least = test["least_difference"]
        assert least > abs(test["difference"]["value"])
        assert f"{test['metric']}: no difference found in 1 pair" in done.stderr
        assert f"differences of {100 * least:.1f} points" in done.stderr
    assert "`touchline power`" in done.stderr


def test_power_says_what_the_games_can_show(files: Path) -> None:
    wanted = ("--difference", "40", "--difference", "0.5")
    done = touchline("power", "all", "half", "--labels", "labels", "--json", *wanted, cwd=files)
    assert done.returncode == 0, done.stderr
    pair = json.loads(done.stdout)["pairs"][0]
    few, many = pair["games_needed"].values()
    assert 6 <= few < many
    assert 0 < pair["least_difference"] < 1
    text = touchline("power", "all", "half", "--labels", "labels", "--md", cwd=files).stdout
    assert "### What 6 games can show" in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("all/league",), "is not"),
        (("all", "--split", "test"), "name their labels with --labels"),
        (("all", "--labels", "labels", "--score-anyway"), "have no coverage"),
    ],
)
def test_sources_that_do_not_fit_are_one_sentence(
    files: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = touchline("compare", *arguments, cwd=files)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_power_of_one_set_is_one_sentence(files: Path) -> None:
    done = touchline("power", "all", "--labels", "labels", cwd=files)
    assert done.returncode == 2
    assert done.stderr.startswith("touchline: nothing can be said of 6 games and 1 set of spots")


def test_no_run_is_one_sentence(runs: Path) -> None:
    done = touchline("compare", "data", cwd=runs)
    assert done.returncode == 2
    assert done.stderr.startswith("touchline: ")
    assert done.stderr.count("\n") == 1


def test_a_run_and_a_file_of_spots_are_one_sentence(runs: Path) -> None:
    spots = "first/spots/baseline/prior"
    for arguments in (("first", "bench.yaml"), ("first", spots, "--labels", "data")):
        done = touchline("compare", *arguments, cwd=runs)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
    assert "name the folder first/spots/MODEL of one of its models" in done.stderr
    assert touchline("compare", spots, spots, "--labels", "data", cwd=runs).returncode == 0


def test_a_run_that_stopped_early_is_said_to(runs: Path) -> None:
    games = sorted(json.loads((runs / "first/plan.json").read_text())["games"], key=str)
    state = {
        "settings": {"between": ["baseline/prior", "baseline/comb"]},
        "order": [game["id"] for game in games] + ["another game"],
        "differences": {games[0]["id"]: 0.1, games[1]["id"]: 0.3},
        "evidence": [1.0, 21.0],
    }
    file = runs / "first" / "stopping.json"
    file.write_text(json.dumps(state))
    said = json.loads(touchline("compare", "first", "--json", cwd=runs).stdout)["remarks"]
    file.unlink()
    assert (
        "run first stopped when its question was answered: after 2 of 3 games (in random order), "
        "the evidence is 21 of 20 wanted: baseline/prior is better than baseline/comb, on average "
        "by 20.00 points of a game's loose average-mAP. Intervals and tests here suppose a number "
        "of games chosen beforehand, so they are too sure."
    ) in said


def test_what_a_model_sees_is_its_score_less_its_controls(runs: Path) -> None:
    text = touchline("compare", "first", "--md", cwd=runs).stdout
    # A null baseline looks at no picture, so it does as well with blank ones.
    assert "### What the models see" in text
    assert "| baseline/every-window | blank | +0.00 | too few games | no |" in text
