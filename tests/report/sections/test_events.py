"""A report of games without labels begins with their events."""

import re
from dataclasses import replace

from tests.report.samples import CREATED, sample_timeline
from touchline.games import SOCCERNET_V2
from touchline.report import Lane, ReportData, Row, Timeline, render
from touchline.spots import Spot

SPOTS = (
    Spot(1, 61_540, "Goal", "home", 0.9),
    Spot(1, 4_000, "Foul", None, 0.25),
)


def unlabelled(spots, length_ms=62_000):
    half = Timeline("a.mp4", 1, length_ms, None, (Lane("demo", spots, "model"),))
    row = Row(model="demo", loose=None, tight=None, coverage=1.0)
    return ReportData(title="t", created=CREATED, task=SOCCERNET_V2, rows=(row,), timelines=(half,))


def test_events_come_first_in_order_of_time(tmp_path):
    text = render(unlabelled(SPOTS), tmp_path / "a.html").read_text()
    assert re.findall(r'<section id="([\w-]+)"', text)[:2] == ["events", "timeline"]
    assert "leaderboard" not in re.findall(r'<section id="([\w-]+)"', text)
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", text.partition('id="timeline"')[0])
    assert cells == ["00:04.0", "Foul", "–", "0.25", "01:01.5", "Goal", "home", "0.90"]
    assert "demo reports 2 events." in text
    assert "1 game, 62 seconds." in text
    assert "Nothing was scored" not in text


def test_only_the_surest_are_listed_and_that_is_said(tmp_path):
    many = tuple(Spot(1, 100 * n, "Foul", None, n / 300) for n in range(300))
    text = render(unlabelled(many), tmp_path / "a.html").read_text()
    assert "The 200 surest of 300 events." in text
    listed = text.partition('id="timeline"')[0]
    assert listed.count("<td>Foul</td>") == 200
    assert "00:09.9" not in listed
    assert "No event was reported." in render(unlabelled(()), tmp_path / "b.html").read_text()


def test_labelled_games_have_no_list_and_keep_their_leaderboard(tmp_path):
    data = replace(unlabelled(SPOTS), timelines=(sample_timeline(),))
    data = replace(data, rows=(Row(model="demo", loose=0.5, tight=0.1, coverage=1.0),))
    sections = re.findall(r'<section id="([\w-]+)"', render(data, tmp_path / "a.html").read_text())
    assert sections[0] == "leaderboard"
    assert "events" not in sections
