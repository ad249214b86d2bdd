"""What touchline writes is read by the programs that the formats belong to.

The readers are installed for tests only (the extra `dev`); where one is missing, its tests are
skipped and say so. FiftyOne and Label Studio's SDK are too large for that: their tests run where
somebody has installed them.
"""

import json
import shutil
import subprocess
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest

from tests.support.match_events import HOSTILE, LABELS, SPOTS, what
from tests.support.videos import write_video
from touchline.games import SOCCERNET_V2
from touchline.spots import (
    FormatSettings,
    MatchEvent,
    ReadRules,
    VideoEvents,
    events_of_kloppy,
    read_events,
    writable_format,
    write_events,
)

FIRST = SPOTS[0]
HARMFUL = VideoEvents("g", 1, (MatchEvent(1, 1500, HOSTILE, "home"),), duration_ms=5000, fps=25)


def written(videos, name, path):
    write_events(videos, writable_format(name), path, FormatSettings())
    return path


def test_kloppy_reads_sportscode(tmp_path):
    sportscode = pytest.importorskip("kloppy.sportscode", reason="kloppy is not installed")
    dataset = sportscode.load(str(written([FIRST], "sportscode", tmp_path / "e.xml")))
    found = [(code.timestamp, code.end_timestamp, code.code) for code in dataset.codes]
    seconds = [(0, 5), (0, 5.2), (3720.401, 3730.401), (3720.401, 3730.401)]
    assert found == [
        (timedelta(seconds=start), timedelta(seconds=end), event.label)
        for (start, end), event in zip(seconds, FIRST.events, strict=True)
    ]
    assert dataset.codes[2].labels == {"position_ms": 3_725_401, "team": "home", "confidence": 0.91}
    (code,) = sportscode.load(str(written([HARMFUL], "sportscode", tmp_path / "h.xml"))).codes
    assert code.code.startswith('=cmd|"</label>&x; -->')


def test_what_kloppy_writes_as_sportscode_is_read(tmp_path):
    sportscode = pytest.importorskip("kloppy.sportscode", reason="kloppy is not installed")
    written([FIRST], "sportscode", tmp_path / "e.xml")
    sportscode.save(sportscode.load(str(tmp_path / "e.xml")), str(tmp_path / "k.xml"))
    found, (video,) = read_events(tmp_path / "k.xml", ReadRules(task=SOCCERNET_V2))
    assert (found, what(video.events)) == ("sportscode", what(FIRST.events))


def test_the_sportscode_file_of_kloppys_own_tests_is_read():
    kloppy = pytest.importorskip("kloppy", reason="kloppy is not installed")
    rules = ReadRules(lead_ms=1000, renames={"Henkie": "home"})
    file = Path(kloppy.__path__[0]) / "tests/files/code_xml.xml"
    found, (video,) = read_events(file, rules)
    assert found == "sportscode"
    assert what(video.events) == [(1, 4600, "PASS"), (1, 69_300, "PASS"), (1, 104_600, "SHOT")]
    assert {event.team for event in video.events} == {"home"}
    assert rules.remarks["a label of an instance is not kept"] > 3


def kloppy_match():
    """A match of event data as providers publish it, in the words of StatsBomb's API."""
    datafactory = pytest.importorskip("kloppy.datafactory", reason="kloppy is not installed")
    kloppy = pytest.importorskip("kloppy")
    folder = f"{kloppy.__path__[0]}/tests/files"
    return datafactory.load(event_data=f"{folder}/datafactory_events.json")


def test_event_data_of_kloppy_become_labels():
    dataset = kloppy_match()
    rules = ReadRules(task=SOCCERNET_V2)
    first, second = events_of_kloppy(dataset, "cup/final", rules)[:2]
    goals = [one for one in dataset.events if getattr(one.result, "name", "") == "GOAL"]
    labels = [one for video in (first, second) for one in video.events if one.label == "Goal"]
    assert [(one.half, one.position_ms, one.team) for one in labels] == [
        (goal.period.id, round(goal.timestamp.total_seconds() * 1000), goal.team.ground.value)
        for goal in goals
    ]
    names = {one.label for one in first.events}
    assert {"Corner", "Throw-in", "Kick-off", "Foul", "Yellow card", "Ball out of play"} <= names
    left_out = rules.remarks["an event that is not a class of the task is left out"]
    assert left_out > 500
    everything = events_of_kloppy(dataset, "cup/final")
    assert {"PASS", "RECOVERY"} <= {one.label for one in everything[0].events}


def test_the_table_of_kloppy_is_read(tmp_path):
    dataset = kloppy_match()
    rows = dataset.to_records()
    columns = sorted({name for row in rows for name in row})
    lines = [
        [("" if row.get(name) is None else str(row[name])) for name in columns] for row in rows
    ]
    text = "\n".join(",".join(line) for line in [columns, *lines])
    (tmp_path / "final.csv").write_text(text, encoding="utf-8")
    found, videos = read_events(tmp_path / "final.csv", ReadRules(task=SOCCERNET_V2))
    direct = events_of_kloppy(dataset, "final", ReadRules(task=SOCCERNET_V2))
    assert found == "kloppy"
    assert [what(one.events) for one in videos] == [what(one.events) for one in direct]


def test_opentimelineio_reads_the_markers(tmp_path):
    otio = pytest.importorskip("opentimelineio", reason="opentimelineio is not installed")
    timeline = otio.adapters.read_from_file(str(written([FIRST], "otio", tmp_path / "e.otio")))
    (clip,) = timeline.find_clips()
    assert clip.media_reference.target_url == FIRST.video
    assert clip.duration().to_seconds() == 3900
    found = [(one.marked_range.start_time.to_seconds(), one.name) for one in clip.markers]
    assert found == [
        (0, "Kick-off"),
        (0.2, "Foul (away)"),
        (3725.401, "Goal (home)"),
        (3725.401, "Yellow card (away)"),
    ]
    timeline = otio.adapters.read_from_file(str(written([HARMFUL], "otio", tmp_path / "h.otio")))
    (clip,) = timeline.find_clips()
    assert clip.markers[0].metadata["touchline"]["label"] == HOSTILE


def test_markers_of_an_editing_program_are_read(tmp_path):
    """Media whose timecode begins at one hour, at 25 frames per second."""
    otio = pytest.importorskip("opentimelineio", reason="opentimelineio is not installed")
    time, span = otio.opentime.RationalTime, otio.opentime.TimeRange
    hour = time(3600 * 25, 25)
    media = otio.schema.ExternalReference("file:///m/1.mkv", span(hour, time(2500, 25)))
    clip = otio.schema.Clip("1", media)
    clip.markers.append(otio.schema.Marker("Goal", span(hour + time(301, 25), time(0, 25))))
    timeline = otio.schema.Timeline("m")
    timeline.tracks.append(otio.schema.Track(children=[clip]))
    otio.adapters.write_to_file(timeline, str(tmp_path / "m.otio"))
    _, (video,) = read_events(tmp_path / "m.otio", ReadRules(task=SOCCERNET_V2))
    assert what(video.events) == [(1, 12_040, "Goal")]


def test_pympi_reads_the_tiers(tmp_path):
    pympi = pytest.importorskip("pympi", reason="pympi-ling is not installed")
    document = pympi.Eaf(str(written([FIRST], "elan", tmp_path / "e.eaf")))
    assert document.get_annotation_data_for_tier("Goal (home)") == [(3_725_401, 3_726_401, "Goal")]
    assert document.get_annotation_data_for_tier("Foul (away)") == [(200, 1200, "Foul")]
    (sure,) = document.get_ref_annotation_data_for_tier("Goal (home): confidence")
    assert sure[:3] == (3_725_401, 3_726_401, "0.91")
    assert document.get_linked_files()[0]["MEDIA_URL"] == FIRST.video
    harmful = pympi.Eaf(str(written([HARMFUL], "elan", tmp_path / "h.eaf")))
    (tier,) = harmful.get_tier_names()
    assert harmful.get_annotation_data_for_tier(tier)[0][:2] == (1500, 2500)


def test_a_document_of_pympi_is_read(tmp_path):
    pympi = pytest.importorskip("pympi", reason="pympi-ling is not installed")
    document = pympi.Eaf(author="someone")
    document.add_tier("Events", part="home")
    document.add_annotation("Events", 61_234, 62_000, "goal")
    document.to_file(str(tmp_path / "d.eaf"))
    rules = ReadRules(task=SOCCERNET_V2)
    found, (video,) = read_events(tmp_path / "d.eaf", rules)
    assert (found, video.events) == ("elan", (MatchEvent(1, 61_234, "Goal", "home"),))
    assert rules.remarks == {"the time of a segment's event is taken to be its start": 1}


def test_webvtt_py_reads_the_cues(tmp_path):
    webvtt = pytest.importorskip("webvtt", reason="webvtt-py is not installed")
    captions = webvtt.read(str(written([FIRST], "webvtt", tmp_path / "e.vtt"))).captions
    assert [(one.start, one.end, one.text) for one in captions] == [
        ("00:00:00.000", "00:00:01.000", "Kick-off 100%"),
        ("00:00:00.000", "00:00:01.200", "Foul (away) 25%"),
        ("01:02:04.401", "01:02:06.401", "Goal (home) 91%"),
        ("01:02:04.401", "01:02:06.401", "Yellow card (away) 7%"),
    ]
    (one,) = webvtt.read(str(written([HARMFUL], "webvtt", tmp_path / "h.vtt"))).captions
    assert (one.start, one.end) == ("00:00:00.500", "00:00:02.500")
    (one,) = webvtt.from_srt(str(written([HARMFUL], "srt", tmp_path / "h.srt"))).captions
    assert (one.start, one.end) == ("00:00:00.500", "00:00:02.500")


needs_ffmpeg = pytest.mark.skipif(
    not (shutil.which("ffmpeg") and shutil.which("ffprobe")), reason="ffmpeg is not installed"
)


@needs_ffmpeg
def test_ffmpeg_puts_the_chapters_into_a_video(tmp_path):
    write_video(tmp_path / "v.mkv", range(0, 5000, 40))
    events = (MatchEvent(1, 1001, "Goal", "home"), MatchEvent(1, 2500, HOSTILE))
    videos = [VideoEvents("g", 1, events, duration_ms=5000)]
    written(videos, "ffmetadata", tmp_path / "c.ffmeta")
    command = "ffmpeg -v error -i v.mkv -i c.ffmeta -map_metadata 1 -c copy out.mkv"
    subprocess.run(command.split(), cwd=tmp_path, check=True)
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-show_chapters", "-of", "json", "out.mkv"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    first, second = json.loads(shown.stdout)["chapters"]
    assert (first["start_time"], first["end_time"]) == ("1.001000", "2.500000")
    assert first["tags"]["title"] == "Goal (home)"
    assert second["start_time"] == "2.500000"
    assert second["tags"]["title"].startswith('=cmd|"</label>&x; --> [CHAPTER]')


@needs_ffmpeg
@pytest.mark.parametrize("name", ["srt", "webvtt"])
def test_ffprobe_reads_subtitles(name, tmp_path):
    form = writable_format(name)
    written([FIRST], name, tmp_path / f"e{form.suffix}")
    shown = subprocess.run(
        ["ffprobe", "-v", "error", "-show_packets", "-of", "json", f"e{form.suffix}"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    packets = json.loads(shown.stdout)["packets"]
    assert [float(one["pts_time"]) for one in packets] == [0, 0, 3724.401, 3724.401]


def test_fiftyone_reads_the_temporal_detections(tmp_path):
    """By the parser that FiftyOne's importer uses, which needs no database."""
    parsers = pytest.importorskip("fiftyone.utils.data.parsers", reason="FiftyOne is not installed")
    metadata = pytest.importorskip("fiftyone.core.metadata")
    data = json.loads(written(SPOTS, "fiftyone", tmp_path / "labels.json").read_text())
    assert next(iter(data["labels"])) == "league/2025/a - b/1_224p"
    parser = parsers.FiftyOneTemporalDetectionSampleParser()
    parser.classes = data["classes"]
    facts = metadata.VideoMetadata(total_frame_count=97_500, duration=3900, frame_rate=25)
    parser.with_sample(("v.mkv", data["labels"]["league/2025/a - b/1_224p"]), metadata=facts)
    found = parser.get_label().detections
    assert [one.label for one in found] == [event.label for event in FIRST.events]
    assert [one.confidence for one in found] == [event.confidence for event in FIRST.events]
    assert [one["position_ms"] for one in found] == [event.position_ms for event in FIRST.events]
    first, last = found[2].support
    assert abs(first - 3720.401 * 25) <= 1.5
    assert abs(last - 3730.401 * 25) <= 1.5


def test_labels_are_what_the_official_reader_needs(tmp_path):
    """As the SoccerNet package opens them: every key there, every position a number in text."""
    write_events(LABELS, writable_format("soccernet"), tmp_path, FormatSettings())
    data = json.loads((tmp_path / "league/2025/a - b/Labels-v2.json").read_text())
    assert [one["gameTime"] for one in data["annotations"]] == [
        "1 - 00:00",
        "1 - 00:00",
        "1 - 62:05",
        "1 - 62:05",
        "2 - 01:01",
    ]
    assert {type(one["position"]) for one in data["annotations"]} == {str}


@pytest.mark.parametrize("kind", [SPOTS, LABELS], ids=["predictions", "annotations"])
def test_label_studio_accepts_the_regions(kind, tmp_path):
    """By the interface of its SDK, which checks regions against the labelling configuration."""
    interface = pytest.importorskip(
        "label_studio_sdk.label_interface", reason="label-studio-sdk is not installed"
    )
    names = {event.label for video in kind for event in video.events}
    labels = "".join(f'<Label value="{escape(name)}"/>' for name in sorted(names))
    config = interface.LabelInterface(
        '<View><Video name="video" value="$video" frameRate="25"/>'
        f'<TimelineLabels name="events" toName="video">{labels}</TimelineLabels></View>'
    )
    tasks = json.loads(written(kind, "label-studio", tmp_path / "t.json").read_text())
    assert len(tasks) == len(kind)
    for task in tasks:
        for region in (task.get("predictions") or task["annotations"])[0]["result"]:
            assert config.validate_region(region)
