"""Formulas of image tokens against the real image processors of transformers."""

import numpy as np
import pytest

from touchline.models import find_card
from touchline.models.capacity.image_processor import image_processor

SIZES = [(854, 480), (1280, 720), (398, 224), (480, 854)]


def processor_of(card):
    """transformers' image processor for a card."""
    name = card.implementation and card.implementation.image_processor
    return image_processor(name or card.architecture["model_type"], card.image_tokens)


def seen(card, width, height):
    """What transformers' processor makes of one image of a size."""
    processor = processor_of(card)
    return processor(images=[np.zeros((height, width, 3), np.uint8)], return_tensors="pt")


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize(
    "name",
    [
        *("qwen2.5-vl-7b", "qwen3-vl-8b", "qwen3-omni-30b-a3b", "lfm3-vl-2b", "videollama3-2b"),
        "minimax-m3",
    ],
)
def test_smart_resize(name, width, height):
    card = find_card(name)
    cost = card.image_tokens.image(width, height, 1)
    patches = int(seen(card, width, height)["image_grid_thw"].prod())
    assert cost.patches == patches
    assert cost.tokens == patches // card.image_tokens.merge**2


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("name", ["pixtral-12b", "mistral-small-3.2-24b"])
def test_longest_edge(name, width, height):
    card = find_card(name)
    side = card.image_tokens.patch * card.image_tokens.merge
    tall, wide = seen(card, width, height)["image_sizes"][0]
    rows, columns = int(tall) // side, int(wide) // side
    assert card.image_tokens.image(width, height, 1).tokens == rows * (columns + 1)


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("name", ["llava-v1.6-mistral-7b", "llava-next-video-7b"])
def test_tiles_of_llava_next(name, width, height):
    card = find_card(name)
    views = seen(card, width, height)["pixel_values"].shape[1]
    assert card.image_tokens.image(width, height, 1).views == views


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_tokens_of_llava_next(width, height):
    from transformers import LlavaNextProcessor

    card = find_card("llava-v1.6-mistral-7b")
    processor = LlavaNextProcessor.__new__(LlavaNextProcessor)
    processor.image_processor = processor_of(card)
    processor.patch_size, processor.num_additional_image_tokens = 14, 1
    wanted = processor._get_number_of_features(height, width, 336, 336) - 1
    assert card.image_tokens.image(width, height, 1).tokens == wanted


@pytest.mark.parametrize(("width", "height"), [*SIZES, (3000, 2000)])
def test_tokens_of_llava_onevision(width, height):
    from transformers import LlavaOnevisionProcessor

    card = find_card("llava-onevision-7b")
    processor = LlavaOnevisionProcessor.__new__(LlavaOnevisionProcessor)
    processor.image_processor = processor_of(card)
    processor.num_image_tokens, processor.vision_aspect_ratio = 729, "anyres_max_9"
    wanted = processor._get_number_of_features(height, width, 384, 384)
    assert card.image_tokens.image(width, height, 1).tokens == wanted
    assert card.image_tokens.image(width, height, 15).tokens == 730


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_tiles_of_internvl(width, height):
    card = find_card("internvl3-8b")
    views = seen(card, width, height)["pixel_values"].shape[0]
    cost = card.image_tokens.image(width, height, 1)
    assert (cost.views, cost.tokens) == (views, 256 * views)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_tiles_of_llama_4(width, height):
    card = find_card("llama-4-scout")
    found = seen(card, width, height)
    rows, columns = (int(side) for side in found["aspect_ratios"][0])
    cost = card.image_tokens.image(width, height, 1)
    assert cost.views == found["pixel_values"].shape[0]
    assert cost.tokens == 144 * (rows * columns + 1) + rows * columns


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("name", ["smolvlm2-500m", "smolvlm2-2.2b"])
def test_tiles_of_smolvlm(name, width, height):
    card = find_card(name)
    processor = processor_of(card)
    views, rows, columns = processor.get_number_of_image_patches(height, width, {})
    cost = card.image_tokens.image(width, height, 1)
    each = card.image_tokens.tile_tokens
    assert cost.views == views
    assert cost.tokens == rows * (columns * (each + 2) + 1) + each + 3


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_tokens_of_phi_4(width, height):
    card = find_card("phi-4-multimodal")
    tokens = int(seen(card, width, height)["num_img_tokens"][0])
    assert card.image_tokens.image(width, height, 1).tokens == tokens


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_slices_of_minicpm(width, height):
    from touchline.models.image_tokens.crops import Slices

    formula = Slices(formula="slices", merge=4)
    processor = image_processor("minicpmv4_6", formula)
    grid = processor.get_sliced_grid((height, width), 9, 448)
    whole = processor.find_best_resize((height, width), 448, 14, "16x")
    wanted = whole[0] * whole[1] // 56**2
    if grid:
        fine = processor.get_refine_size((height, width), grid, 448, 14, "16x", True)
        wanted += fine[0] * fine[1] // 56**2 + 2 * grid[0] * grid[1]
    assert formula.image(width, height, 1).tokens == wanted


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_gemma_4_spends_its_budget(width, height):
    from transformers.models.gemma4.image_processing_gemma4 import get_aspect_ratio_preserving_size

    tall, wide = get_aspect_ratio_preserving_size(height, width, 16, 280 * 9, 3)
    cost = find_card("gemma-4-e2b").image_tokens.image(width, height, 1)
    assert cost.tokens == tall * wide // 48**2


@pytest.mark.parametrize(("width", "height"), [*SIZES, (4000, 3000), (60, 40)])
@pytest.mark.parametrize("name", ["glm-4.1v-9b", "glm-4.5v", "glm-4.6v", "glm-4.6v-flash"])
def test_patches_of_glm(name, width, height):
    """Its processor counts an image as two frames; the card's bounds are those of one."""
    card = find_card(name)
    processor = type(processor_of(card))()
    patches = processor.get_number_of_image_patches(height, width, {})
    assert card.image_tokens.image(width, height, 1).patches == patches


@pytest.mark.parametrize(("width", "height"), [*SIZES, (3000, 2000), (120, 60)])
def test_crops_of_molmo_2(width, height):
    card = find_card("molmo2-8b")
    grid, views = processor_of(card).get_image_grid_and_crops(height, width)
    whole_rows, whole_columns, rows, columns = grid
    cost = card.image_tokens.image(width, height, 1)
    assert cost.views == views
    assert cost.tokens == whole_rows * whole_columns + rows * (columns + 1)
    ending = card.image_tokens.model_copy(update={"whole_rows": True})
    assert ending.image(width, height, 1).tokens == cost.tokens + whole_rows


@pytest.mark.parametrize(("width", "height"), [*SIZES, (8000, 5000), (20, 9)])
def test_patches_of_kimi(width, height):
    card = find_card("kimi-k2.6")
    patches = processor_of(card).get_number_of_image_patches(height, width)
    cost = card.image_tokens.image(width, height, 1)
    assert (cost.patches, cost.tokens) == (patches, patches // 4)


@pytest.mark.parametrize(("width", "height"), [*SIZES, (8000, 5000), (90, 60)])
def test_patches_of_nemotron(width, height):
    card = find_card("nemotron-3-nano-omni")
    rows, columns = seen(card, width, height)["image_grid_hw"][0].tolist()
    cost = card.image_tokens.image(width, height, 1)
    assert (cost.patches, cost.tokens) == (rows * columns, rows * columns // 4)


def test_what_always_costs_the_same():
    assert find_card("idefics2-8b").image_tokens.image(854, 480, 1).tokens == 64
    assert find_card("gemma-3-4b").image_tokens.image(854, 480, 1).tokens == 256
    assert find_card("gemma-3n-e4b").image_tokens.image(854, 480, 1).tokens == 256
    assert find_card("llama-3.2-11b-vision").image_tokens.image(854, 480, 1).tokens == 1


def test_fifteen_frames_of_phi_are_the_retrospectives_11405_tokens():
    """It read "decoder prompt (11405)": 15 frames in four crops, and 50 tokens of text."""
    formula = find_card("phi-3.5-vision").image_tokens
    assert 15 * formula.image(1280, 720, 15).tokens == 11405 - 50
    one = formula.model_copy(update={"crops": 1})
    assert one.image(1280, 720, 15).tokens < formula.image(1280, 720, 15).tokens / 2


def test_gpt_4o_counts_tiles_of_512():
    formula = find_card("gpt-4o").image_tokens
    assert formula.image(1024, 1024, 1).tokens == 765
    assert formula.image(2048, 4096, 1).tokens == 1105


def test_gemini_cuts_an_image_into_tiles_by_its_shorter_side():
    """The example of its page: 960 × 540 is 3 × 2 tiles of 360 pixels."""
    formula = find_card("gemini-2.5-flash").image_tokens
    assert formula.image(960, 540, 1).tokens == 6 * 258
    assert formula.image(854, 480, 1).tokens == 6 * 258
    assert formula.image(384, 384, 1).tokens == 258
    assert formula.image(4000, 2000, 1).tokens == 6 * 3 * 258
    assert formula.least(960, 540, 1) == 258


@pytest.mark.parametrize(
    ("card", "size", "tokens"),
    [
        ("claude-haiku-4.5", (1000, 1000), 1296),
        ("claude-haiku-4.5", (854, 480), 31 * 18),
        ("claude-haiku-4.5", (4000, 2250), 1568),
        ("claude-opus-5.5", (1920, 1080), 69 * 39),
        ("claude-opus-5.5", (4000, 4000), 4784),
    ],
)
def test_claude_counts_patches_of_28_pixels(card, size, tokens):
    formula = find_card(card).image_tokens
    assert formula.image(*size, 1).tokens == tokens
    assert formula.least(*size, 1) < tokens


def test_gemini_3_may_count_fewer_than_the_most():
    formula = find_card("gemini-3.8-flash").image_tokens
    assert (formula.prompt_tokens(854, 480, 15), formula.least(854, 480, 15)) == (16800, 64)
