"""The tables that benchmarks write: where they stand, who writes them, and that README agrees."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "benchmarks"
PAGES = [ROOT / "docs/performance.md", ROOT / "docs/video.md"]
MARKER = re.compile(r"<!-- (\S+): begin -->")


@pytest.fixture
def load(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def rows(text):
    return [cells(line) for line in text.splitlines() if line.startswith("|")][2:]


def test_a_section_is_replaced_and_nothing_else(tmp_path, load):
    page = load("support.performance_page")
    file = tmp_path / "page.md"
    file.write_text("before\n\n<!-- a: begin -->\nold\n<!-- a: end -->\n\nafter\n")
    page.write_section(file, "a", "| new |\n")
    assert file.read_text() == "before\n\n<!-- a: begin -->\n| new |\n<!-- a: end -->\n\nafter\n"
    assert page.section(file, "a") == "| new |"
    with pytest.raises(ValueError, match="needs the lines <!-- b: begin -->"):
        page.write_section(file, "b", "x")


def test_every_section_has_one_script_and_every_script_a_section():
    sections = sorted(name for page in PAGES for name in MARKER.findall(page.read_text()))
    published = []
    for script in sorted(FOLDER.glob("bench_*.py")):
        (name,) = re.findall(r'publish\(\s*"(\w+)"', script.read_text())
        assert name == script.stem.removeprefix("bench_")
        published.append(name)
    assert sections == published


def test_a_measured_section_says_how_where_and_when(load):
    page = load("support.performance_page")
    for file in PAGES:
        for name in MARKER.findall(file.read_text()):
            text = page.section(file, name)
            script = re.search(r"`python (benchmarks/bench_\w+\.py)[^`]*`", text)
            assert script, f"{file.name}: {name} does not say with which command"
            assert (ROOT / script[1]).is_file()


def test_the_origin_of_a_table_names_a_machine_and_not_its_host(load):
    page = load("support.performance_page")
    said = page.origin("python x.py", "tests")
    pattern = r"`python x\.py`: \d+ cores of .+, Python 3[\d.]+; \d{4}-\d\d-\d\d, commit \w+\+?; "
    assert re.fullmatch(pattern + r"load [\d.]+ at the end; beside it ran tests\.", said)


def test_readme_has_figures_of_the_page_and_they_hold(load):
    page, peers = load("support.performance_page"), load("bench_peers")
    short = rows(page.section(page.README, "peers"))
    long = rows(page.section(page.PAGE, "peers"))
    assert short == [[line[place] for place in peers.README_COLUMNS] for line in long]
    if page.section(page.PAGE, "peers").startswith("Not measured yet"):
        pytest.skip("the page has no figures of this yet")
    toolkits = [peers.touchline(Path()), peers.lmms_eval(Path()), peers.vlmevalkit(Path())]
    place = peers.HEADER.index("lines to write")
    for toolkit, line in zip(toolkits, long, strict=True):
        assert line[0].startswith(toolkit.name)
        assert line[place] == str(peers.lines_to_write(toolkit))


def test_readme_stays_short():
    assert len((ROOT / "README.md").read_text().splitlines()) < 150


def test_a_server_counts_its_questions(load, tmp_path):
    servers = load("support.answering_server")
    request = load("urllib.request")
    with servers.answering_server(0, str(tmp_path)) as base_url:
        assert servers.count(base_url) == (0, 0, None, None)
        for body in (b"{}", b"{}", b"[]"):
            url = f"{base_url}/chat/completions"
            answer = request.urlopen(request.Request(url, data=body)).read()
            assert b'"content": "None."' in answer
        found = servers.count(base_url)
    assert found[:2] == (3, 2)
    assert found.first_s <= found.last_s
    assert sorted(file.read_bytes() for file in tmp_path.iterdir()) == [b"[]", b"{}", b"{}"]


def test_joined_clips_have_every_picture_once(load, tmp_path):
    av, half_video = load("av"), load("support.half_video")
    path = tmp_path / "half.mkv"
    half_video.join_clips(path, 20.04)
    with av.open(str(path)) as container:
        times = [round(frame.time * 1000) for frame in container.decode(video=0)]
    assert times == list(range(0, 20_040, 40))


def test_a_killed_command_takes_its_children_with_it(load, tmp_path):
    processes = load("support.processes")
    child = "import time; open('there', 'w').close(); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    command = [load("sys").executable, "-c", parent]
    processes.killed_when(command, tmp_path, {}, (tmp_path / "there").exists)
    with pytest.raises(processes.CommandFailedError, match="ended before the kill"):
        processes.killed_when([*command[:2], "pass"], tmp_path, {}, lambda: False)


def test_a_command_is_measured_with_all_its_processes(load, tmp_path):
    processes = load("support.processes")
    child = "import time; held = bytearray(60_000_000); time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    taken = processes.measured([load("sys").executable, "-c", parent], tmp_path, {})
    assert taken.peak_mb > 60
    assert taken.wall_s > 0.4 > taken.cpu_s > 0
    with pytest.raises(processes.CommandFailedError, match="ended with 3"):
        processes.measured([load("sys").executable, "-c", "raise SystemExit(3)"], tmp_path, {})
    with pytest.raises(processes.TookTooLongError, match="had not ended after 0 s"):
        processes.measured([load("sys").executable, "-c", child], tmp_path, {}, most_s=0.1)
