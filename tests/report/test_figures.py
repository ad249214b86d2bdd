"""Plots and the other optional sections, in the page and as files for a paper."""

import csv
import io
import random
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.report.samples import (
    HOSTILE,
    error,
    errors,
    hostile_report,
    sample_report,
    sample_sections,
)
from touchline.errors import ComeBackLater, UserError
from touchline.report import Figure, export_files, render
from touchline.report.figures.drawing import page_svg, paper_png, paper_svg
from touchline.report.figures.figure import MAX_LINES
from touchline.report.file_export import all_figures
from touchline.report.sections.confusion import confusion_table
from touchline.report.sections.error_analysis import error_table
from touchline.scores import ClassConfusion, ErrorKind, PrecisionRecallCurve

MODELS = ("demo", "qwen-2.5-vl-7b")


def figures(sections: dict[str, dict[str, Any]]) -> list[Figure]:
    return all_figures(replace(sample_report(), sections=sections))


def test_one_plot_a_class_a_model_or_a_setting() -> None:
    plots = figures(sample_sections(MODELS, ("Goal", "Foul", "Corner")))
    groups = [plot.group for plot in plots]
    assert [groups.count(name) for name in ("precision_recall", "reliability")] == [3, 2]
    assert [groups.count(name) for name in ("time_errors", "sensitivity")] == [2, 2]


def test_lines_follow_their_numbers() -> None:
    [plot, *_] = figures(sample_sections(("demo",), ("Goal",)))
    svg = page_svg(plot)
    [path] = re.findall(r'<path d="([^"]+)" stroke="#0072b2"', svg)
    points = [tuple(map(float, pair.split(","))) for pair in re.split("[ML]", path)[1:]]
    [curve] = sample_sections(("demo",), ("Goal",))["precision_recall"]["demo"]
    drawn = [(x / 250, 1 - y / 180) for x, y in points]
    expected = list(zip(curve.recall, curve.precision, strict=True))
    assert drawn == [pytest.approx(pair, abs=0.01) for pair in expected]


def test_a_curve_of_one_point_is_a_mark() -> None:
    curve = PrecisionRecallCurve("all", np.array([0.9]), np.array([0.75]), np.array([0.4]))
    [plot] = figures({"precision_recall": {"demo": (curve,)}})
    mark = r'<path transform="translate\(100,45\)" d="[^"]+" fill="#0072b2"'
    drawn = re.findall(mark, page_svg(plot))
    assert len(drawn) == 1  # 40 % of 250 and 75 % of 180 pixels


def test_plots_in_the_page_hold_no_foreign_text() -> None:
    for plot in figures(sample_sections(HOSTILE, HOSTILE[:2])):
        svg = page_svg(plot)
        assert "hurt" not in svg
        assert "<script" not in svg
        assert "style=" not in svg


def test_paper_figures_name_their_lines_and_stay_well_formed() -> None:
    for plot in figures(sample_sections(HOSTILE, HOSTILE[:1]))[:2]:
        tree = ElementTree.fromstring(paper_svg(plot))
        assert {element.tag.split("}")[1] for element in tree.iter()} <= {
            "svg", "g", "path", "line", "text", "rect", "defs", "clipPath",
        }  # fmt: skip
        assert "<script>window.hurt=1</script>" in "".join(tree.itertext())
        assert paper_png(plot).startswith(b"\x89PNG")


def test_no_more_lines_than_can_be_told_apart(tmp_path: Path) -> None:
    models = tuple(f"m{index}" for index in range(MAX_LINES + 3))
    [plot, *_] = figures(sample_sections(models, ("Goal",)))
    assert {value["model"] for value in plot.spec["data"]["values"]} == set(models[:MAX_LINES])


def test_confusion_omits_what_never_occurs() -> None:
    found = ClassConfusion(5.0, ("Goal", "Foul"), ((5, 0, 1), (0, 0, 0), (2, 0, 0)))
    table = confusion_table("m", found)
    assert table.claims == ("Goal", "nothing claimed")
    assert [(line.truth, line.sum) for line in table.lines] == [("Goal", 6), ("nothing there", 2)]
    assert [cell.same for cell in table.lines[0].cells] == [True, False]


def test_errors_become_a_table_with_holes() -> None:
    pick = random.Random(1)
    one, other = error(pick, ErrorKind.MISSED), error(pick, ErrorKind.DUPLICATE)
    table = error_table({"a": errors(one), "b": errors(other)})
    assert table.kinds == (ErrorKind.MISSED, ErrorKind.DUPLICATE)
    assert [[cell and cell.count for cell in line.cells] for line in table.lines] == [
        [one.count, None], [None, other.count],
    ]  # fmt: skip


def test_every_section_stands_in_the_page_and_in_its_contents(tmp_path: Path) -> None:
    text = render(sample_report(), tmp_path / "index.html").read_text(encoding="utf-8")
    sections = re.findall(r'<section id="([\w-]+)"', text)
    assert sections == [
        "leaderboard", "timeline", "classes", "precision-recall", "confusion", "errors",
        "reliability", "time-errors", "sensitivity", "replies", "settings",
    ]  # fmt: skip
    assert re.findall(r'<li><a href="#([\w-]+)"', text) == sections


def test_export_writes_tables_and_figures(tmp_path: Path) -> None:
    paths = export_files(sample_report(), tmp_path / "paper")
    assert all(path.stat().st_size for path in paths)
    names = [path.name for path in paths]
    assert names[:3] == ["leaderboard.csv", "leaderboard.md", "leaderboard.tex"]
    assert {path.suffix for path in paths[3:]} == {".svg", ".png", ".csv"}
    numbers = list(csv.DictReader(io.StringIO(paths[5].read_text(encoding="utf-8"))))
    assert set(numbers[0]) == {"model", "point", "recall", "precision"}


def test_export_of_hostile_names_stays_in_its_folder(tmp_path: Path) -> None:
    paths = export_files(hostile_report(), tmp_path / "paper")
    assert {path.parent for path in paths} == {tmp_path / "paper"}
    assert all(re.fullmatch(r"[\w.-]+", path.name) for path in paths)


def test_export_to_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        export_files(sample_report(), tmp_path / "file")


@pytest.fixture
def without_vl_convert(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    monkeypatch.setattr("touchline.report.figures.drawing.find_spec", lambda _: None)


@pytest.mark.usefixtures("without_vl_convert")
def test_without_vl_convert_the_page_says_which_plots_are_missing(tmp_path: Path) -> None:
    text = render(sample_report(), tmp_path / "index.html").read_text(encoding="utf-8")
    assert (
        "The plots of the sections Precision and recall, Reliability, Time errors, Sensitivity are "
        "missing, because vl-convert-python is not installed: run pip install "
        "&#39;touchline[figures]&#39; and make the report again"
    ) in text
    assert '<div class="plot"' not in text
    assert '<section id="confusion"' in text


@pytest.mark.usefixtures("without_vl_convert")
def test_without_vl_convert_the_tables_and_numbers_are_still_exported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    paths = export_files(sample_report(), tmp_path / "paper")
    assert {path.suffix for path in paths[3:]} == {".csv"}
    assert "14 plots are written as CSV only" in caplog.text


def test_a_complete_page_says_nothing_of_missing_plots(tmp_path: Path) -> None:
    assert "vl-convert" not in render(sample_report(), tmp_path / "i.html").read_text()


def test_a_panic_of_the_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """It panics where it gets no file descriptor, and a panic of Rust is no `Exception`."""

    class PanicException(BaseException):
        pass

    def panics(*_: Any, **__: Any) -> None:
        raise PanicException('called `unwrap()` on an `Err`: Os { message: "Too many open files" }')

    monkeypatch.setattr("vl_convert.vegalite_to_svg", panics)
    monkeypatch.setattr("vl_convert.vegalite_to_png", panics)
    figure = Figure("g", "t", "a", {"mark": "point", "encoding": {}})
    for draw in (page_svg, paper_svg, paper_png):
        with pytest.raises(ComeBackLater, match=r"plots cannot be drawn \(too many open files\)"):
            draw(figure)
    for other, ours in (
        (ValueError("No.\nFailed to retrieve conversion result: oneshot canceled"), ComeBackLater),
        (ValueError("no such mark"), ValueError),
        (SystemExit(), SystemExit),
    ):
        throws = Mock(side_effect=other)
        monkeypatch.setattr("vl_convert.vegalite_to_svg", throws)
        with pytest.raises(ours):
            page_svg(figure)
