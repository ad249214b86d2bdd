import pytest
from hypothesis import given, strategies as st

from touchline.errors import UserError
from touchline.games import SOCCERNET_V2
from touchline.prompts import (
    Image,
    MatchContext,
    Side,
    Template,
    Text,
    build_messages,
    load_template,
    template_names,
)
from touchline.replies import parse_reply
from touchline.video import Window

WINDOW = Window(
    "league/2019-05-12 - 17-00 Reds 4 - 1 Blues", 2, 3, 60, 6000, 9000, (6000, 6203, 8900), 31
)


def test_images_come_first_and_the_text_says_when_each_was_taken():
    asked = build_messages(WINDOW, load_template("base.v1", SOCCERNET_V2))
    assert asked.parts[:3] == (Image(0), Image(1), Image(2))
    assert isinstance(asked.parts[3], Text)
    assert "frame 1 = 0.0, frame 2 = 0.2, frame 3 = 2.9" in asked.text
    assert "output exactly: None." in asked.text
    assert asked.first_frame == 1


def test_the_chunk_prompt_numbers_the_frames_of_the_half():
    asked = build_messages(WINDOW, load_template("chunk.v1", SOCCERNET_V2))
    assert "frames 31-33 (chunk 4/60)" in asked.text
    assert "frame 31 = 0.0" in asked.text
    assert asked.first_frame == 31


def test_context_is_put_in_only_where_there_is_one():
    context = MatchContext(home=Side(team="Leeds", kit="white"), away=Side(kit="red"))
    text = build_messages(WINDOW, load_template("base.v1", SOCCERNET_V2), context).text
    assert "Match context: The home team is Leeds in white. The away team wears red." in text
    assert (
        "Match context"
        not in build_messages(WINDOW, load_template("base.v1", SOCCERNET_V2), MatchContext()).text
    )


@pytest.mark.parametrize("name", template_names())
def test_nothing_of_the_game_reaches_a_prompt(name):
    """Research integrity: no team, date, score or half out of a path or a label."""
    asked = build_messages(WINDOW, load_template(name, SOCCERNET_V2))
    for secret in ("Reds", "Blues", "2019", "4 - 1", "league", "17-00"):
        assert secret not in asked.text


@given(st.text(min_size=1), st.integers(1, 2), st.integers(0, 10**6))
def test_two_windows_alike_in_their_frames_are_asked_alike_whatever_the_game(game, half, start_ms):
    template = load_template("base.v1", SOCCERNET_V2)
    here = Window(game, half, 0, 9, start_ms, start_ms + 3000, (start_ms, start_ms + 200))
    there = Window("other", 1, 5, 7, 0, 3000, (0, 200))
    assert build_messages(here, template) == build_messages(there, template)


def test_a_users_own_template_is_a_file(tmp_path):
    file = tmp_path / "mine.j2"
    file.write_text("What happens in {{ frames | length }} frames?")
    assert (
        build_messages(WINDOW, load_template(str(file), SOCCERNET_V2)).text
        == "What happens in 3 frames?"
    )


def test_other_text_under_the_same_name_is_another_template():
    assert Template("a", "x", SOCCERNET_V2).sha256 != Template("a", "y", SOCCERNET_V2).sha256


@pytest.mark.parametrize("source", ["{{ label }}", "{% if %}", "{{ frames.__class__.__mro__ }}"])
def test_a_template_that_asks_for_what_is_not_there_is_one_sentence(source):
    with pytest.raises(UserError, match="prompt 'bad' does not render"):
        build_messages(WINDOW, Template("bad", source, SOCCERNET_V2))


def test_frames_may_be_interleaved_with_their_times():
    asked = build_messages(WINDOW, load_template("interleaved.v1", SOCCERNET_V2))
    kinds = [type(part) for part in asked.parts]
    assert kinds == [Text, Image, Text, Image, Text, Image, Text]
    assert [part for part in asked.parts if isinstance(part, Image)] == [
        Image(0),
        Image(1),
        Image(2),
    ]
    assert asked.parts[0].text.endswith("frame 1, 0.0 s:")
    assert asked.parts[2].text == "frame 2, 0.2 s:"
    assert asked.parts[4].text == "frame 3, 2.9 s:"
    assert asked.parts[6].text.startswith("Detect these event types")
    assert "\0" not in asked.text


def test_a_prompt_for_stamped_frames_asks_for_the_time_that_they_show():
    """A reply in that form is a moment of the window."""
    asked = build_messages(WINDOW, load_template("stamped.v1", SOCCERNET_V2))
    assert "top left corner" in asked.text
    assert '"time": "M:SS.S"' in asked.text
    read = parse_reply(
        '{"label": "Goal", "team": "home", "time": "0:07.5"}', "stop", WINDOW, SOCCERNET_V2
    )
    assert [one.position_ms for one in read.detections] == [7500]


@pytest.mark.parametrize(
    "source",
    [
        "{{ images[0] }} {{ images[2] }} {{ images[1] }}",
        "{{ images[0] }}",
        "{% for one in images %}{{ one }}{{ one }}{% endfor %}",
    ],
)
def test_a_prompt_that_does_not_show_each_image_once_in_order_is_refused(source):
    with pytest.raises(UserError, match=r"'mine' must show each of its images once and in order"):
        build_messages(WINDOW, Template("mine", source, SOCCERNET_V2))
