"""The step between the two stages of training."""

import torch

from touchline.train.demo_model.condition import condition
from touchline.train.demo_model.demo import build_processor
from touchline.train.demo_model.network import build_model, encode_frames
from touchline.train.demo_model.training_settings import Sizes

SIZES = Sizes(image_pixels=32, patch_pixels=8, vision_width=64, vision_layers=1, text_width=64)


def test_the_changed_model_shows_what_the_conditioning_says() -> None:
    torch.manual_seed(0)
    model = build_model(SIZES, build_processor(SIZES).tokenizer).eval()
    torch.nn.init.normal_(model.model.vision_model.post_layernorm.bias, mean=3)
    pixels = torch.rand(64, 3, 32, 32) * 2 - 1
    with torch.no_grad():
        before = encode_frames(model, pixels)
        conditioned = condition(model, before[:48])
        after = encode_frames(model, pixels)
    assert torch.allclose(after, conditioned(before), atol=1e-3)
    middle = before.mean(dim=(0, 1)).norm() / before.std()
    assert after.mean(dim=(0, 1)).norm() / after.std() < 0.2 * middle
    assert 0.1 < after[:48].std() <= 0.51
