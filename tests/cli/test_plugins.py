"""Verbs of other packages, and packages that are missing."""

import subprocess
import sys
from importlib import metadata

import pytest
from packaging.utils import canonicalize_name

from tests.packaging.extras import distributions_of
from touchline.cli.program.missing_package import EXTRA_OF, missing_package_sentence
from touchline.registry import install_command


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts a package with one verb onto the path, as pip would."""

    def put(name, code, verb="wave"):
        (tmp_path / f"{name}.py").write_text(code)
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[touchline.verbs]\n{verb} = {name}:{verb}\n")

    put.folder = tmp_path
    return put


def touchline(folder, *arguments):
    code = (
        f"import sys; sys.path.insert(0, {str(folder)!r})\n"
        "from touchline.cli.main import main\n"
        f"sys.argv = ['touchline', *{arguments!r}]\n"
        "try:\n    main()\n"
        "finally:\n    print('imported:', *{'waving', 'broken'} & sys.modules.keys())\n"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


WAVING = '''
from typing import Annotated
import typer

def wave(name: str, times: Annotated[int, typer.Option(help="How often.")] = 1) -> None:
    """Wave to somebody."""
    print("hello " * times + name)
'''


def test_a_verb_of_another_package_is_called(install):
    install("waving", WAVING)
    done = touchline(install.folder, "wave", "Ada", "--times", "2")
    assert done.returncode == 0, done.stderr
    assert "hello hello Ada" in done.stdout
    assert "Wave to somebody." in touchline(install.folder, "wave", "--help").stdout


def test_help_names_it_without_importing_it(install):
    install("waving", WAVING)
    shown = touchline(install.folder, "--help")
    assert "From the package waving." in shown.stdout
    assert shown.stdout.splitlines()[-1] == "imported:"


def test_a_broken_one_is_a_sentence_and_leaves_the_others_alone(install):
    install("waving", WAVING)
    install("broken", "import no_such_module", verb="fail")
    done = touchline(install.folder, "fail")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "verb 'fail' of the package 'broken' cannot be loaded" in done.stderr
    assert touchline(install.folder, "wave", "Ada").returncode == 0
    assert touchline(install.folder, "--help").returncode == 0


def test_a_verb_that_is_not_a_function_is_a_sentence(install):
    install("broken", "fail = 'a text'", verb="fail")
    done = touchline(install.folder, "fail")
    assert done.returncode == 2
    assert "verb 'fail' of the package 'broken' is not a function with Typer's" in done.stderr


def test_a_package_cannot_take_the_place_of_a_verb(install):
    install("broken", "import no_such_module", verb="status")
    done = touchline(install.folder, "status", "nowhere")
    assert "nowhere is not a run" in done.stderr


def test_a_missing_package_is_a_sentence_with_the_extra_that_brings_it():
    sentence = missing_package_sentence(ModuleNotFoundError("no", name="google.genai"))
    assert sentence == f"this needs google, which is not installed: {install_command('gemini')}."
    assert missing_package_sentence(ModuleNotFoundError("no", name="touchline.nowhere")) is None


@pytest.mark.parametrize(("package", "extra"), EXTRA_OF.items())
def test_an_extra_brings_what_it_is_named_for(package, extra):
    owners = metadata.packages_distributions().get(package)
    if owners is None:
        pytest.skip(f"{package} is not installed here")
    brought = distributions_of(extra) - distributions_of("")
    assert brought & set(map(canonicalize_name, owners))
