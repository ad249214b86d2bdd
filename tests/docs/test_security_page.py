"""Every line of docs/security.md that says what is met names tests, and they exist and run."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| what |")
]
_TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")


def functions(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    }


def test_the_page_has_its_rows():
    assert len(ROWS) > 30
    assert {len(row) for row in ROWS} == {3}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_a_line_is_held_by_tests_that_exist(row):
    named = _TEST.findall(row[2])
    assert named, f"no test holds: {row[0]}"
    for name, function in named:
        file = ROOT / "tests" / name
        assert file.is_file(), name
        found = functions(file)
        assert found, f"{name} has no test"
        if function:
            assert function in found, f"{name} has no {function}"


@pytest.mark.parametrize(
    "word",
    [
        "video",
        "labels",
        "archive",
        "run folder",
        "Python code",
        "viewer",
        "key",
        "pickles",
        "prompt",
    ],
)
def test_what_strangers_send_has_a_line(word):
    assert any(word.casefold() in f"{row[0]} {row[1]}".casefold() for row in ROWS), word


def test_the_page_says_what_is_not_met():
    text = PAGE.partition("## What is not met")[2]
    assert len(re.findall(r"^- ", text, re.MULTILINE)) >= 5
