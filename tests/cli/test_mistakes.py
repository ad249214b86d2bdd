"""Mistakes of users, and what their systems do to them: one sentence, the right exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.support.videos import write_video
from touchline.cli.main import app
from touchline.errors import UserError

MODEL = ("--model", "baseline/random")


def refused(*arguments: object) -> str:
    """The sentence that a mistake ends in."""
    done = CliRunner().invoke(app, [*map(str, arguments)])
    assert isinstance(done.exception, UserError), done.output
    return str(done.exception)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("video") / "a.mkv", list(range(0, 4000, 40)))


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("--fps=0", "--fps is 0.0: expected a number above 0"),
        ("--height=-5", "--height is -5: expected at least 16"),
        ("--window=0", "--window is 0.0: expected at least 0.001"),
    ],
)
def test_an_option_of_spot_that_does_not_fit(video: Path, option: str, sentence: str) -> None:
    assert sentence in refused("spot", video, *MODEL, option)


def test_what_is_not_a_video_file(video: Path) -> None:
    Path("x.mp4").mkdir()
    assert "x.mp4 is a folder" in refused("spot", "x.mp4", *MODEL)
    assert "https://a.b/c.mp4 is an address, not a file" in refused(
        "spot", "https://a.b/c.mp4", *MODEL
    )
    assert "more than the two halves" in refused("spot", video, video, video, *MODEL)
    name = Path(os.fsdecode(b"caf\xe9.mkv"))
    name.symlink_to(video)
    assert "has a name that is not UTF-8" in refused("spot", name, *MODEL)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("fuse", "a", "b", "-o", "c", "--method", "stack"), "--method is 'stack': it must be one"),
        (("fuse", "a", "b", "-o", "c", "--method", "stack"), "the nearest is 'stacking'"),
    ],
)
def test_a_word_that_is_not_known(arguments: tuple[str, ...], sentence: str) -> None:
    assert sentence in refused(*arguments)


def spot(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["spot", *map(str, arguments), *MODEL], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def report_of(output: str) -> str:
    return output.rpartition("report: ")[2].strip()


@pytest.mark.slow
def test_runs_of_spot_are_named_by_what_they_are(video: Path, tmp_path: Path) -> None:
    long = "n" * 251
    for name in ("a.ts", "a.webm", "x/a.ts", "a:b.mkv", f"{long}.mkv"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(video.read_bytes() + name.encode())
    reports = [report_of(spot(name)) for name in ("a.ts", "a.webm", "x/a.ts", "a:b.mkv")]
    folders = [Path(report).parent.parent.name for report in reports]
    assert folders == [
        "spot-a.ts-baseline-random",
        "spot-a.webm-baseline-random",
        "spot-a.ts-baseline-random-2",
        "spot-a:b.mkv-baseline-random",
    ]
    assert report_of(spot("a.ts")) == reports[0], "the same command resumes"
    assert report_of(spot("a.ts", "--fps", "1")) not in reports
    assert spot(f"{long}.mkv")
    halves = spot("a.ts", "a.webm", "--min-confidence", "0")
    assert f"spot-{tmp_path.name}-baseline-random" in report_of(halves)


def program(*arguments: object, output: int, **environment: str) -> tuple[int, str]:
    """Exit code and standard error of the program with an output of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "touchline", *map(str, arguments)],
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
        check=False,
    )
    return done.returncode, done.stderr


def test_an_output_that_is_full_closed_or_not_utf_8() -> None:
    with Path("/dev/full").open("w") as full:
        code, error = program("models", output=full.fileno())
    assert code == 75
    assert "standard output cannot be written (no space left on device)" in error
    reader, writer = os.pipe()
    os.close(reader)
    assert program("models", output=writer) == (0, "")
    assert program("models", "list", "--json", output=writer) == (0, "")
    os.close(writer)
    assert program("models", output=subprocess.DEVNULL, PYTHONIOENCODING="ascii") == (0, "")
    closed = f"{sys.executable} -m touchline models >&-"
    assert subprocess.run(["bash", "-c", closed], check=False).returncode == 0
