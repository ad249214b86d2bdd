"""Every story of docs/extending.md, built as a package by itself and run as it is told."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.stories import install, read_stories

PAGE = Path(__file__).parents[2] / "docs/extending.md"
STORIES = read_stories(PAGE.read_text(encoding="utf-8"))
MOST_LINES = 30

each_story = pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)


@each_story
def test_a_story_is_short(story):
    assert 0 < story.code_lines() <= MOST_LINES


@each_story
def test_a_story_is_run_as_it_is_told(story, tmp_path):
    assert story.commands
    install(story, tmp_path)
    paths = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "120"}
    for command in story.commands:
        program, *words = shlex.split(command.words)
        assert program == "touchline"
        done = subprocess.run(
            [sys.executable, "-m", "touchline", *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        for line in command.printed:
            assert line in done.stdout


def test_no_two_stories_are_installed_under_one_name():
    names = [story.files["pyproject.toml"].split('name = "')[1].split('"')[0] for story in STORIES]
    assert len(set(names)) == len(names) >= 2
