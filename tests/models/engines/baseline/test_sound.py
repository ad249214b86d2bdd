"""baseline/sound claims what whistles and swells may stand for, and nothing else."""

import pytest

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.models import ClassPriors, Generation, Request, find_card, load_engine
from touchline.models.engines.baseline.sound import CHEERED, WHISTLED
from touchline.prompts import Messages
from touchline.replies import parse_reply
from touchline.video import Window
from touchline.video.curves.curve import Moment
from touchline.video.sound.sound_events import SoundEvents
from touchline.video.sound.whistle import Whistle

HEARD = SoundEvents(
    (Whistle(1500, 400, 20.0), Whistle(10_200, 400, 60.0)),
    (Moment(10_900, 10.0), Moment(40_000, 9)),
)
RATES = ClassPriors({"Foul": 30.0, "Offside": 10.0, "Goal": 5.0, "Shots on target": 15.0}, 2000)


def request(start_ms, read_sound=lambda: HEARD):
    window = Window("g", 1, 0, 9, start_ms, start_ms + 3000, (start_ms,))
    return Request(f"key {start_ms}", window, Messages((), "t"), list, Generation(), read_sound)


def claims(start_ms):
    asked = request(start_ms)
    (reply,) = load_engine(find_card("baseline/sound"), RATES).replies([asked])
    reading = parse_reply(reply.text, reply.finish_reason, asked.window, SOCCERNET_V2)
    return {one.label: (one.position_ms, one.confidence) for one in reading.detections}


def test_the_classes_of_a_sound_are_official_and_distinct():
    assert set(WHISTLED) | set(CHEERED) <= set(SOCCERNET_V2.classes)
    assert not set(WHISTLED) & set(CHEERED)


def test_a_whistle_stands_for_what_is_whistled_for_by_its_rate():
    found = claims(0)
    assert set(found) == {"Foul", "Offside"}
    assert found["Foul"] == (1500, pytest.approx(0.75 * 0.5))
    assert found["Offside"] == (1500, pytest.approx(0.25 * 0.5))


def test_a_window_with_both_claims_both_where_they_were_heard():
    found = claims(9000)
    assert found["Foul"] == (10_200, pytest.approx(0.75))
    assert found["Goal"] == (10_900, pytest.approx(0.25 * 0.5, abs=1e-3))
    assert set(found) == {"Foul", "Offside", "Goal", "Shots on target"}


def test_a_quiet_window_claims_nothing():
    assert claims(20_000) == {}


def test_without_a_way_to_the_sound_it_says_so():
    engine = load_engine(find_card("baseline/sound"), RATES)
    with pytest.raises(UserError, match="needs the sound"):
        list(engine.replies([request(0, None)]))
