"""The merge methods: known by name, and described where people read about them."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from touchline.spots import MERGE_METHODS, MergeMethod, MergeSettings, Peaks

PAGE = Path(__file__).parents[2] / "docs" / "merging.md"


def test_every_method_can_be_chosen_and_is_in_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for method in MERGE_METHODS.all():
        assert MergeSettings(method=method.name).method == method.name
        assert f"| `{method.name}`" in text
        assert method.description[1:].rstrip(".") in text


def test_an_unknown_method_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValidationError, match="votes, nms, soft-nms, greedy, decoder; the nearest"):
        MergeSettings(method="vote")


def test_only_the_decoder_has_no_merge_window() -> None:
    assert [m.name for m in MERGE_METHODS.all() if not m.uses_windows] == ["decoder"]


def test_a_method_finds_peaks_or_merges_and_not_both() -> None:
    with pytest.raises(TypeError, match="either find_peaks or merge"):
        MergeMethod(name="none", description="")
    with pytest.raises(TypeError, match="either find_peaks or merge"):
        MergeMethod(
            name="both",
            description="",
            find_peaks=lambda claims, weight, _: Peaks(claims.time_ms, weight),
            merge=lambda _, __: [],
        )
