"""Registries: the built-in variants, and those of installed packages."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from touchline.errors import UserError
from touchline.registry import Registry

GROUP = "touchline.tests_of_registries"


@dataclass(frozen=True)
class Variant:
    name: str


def registry() -> Registry[Variant]:
    return Registry("variant", GROUP, Variant, (Variant("first"), Variant("second")))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Installs a package with entry points: name to "module:object"."""

    def install(module: str, code: str, **points: str) -> None:
        (tmp_path / f"{module}.py").write_text(code)
        info = tmp_path / f"{module}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1\n")
        lines = [f"{name} = {target}" for name, target in points.items()]
        (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines]) + "\n")
        monkeypatch.syspath_prepend(str(tmp_path))

    yield install
    for name in ("variants_of_a_package", "broken_variants"):
        sys.modules.pop(name, None)


def test_built_in_variants_keep_their_order() -> None:
    assert registry().names() == ("first", "second")
    assert registry().get("second") == Variant("second")
    assert registry().third_party() == ()


def test_an_unknown_name_is_one_sentence_with_the_nearest() -> None:
    with pytest.raises(UserError, match=r"variant 'secnd' is not known; the nearest is 'second'"):
        registry().get("secnd")


CODE = """
from types import SimpleNamespace
from builtins import VARIANT_CLASS
third = VARIANT_CLASS("third")
misnamed = VARIANT_CLASS("other")
"""


def test_a_package_adds_a_variant(package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.VARIANT_CLASS", Variant, raising=False)
    package("variants_of_a_package", CODE, third="variants_of_a_package:third")
    found = registry()
    assert found.names() == ("first", "second", "third")
    assert found.third_party() == (Variant("third"),)


@pytest.mark.parametrize(
    ("name", "target", "sentence"),
    [
        ("first", "variants_of_a_package:third", "has the name of a built-in one"),
        ("lost", "variants_of_a_package:lost", "cannot be loaded"),
        ("gone", "no_such_module:lost", "cannot be loaded"),
        ("misnamed", "variants_of_a_package:misnamed", "is not a Variant named 'misnamed'"),
        ("odd", "variants_of_a_package:SimpleNamespace", "is not a Variant named 'odd'"),
    ],
)
def test_a_package_that_does_not_fit_is_one_sentence(
    package, monkeypatch: pytest.MonkeyPatch, name: str, target: str, sentence: str
) -> None:
    monkeypatch.setattr("builtins.VARIANT_CLASS", Variant, raising=False)
    package("variants_of_a_package", CODE, **{name: target})
    with pytest.raises(UserError, match=sentence):
        registry().names()
