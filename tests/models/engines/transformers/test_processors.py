"""Crops, pixels and other switches of a processor, on tiny checkpoints of three families."""

import pytest

from tests.families.building import build
from tests.families.roster import ROSTER
from tests.support.asking import engine, request
from touchline.errors import UserError


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A tiny checkpoint of a family, by its name."""
    built = {}

    def of(name):
        if name not in built:
            family = next(one for one in ROSTER if one.name == name)
            built[name] = build(family, tmp_path_factory.mktemp("family"))
        return built[name]

    return of


def tokens(folder, **words):
    (reply,) = engine(folder, **words).replies([request(0, frames=1, size=(320, 160))])
    return reply.prompt_tokens


@pytest.mark.parametrize("family", ["InternVL3", "MiniCPM-V 4.6"])
def test_a_card_says_into_how_many_crops_an_image_is_cut(checkpoint, family):
    assert tokens(checkpoint(family), crops=1) < tokens(checkpoint(family), crops=2)


def test_a_processor_whose_crops_cannot_be_limited_says_so(checkpoint):
    with pytest.raises(UserError, match="cannot limit crops to 3"):
        tokens(checkpoint("Qwen2.5-VL"), crops=3)


def test_images_are_scaled_down_to_the_cards_pixels(checkpoint):
    folder = checkpoint("Pixtral")
    assert tokens(folder, max_pixels=512) < tokens(folder)
    assert tokens(folder, max_pixels=10**6) == tokens(folder)


def test_other_options_are_set_by_name(checkpoint):
    folder = checkpoint("Pixtral")
    small = {"size": {"longest_edge": 32}}
    assert tokens(folder, processor=small) < tokens(folder)
    with pytest.raises(UserError, match="its processor has no option 'sise'"):
        tokens(folder, processor={"sise": 3})
