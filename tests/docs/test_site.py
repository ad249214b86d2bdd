"""The documentation site: it builds strictly, its reference is of this code, its commands exist."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from tests.docs.stories import read_stories, write_files
from tools.reference import FOLDER, PAGES
from touchline.cli.main import app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MARKDOWN = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHELL = ("", "console", "bash", "sh")
_ROW = re.compile(r"^\| \*\*(.+?)\*\* \|", re.MULTILINE)


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_up_to_date(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name]().rstrip() + "\n"


def test_the_reference_has_every_verb_and_section():
    commands = (FOLDER / "command-line.md").read_text(encoding="utf-8")
    for verb in ("doctor", "run", "models fit", "data download", "train lora"):
        assert f"## touchline {verb}\n" in commands
    assert "slurm-task" not in commands
    assert "| `--check-tokens` |" in commands
    files = (FOLDER / "yaml-files.md").read_text(encoding="utf-8")
    assert "| `window` | number | `3.0` | length of a window in seconds. |" in files


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as `make docs` does."""
    pytest.importorskip(
        "mkdocs", reason="SKIPPED FOR WANT OF MKDOCS: pip install 'touchline[docs]'"
    )
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_is_built(site):
    for page in DOCS.rglob("*.md"):
        assert (site / page.relative_to(DOCS)).with_suffix(".html").is_file(), page
    assert not list(site.rglob("*.py"))


def test_every_page_but_studies_is_in_the_menu():
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    named = set(re.findall(r"[\w/.-]+\.md", menu))
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    assert [one for one in sorted(pages - named) if not one.startswith("studies/")] == []


def test_the_site_asks_no_other_server_and_can_be_searched_without_one(site):
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.findall(
            r'<(?:script|img|link)[^>]+(?:src|href)="https?://[^"]+\.(?:js|css|png|woff2?)', text
        )
    # The plugin "offline" puts the index into a script, since a page of a disk cannot fetch a file.
    text = (site / "search/search_index.js").read_text(encoding="utf-8")
    index = json.loads(text.partition("=")[2].strip().rstrip(";"))
    assert any("QOSMaxGRESPerUser" in one["text"] + one["title"] for one in index["docs"])


def headings(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    return {plain(one) for one in re.findall(r"^### (.*)$", text, re.MULTILINE)}


def plain(text):
    return re.sub(r"[^\w() ]", "", text.replace("-", "")).casefold()


def test_troubleshooting_has_every_problem_of_the_retrospective(shared):
    text = (shared / "RETROSPECTIVE.md").read_text(encoding="utf-8")
    section = text.partition("## 1. ")[2].partition("\n## 2. ")[0]
    rows = [plain(one) for one in _ROW.findall(section)]
    assert len(rows) > 20
    assert [one for one in rows if one not in headings("troubleshooting.md")] == []


def commands():
    for page in MARKDOWN:
        if page.name == "extending.md":  # test_extending.py runs those of packages that it installs
            continue
        for language, block in _FENCE.findall(page.read_text(encoding="utf-8")):
            if language not in _SHELL:
                continue
            joined = block.replace("\\\n", " ")
            for line in joined.splitlines():
                text = line.removeprefix("$ ").strip()
                if text.startswith("touchline "):
                    yield pytest.param(text, id=f"{page.name}: {text[:60]}")


@pytest.mark.parametrize("line", [*commands()])
def test_a_command_of_a_page_exists_with_its_options(line):
    words = shlex.split(line, comments=True)[1:]
    command = typer.main.get_command(app)
    context = None
    while words and hasattr(command, "get_command") and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            break
        command, words = found, words[1:]
    if hasattr(command, "get_command") and words and not words[0].startswith("-"):
        pytest.fail(f"there is no verb {words[0]}")
    options = {name for one in command.params for name in [*one.opts, *one.secondary_opts]}
    for word in words:
        if word in ("|", ">", "&&", ";"):
            break
        if word.startswith("-") and len(word) > 1:
            assert word.partition("=")[0] in options | {"--help"}, f"{line}: {sorted(options)}"


@pytest.mark.parametrize("page", ["score.md"])
def test_the_commands_of_a_page_print_what_it_says(page, tmp_path):
    for story in read_stories((DOCS / page).read_text(encoding="utf-8")):
        write_files(story, tmp_path)
        for command in story.commands:
            done = subprocess.run(
                [sys.executable, "-m", *shlex.split(command.words)],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            for printed in command.printed:
                for part in filter(None, printed.split("...")):
                    assert part.casefold() in done.stdout.casefold(), done.stdout
