"""An adapter in the weights of its base gives the replies of the adapter beside them."""

import pytest
import torch
import yaml

from tests.families.building import LEAST_TOKENS, build
from tests.families.roster import ROSTER
from tests.support.asking import engine, request
from touchline.errors import UserError
from touchline.models import find_card
from touchline.train import LoraSettings, train_lora
from touchline.train.lora.lora_folder import LoraFolder
from touchline.train.lora.merged import merge_adapter
from touchline.train.lora.modules import adapted_modules

IDEFICS3 = next(one for one in ROSTER if one.name == "Idefics3")


def replies(loaded):
    questions = [request(n, max_new_tokens=8, min_tokens=LEAST_TOKENS) for n in range(2)]
    return list(loaded.replies(questions))


@pytest.fixture
def base(tmp_path):
    return find_card(
        {
            "name": "tiny",
            "engine": "transformers",
            "precision": "float32",
            "checkpoint": str(build(IDEFICS3, tmp_path / "base")),
        }
    )


def test_merged_weights_answer_as_the_adapter_does(base, tmp_path):
    import peft  # after torchvision's operators are registered

    folder = LoraFolder(tmp_path / "lora")
    model = engine(base.checkpoint)._loaded.model
    config = peft.LoraConfig(r=4, target_modules=adapted_modules("tiny", model, vision=True))
    adapted = peft.get_peft_model(model, config)
    torch.manual_seed(0)
    for name, parameter in adapted.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.5)
    adapted.save_pretrained(folder.adapter)
    card = yaml.safe_load(merge_adapter(folder, base).read_text())
    plain, beside, inside = (
        replies(engine(checkpoint, **more))
        for checkpoint, more in (
            (base.checkpoint, {}),
            (base.checkpoint, {"adapter": str(folder.adapter)}),
            (card["checkpoint"], {}),
        )
    )
    assert [one.text for one in inside] == [one.text for one in beside]
    assert [one.text for one in inside] != [one.text for one in plain]
    for one, other in zip(inside, beside, strict=True):
        expected = [likely for _, likely in other.tokens]
        assert [likely for _, likely in one.tokens] == pytest.approx(expected, abs=1e-3)
    assert card["name"] == "tiny-lora-merged" and "adapter" not in card


def test_a_model_that_has_an_adapter_is_not_given_a_second_one(base, tmp_path):
    card = base.model_copy(update={"adapter": str(tmp_path)})
    with pytest.raises(UserError, match="has an adapter already: merge it into its base first"):
        train_lora(card, tmp_path, tmp_path / "out", LoraSettings(), lambda *_: None, print)
