"""The page as text: what stands in it, and what cannot."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests.report.samples import (
    CREATED,
    hostile_report,
    sample_report,
    sample_rows,
    sample_sections,
    sample_timeline,
)
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.report import ReportData, Row, render
from touchline.report.embed import content_policy, script_json
from touchline.report.formatting import LONGEST, duration, share, visible
from touchline.report.page import SCRIPTS
from touchline.report.summary import summary
from touchline.report.timeline_payload import classes_of, half_payload


class Elements(HTMLParser):
    """Collects names and attributes of a page's elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def written(data: ReportData, folder: Path) -> str:
    return render(data, folder / "new" / "index.html").read_text(encoding="utf-8")


def test_page_refers_to_nothing_outside_itself(tmp_path: Path) -> None:
    for tag, attributes in Elements(written(sample_report(), tmp_path)).found:
        assert tag not in {"link", "iframe", "img", "object", "base"}
        assert "src" not in attributes
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("href") or "#").startswith(("#", "data:"))


def test_the_same_data_make_the_same_page(tmp_path: Path) -> None:
    assert written(sample_report(), tmp_path) == written(sample_report(), tmp_path)


def test_a_bare_report_has_only_a_leaderboard(tmp_path: Path) -> None:
    row = Row(model="m", loose=None, tight=None, coverage=0.5)
    text = written(ReportData(title="t", created=CREATED, task=SOCCERNET_V2, rows=(row,)), tmp_path)
    assert re.findall(r'<section id="(\w+)"', text) == ["leaderboard"]
    assert "Nothing was scored." in text


def test_places_ranges_and_dashes_are_explained(tmp_path: Path) -> None:
    text = written(sample_report(), tmp_path)
    legend = text.partition("What the columns mean")[2].partition("</details>")[0]
    for term in ("#", "a to b", "–", "null baseline", "published"):
        assert f"<dt>{term}</dt>" in legend


def test_hostile_texts_add_no_element(tmp_path: Path) -> None:
    elements = [tag for tag, _ in Elements(written(hostile_report(), tmp_path)).found]
    assert elements.count("script") == len(SCRIPTS) + 1
    assert "img" not in elements


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        render(sample_report(), tmp_path / "file" / "index.html")


def test_an_old_report_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "index.html"
    path.write_text("old")
    assert render(sample_report(), path) == path
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [one.name for one in tmp_path.iterdir()] == ["index.html"]


@given(st.recursive(st.text() | st.integers(), st.lists))
def test_embedded_json_is_the_same_and_cannot_end_its_element(value: object) -> None:
    text = str(script_json(value))
    assert json.loads(text) == value
    assert not set(text) & set("<>&\u2028\u2029")
    text.encode("ascii")


def test_policy_allows_only_these_texts() -> None:
    policy = content_policy(["a()"], ["b{}"])
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert content_policy(["c()"], ["b{}"]) != policy


@given(st.text())
def test_visible_text_has_no_hidden_character(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200e\u200f]", shown)


def test_long_text_is_cut_and_says_so() -> None:
    shown = visible("x" * (LONGEST + 1))
    assert shown.endswith("(cut: 20,000 of 20,001 characters shown)")
    assert visible("x" * LONGEST) == "x" * LONGEST


def test_share_never_pretends() -> None:
    assert [share(v) for v in (0.0, 0.0001, 0.98999, 0.9999, 1.0)] == [
        "0 %", "0.1 %", "98.9 %", "99.9 %", "100 %",
    ]  # fmt: skip


def test_duration_carries_over() -> None:
    assert duration(3599.8) == "1 h 00 min"


def test_payload_is_sorted_and_complete() -> None:
    timeline = sample_timeline()
    classes = classes_of([timeline], SOCCERNET_V2)
    payload = half_payload(timeline, classes)
    assert len(payload["truth"]["at"]) == len(timeline.truth or ())
    for lane, drawn in zip(timeline.lanes, payload["lanes"], strict=True):
        assert drawn["at"] == sorted(spot.position_ms for spot in lane.spots)
        kinds = sorted((spot.position_ms, spot.label) for spot in lane.spots)
        names = [classes[number].label for number in drawn["of"]]
        assert sorted(zip(drawn["at"], names, strict=True)) == kinds
    hits = payload["lanes"][0]["hit"]
    assert sum(hits) == 70


def test_half_without_labels_has_no_truth_lane() -> None:
    timeline = replace(sample_timeline(), truth=None)
    assert half_payload(timeline, classes_of([timeline], SOCCERNET_V2))["truth"] is None


def test_summary_says_when_no_model_beats_a_baseline() -> None:
    rows = (
        Row(model="m", loose=0.01, tight=0.0, coverage=1.0),
        Row(model="b", loose=0.02, tight=0.0, coverage=1.0, kind="baseline"),
    )
    text = summary(ReportData(title="t", created=CREATED, task=SOCCERNET_V2, rows=rows))
    assert text == (
        "m reaches 1.00 loose and 0.00 tight average-mAP. "
        "No model beats the null baseline b, which has 2.00 loose and 0.00 tight average-mAP."
    )


def test_summary_of_the_sample() -> None:
    text = summary(ReportData(title="t", created=CREATED, task=SOCCERNET_V2, rows=sample_rows()))
    assert text.startswith("demo is the best of 2 models with 62.31 loose and 20.11 tight")
    assert "finds 71.4 % of the events within ± 2.5 s." in text
    assert text.endswith("only part of their windows, under 99 % coverage: qwen-2.5-vl-7b.")


def test_everything_follows_the_leaderboard() -> None:
    models = ("baseline/prior", "stranger", "qwen-2.5-vl-7b", "demo")
    data = replace(sample_report(), sections=sample_sections(models))
    order = ["demo", "qwen-2.5-vl-7b", "baseline/prior", "stranger"]
    assert list(data.measured("reliability")) == order
    assert list(data.measured("errors")) == order
    backwards = replace(sample_timeline(), lanes=sample_timeline().lanes[::-1])
    payload = half_payload(backwards, classes_of([backwards], SOCCERNET_V2), sample_rows())
    assert [lane["name"] for lane in payload["lanes"]] == order[:3]


def test_settings_are_shown_whole(tmp_path: Path) -> None:
    sentence = "a window is " + "and ".join(["long "] * 60) + "at the end"
    assert len(sentence) > 300
    report = sample_report()
    settings = replace(report.settings, recipe=(("windows", sentence),))
    text = render(replace(report, settings=settings), tmp_path / "index.html").read_text("utf-8")
    assert sentence in text
