"""What is published: wheel, sdist, version, licences, bill of materials, citation, container."""

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from datetime import date
from zipfile import ZipFile

import pytest
import yaml

import touchline
from tests.packaging.extras import ROOT
from tools.licences import closure, licences
from tools.sbom import bill_of_materials

_BUILD = "import hatchling.build as b, sys; print(getattr(b, sys.argv[1])(sys.argv[2]))"


def build(kind, source, folder):
    command = [sys.executable, "-c", _BUILD, f"build_{kind}", str(folder)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=True)
    return folder / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel, the sdist, and the wheel that is built from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    wheel, sdist = build("wheel", ROOT, folder), build("sdist", ROOT, folder)
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "source", filter="data")
    (source,) = (folder / "source").iterdir()
    (folder / "again").mkdir()
    return wheel, source, build("wheel", source, folder / "again")


def names(wheel):
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_has_every_file_of_the_package(built):
    package = ROOT / "src/touchline"
    files = {
        file.relative_to(ROOT / "src").as_posix()
        for file in package.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    inside = {one for one in names(built[0]) if ".dist-info/" not in one}
    assert inside == files
    assert "touchline/py.typed" in inside


def test_the_sdist_builds_the_same_wheel(built):
    wheel, _, again = built
    assert names(again) == names(wheel)


def test_the_sdist_has_what_its_readers_look_for(built):
    wanted = ("CHANGELOG.md", "CITATION.cff", "Containerfile", "NOTICE", "LICENSE", "README.md")
    for name in (*wanted, "docs/security.md", "tests/conftest.py", "constraints.txt", "mkdocs.yml"):
        assert (built[1] / name).is_file(), name


def test_the_version_is_in_one_place(built):
    wheel, _, _ = built
    assert wheel.name.startswith(f"touchline-{touchline.__version__}-")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project
    assert project["dynamic"] == ["version"]


def releases():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    return re.findall(r"^## \[(\d+\.\d+\.\d+)\](?: - (\d{4}-\d{2}-\d{2}))?$", text, re.MULTILINE)


def test_the_changelog_has_this_version_first():
    version, day = releases()[0]
    assert version == touchline.__version__
    assert date.fromisoformat(day)
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_changelog_keeps_its_form():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= kinds


def test_the_citation_is_of_this_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == "software"
    assert cited["message"] and cited["title"] and cited["abstract"]
    assert all(author.keys() & {"name", "family-names"} for author in cited["authors"])
    assert cited["license"] == "MIT"
    assert (cited["version"], str(cited["date-released"])) == releases()[0]


COPYLEFT = re.compile(r"GPL|Affero|MPL|Mozilla|EUPL|CDDL|EPL|OSL|CC-BY-SA|SSPL", re.IGNORECASE)


def test_nothing_in_the_base_is_copyleft_or_unknown():
    base = closure()
    assert {"numpy", "av", "pydantic", "typer"} <= base.keys()
    unknown = [name for name, one in base.items() if one is None or not licences(one)]
    assert unknown == []
    assert [name for name, one in base.items() if COPYLEFT.search(" ".join(licences(one)))] == []


def test_the_test_of_copyleft_finds_some():
    assert any(COPYLEFT.search(" ".join(licences(one))) for one in closure("local").values() if one)


def test_the_bill_of_materials_names_every_package_of_the_base():
    bill = json.loads(json.dumps(bill_of_materials()))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    parts = {one["name"]: one for one in bill["components"]}
    assert parts.keys() == closure().keys()
    references = [one["bom-ref"] for one in bill["components"]]
    assert (
        sorted(set(references))
        == sorted(references)
        == sorted(bill["dependencies"][0]["dependsOn"])
    )
    for name, one in parts.items():
        assert one["purl"] == f"pkg:pypi/{name}@{one['version']}"
        assert one["licenses"]
    assert bill_of_materials() == bill
    hashed = [one for one in parts.values() if "hashes" in one]
    assert len(hashed) > len(parts) / 2


def test_the_licences_are_printed():
    command = [sys.executable, "tools/licences.py", "view"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.search(r"^starlette +\S+ +BSD", done.stdout, re.MULTILINE)


CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8")


def test_the_container_is_rootless_and_copies_what_there_is():
    assert re.findall(r"^USER (\S+)$", CONTAINER, re.MULTILINE) == ["touchline"]
    for line in re.findall(r"^COPY (.*) \S+$", CONTAINER, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists(), name


@pytest.mark.slow
def test_the_container_builds_and_says_its_version(tmp_path):
    builder = next(filter(None, map(shutil.which, ("podman", "buildah", "docker"))), None)
    if builder is None:
        pytest.skip("SKIPPED FOR WANT OF A BUILDER: neither podman, buildah nor docker is here")
    ready = subprocess.run([builder, "info"], capture_output=True, text=True, check=False)
    if ready.returncode:
        pytest.skip(f"SKIPPED FOR WANT OF A BUILDER: {builder} is here and has no daemon")
    built = subprocess.run(
        [builder, "build", "--quiet", "--file", "Containerfile", "--tag", "touchline-test", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    said = subprocess.run(
        [builder, "run", "--rm", "touchline-test", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert touchline.__version__ in said.stdout
