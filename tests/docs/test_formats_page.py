"""docs/formats.md names every format, and says of each what it does."""

from pathlib import Path

import pytest

from touchline.spots import FORMATS

PAGE = (Path(__file__).parents[2] / "docs/formats.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]


@pytest.mark.parametrize("form", FORMATS.built_in.values(), ids=lambda form: form.name)
def test_a_format_has_a_row(form):
    (row,) = [row for row in ROWS if f"`{form.name}`" in row[0]]
    _, _, holds, does, keeps = row
    assert holds == form.holds
    assert does == ", ".join(filter(None, [form.read and "read", form.write and "written"]))
    for fact in form.keeps:
        assert fact in keeps
    if form.write:
        for fact in {"team", "visibility", "player", "start in UTC"} - form.keeps:
            assert fact not in keeps
