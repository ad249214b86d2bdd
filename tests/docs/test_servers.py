"""The page of servers is up to date, and claims neither a test that does not exist nor a setting
that does not reach the server."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from touchline.models.card_types.dialects import DIALECTS
from touchline.models.card_types.video_forms import VIDEO_FORMS

ROOT = Path(__file__).parents[2]
PAGE = yaml.safe_load((ROOT / "tools/servers.yaml").read_text(encoding="utf-8"))
SERVERS = PAGE["servers"]
CELLS = [
    pytest.param(server, feature, id=f"{server['dialect']}-{feature}")
    for server in SERVERS
    for feature in PAGE["features"]
]
PENALTIES = {"repetition", "presence", "frequency"}


def functions(file):
    """Names of the tests of a file."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_page_is_up_to_date():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/servers_table.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_dialect_has_a_row():
    assert sorted(server["dialect"] for server in SERVERS) == sorted(DIALECTS)


@pytest.mark.parametrize(("server", "feature"), CELLS)
def test_a_cell_names_tests_that_exist_or_is_unverified_with_its_source(server, feature):
    cell = server[feature]
    assert cell.keys() <= {"says", "server", "request", "source"}
    named = [cell[kind] for kind in ("server", "request") if kind in cell]
    for test in [one for some in named for one in ([some] if isinstance(some, str) else some)]:
        file, _, function = test.partition("::")
        assert function.startswith("test_")
        assert function in functions(file)
    if cell["says"] == "refused":
        assert "request" in cell
    elif "server" not in cell:
        assert cell["source"]


@pytest.mark.parametrize("server", SERVERS, ids=lambda one: one["dialect"])
def test_a_cell_says_what_touchline_does(server):
    settings = DIALECTS[server["dialect"]].settings
    assert (server["seed"]["says"] == "refused") == ("seed" not in settings)
    sent = {name for name in PENALTIES if f"{name}_penalty" in settings}
    assert sent == {name for name in PENALTIES if name in server["penalties"]["says"]}
    assert (server["penalties"]["says"] == "refused") == (not sent)
    forms = VIDEO_FORMS.get(server["dialect"])
    if forms is not None:
        named = {form for form in ("video/jpeg", "video/mp4") if form in server["video"]["says"]}
        assert named == set(forms.timed)
        assert (server["video"]["says"] == "refused") == (not forms.timed)
        assert (server["times"]["says"] == "refused") == (not forms.timed)
