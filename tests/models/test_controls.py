"""Controls: questions with what there is to see taken away."""

import io
from dataclasses import replace

import pytest
from PIL import Image as Pillow

from touchline.errors import UserError
from touchline.models.catalogue.card_lookup import find_card
from touchline.models.controls import (
    CONTROLS,
    WITHOUT_FRAMES,
    Control,
    controlled_frames,
    controlled_messages,
    split_control,
)
from touchline.prompts import Image, Messages, Text
from touchline.video import Window


def jpeg(shade: int) -> bytes:
    buffer = io.BytesIO()
    Pillow.new("RGB", (32, 16), (shade, 0, 0)).save(buffer, format="JPEG")
    return buffer.getvalue()


FRAMES = [jpeg(shade) for shade in range(0, 250, 25)]
MESSAGES = Messages((Text("Frame 1"), Image(0), Text("What happens?")), "base.v1")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("demo", ("demo", None)),
        ("demo+blank", ("demo", Control.BLANK)),
        ("a+b+text-only", ("a+b", Control.TEXT_ONLY)),
        ("c++", ("c++", None)),
    ],
)
def test_a_name_may_end_in_a_control(name: str, expected: tuple[str, Control | None]) -> None:
    assert split_control(name) == expected


def test_a_controlled_card_is_the_models_under_another_name() -> None:
    card = find_card("baseline/prior+shuffled")
    assert (card.name, card.control) == ("baseline/prior+shuffled", Control.SHUFFLED)
    assert card.model_copy(update={"name": "baseline/prior", "control": None}) == find_card(
        "baseline/prior"
    )
    with pytest.raises(UserError, match="unknown model 'nobody'"):
        find_card("nobody+blank")


def test_shuffled_frames_are_the_same_frames_in_an_order_that_can_be_had_again() -> None:
    first = controlled_frames(FRAMES, Control.SHUFFLED, "a")
    assert first != FRAMES
    assert sorted(first) == sorted(FRAMES)
    assert controlled_frames(FRAMES, Control.SHUFFLED, "a") == first
    assert controlled_frames(FRAMES, Control.SHUFFLED, "b") != first


def test_repeated_and_blank_frames_show_no_motion() -> None:
    assert controlled_frames(FRAMES, Control.REPEATED, "a") == [FRAMES[5]] * 10
    blank = controlled_frames(FRAMES, Control.BLANK, "a")
    assert len(set(blank)) == 1
    with Pillow.open(io.BytesIO(blank[0])) as image:
        assert image.size == (32, 16)
        assert all(low == high for low, high in image.getextrema())


def test_text_only_takes_the_images_and_nothing_else() -> None:
    assert controlled_messages(MESSAGES, Control.TEXT_ONLY).text == MESSAGES.text
    assert controlled_messages(MESSAGES, Control.TEXT_ONLY).parts == (
        Text("Frame 1"),
        Text("What happens?"),
    )
    assert controlled_frames(FRAMES, Control.TEXT_ONLY, "a") == []


@pytest.mark.parametrize("control", [None, *Control])
def test_all_else_stays(control: Control | None) -> None:
    unchanged = controlled_messages(MESSAGES, control) == MESSAGES
    assert unchanged == (control not in WITHOUT_FRAMES)
    assert control is None or CONTROLS[control]


GAME = "epl/2014/2015-02-21 - 18-00 Crystal Palace 1 - 2 Arsenal"
WINDOW = Window(GAME, 2, 0, 1, 65_000, 68_000, ())


def test_a_named_match_is_told_without_images_and_without_its_score() -> None:
    named = controlled_messages(MESSAGES, Control.NAMED, WINDOW)
    told, *rest = named.parts
    assert rest == [part for part in MESSAGES.parts if not isinstance(part, Image)]
    assert isinstance(told, Text)
    for word in ("Crystal Palace (home)", "Arsenal (away)", "2015-02-21", "half 2", "1:05 to 1:08"):
        assert word in told.text
    assert "1 - 2" not in told.text
    assert "18-00" not in told.text
    assert controlled_frames(FRAMES, Control.NAMED, "a") == []


def test_a_game_without_teams_in_its_name_cannot_be_named() -> None:
    with pytest.raises(UserError, match="needs games that are named like"):
        controlled_messages(MESSAGES, Control.NAMED, replace(WINDOW, game="match"))
