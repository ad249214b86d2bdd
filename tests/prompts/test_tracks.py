"""Sound, commentary and flow are told only to templates that ask, and only of their window."""

import json

import pytest

from tests.support.sounds import RATE, crowd, mixed, whistle, write_sounding_video
from touchline.errors import UserError
from touchline.games import SOCCERNET_V2, Half
from touchline.prompts import Tracks, build_messages, load_template, tracks_for, tracks_used
from touchline.video import FrameSpec, Window
from touchline.video.commentary.transcripts import (
    Utterance,
    read_commentary,
    transcript_path,
    write_commentary,
)

WINDOW = Window("g", 1, 1, 3, 4000, 7000, (4000, 5000, 6000))


@pytest.fixture
def half(make_video):
    samples = mixed(crowd(10, 1), (5.2, 0.05 * whistle(0.5)), (8.0, 0.05 * whistle(0.5)))
    pictures = make_video("quiet.mkv", times_ms=range(0, 10_000, 40))
    return Half("g", 1, write_sounding_video(pictures, samples, RATE, "1_224p.mkv"))


def asked(half, name, recipe=None):
    template = load_template(name, SOCCERNET_V2)
    tracks = tracks_for(half, WINDOW, template, recipe or FrameSpec())
    return build_messages(WINDOW, template, tracks=tracks).text


def test_a_template_without_tracks_is_told_none(half, monkeypatch):
    for name in ("base.v1", "chunk.v1"):
        assert tracks_used(load_template(name, SOCCERNET_V2)) == []
        assert tracks_for(half, WINDOW, load_template(name, SOCCERNET_V2), FrameSpec()) == Tracks()
    plain = build_messages(WINDOW, load_template("base.v1", SOCCERNET_V2))
    told = build_messages(
        WINDOW, load_template("base.v1", SOCCERNET_V2), tracks=Tracks(("a",), ("b",), "beside")
    )
    assert plain == told


def test_the_whistle_of_a_window_is_told_on_its_own_clock(half):
    text = asked(half, "sound.v1")
    assert "not always right: a whistle at 1.2 s." in text
    assert "4.0 s" not in text.replace("= 4.0", "")


def test_a_quiet_window_is_told_to_be_quiet(half):
    template = load_template("sound.v1", SOCCERNET_V2)
    quiet = Window("g", 1, 0, 3, 0, 3000, (0,))
    text = build_messages(
        quiet, template, tracks=tracks_for(half, quiet, template, FrameSpec())
    ).text
    assert "no whistle, and no swell of the crowd" in text


def test_a_video_without_sound_cannot_be_asked_with_it(make_video):
    with pytest.raises(UserError, match="has no sound"):
        asked(Half("g", 1, make_video()), "sound.v1")


def test_commentary_is_told_window_by_window(half):
    said = [
        Utterance(0, 3000, "before"),
        Utterance(3500, 5000, "he shoots"),
        Utterance(6900, 9000, "goal"),
    ]
    write_commentary(transcript_path(half), said)
    text = asked(half, "commentary.v1")
    assert "0.0 to 1.0 s: he shoots\n2.9 to 3.0 s: goal" in text
    assert "before" not in text
    assert tracks_used(load_template("commentary.v1", SOCCERNET_V2)) == ["commentary"]


def test_without_a_transcript_it_says_where_it_should_be(half):
    with pytest.raises(UserError, match=r"1_asr\.json is missing beside"):
        asked(half, "commentary.v1")


def test_a_transcript_survives_its_file(half):
    said = (Utterance(0, 1500, "a"), Utterance(1500, 2750, "Tor für Köln"))
    write_commentary(transcript_path(half), said)
    assert read_commentary(half) == said
    written = json.loads(transcript_path(half).read_text())
    assert written == {"segments": {"0": [0.0, 1.5, "a"], "1": [1.5, 2.75, "Tor für Köln"]}}


def test_segments_may_be_objects_in_a_list(half):
    segments = [{"start": 2, "end": 3.5, "text": " b\n c "}, {"start": 0, "end": 1, "text": "a"}]
    transcript_path(half).write_text(json.dumps({"segments": segments}))
    assert read_commentary(half) == (Utterance(0, 1000, "a"), Utterance(2000, 3500, "b c"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"segments": 3}',
        '{"segments": {"0": [1, 2]}}',
        '{"segments": [{"start": 1}]}',
    ],
)
def test_a_transcript_that_is_none_is_one_sentence(half, text):
    transcript_path(half).write_text(text)
    with pytest.raises(UserError, match=r"1_asr\.json cannot be read"):
        read_commentary(half)


@pytest.mark.parametrize(
    ("flow", "told"), [("beside", "on the right"), ("instead", "not the frame")]
)
def test_a_model_may_be_told_how_flow_is_drawn(half, flow, told):
    assert told in asked(half, "flow.v1", FrameSpec(flow=flow))
    assert asked(half, "flow.v1") == asked(half, "base.v1")
