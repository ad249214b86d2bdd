"""Every story of docs/extending.md, built as a package of its own and run as the page says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.docs.stories import Command, Story, install, read_stories, write_files
from touchline.models import ASSETS

PAGE = (Path(__file__).parents[2] / "docs/extending.md").read_text(encoding="utf-8")
STORIES = read_stories(PAGE)
MOST_LINES = 30
PROGRAMS = {"touchline": (sys.executable, "-m", "touchline"), "grep": ("grep",)}

each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)


@each_story
def test_a_story_is_short(story: Story) -> None:
    assert 0 < story.code_lines() <= MOST_LINES


@each_story
def test_a_story_runs_as_the_page_says(story: Story, tmp_path: Path) -> None:
    assert any(command.printed for command in story.commands)
    install(story, tmp_path)
    (first_half,) = (ASSETS / "matches/demo").rglob("1_224p.mkv")
    (tmp_path / "match.mkv").symlink_to(first_half)
    for command in story.commands:
        lines = run(command, tmp_path).splitlines()
        for printed in command.printed:
            parts = printed.split("...")
            assert any(all(part.strip() in line for part in parts) for line in lines), printed


def run(command: Command, folder: Path) -> str:
    """What a command prints in a folder whose package is installed."""
    program, *arguments = shlex.split(command.words)
    paths = [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [*PROGRAMS[program], *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@each_story
def test_a_story_is_a_package_with_all_its_files(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What pip would install has the code, cards, prompts and tasks, and the entry points."""
    build = pytest.importorskip("hatchling.build")
    write_files(story, tmp_path)
    monkeypatch.chdir(tmp_path)
    with ZipFile(tmp_path / build.build_wheel(str(tmp_path))) as wheel:
        names = set(wheel.namelist())
    package = story.package.replace("-", "_")
    assert {name for name in story.files if name.startswith(package)} <= names
    assert f"{package}-1.0.dist-info/entry_points.txt" in names


def test_no_two_stories_are_installed_under_one_name() -> None:
    assert len({story.package for story in STORIES}) == len(STORIES) == 10


def test_the_table_lists_the_stories_in_their_order() -> None:
    listed = re.findall(r"^\| \[(.*?)\]\(.*?\) \| `(.*?)`", PAGE, flags=re.MULTILINE)
    group = re.compile(r'entry-points\."(.*?)"')
    assert listed == [
        (story.title[0].lower() + story.title[1:], group.findall(story.files["pyproject.toml"])[0])
        for story in STORIES
    ]
