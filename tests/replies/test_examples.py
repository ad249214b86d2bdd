"""The examples in the docstrings hold."""

import doctest
import importlib
import pkgutil

import pytest

import touchline.replies
import touchline.spots

MODULES = [
    module.name
    for package in (touchline.replies, touchline.spots)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
