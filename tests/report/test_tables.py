"""The leaderboard in its plain forms."""

import csv
import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from tests.report.samples import HOSTILE, sample_rows
from touchline.report import (
    Row,
    leaderboard_csv,
    leaderboard_json,
    leaderboard_latex,
    leaderboard_markdown,
    terminal_table,
    uncertainty_sentences,
)
from touchline.report.leaderboard.columns import captions, shown_columns
from touchline.report.leaderboard.ranking import ranked


def plain(rows: tuple[Row, ...], width: int = 160) -> str:
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    console.print(terminal_table(rows, width))
    return console.file.getvalue()  # type: ignore[attr-defined]


def row(model: str, loose: float | None, **more: object) -> Row:
    return replace(Row(model=model, loose=loose, tight=0.0, coverage=1.0), **more)


def test_places_are_shared_by_scores_that_look_the_same() -> None:
    rows = (row("c", 0.10001), row("a", 0.1), row("b", 0.3), row("d", None))
    published = row("e", 0.9, kind="reference")
    lines = ranked((*rows, published))
    assert [(line.row.model, line.place) for line in lines] == [
        ("e", ""), ("b", "1"), ("c", "2="), ("a", "2="), ("d", ""),
    ]  # fmt: skip


def test_columns_without_any_figure_are_left_out() -> None:
    keys = [column.name for column in shown_columns((row("a", 0.1),))]
    assert keys == ["loose", "tight", "coverage"]
    keys = [column.name for column in shown_columns((row("a", 0.1, tolerances={"at3": 0.2}),))]
    assert keys == ["loose", "tight", "at3", "coverage"]


def test_one_tolerance_is_said_once_and_two_are_a_column() -> None:
    one = row("a", 0.1, f1=0.2, tolerance_s=5.0)
    assert "tolerance_s" not in [column.name for column in shown_columns((one, one))]
    assert captions((one, one)) == ["Precision, recall and F1 at ± 2.5 s."]
    other = replace(one, tolerance_s=10.0)
    assert "tolerance_s" in [column.name for column in shown_columns((one, other))]
    assert captions((one, other)) == []


def test_terminal_marks_baselines_references_and_short_coverage() -> None:
    text = plain(sample_rows())
    assert "baseline/prior (null)" in text
    assert "NetVLAD++ (published)" in text
    assert "! 93.1 %" in text
    assert "under 99 % coverage" in text
    assert "under 99 %" not in plain((row("a", 0.1),))


def test_terminal_is_not_fooled_by_names() -> None:
    text = plain((row("[red]x[/red]", 0.1), row("\x1b[2J\u202e", 0.2)))
    assert "[red]x[/red]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_narrow_terminals_get_fewer_columns_and_lose_no_figure() -> None:
    wide, narrow = plain(sample_rows(), 120), plain(sample_rows(), 80)
    assert "false/min" in wide
    assert "false/min" not in narrow
    assert all(len(line) <= 80 for line in narrow.splitlines())
    for kept in ("62.31", "20.11", "64.00", "! 93.1 %", "qwen-2.5-vl-7b", "baseline/prior (null)"):
        assert kept in narrow


def test_json_has_scores_from_0_to_1_best_first() -> None:
    lines = leaderboard_json(sample_rows())
    assert [line["model"] for line in lines][:2] == ["demo", "NetVLAD++"]
    assert lines[0]["loose"] == 0.6231
    assert lines[0]["coverage"] == 0.998
    assert lines[0]["outcomes"]["events"] == 147
    assert lines[1]["kind"] == "reference"
    assert lines[1]["coverage"] is None
    assert json.loads(json.dumps(lines)) == [
        {**line, "loose_interval": list(line["loose_interval"]) if line["loose_interval"] else None}
        for line in lines
    ]


def test_csv_keeps_raw_figures_and_intervals() -> None:
    read = list(csv.DictReader(io.StringIO(leaderboard_csv(sample_rows()))))
    assert read[0]["model"] == "demo"
    assert float(read[0]["loose"]) == 0.6231
    assert float(read[0]["loose_high"]) == 0.68
    assert read[1]["precision"] == ""


def test_markdown_cells_cannot_break_the_table() -> None:
    lines = leaderboard_markdown((row("a|b`<i>`", 0.1),)).splitlines()
    assert len(lines) == 3
    assert lines[2].startswith(r"| 1 | a\|b\`\<i\>\` | 10.00 |")


def test_latex_is_a_booktabs_table_with_escapes() -> None:
    text = leaderboard_latex((row(r"a_b & 50% \x{}", 0.1), row("n", 0.05, kind="baseline")))
    assert text.startswith("\\begin{tabular}{rlrrr}\n\\toprule\n")
    assert r"a\_b \& 50\% \textbackslash{}x\{\}" in text
    assert "n (null baseline)" in text
    assert text.endswith("\\bottomrule\n\\end{tabular}\n")


def test_hostile_names_pass_through_every_form() -> None:
    rows = tuple(row(text, 0.1) for text in HOSTILE)
    for form in (leaderboard_csv, leaderboard_markdown, leaderboard_latex):
        form(rows).encode("utf-8")
    assert len(leaderboard_markdown(rows).splitlines()) == len(rows) + 2


def test_a_row_takes_figures_by_the_names_of_metrics_and_no_others() -> None:
    one = Row(model="a", loose=0.5, tight=None, loose_interval=(0.4, 0.6), tolerances={"at1": 0.1})
    assert one.figures == {"loose": 0.5, "at1": 0.1}
    assert one.intervals == {"loose": (0.4, 0.6)}
    assert (one.figure("tight"), one.figure("at1")) == (None, 0.1)
    assert replace(one, loose=0.7, note="n").figures == {"loose": 0.7, "at1": 0.1}
    with pytest.raises(TypeError, match="a row has no figure 'losse'"):
        Row(model="a", losse=0.5)


def test_a_row_is_flagged_under_the_coverage_of_its_own_run() -> None:
    assert row("a", 0.1, coverage=0.98).low_coverage
    assert not row("a", 0.1, coverage=0.98, min_coverage=0.9).low_coverage
    text = plain((row("a", 0.1, coverage=0.5, min_coverage=0.9),))
    assert "! under 90 % coverage" in text


def test_json_has_every_metric_and_nests_the_single_tolerances() -> None:
    [line] = leaderboard_json((row("a", 0.1, tolerances={"at3": 0.2}),))
    assert list(line) == [
        "model", "place", "loose", "tight", "coverage", "kind", "outcomes", "loose_interval",
        "tight_interval", "precision", "recall", "f1", "tolerance_s", "false_per_minute",
        "calibration_error", "seconds", "windows_per_second", "times_real_time",
        "peak_memory_bytes", "idle_share", "cost_usd_per_hour", "cost_usd", "tolerances",
        "stability", "own_claims", "games", "source", "note",
    ]  # fmt: skip
    assert line["tolerances"] == {"at3": 0.2}
    assert leaderboard_json((row("a", 0.1),))[0]["tolerances"] is None


CONTROLLED = (
    Row(model="a", loose=0.3, tight=0.1),
    Row(model="b", loose=0.2, tight=0.1),
    Row(model="a+blank", loose=0.25, tight=0.1, kind="control", control_of="a"),
    Row(model="a+shuffled", loose=0.28, tight=0.1, kind="control", control_of="a"),
    Row(model="lost+blank", loose=0.9, tight=0.1, kind="control", control_of="lost"),
)


def test_controls_follow_their_model_and_have_no_place():
    assert [(line.row.model, line.place) for line in ranked(CONTROLLED)] == [
        ("a", "1"),
        ("a+shuffled", ""),
        ("a+blank", ""),
        ("b", "2"),
        ("lost+blank", ""),
    ]


def test_files_say_what_a_control_is_a_control_of():
    header, *lines = leaderboard_csv(CONTROLLED).splitlines()
    assert header.split(",")[3] == "control_of"
    assert [line.split(",")[3] for line in lines] == ["", "a", "a", "", "lost"]
    assert leaderboard_json(CONTROLLED)[1]["control_of"] == "a"
    assert "control_of" not in leaderboard_json(CONTROLLED)[0]


def test_few_games_give_no_places_and_the_same_sentence_everywhere() -> None:
    few = tuple(row(name, loose, games=1) for name, loose in (("a", 0.2), ("b", 0.1)))
    assert [line["place"] for line in leaderboard_json(few)] == [None, None]
    [said] = uncertainty_sentences(few)
    assert said.startswith("1 game: too few games for an interval")
    assert str(terminal_table(few).caption).endswith(said)
    many = tuple(row(name, loose, games=20) for name, loose in (("a", 0.2), ("b", 0.1)))
    assert [line["place"] for line in leaderboard_json(many)] == ["1", "2"]
    intervals, ties = uncertainty_sentences(many)
    assert "95 % jackknife intervals over 20 games" in intervals
    assert "share a place" in ties
    assert uncertainty_sentences((row("a", 0.2),)) == []


def test_a_leaderboard_says_what_is_possible_where_classes_are_absent() -> None:
    said = "3 of 17 classes do not occur in these games and count as 0: at most 82.35 is possible"
    scored = row("a", 0.8235).with_scores({"loose": 0.8235}, {}, None, said)
    assert uncertainty_sentences((scored, scored)) == [f"Average-mAP: {said}."]
    assert str(terminal_table((scored,)).caption).endswith(f"{said}.")
