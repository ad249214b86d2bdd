"""Every broken file ends in one sentence that names the file and the entry.

For each of the formats that are used most: a sound file, and more than forty ways to break it. Each
is built from the sound one by one change, and has to be refused; what is wrong in the second entry
has to be said of the second.
"""

import copy
import gzip
import json
import re

import pytest

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, ProblemLog
from touchline.spots import ReadRules, read_events

MISSING = object()
NOT_UTF_8 = b"\xff\xfe\x00bad \xe9"

WRONG_TEXTS = {"a number": 7, "null": None, "a list": ["Goal"], "an object": {"a": 1}, "true": True}
WRONG_NAMES = {"empty": "", "spaces": "  ", "unknown": "Gaol", "endless": "x" * 5000}
WRONG_TIMES = {
    "words": "later",
    "null": None,
    "a list": [1],
    "an object": {},
    "negative": -5,
    "far": 10**13,
    "endless": 10**400,
    "NaN": float("nan"),
    "infinite": float("inf"),
    "empty": "",
}
WRONG_CONFIDENCES = {
    "words": "high",
    "a list": [0.5],
    "an object": {},
    "negative": -0.5,
    "above one": 1.5,
    "NaN": float("nan"),
    "empty": "",
}


def put(data, path, value):
    """A copy of JSON with one value changed, or without it."""
    changed = copy.deepcopy(data)
    place = changed
    for step in path[:-1]:
        place = place[step]
    if value is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(changed).encode()


def each(data, path, values, entry):
    """One broken file for each value."""
    name = path[-1]
    return {f"{name} {kind}": (put(data, path, value), entry) for kind, value in values.items()}


def of_any_json(data):
    """What breaks JSON of every kind."""
    text = json.dumps(data)
    return {
        "empty file": (b"", None),
        "only spaces": (b"  \n ", None),
        "cut short": (text[: len(text) // 2].encode(), None),
        "two documents": ((text + text).encode(), None),
        "not UTF-8": (text.encode().replace(b"Goal", b"Go\xe9l"), None),
        "UTF-16": (text.encode("utf-16"), None),
        "a text": (b'"Goal"', None),
        "a number": (b"7", None),
        "null": (b"null", None),
        "an empty object": (b"{}", None),
        "nested without end": (b"[" * 100_000, None),
        "a broken gzip": (gzip.compress(text.encode())[:-20], None),
        "half of a character": (text.replace("Goal", "\\ud800").encode(), None),
        "a comment": (b"// events\n" + text.encode(), None),
    }


def soccernet_files():
    entry = {
        "gameTime": "1 - 00:01",
        "label": "Goal",
        "position": "1000",
        "team": "home",
        "visibility": "visible",
    }
    data = {"UrlLocal": "g", "annotations": [entry, dict(entry, position="2000")]}
    second, place = ["annotations", 1], "entry 2"
    spot = {"gameTime": "1 - 00:01", "label": "Goal", "position": "1000", "half": "1"}
    spots = {"predictions": [spot | {"confidence": "0.5"}, spot | {"confidence": "0.4"}]}
    half = {"zero": "0", "words": "first", "null": None, "negative": "-1", "a fraction": "1.5"}
    clock = {"empty": "", "words": "soon", "no half": "12:34", "half 0": "0 - 00:01", "null": None}
    team = {"unknown": "blue", "a number": 7, "a list": ["home"]}
    sure = {**WRONG_CONFIDENCES, "null": None}
    return data, {
        **of_any_json(data),
        "annotations missing": (put(data, ["annotations"], MISSING), None),
        "annotations null": (put(data, ["annotations"], None), None),
        "annotations an object": (put(data, ["annotations"], {"1": entry}), None),
        **each(data, [*second, "label"], WRONG_TEXTS | WRONG_NAMES | {"missing": MISSING}, place),
        **each(data, [*second, "gameTime"], clock | {"missing": MISSING}, place),
        **each(data, [*second, "position"], WRONG_TIMES, place),
        **each(data, [*second, "team"], team, place),
        **{
            f"entry {kind}": (put(data, second, one), place)
            for kind, one in [("a text", "Goal"), ("null", None), ("a list", [])]
        },
        **each(spots, ["predictions", 1, "confidence"], sure | {"missing": MISSING}, place),
        **each(spots, ["predictions", 1, "half"], half | {"missing": MISSING}, place),
    }


def osl_files():
    event = {"head": "action", "label": "Goal", "position_ms": 1000}
    sample = {
        "id": "a",
        "inputs": [{"type": "video", "path": "g/1.mp4", "fps": 25.0}],
        "events": [event, dict(event, position_ms=2000)],
    }
    other = {"id": "b", "inputs": [{"type": "video", "path": "g/2.mp4"}], "events": [dict(event)]}
    data = {
        "version": "2.0",
        "labels": {"action": {"type": "single_label", "labels": ["Goal", "Foul"]}},
        "data": [sample, other],
    }
    events, place = ["data", 0, "events", 1], "sample 'a', event 2"
    utc = {"words": "noon", "empty": "", "a number": 7, "month 13": "2026-13-01 00:00:00"}
    begun = put(data, ["data", 0, "inputs", 0, "UTC_time_start"], "2026-01-01 12:00:00.000000")
    with_utc = json.loads(begun)
    listed = {"missing": MISSING, "null": None, "a text": "Goal", "numbers": [1, 2]}
    inputs = {
        "missing": MISSING,
        "empty": [],
        "null": None,
        "a text": "g.mp4",
        "of texts": ["g.mp4"],
    }
    return data, {
        **of_any_json(data),
        "data an object": (put(data, ["data"], {"a": sample}), None),
        "labels a list": (put(data, ["labels"], ["Goal"]), None),
        **each(data, ["labels", "action", "labels"], listed, None),
        **{
            f"sample {kind}": (put(data, ["data", 1], one), "sample 2")
            for kind, one in [("a text", "Goal"), ("null", None), ("a list", [])]
        },
        **each(data, ["data", 1, "inputs"], inputs, "sample 2"),
        **each(data, ["data", 1, "events"], {"a text": "x", "an object": {}}, "sample 2"),
        "a sample twice": (put(data, ["data", 1, "id"], "a"), "sample 2"),
        "a video twice": (put(data, ["data", 1, "inputs", 0, "path"], "g/1.mp4"), "sample 2"),
        "path a number": (put(data, ["data", 1, "inputs", 0, "path"], 7), "sample 2"),
        "id a number": (put(data, ["data", 1, "id"], 7), "sample 2"),
        "fps words": (put(data, ["data", 1, "inputs", 0, "fps"], "fast"), "sample 2"),
        **each(data, ["data", 1, "inputs", 0, "UTC_time_start"], utc, "sample 2"),
        **each(data, [*events, "label"], WRONG_TEXTS | WRONG_NAMES | {"missing": MISSING}, place),
        **each(
            data,
            [*events, "position_ms"],
            WRONG_TIMES | {"a fraction": 1.5, "missing": MISSING},
            place,
        ),
        **each(
            data, [*events, "head"], {"unknown": "foul_type", "a number": 7, "a list": []}, place
        ),
        **each(data, [*events, "confidence_score"], WRONG_CONFIDENCES, place),
        **each(
            with_utc,
            [*events, "timestamp_utc"],
            {**utc, "before the start": "2026-01-01 11:59:59"},
            place,
        ),
        "UTC without a start": (
            put(data, events, {"label": "Goal", "timestamp_utc": "2026-01-01 12:00:00"}),
            place,
        ),
        **{
            f"event {kind}": (put(data, events, one), place)
            for kind, one in [("a text", "Goal"), ("null", None), ("a list", [])]
        },
    }


def csv_files():
    header, first = "game,half,time,label,team,confidence", "g,1,00:01.000,Goal,home,0.5"

    def row(**cells):
        sound = {"game": "g", "half": "1", "time": "00:02", "label": "Goal", "team": "home"}
        sound |= {"confidence": "0.5"} | cells
        return "\n".join([header, first, ",".join(sound.values())]).encode()

    def rows(column, values):
        return {f"{column} {value[:20]!r}": (row(**{column: value}), "row 2") for value in values}

    text = row().decode()
    exact = "label,position_ms\nGoal,1000\nGoal,"
    return text, {
        "empty file": (b"", None),
        "only spaces": (b"\n\n \n", None),
        "no label": (text.replace("label", "what").encode(), None),
        "no time": (text.replace("time", "when").encode(), None),
        "a column twice": (text.replace("team", "label").encode(), None),
        "no header": (text.partition("\n")[2].encode(), None),
        "not UTF-8": (text.replace("Goal", "G\xe9al").encode("latin-1"), None),
        "UTF-16": (text.encode("utf-16"), None),
        "an open quote": (text.encode() + b'\ng,1,00:03,"Goal,home,0.5', None),
        "a quote inside": (text.encode() + b'\ng,1,00:03,"Go"al,home,0.5', None),
        "an endless cell": (text.encode() + b"\n" + b"x" * 200_000, None),
        "binary": (bytes(range(256)) * 10, None),
        "a cell too few": (text.rsplit(",", 1)[0].encode(), "row 2"),
        "a cell too many": (text.encode() + b",1", "row 2"),
        **rows(
            "time",
            ["", "soon", "1:2:3:4", "00:75", "-00:05", "1:99:00", "9999999:00", "1e3", "00:01.x"],
        ),
        **rows("time", ["25:00:00", "99999:00", "½", "12.34.56", "nan", "0x10"]),
        **rows("label", ["", "  ", "Gaol", "x" * 5000]),
        **rows("half", ["0", "-1", "1.5", "first", "999", "nan", "1e400"]),
        **rows("team", ["blue", "7", "both"]),
        **rows("confidence", ["high", "-0.5", "1.5", "nan", "inf", "50%"]),
        **{
            f"position_ms {value!r}": ((exact + value).encode(), "row 2")
            for value in ["", "-1", "1.5", "soon", "nan", "99999999999", "1e400"]
        },
    }


def sportscode_files():
    def instance(**parts):
        sound = {"ID": "2", "start": "5.0", "end": "15.0", "code": "Goal"} | parts
        inside = "".join(
            f"<{name}>{text}</{name}>" for name, text in sound.items() if text is not None
        )
        first = "<instance><ID>1</ID><start>0</start><end>9</end><code>Goal</code></instance>"
        return f"<file><ALL_INSTANCES>{first}<instance>{inside}</instance></ALL_INSTANCES></file>"

    def broken(name, values):
        return {
            f"{name} {str(one)[:20]!r}": (instance(**{name: one}).encode(), "instance 2")
            for one in values
        }

    def label(group, text):
        return instance(label=f"<group>{group}</group><text>{text}</text>").encode()

    text = instance()
    entity = '<!DOCTYPE file [<!ENTITY x "y">]>'
    bomb = '<!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    fetched = '<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return text, {
        "empty file": (b"", None),
        "only a declaration": (b'<?xml version="1.0"?>', None),
        "cut short": (text[:-20].encode(), None),
        "another root": (b"<html><body/></html>", None),
        "no instances": (b"<file><ROWS/></file>", None),
        "not UTF-8": (text.replace("Goal", "G\xe9al").encode("latin-1"), None),
        "another encoding": (b'<?xml version="1.0" encoding="foo"?>' + text.encode(), None),
        "an entity": ((entity + text.replace("Goal", "&x;")).encode(), None),
        "an entity that is not used": ((entity + text).encode(), None),
        "a bomb of entities": ((bomb + text.replace("Goal", "&b;")).encode(), None),
        "a file as entity": ((fetched + text.replace("Goal", "&x;")).encode(), None),
        "an unknown entity": (text.replace("Goal", "&nbsp;").encode(), None),
        "an open tag": (text.replace("</code>", "", 1).encode(), None),
        "an ampersand": (text.replace("Goal", "Goal & more").encode(), None),
        "a control character": (text.replace("Goal", "Go\x01al").encode(), None),
        "nested without end": (b"<file>" * 5000, None),
        "text behind the end": (text.encode() + b"more", None),
        "not XML at all": (b"ID,start,end\n1,2,3", None),
        **broken(
            "start", [None, "", "soon", "-3", "nan", "inf", "1e300", "00:05", "99999999", "20.0"]
        ),
        **broken("end", [None, "", "soon", "-3", "nan", "4.9", "99999999"]),
        **broken("code", [None, "", "  ", "Gaol", "x" * 5000]),
        **broken("ID", ["1", " 1 "]),
        **{
            f"confidence {one!r}": (label("confidence", one), "instance 2")
            for one in ["high", "-1", "2", "nan", ""]
        },
        **{
            f"position_ms {one!r}": (label("position_ms", one), "instance 2")
            for one in ["soon", "-1", "99999999999", "nan", ""]
        },
    }


KINDS = {
    "Labels-v2.json": soccernet_files(),
    "osl.json": osl_files(),
    "events.csv": csv_files(),
    "match.xml": sportscode_files(),
}
BROKEN = [
    pytest.param(name, content, entry, id=f"{name}: {kind}")
    for name, (_, files) in KINDS.items()
    for kind, (content, entry) in files.items()
]


def read(folder, name, content, lenient=False):
    (folder / name).write_bytes(content)
    rules = ReadRules(task=SOCCERNET_V2, problems=ProblemLog(lenient))
    return rules, read_events(folder / name, rules)


@pytest.mark.parametrize(("name", "files"), [(name, files) for name, (_, files) in KINDS.items()])
def test_there_are_more_than_forty_kinds(name, files):
    assert len({content for content, _ in files.values()}) >= 40


@pytest.mark.parametrize(("name", "sound"), [(name, sound) for name, (sound, _) in KINDS.items()])
def test_the_file_that_they_are_made_of_is_sound(name, sound, tmp_path):
    content = sound if isinstance(sound, str) else json.dumps(sound)
    _, (_, videos) = read(tmp_path, name, content.encode())
    assert sum(len(video.events) for video in videos) >= 2


@pytest.mark.parametrize(("name", "content", "entry"), BROKEN)
def test_a_broken_file_ends_in_a_sentence(name, content, entry, tmp_path):
    with pytest.raises(UserError) as refused:
        read(tmp_path, name, content)
    sentence = str(refused.value)
    assert name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 600
    assert re.search(r"Traceback|Error\b|object at 0x|NoneType", sentence) is None
    if entry is not None:
        assert f", {entry}: " in sentence


@pytest.mark.parametrize(
    ("name", "content", "entry"), [one for one in BROKEN if one.values[2] is not None]
)
def test_where_it_is_lenient_only_the_broken_entry_is_left_out(name, content, entry, tmp_path):
    rules, (_, videos) = read(tmp_path, name, content, lenient=True)
    assert sum(rules.problems.counts.values()) == 1
    assert f", {entry}: " in rules.problems.sentences()[0]
    assert sum(len(video.events) for video in videos) >= 1
