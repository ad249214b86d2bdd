"""Files as the programs and data sets of others write them."""

import gzip
import json
import random

import pytest

from tests.support.match_events import LABELS, SPOTS, what
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.spots import (
    FORMATS,
    FormatSettings,
    MatchEvent,
    ReadRules,
    read_events,
    writable_format,
    write_events,
)

READABLE = [one.name for one in FORMATS.built_in.values() if one.read]
NEW_PREDICTIONS = {
    "version": "2.0",
    "task": "action_spotting",
    "metadata": {"type": "predictions"},
    "data": [
        {
            "inputs": [{"type": "video", "path": "cup/final/2_224p.mp4", "fps": 25.0}],
            "events": [
                {
                    "head": "action",
                    "label": "Goal",
                    "frame": 53,
                    "position_ms": 2120,
                    "confidence": 0.75,
                    "gameTime": "00:02",
                }
            ],
        }
    ],
}
OLD_EVENT = {
    "label": "Goal",
    "position": 2120,
    "frame": 53,
    "confidence": 0.75,
    "gameTime": "00:02",
}
OLD_FILE = {"Url": "cup/final/2_224p.mp4", "predictions": [OLD_EVENT], "fps": 25.0}
OLD_LIST = [{"video": "cup/final/2_224p.mp4", "events": [OLD_EVENT], "fps": 25.0}]


def read(path, content, **rules):
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    used = ReadRules(**rules)
    return *read_events(path, used), used


@pytest.mark.parametrize(
    "content", [NEW_PREDICTIONS, OLD_FILE, OLD_LIST], ids=["new", "old", "list"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_predictions_of_opensportslib(content, packed, tmp_path):
    data = json.dumps(content).encode()
    found, (video,), _ = read(tmp_path / "p.json", gzip.compress(data) if packed else data)
    assert found == "osl"
    assert (video.game, video.half) == ("cup/final", 2)
    assert video.events == (MatchEvent(2, 2120, "Goal", None, 0.75),)


def test_a_time_in_utc_is_what_holds(tmp_path):
    """As in OpenSportsLab's tool: with an offset, without one, and beside another position."""
    begun = {"type": "video", "path": "m.mp4", "UTC_time_start": "2026-01-01T13:00:00+01:00"}
    moments = ["2026-01-01 12:00:01.100000", "2026-01-01T12:00:03.650Z"]
    events = [{"label": "a", "position_ms": 7, "timestamp_utc": one} for one in moments]
    events.append({"label": "a", "position_ms": 9000})
    _, (video,), _ = read(tmp_path / "u.json", {"data": [{"inputs": [begun], "events": events}]})
    assert [event.position_ms for event in video.events] == [1100, 3650, 9000]


def test_halves_of_one_sample_are_told_apart(tmp_path):
    """SoccerNet's runners in opensportslib say the half of each event."""
    events = [dict(OLD_EVENT, half="1"), dict(OLD_EVENT, half="2", gameTime="2 - 00:02")]
    _, videos, _ = read(tmp_path / "h.json", dict(OLD_FILE, Url="cup/final", predictions=events))
    assert [(one.game, one.half, len(one.events)) for one in videos] == [
        ("cup/final", 1, 1),
        ("cup/final", 2, 1),
    ]


def test_soccertrack(tmp_path):
    actions = [
        {"time": 12.5, "event_class": "Pass", "team": "left", "player_id": 10},
        {"time": 45.2, "event_class": "Shot", "team": None, "player_id": None},
    ]
    content = {"match_id": "117093", "fps": 25.0, "actions": actions}
    found, (video,), _ = read(tmp_path / "117093.json", content)
    assert (found, video.game, video.fps) == ("soccertrack", "117093", 25)
    assert video.events == (
        MatchEvent(1, 12_500, "Pass", "left", player="10"),
        MatchEvent(1, 45_200, "Shot"),
    )


def test_older_files_of_soccertrack_are_as_soccernets(tmp_path):
    entry = {
        "gameTime": "2 - 7:05",
        "label": "PASS",
        "position": "425120",
        "team": "",
        "visibility": "",
    }
    content = {"UrlLocal": "", "UrlYoutube": "", "annotations": [entry]}
    found, (video,), _ = read(tmp_path / "117093_12_class_events.json", content)
    assert (found, video.game) == ("soccernet", "117093_12_class_events")
    assert video.events == (MatchEvent(2, 425_120, "PASS"),)


OSL_V1 = {
    "version": 1,
    "date": "2023.08.31",
    "videos": [
        {
            "path_features": "cup/2016-2017/final/2_ResNET_TF2_PCA512.npy",
            "annotations": [
                {"gameTime": "2 - 00:02", "label": "Goal", "position": "2120", "team": "home",
                 "visibility": "not shown"},
                {"gameTime": "2 - 00:09", "label": "Foul", "team": "away"},
            ],
        },
        {"path_video": "cup/2016-2017/final/1_224p.mkv"},
    ],
    "labels": ["Goal", "Foul"],
}  # fmt: skip
OSL_FRAMES = [
    {
        "video": "cup/2016-2017/final/2_224p",
        "fps": 2.0833333333333335, "num_frames": 5625, "num_frames_base": 67500, "num_events": 2,
        "width": 398, "height": 224,
        "events": [
            {"comment": "home; not shown", "frame": 159, "label": "Goal"},
            {"comment": "not applicable; visible", "frame": 0, "label": "Ball out of play"},
        ],
    }
]  # fmt: skip


def test_osl_v1(tmp_path):
    found, videos, _ = read(tmp_path / "t.json", OSL_V1, task=SOCCERNET_V2)
    assert found == "osl-v1"
    assert [(one.game, one.half) for one in videos] == [
        ("cup/2016-2017/final", 2),
        ("cup/2016-2017/final", 1),
    ]
    assert videos[0].events == (
        MatchEvent(2, 2120, "Goal", "home", None, False, ""),
        MatchEvent(2, 9000, "Foul", "away", None, True, ""),
    )
    assert videos[1].events == ()


def test_osl_v1_of_sampled_frames(tmp_path):
    found, (video,), _ = read(tmp_path / "t.json", OSL_FRAMES, task=SOCCERNET_V2)
    assert (found, video.game, video.half) == ("osl-v1", "cup/2016-2017/final", 2)
    assert video.events == (
        MatchEvent(2, 0, "Ball out of play", None, None, True, ""),
        MatchEvent(2, 76_320, "Goal", "home", None, False, ""),
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"gameTime": "second half"}, "video .*final.*, event 1: its time is 'second half'"),
        ({"gameTime": "x - 00:02"}, "event 1: gameTime is 'x - 00:02', not like"),
        ({"gameTime": "3 - 00:02"}, "event 1: half is 3"),
        ({"gameTime": 7}, "event 1: .*gameTime"),
        ({"gameTime": ""}, "event 1: its time is ''"),
        ({"position": "soon"}, "event 1: .*position"),
        ({"position": -5}, "event 1: its time, -5 ms, is before the start"),
        ({"position": 1e300}, "event 1: its time, .*, is more than a day"),
        ({"label": "Gaol"}, "event 1: unknown class 'Gaol': 'labels' does not list it"),
        ({"label": None}, "event 1: .*label"),
        ({"frame": 5}, "event 1: it names a frame, but its video no fps"),
        ({"confidence": 2, "position": 1}, "event 1: its confidence is 2"),
    ],
)
def test_a_broken_osl_v1_names_its_event(tmp_path, change, reason):
    event = {"gameTime": "1 - 00:02", "label": "Goal"} | change
    if "frame" in change:
        event.pop("gameTime")
    video = {"path_video": "cup/final/1_224p.mkv", "annotations": [event]}
    with pytest.raises(UserError, match=reason) as caught:
        read(tmp_path / "v1.json", OSL_V1 | {"videos": [video]}, task=SOCCERNET_V2)
    assert "v1.json" in str(caught.value) and "\n" not in str(caught.value)


def test_a_video_of_osl_v1_is_there_once_and_has_a_rate(tmp_path):
    video = OSL_V1["videos"][1]
    with pytest.raises(UserError, match=r"video 2: video .* is there already"):
        read(tmp_path / "v1.json", OSL_V1 | {"videos": [video, video]})
    with pytest.raises(UserError, match="its fps is 0"):
        read(tmp_path / "f.json", [OSL_FRAMES[0] | {"fps": 0}])
    with pytest.raises(UserError, match="'labels' is not a list of names"):
        read(tmp_path / "l.json", OSL_V1 | {"labels": {"a": 1}})


def test_footpass(tmp_path):
    truth = {
        "keys": ["game_18_H1"],
        "events": {"game_18_H1": [[64, 0, 3, 1, 1, 0], [75, 1, -1, 8, 0, 1]]},
    }
    found, (video,), rules = read(tmp_path / "t.json", truth)
    assert (found, video.game, video.half) == ("footpass", "game_18", 1)
    assert video.events == (
        MatchEvent(1, 2560, "drive", "left", None, True, "3"),
        MatchEvent(1, 3000, "block", "right", None, False, ""),
    )
    assert rules.remarks == {"whether a player has a box is not kept": 2}
    predicted = {
        "keys": ["game_18_H2"],
        "events": {"game_18_H2": [[39, 0, 81, 2, 0.8043681740760803]]},
    }
    _, (video,), _ = read(tmp_path / "p.json", predicted)
    assert video.events == (MatchEvent(2, 1560, "pass", "left", 0.8043681740760803, True, "81"),)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"keys": ["a_H1", "a_H1"]}, "key 2: 'a_H1' is there already"),
        ({"keys": ["b_H1"]}, "'keys' does not name 'a_H1'"),
        ({"events": {"a_H1": [[1, 2, 3, 4]]}}, "'a_H1', row 1: team is 2"),
        ({"events": {"a_H1": [[1, 0, 3, 9]]}}, "row 1: unknown class 9"),
        ({"events": {"a_H1": [[1, 0, 3]]}}, "row 1: it is not a list of"),
        ({"events": {"a_H1": [[-1, 0, 3, 1]]}}, "row 1: its time, -40 ms, is before"),
        ({"events": {"a_H1": [[1.5, 0, 3, 1]]}}, "'frame' is 1.5, not a whole"),
        ({"events": {"a_H1": None}}, "has no list 'a_H1'"),
    ],
)
def test_a_broken_footpass_names_its_row(change, reason, tmp_path):
    content = {"keys": ["a_H1"], "events": {"a_H1": [[1, 0, 3, 1]]}} | change
    with pytest.raises(UserError, match=reason):
        read(tmp_path / "f.json", content)


def test_a_class_that_footpass_lacks_is_told_in_one_line(tmp_path):
    events = (MatchEvent(1, 40, "a\n\n\u202eb", "left"),)
    videos = [SPOTS[0].with_events(events)]
    with pytest.raises(UserError, match="has no class in footpass") as caught:
        write_events(videos, writable_format("footpass"), tmp_path / "f.json", FormatSettings())
    assert str(caught.value).isprintable()


def test_activitynet(tmp_path):
    facts = {
        "duration": 82.73,
        "subset": "training",
        "annotations": [{"label": "Goal", "segment": [6.25, 19.5]}],
    }
    content = {"version": "VERSION 1.3", "taxonomy": [], "database": {"sJFgo9H6zNo": facts}}
    found, (video,), rules = read(tmp_path / "a.json", content)
    assert (found, video.game, video.duration_ms) == ("activitynet", "sJFgo9H6zNo", 82_730)
    assert what(video.events) == [(1, 6250, "Goal")]
    assert rules.remarks.total() == 1
    _, (video,), rules = read(tmp_path / "a.json", content, lead_ms=5000)
    assert (what(video.events), rules.remarks) == ([(1, 11_250, "Goal")], {})
    facts["annotations"][0]["segment"] = [90, 91]
    with pytest.raises(UserError, match=r"'sJFgo9H6zNo', entry 1: .* beyond the end of the video"):
        read(tmp_path / "a.json", content)


def test_label_studio(tmp_path):
    """An export: frames count from 1, a rectangle beside the timeline, the path of a local file."""
    region = {
        "id": "x",
        "type": "timelinelabels",
        "from_name": "events",
        "to_name": "video",
        "value": {"ranges": [{"start": 26, "end": 26}], "timelinelabels": ["Goal"]},
    }
    task = {
        "id": 7,
        "data": {"video": "/data/local-files/?d=cup/final/2_224p.mp4"},
        "annotations": [{"id": 1, "result": [{"type": "videorectangle", "value": {}}, region]}],
    }
    found, (video,), rules = read(tmp_path / "l.json", [task], fps=25)
    assert (found, video.game, video.half) == ("label-studio", "cup/final", 2)
    assert what(video.events) == [(2, 1000, "Goal")]
    assert rules.remarks == {"a region that is not of timelinelabels is left out": 1}
    task["annotations"].append(task["annotations"][0])
    task["predictions"] = [{"result": [dict(region, score=0.5)]}]
    _, (again,), rules = read(tmp_path / "l.json", [task], fps=25)
    assert (again.events, rules.remarks.total()) == (video.events, 3)
    with pytest.raises(UserError, match=r"region 2: it counts frames, .* --in-fps"):
        read(tmp_path / "l.json", [task])


def test_fiftyone_by_frames(tmp_path):
    labels = {
        "videos/a": [{"label": "Goal", "support": [26, 50], "confidence": 0.5}],
        "videos/b": None,
    }
    found, videos, _ = read(tmp_path / "labels.json", {"classes": None, "labels": labels}, fps=25)
    assert found == "fiftyone"
    assert [(one.game, what(one.events)) for one in videos] == [
        ("videos/a", [(1, 1000, "Goal")]),
        ("videos/b", []),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Time;Event;Team\n01:02,5;goal;Home\n",
        "\ufefftime,event\r\n1:02.5,GOAL\r\n",
        "gameTime\tlabel\n1 - 01:02.5\tGoal\n",
        "position_ms,label\n62500,goal\n",
        "seconds,time,label\nx,62.5,Goal\n",
    ],
)
def test_tables_of_spreadsheets(text, tmp_path):
    found, (video,), _ = read(tmp_path / "t.csv", text.encode(), task=SOCCERNET_V2)
    assert (found, what(video.events)) == ("csv", [(1, 62_500, "Goal")])


def test_what_has_no_place_here_is_counted(tmp_path):
    text = b"time,label,zone\n1:00,Goal,left\n"
    _, _, rules = read(tmp_path / "t.csv", text)
    assert rules.remarks == {"column 'zone' is not kept": 1}
    sample = dict(NEW_PREDICTIONS["data"][0], captions=[{"lang": "en", "text": "A goal."}])
    _, _, rules = read(tmp_path / "o.json", {"data": [sample]})
    assert rules.remarks == {"'captions' of a sample are not kept": 1}
    text = (
        '<ANNOTATION_DOCUMENT><TIER TIER_ID="a"/><TIER TIER_ID="b" PARENT_REF="a"><ANNOTATION>'
        '<REF_ANNOTATION ANNOTATION_ID="1" ANNOTATION_REF="2"/></ANNOTATION></TIER>'
        "</ANNOTATION_DOCUMENT>"
    )
    _, _, rules = read(tmp_path / "e.eaf", text.encode())
    assert rules.remarks == {"a tier that depends on another is not kept": 1}


def test_chapters_of_other_programs(tmp_path):
    text = ";FFMETADATA1\ntitle=a\\=b\n[STREAM]\n[CHAPTER]\nSTART=1500000000\nEND=2\ntitle=Goal\n"
    found, (video,), _ = read(tmp_path / "c.txt", text.encode())
    assert (found, what(video.events)) == ("ffmetadata", [(1, 1500, "Goal")])
    text = "0:00 Start\n12:34 Goal (home)\n1:02:03 Foul\n"
    found, (video,), _ = read(tmp_path / "y.txt", text.encode())
    assert (found, what(video.events)) == (
        "youtube",
        [(1, 754_000, "Goal"), (1, 3_723_000, "Foul")],
    )
    assert video.events[0].team == "home"


def test_subtitles_of_other_programs(tmp_path):
    text = (
        "WEBVTT - match\n\nNOTE made by hand\n\n01:00.000 --> 01:04.500 align:start\n<b>Goal</b>\n"
    )
    found, (video,), rules = read(tmp_path / "s.vtt", text.encode())
    assert (found, what(video.events)) == ("webvtt", [(1, 62_250, "Goal")])
    assert rules.remarks.total() == 1
    with pytest.raises(UserError, match="cue 1: it ends before its start"):
        read(tmp_path / "s.srt", b"1\n00:00:05,000 --> 00:00:01,000\nGoal\n")


def samples(tmp_path):
    """The content of a sound file of each format."""
    for name in READABLE:
        if name == "kloppy":
            yield (
                name,
                b"event_id,event_type,period_id,timestamp\n1,SHOT,1,0 days 00:09:15.445000\n",
            )
            continue
        if name == "osl-v1":
            yield name, json.dumps(OSL_V1).encode()
            continue
        form = writable_format(name)
        videos = SPOTS if form.holds == "data set" else SPOTS[:1]
        if name == "footpass":
            videos = [
                one.with_events(event._replace(label="pass", team="left") for event in one.events)
                for one in videos
            ]
        (file, *_) = write_events(videos, form, tmp_path / name, FormatSettings())
        yield name, file.read_bytes()


def test_each_file_is_of_one_format(tmp_path):
    for name, content in samples(tmp_path):
        found, _, _ = read(tmp_path / "any", content)
        assert found == name


@pytest.mark.parametrize("form", READABLE)
def test_a_file_of_another_format_is_refused_in_a_sentence(form, tmp_path):
    for name, content in samples(tmp_path):
        (tmp_path / "any").write_bytes(content)
        if name != form:
            try:
                read_events(tmp_path / "any", ReadRules(), form)
            except UserError as refused:
                assert str(refused).endswith(".")


def test_damage_of_any_kind_ends_in_a_sentence(tmp_path):
    """Bytes that are changed, left out or doubled, at places that a seed chooses."""
    chance = random.Random(2026)
    refused = 0
    for name, content in samples(tmp_path):
        for _ in range(30):
            damaged = bytearray(content)
            for _ in range(chance.randint(1, 4)):
                place = chance.randrange(len(damaged))
                end = place + chance.randint(1, 30)
                kind = chance.randrange(4)
                if kind == 0:
                    damaged[place] = chance.randrange(256)
                elif kind == 1:
                    del damaged[place:end]
                elif kind == 2:
                    damaged[place:place] = damaged[place:end]
                else:
                    damaged[place:end] = chance.choice(
                        [b"-1", b"null", b'"', b"<", b"1e999", b"\n"]
                    )
                damaged = damaged or bytearray(b"x")
            (tmp_path / "any").write_bytes(bytes(damaged))
            try:
                read_events(tmp_path / "any", ReadRules(), name)
            except UserError as error:
                refused += 1
                assert str(error).endswith(".")
                assert "\n" not in str(error)
    assert refused > 150


def test_labels_and_spots_are_told_apart(tmp_path):
    for kind, videos in (("labels", LABELS), ("spots", SPOTS)):
        write_events(videos, writable_format("osl"), tmp_path / f"{kind}.json", FormatSettings())
        _, found = read_events(tmp_path / f"{kind}.json", ReadRules())
        assert all(one.has_spots == (kind == "spots") for one in found)


def test_characters_in_two_halves_are_whole(tmp_path):
    content = json.dumps(OLD_FILE).replace("Goal", "\\ud83d\\udca5 Goal")
    _, (video,), _ = read(tmp_path / "p.json", content.encode())
    assert video.events[0].label == "\U0001f4a5 Goal"
