"""What README and each page of the documentation say to install does what they show."""

import ast
import json
import re
import subprocess
import sys
from importlib import metadata

import pytest
from packaging.utils import canonicalize_name

from tests.packaging.extras import DECLARED, ROOT, distributions_of, extra_of, hidden_names
from tests.support.videos import soccernet_folder
from touchline.cli.program.missing_package import EXTRA_OF

PAGES = [ROOT / "README.md", ROOT / "Makefile", *sorted((ROOT / "docs").glob("*.md"))]
EXTRAS = re.compile(r"(?:touchline|\.)\[([\w,]+)\]'")
_PROGRAM = ROOT / "tests/packaging/blocked_program.py"
_OWN_ENVIRONMENT = "touchline/models/engines/worker/adapters"
"""Adapters run in environments of their own, with the packages that their cards pin."""


def named_extras(page):
    return [found.split(",") for found in EXTRAS.findall(page.read_text(encoding="utf-8"))]


def test_installs_name_extras_that_there_are():
    named = {page.name: named_extras(page) for page in PAGES}
    assert named["README.md"][0] == named["Makefile"][0] == named["running.md"][0]
    listed = {extra for page in named.values() for extras in page for extra in extras}
    assert listed <= DECLARED["optional-dependencies"].keys()


def imported_names(file):
    """Names of the packages that a module imports, wherever in it that happens."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition(".")[0]


def test_every_package_that_is_imported_is_installed_by_something_declared():
    owners = metadata.packages_distributions()
    base = distributions_of("")
    missing = set()
    for file in sorted((ROOT / "src/touchline").rglob("*.py")):
        if _OWN_ENVIRONMENT in file.as_posix():
            continue
        module = ".".join(file.relative_to(ROOT / "src").with_suffix("").parts)
        for name in set(imported_names(file)) - sys.stdlib_module_names - {"touchline"}:
            extras = {extra_of(module), EXTRA_OF.get(name, "")}
            brought = base.union(*map(distributions_of, extras))
            packages = {canonicalize_name(owner) for owner in owners.get(name, [name])}
            if not packages & brought:
                missing.add((module, name))
    assert not missing


COMMANDS = [
    "models",
    "models pull demo",
    "models fit demo",
    "run bench.yaml --dry-run",
    "run bench.yaml",
    "status runs/bench",
    "compare runs/bench",
    "report runs/bench --tables paper",
    "merge runs/bench --set merging.method=soft-nms",
]
"""Those of README that need no network, no GPU and no data set."""


@pytest.mark.slow
def test_the_commands_of_readme_need_no_more_than_it_installs(installed):
    for command in COMMANDS:
        done = installed(*command.split())
        assert done.returncode == 0, f"{command}: {done.stderr}"
        assert "Traceback" not in done.stderr


@pytest.fixture
def installed(tmp_path):
    """Runs touchline in one folder, with nothing but what README installs."""
    folder = tmp_path
    soccernet_folder(folder / "data", labels=[(1, 1000, "Goal")])
    (folder / "bench.yaml").write_text("data: {root: data}\nmodels: [baseline/prior]\n")
    (extras,) = named_extras(PAGES[0])
    hidden = json.dumps(hidden_names(*extras)) + "\n"

    def run(*arguments):
        return subprocess.run(
            [sys.executable, _PROGRAM, *arguments],
            input=hidden,
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
        )

    return run
