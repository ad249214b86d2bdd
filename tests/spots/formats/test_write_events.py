import csv
import json

import pytest
from typer.main import get_command

from touchline.cli.main import app
from touchline.errors import UserError
from touchline.spots import (
    FormatSettings,
    Spot,
    check_format,
    export_spots,
    lost_in_file,
    writable_suffixes,
)

SPOTS = [Spot(1, 3_725_400, "Goal", "home", 0.91), Spot(1, 200, "Foul", None, 0.5)]


def test_json_has_every_attribute_in_the_order_of_time(tmp_path):
    export_spots(SPOTS, tmp_path / "e.json")
    first, second = json.loads((tmp_path / "e.json").read_text())
    assert first == {
        "half": 1,
        "time": "00:00.200",
        "position_ms": 200,
        "label": "Foul",
        "team": None,
        "confidence": 0.5,
    }
    assert second["label"] == "Goal"


def test_the_ends_of_segments_can_be_chosen(tmp_path):
    export_spots(SPOTS[:1], tmp_path / "e.xml", FormatSettings(lead=10, lag=0))
    text = (tmp_path / "e.xml").read_text()
    assert "<start>3715.400</start>" in text
    assert "<end>3725.400</end>" in text


def test_csv_has_one_line_an_event(tmp_path):
    export_spots(SPOTS, tmp_path / "e.csv")
    with (tmp_path / "e.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["position_ms"] for row in rows] == ["200", "3725400"]
    assert rows[0]["team"] == ""


def test_subtitles_stand_around_their_event_and_never_before_the_start(tmp_path):
    export_spots(SPOTS, tmp_path / "e.srt")
    assert (tmp_path / "e.srt").read_text().split("\n\n") == [
        "1\n00:00:00,000 --> 00:00:01,200\nFoul 50%",
        "2\n01:02:04,400 --> 01:02:06,400\nGoal (home) 91%\n",
    ]


def test_another_form_is_refused_before_any_work(tmp_path):
    with pytest.raises(UserError, match=r"must end in one of \.json, \.csv, \.srt"):
        check_format(tmp_path / "e.docx")


def test_subtitles_of_two_halves_are_two_files(tmp_path):
    both = [*SPOTS, Spot(2, 5000, "Corner", None, 0.5)]
    files = export_spots(both, tmp_path / "e.srt")
    assert [one.name for one in files] == ["e_1.srt", "e_2.srt"]
    assert "Corner" in files[1].read_text()
    assert "Corner" not in files[0].read_text()
    assert export_spots(both, tmp_path / "e.csv") == [tmp_path / "e.csv"]


def test_what_a_file_does_not_keep_is_said(tmp_path):
    (merged,) = lost_in_file(SPOTS, tmp_path / "e.txt")
    assert "10 s for events that follow each other sooner" in merged
    assert lost_in_file(SPOTS, tmp_path / "e.csv") == []


def test_every_ending_that_is_listed_works(tmp_path):
    (output,) = (one for one in get_command(app).commands["spot"].params if one.name == "output")
    assert output.help.endswith(f"in one of {', '.join(writable_suffixes())}.")
    assert {".json", ".csv", ".txt"} < set(writable_suffixes())
    for suffix in writable_suffixes():
        check_format(tmp_path / f"e{suffix}")
