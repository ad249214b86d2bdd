import logging

import pytest

from tests.support.asking import engine, request
from touchline.errors import UserError
from touchline.models import find_card
from touchline.models.engines.transformers.attention import attention_order

ALL = {"flash_attention_3", "flash_attention_2", "sdpa", "eager"}


def card(**words):
    return find_card({"name": "x", "engine": "transformers", "checkpoint": "a/b", **words})


@pytest.mark.parametrize(
    ("gpu", "capability", "installed", "first"),
    [
        ("H100", 9.0, ALL, "flash_attention_3"),
        ("H100 without FlashAttention 3", 9.0, ALL - {"flash_attention_3"}, "flash_attention_2"),
        ("B200, for which FlashAttention 3 is not written", 10.0, ALL, "flash_attention_2"),
        ("A100", 8.0, ALL, "flash_attention_2"),
        ("A100 with nothing installed", 8.0, {"sdpa", "eager"}, "sdpa"),
        ("Titan RTX", 7.5, ALL, "sdpa"),
        ("GTX 1080 Ti", 6.1, ALL, "sdpa"),
        ("K80", 3.7, ALL, "eager"),
        ("a GPU that is older than all of them", 3.0, ALL, "eager"),
        ("no GPU", None, ALL, "sdpa"),
    ],
)
def test_attention_is_chosen_by_what_the_gpu_can_do(gpu, capability, installed, first):
    assert attention_order(card(), capability, installed)[0] == first, gpu


def test_flash_attention_is_not_for_32_bits_nor_for_models_without_it():
    assert attention_order(card(precision="float32"), 9.0, ALL) == ["sdpa", "eager"]
    eager = card(attention_kinds={"eager": 3.5})
    assert attention_order(eager, 9.0, ALL) == ["eager"]


def test_what_a_card_asks_for_is_not_replaced():
    assert attention_order(card(attention="eager"), 9.0, ALL) == ["eager"]


def test_the_choice_is_said_and_stands_in_every_reply(tiny_checkpoint, caplog):
    with caplog.at_level(logging.INFO, logger="touchline"):
        loaded = engine(tiny_checkpoint)
    assert "tiny: float32 on cpu, sdpa attention" in caplog.text
    (reply,) = loaded.replies([request(0)])
    assert reply.attention == "sdpa"
    (eager,) = engine(tiny_checkpoint, attention="eager").replies([request(0)])
    assert eager.attention == "eager"


def test_a_kind_that_the_model_lacks_is_passed_over(tiny_checkpoint, monkeypatch):
    from transformers import Idefics3PreTrainedModel

    monkeypatch.setattr(Idefics3PreTrainedModel, "_supports_sdpa", False)
    (reply,) = engine(tiny_checkpoint).replies([request(0)])
    assert reply.attention == "eager"


def test_flash_attention_that_was_asked_for_and_is_not_there_is_one_sentence(tiny_checkpoint):
    with pytest.raises(UserError, match=r"cannot be loaded: ImportError: FlashAttention2"):
        engine(tiny_checkpoint, attention="flash_attention_2", precision="bfloat16")


def test_auto_is_the_identity_and_an_explicit_kind_another():
    assert card().identity()["attention"] == "auto"
    assert card(attention="sdpa").identity() != card().identity()
