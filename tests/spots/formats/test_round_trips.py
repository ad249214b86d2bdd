"""Every format gives back what was written, and is recognised by what it holds."""

import shutil
from dataclasses import replace

import pytest

from tests.support.match_events import HOSTILE, LABELS, SPOTS, spot, what
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, ProblemLog
from touchline.spots import (
    FORMATS,
    FormatSettings,
    MatchEvent,
    ReadRules,
    VideoEvents,
    lost_facts,
    read_events,
    writable_format,
    write_events,
)

NAMES = [one.name for one in FORMATS.built_in.values() if one.write]
BOTH = [name for name in NAMES if FORMATS.get(name).read]
ROUNDED = {"footpass", "youtube"}
"""Formats with times that are coarser than a millisecond."""


def written(videos, name, folder, settings=None):
    return write_events(videos, writable_format(name), folder, settings or FormatSettings())


def left_and_right(videos):
    """The same with what footpass needs: its classes, and teams by side."""
    side = {"home": "left", "away": "right", None: "left"}
    return [
        video.with_events(
            one._replace(label="pass", team=side[one.team], player="7") for one in video.events
        )
        for video in videos
    ]


@pytest.mark.parametrize("kind", [SPOTS, LABELS], ids=["spots", "labels"])
@pytest.mark.parametrize("name", [name for name in BOTH if name not in ROUNDED])
def test_times_come_back_to_the_millisecond_and_all_that_is_kept(name, kind, tmp_path):
    form = FORMATS.get(name)
    written(kind, name, tmp_path / "out")
    found, videos = read_events(tmp_path / "out", ReadRules(task=SOCCERNET_V2))
    assert found == name
    assert [(one.game, one.half) for one in videos] == [(one.game, one.half) for one in kind]
    for one, original in zip(videos, kind, strict=True):
        assert what(one.events) == what(original.events)
        if "team" in form.keeps:
            assert [e.team for e in one.events] == [e.team for e in original.events]
        if "confidence" in form.keeps:
            sure = [e.confidence for e in one.events]
            percent = form.suffix in (".srt", ".vtt", ".ffmeta") or name == "matroska"
            near = 0.0051 if percent else 0.00005
            assert sure == [
                e.confidence and pytest.approx(e.confidence, abs=near) for e in original.events
            ]
        if "visibility" in form.keeps:
            assert [e.visible for e in one.events] == [e.visible for e in original.events]
        if "start in UTC" in form.keeps:
            assert one.starts_at == original.starts_at


@pytest.mark.parametrize("kind", [SPOTS, LABELS], ids=["spots", "labels"])
def test_footpass_holds_frames_of_a_25th_second(kind, tmp_path):
    given = left_and_right(kind)
    written(given, "footpass", tmp_path / "f.json")
    found, videos = read_events(tmp_path / "f.json", ReadRules())
    assert found == "footpass"
    for one, original in zip(videos, given, strict=True):
        assert (one.game, one.half) == (original.game, original.half)
        for event, before in zip(one.events, original.events, strict=True):
            assert abs(event.position_ms - before.position_ms) <= 20
            assert event[2:] == (*before[2:5], True, "7")


def test_footpass_refuses_what_has_no_place_in_it(tmp_path):
    for change, reason in [
        ({"label": "Goal"}, "has no class in footpass"),
        ({"team": "home"}, "needs left or right"),
        ({"player": "GK"}, "is not a number"),
    ]:
        (video,) = left_and_right(SPOTS[2:])
        odd = video.with_events(one._replace(**change) for one in video.events)
        with pytest.raises(UserError, match=reason):
            written([odd], "footpass", tmp_path / "f.json")


def test_youtube_has_whole_seconds_ten_of_them_apart(tmp_path):
    events = [spot(11_999, "Foul", None, None), spot(15_000, "Goal", "home", None)]
    events += [spot(3_700_500, "Corner", None, None)]
    written([VideoEvents("g", 1, tuple(events))], "youtube", tmp_path / "c.txt")
    assert (
        tmp_path / "c.txt"
    ).read_text() == "0:00 Start\n0:11 Foul + Goal (home)\n1:01:40 Corner\n"
    found, (video,) = read_events(tmp_path / "c.txt", ReadRules())
    assert found == "youtube"
    assert what(video.events) == [
        (1, 11_000, "Foul"),
        (1, 11_000, "Goal"),
        (1, 3_700_000, "Corner"),
    ]


@pytest.mark.parametrize("name", [name for name in BOTH if name != "footpass"])
def test_a_hostile_label_stays_one_label(name, tmp_path):
    events = (MatchEvent(1, 30_000, HOSTILE), MatchEvent(1, 60_000, "Goal"))
    written([VideoEvents("g", 1, events, fps=25)], name, tmp_path / "out")
    found, (video,) = read_events(tmp_path / "out", ReadRules())
    assert found == name
    assert len(video.events) == 2 or name in ("youtube",)
    hostile, goal = video.events[0], video.events[-1]
    assert goal[:3] == (1, 60_000, "Goal")
    assert hostile.position_ms == 30_000
    assert hostile.label.startswith("=cmd|")
    assert "漢" in hostile.label


@pytest.mark.parametrize("name", NAMES)
def test_a_game_without_events_is_written_too(name, tmp_path):
    empty = [replace(SPOTS[0], events=())]
    assert written(empty, name, tmp_path / "out")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_lost_is_said(name):
    form = FORMATS.get(name)
    facts = (spot(1, "Goal", "left", 0.5, visible=False, player="9"),)
    said = lost_facts([VideoEvents("g", 1, facts)], form)
    lost = {"team", "confidence", "visibility", "player"} - form.keeps
    assert len(said) == len(lost) + bool(form.precision)
    assert all("1 events" in one or "rounded" in one for one in said)


def test_an_existing_file_is_never_replaced(tmp_path):
    written(SPOTS, "csv", tmp_path / "e.csv")
    with pytest.raises(UserError, match="exists already"):
        written(SPOTS, "csv", tmp_path / "e.csv")


def test_one_file_cannot_hold_several_videos_of_a_format_that_has_one_each(tmp_path):
    with pytest.raises(UserError, match="one for each half: give a folder"):
        written(SPOTS, "webvtt", tmp_path / "e.vtt")
    with pytest.raises(UserError, match="one for each game: give a folder"):
        written(SPOTS, "soccernet", tmp_path / "e.json")


@pytest.mark.parametrize("game", ["../evil", "/etc/x", "a//b", "a\x00b", ""])
def test_a_game_never_leads_out_of_the_folder(game, tmp_path):
    with pytest.raises(UserError, match="cannot be a folder"):
        written([VideoEvents(game, 1, ()), VideoEvents("g", 1, ())], "webvtt", tmp_path / "out")
    assert not (tmp_path / "evil").exists()


def test_a_folder_of_several_kinds_asks_which(tmp_path):
    written(SPOTS, "soccernet", tmp_path)
    written(LABELS, "soccernet", tmp_path)
    with pytest.raises(UserError, match="choose some with --files"):
        read_events(tmp_path, ReadRules())
    _, videos = read_events(tmp_path, ReadRules(), pattern="Labels-v2.json")
    assert [what(one.events) for one in videos] == [what(one.events) for one in LABELS]


def test_of_a_folder_a_broken_file_is_refused_or_counted(tmp_path):
    written(SPOTS[:2], "webvtt", tmp_path)
    (tmp_path / "league/2025/a - b/2.vtt").write_text("WEBVTT\n\n1:00 --> soon\nGoal\n")
    (tmp_path / "league/2025/a - b/3.vtt").write_bytes(b"WEBVTT\n\xff")
    with pytest.raises(UserError, match=r"2\.vtt, cue 1: "):
        read_events(tmp_path, ReadRules())
    rules = ReadRules(problems=ProblemLog(lenient=True))
    _, videos = read_events(tmp_path, rules)
    assert [len(one.events) for one in videos] == [4, 0]
    assert rules.problems.counts == {"unreadable cue": 1, "unreadable file": 1}


def test_of_a_zip_only_files_that_fit_are_read_as_what_was_asked_for(tmp_path):
    written(SPOTS, "soccernet", tmp_path / "in")
    (tmp_path / "in" / "notes.csv").write_text("time,label\n1:00,Goal\n")
    shutil.make_archive(str(tmp_path / "all"), "zip", tmp_path / "in")
    rules = ReadRules()
    found, videos = read_events(tmp_path / "all.zip", rules, "soccernet")
    assert found == "soccernet"
    assert [what(one.events) for one in videos] == [what(one.events) for one in SPOTS]
    assert rules.remarks == {"a file of no known format is left out": 1}


def test_matches_of_kloppy_in_a_folder_are_games(tmp_path):
    table = "event_id,event_type,period_id,timestamp\n1,CLEARANCE,1,0 days 00:00:01.5\n"
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(table)
    found, videos = read_events(tmp_path, ReadRules())
    assert found == "kloppy"
    assert [(one.game, what(one.events)) for one in videos] == [
        ("a", [(1, 1500, "Clearance")]),
        ("b", [(1, 1500, "Clearance")]),
    ]
