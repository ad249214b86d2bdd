"""What README and each page say to install, installed by itself, runs the commands of the page.

The environments are shared by pages that need the same, and take minutes and gigabytes. They are
made where $TOUCHLINE_PAGES is set: to a folder, in which they are kept, or to 1.
`test_documented_installs.py` always runs commands of README with all other packages hidden.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.extras import ROOT
from tests.packaging.page_commands import (
    EXTRAS,
    NOT_RUN,
    PAGES,
    README_EXTRAS,
    commands_of,
    why_not_run,
)
from tests.support.videos import DEMO_MATCH, soccernet_folder
from tools.install_size import install
from touchline.spots import Spot, write_spots

RUN = {page: [one for one in commands_of(page) if why_not_run(one) is None] for page in PAGES}
GAMES = [
    "england_epl/2014-2015/2015-04-11 - 19-30 Burnley 0 - 1 Arsenal",
    "england_epl/2015-2016/2015-08-30 - 18-00 Swansea 2 - 1 Manchester United",
    "england_epl/2014-2015/2015-05-17 - 18-00 Manchester United 1 - 1 Arsenal",
]
"""Two games of SoccerNet's validation split, and one of its test split."""

UNLABELLED = "england_epl/2015-2016/2015-08-16 - 18-00 Manchester City 3 - 0 Chelsea"
BENCH = """
data: {{root: SoccerNet}}
models: [{model}]
sampling: {{fps: 2, window: 2, stride: 2}}
"""
FAILS_HERE = {"doctor": {0, 2}, "view": {0, 130}}
"""Exit codes that a verb may end with: of doctor where something is to be fixed on this machine; of
the viewer where it is interrupted before it serves."""

only_if_wanted = pytest.mark.skipif(
    "TOUCHLINE_PAGES" not in os.environ,
    reason="SKIPPED: environments of pages take minutes; set TOUCHLINE_PAGES=1",
)


def test_the_table_of_installs_is_the_one_that_is_tried() -> None:
    table = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| \[.*?\]\((\w+\.md)\) \| (.*) \|$", table, re.MULTILINE))
    assert "`view`" in named["viewer.md"]
    assert set(EXTRAS) <= {page.name for page in PAGES}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"pip install '.[{README_EXTRAS}]'" in readme


def test_every_reason_not_to_run_a_command_has_one() -> None:
    everything = [" ".join(words) for page in PAGES for words in commands_of(page)]
    assert [part for part in NOT_RUN if not any(re.search(part, one) for one in everything)] == []
    assert sum(map(len, RUN.values())) > len(everything) / 2


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the program of the environment of some extras, made when it is first wanted."""
    wanted = os.environ["TOUCHLINE_PAGES"]
    below = tmp_path_factory.mktemp("environments") if wanted == "1" else Path(wanted).absolute()
    made: dict[str, Path] = {}

    def of(extras: str) -> Path:
        if extras not in made:
            folder = below / (extras.replace(",", "-") or "base")
            try:
                if folder.exists():
                    install_again(folder)
                else:
                    install(folder, extras, beside=("SoccerNet",))
            except subprocess.CalledProcessError:
                pytest.skip("SKIPPED FOR WANT OF PACKAGES: pip cannot install touchline here")
            made[extras] = folder / "bin/touchline"
        return made[extras]

    return of


@only_if_wanted
@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("page", [page for page in PAGES if RUN[page]], ids=lambda page: page.name)
def test_the_commands_of_a_page_run_with_what_it_installs(
    page: Path, tmp_path: Path, program: Callable[[str], Path]
) -> None:
    extras = EXTRAS.get(page.name, README_EXTRAS)
    call = Caller(program(extras), tmp_path)
    prepare(call, has_models="local" in extras)
    for words in RUN[page]:
        if words[0] == "init":
            (tmp_path / "bench.yaml").unlink()
        code, said = call(*words)
        assert code in FAILS_HERE.get(words[0], {0}), f"{' '.join(words)}: {said}"
        assert "Traceback" not in said


def install_again(folder: Path) -> None:
    """Installs this tree into an environment that has everything else."""
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "install"]
    subprocess.run([*pip, "--quiet", "--no-deps", "--force-reinstall", str(ROOT)], check=True)


class Caller:
    """Runs a program in a folder where nothing of this environment is seen."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = program, folder
        hidden = ("PYTHONPATH", "PYTHONHOME")
        self.environment = {k: v for k, v in os.environ.items() if k not in hidden}
        self.environment |= {"COLUMNS": "80", "TOUCHLINE_CACHE": str(folder / "cache")}

    def __call__(self, *words: str) -> tuple[int, str]:
        """The exit code and all that is said; the viewer is interrupted when it is up."""
        more = ["--no-browser"] if words[0] == "view" and "--no-browser" not in words else []
        with subprocess.Popen(
            [self.program, *words, *more],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as running:
            assert running.stdout is not None
            said = []
            for line in running.stdout:
                said.append(line)
                if line.startswith("viewer:"):
                    running.send_signal(signal.SIGINT)
        return running.returncode, "".join(said)


def prepare(call: Caller, *, has_models: bool) -> None:
    """The files and runs that pages speak of, in the folder of a caller."""
    folder = call.folder
    labels = [(1, 1000, "Goal"), (1, 3000, "Foul"), (2, 2000, "Corner")]
    for root in ("SoccerNet", "soccernet", "corrected"):
        for game in GAMES:
            soccernet_folder(folder / root, game, labels=labels)
    spots = [Spot(half, at_ms, label, "home", 0.5) for half, at_ms, label in labels]
    for game in GAMES:
        write_spots(folder / "results", game, spots)
    shutil.copytree(folder / "results", folder / "others")
    for name in ("results", "A", "B"):
        shutil.make_archive(str(folder / name), "zip", folder / "results")
    for half in DEMO_MATCH.rglob("?_224p.mkv"):
        shutil.copy(half, folder / half.name)
    shutil.copy(folder / "1_224p.mkv", folder / "match.mp4")
    event = {
        "head": "ball_action",
        "label": "THROW IN",
        "position_ms": 900,
        "gameTime": "1 - 00:00",
    }
    (folder / "annotations.json").write_text(json.dumps(osl_file(event)), encoding="utf-8")
    model = "demo" if has_models else "{use: baseline/prior, name: demo}"
    (folder / "bench.yaml").write_text(BENCH.format(model=model), encoding="utf-8")
    code, said = call("run", "bench.yaml", "--score-anyway")
    assert code == 0, said
    soccernet_folder(folder / "SoccerNet", UNLABELLED)
    (folder / "SoccerNet" / UNLABELLED / "Labels-v2.json").unlink()
    for name in ("another", "demo", "first", "mine", "test", "qwen", "gemma"):
        shutil.copytree(folder / "runs/bench", folder / "runs" / name)
    write_spots(folder / "half", GAMES[0], [spot for spot in spots if spot.half == 1])
    for form, out in (("sportscode", "analyst.xml"), ("srt", "events.srt")):
        code, said = call("convert", "half", out, "--to", form)
        assert code == 0, said


def osl_file(event: dict[str, object]) -> dict[str, object]:
    """A file of OSL's second version with one event."""
    return {
        "version": "2.0",
        "labels": {"ball_action": {"type": "single_label", "labels": [event["label"]]}},
        "data": [
            {
                "id": UNLABELLED,
                "inputs": [{"type": "video", "path": f"{UNLABELLED}/1_224p.mkv"}],
                "events": [event],
            }
        ],
    }
