"""Plots and the other optional sections, in the page and as files for a paper."""

import csv
import io
import json
import random
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

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
from touchline.report import ClassTable, Figure, Row, export_files, render
from touchline.report.figures.drawing import page_svg, paper_pdf, paper_spec
from touchline.report.figures.figure import MAX_LINES
from touchline.report.file_export import all_figures
from touchline.report.sections.confusion import confusion_table
from touchline.report.sections.error_analysis import error_table
from touchline.report.tables.paper_tables import paper_tables
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


def test_paper_figures_name_their_lines_and_share_a_legend() -> None:
    plots = figures(sample_sections(HOSTILE, HOSTILE[:1]))[:2]
    spec = paper_spec(plots)
    assert [one["title"] for one in spec["concat"]] == [plot.title for plot in plots]
    assert spec["resolve"] == {"scale": {"color": "shared", "strokeDash": "shared"}}
    assert '"legend": {"title": null' in json.dumps(spec["concat"])
    assert paper_pdf(plots).startswith(b"%PDF-")


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


def test_export_writes_three_tables_and_one_figure_a_section(tmp_path: Path) -> None:
    paths = export_files(sample_report(), tmp_path / "paper")
    assert all(path.stat().st_size for path in paths)
    assert [path.name for path in paths] == [
        "leaderboard.tex", "classes.tex", "errors.tex", "leaderboard.csv", "leaderboard.md",
        "precision-recall.pdf", "precision-recall.csv", "reliability.pdf", "reliability.csv",
        "time-errors.pdf", "time-errors.csv", "sensitivity.pdf", "sensitivity.csv",
    ]  # fmt: skip
    numbers = list(csv.DictReader(io.StringIO(paths[6].read_text(encoding="utf-8"))))
    assert set(numbers[0]) == {"plot", "model", "point", "recall", "precision"}
    assert len({one["plot"] for one in numbers}) > 1


def test_many_models_and_long_names_leave_the_tables_on_a_page() -> None:
    """No line of a table is wider, in characters, than fits the width of an article's page."""
    names = [f"organisation/{'very-' * (place % 9)}long-name-{place}" for place in range(50)]
    rows = tuple(
        Row(
            model=name, loose=0.5 - 0.001 * place, tight=0.1, coverage=1.0, precision=0.5,
            recall=0.5, f1=0.5, loose_interval=(0.4, 0.6), tolerance_s=5.0, seconds=1.0,
        )
        for place, name in enumerate(names)
    )  # fmt: skip
    classes = ClassTable(
        "loose", ("Goal", "Yellow->red card"), (3, 0), dict.fromkeys(names, (0.5, None))
    )
    pick = random.Random(1)
    report = replace(
        sample_report(),
        rows=rows,
        per_class=(classes,),
        sections={
            "errors": {name: errors(*(error(pick, kind) for kind in ErrorKind)) for name in names}
        },
    )
    tables = paper_tables(report)
    assert list(tables) == ["leaderboard.tex", "classes.tex", "errors.tex"]
    for text in tables.values():
        body = text.split("\\midrule")[1].split("\\bottomrule")[0]
        lines = [line for line in body.splitlines() if line]
        assert len(lines) <= 60
        assert max(len(line.rstrip("\\").replace(" & ", " ")) for line in lines) <= 88
        assert "more " in text.split("\\caption{")[1].split("\\label")[0]
    assert r"Yellow-\textgreater{}red card" in tables["classes.tex"]
    assert "20 more rows left out" in tables["leaderboard.tex"]
    assert "[40.00, 60.00]" in tables["leaderboard.tex"]


def test_a_loss_has_a_minus_and_braces_are_balanced() -> None:
    pick = random.Random(1)
    lost = replace(error(pick, ErrorKind.WRONG_TIME), loose_gain=-0.013)
    tables = paper_tables(replace(hostile_report(), sections={"errors": {"m_1": errors(lost)}}))
    assert r"m\_1 & $-$1.3" in tables["errors.tex"]
    for text in tables.values():
        plain = re.sub(r"\\[{}]", "", text)
        assert plain.count("{") == plain.count("}")


def test_captions_have_the_whole_title() -> None:
    title = "real_NETVLAD_v2_test and good_spotter"
    errors_of = {"errors": {"demo": errors(error(random.Random(1), ErrorKind.WRONG_TIME))}}
    tables = paper_tables(replace(sample_report(), title=title, sections=errors_of))
    assert len(tables) == 3
    for text in tables.values():
        assert "caption{" + title.replace("_", r"\_") + ":" in text


def test_without_labels_there_is_the_leaderboard_alone() -> None:
    assert list(paper_tables(replace(sample_report(), per_class=(), sections={}))) == [
        "leaderboard.tex"
    ]


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
    assert {path.suffix for path in paths} == {".tex", ".csv", ".md"}
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
    monkeypatch.setattr("vl_convert.vegalite_to_pdf", panics)
    figure = Figure("g", "t", "a", {"mark": "point", "encoding": {}})
    for draw in (page_svg, lambda one: paper_pdf([one])):
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
