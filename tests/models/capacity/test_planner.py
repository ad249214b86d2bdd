"""The planner says what the retrospective learnt the hard way."""

import pytest
from hypothesis import given, settings, strategies as st

from touchline.errors import UserError
from touchline.models import find_card
from touchline.models.capacity.gpus import find_gpu
from touchline.models.capacity.planner import Workload, encoding_of, plan_fit
from touchline.models.capacity.shapes import text_shape
from touchline.models.capacity.time_and_cost import estimate_local
from touchline.models.card_types.local import Implementation, LocalCard
from touchline.models.catalogue.card_registry import built_in_cards

TITAN = find_gpu("Titan RTX")
GB = 1e9


def fit(name, frames=15, height=480, **words):
    return plan_fit(
        find_card(name), Workload(frames, round(height * 16 / 9 / 2) * 2, height, **words)
    )


def test_phis_crops_and_the_attention_spike():
    """11,500 tokens, and a matrix that takes 16 GB once in float32, more while it is made."""
    found = fit("phi-3.5-vision", gpu=TITAN)
    assert found.prompt_tokens == pytest.approx(11_500, rel=0.02)
    assert found.wanted.attention == "eager"
    one_copy = found.memory.attention / 2
    assert one_copy == pytest.approx(16 * GB, rel=0.1)
    assert not found.fits
    assert found.memory.weights < TITAN.memory_bytes
    assert fit("phi-3.5-vision", gpu=find_gpu("A100 80GB")).fits


def test_cross_frame_attention_of_284_gb():
    """The size of its frames is not on record either; 720p is what videos were normalised to."""
    found = fit("llava-next-video-7b", height=720, attention="eager", memory_bytes=80 * 2**30)
    assert found.memory.peak == pytest.approx(284 * GB, rel=0.12)
    assert found.memory.attention > 0.8 * found.memory.peak
    assert not found.fits
    as_video = fit("llava-next-video-7b", as_video=True, gpu=TITAN, precision="nf4")
    assert as_video.fits
    assert as_video.prompt_tokens < 3000


@pytest.mark.parametrize("name", ["qwen2.5-vl-7b", "idefics2-8b"])
def test_what_took_15_frames_on_a_titan_rtx_in_nf4_fits(name):
    found = fit(name, gpu=TITAN, precision="nf4")
    assert found.fits
    assert found.most_frames >= 15
    assert found.memory.peak < 12 * GB


@pytest.mark.parametrize("name", ["pixtral-12b", "qwen2.5-vl-32b", "llama-4-scout"])
def test_what_is_too_large_for_a_titan_rtx_does_not_fit(name):
    found = fit(name, gpu=TITAN)
    assert not found.fits
    assert found.most_frames == 0


def test_pixtral_with_45_frames_on_an_a100_takes_about_what_was_seen():
    """29.8 GB; the size of its frames is not on record, 224p is the smaller of the two it had."""
    found = fit("pixtral-12b", frames=45, height=224, gpu=find_gpu("A100 80GB"))
    assert found.memory.peak == pytest.approx(29.8 * GB, rel=0.1)


def test_a_whole_half_at_once_does_not_fit_anything():
    found = fit("qwen2.5-vl-7b", frames=2700, height=224, gpu=find_gpu("A100 80GB"))
    assert not found.fits
    assert any("do not fit its context" in remark for remark in found.remarks)


def test_a_quantised_cache_takes_its_share():
    full = find_card("llava-next-video-7b")
    small = find_card({"use": full.name, "kv_cache": "int4"})
    told = [plan_fit(card, Workload(1, 854, 480)).memory.kv_cache for card in (full, small)]
    assert told[1] == pytest.approx(told[0] / 4, rel=0.001)


def test_a_turing_card_cannot_have_flash_attention_2():
    with pytest.raises(UserError, match=r"needs compute capability 8, and a Titan RTX has 7\.5"):
        fit("qwen2.5-vl-7b", gpu=TITAN, attention="flash_attention_2")


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        ("phi-3.5-vision", {"attention": "sdpa"}, "has no sdpa attention, only flash_attention_2"),
        ("qwen3-vl-30b-a3b", {"precision": "nf4"}, "is not available in nf4"),
        ("baseline/random", {}, "uses no memory"),
        ("idefics2-8b", {"as_video": True}, "does not accept video"),
    ],
)
def test_what_a_card_lacks_is_one_sentence(name, words, sentence):
    with pytest.raises(UserError) as caught:
        fit(name, **words)
    assert sentence in str(caught.value)


def test_the_cost_of_an_endpoint_is_its_price_times_tokens():
    found = fit("gpt-4o")
    assert found.prompt_tokens == 15 * (85 + 2 * 170) + 250
    assert found.effort.window_usd == pytest.approx((found.prompt_tokens * 2.5 + 600) / 1e6)
    assert found.effort.match_usd == pytest.approx(2820 * found.effort.window_usd)
    assert "2026-11-01" in found.effort.basis


def test_a_model_that_is_not_offered_says_so_in_its_plan():
    assert "is rejected: its weights need over 675 GB" in fit("mistral-large-3").remarks[0]


def test_the_time_of_a_model_of_ones_own_is_called_an_estimate():
    found = fit("qwen2.5-vl-7b", gpu=find_gpu("H100"))
    assert "estimate" in found.effort.basis
    slower = fit("qwen2.5-vl-7b", gpu=TITAN, precision="nf4")
    assert 0 < found.effort.window_s < slower.effort.window_s


def test_nothing_is_said_of_the_time_of_what_does_not_fit():
    found = fit("qwen2.5-vl-32b", gpu=TITAN)
    assert not found.fits
    assert found.effort.window_s is None
    assert "does not fit" in found.effort.basis


def test_the_vision_encoder_and_measured_answers_count_in_the_time():
    """Twice as many frames take more than the longer prompt, as images are encoded first."""
    h100 = find_gpu("H100")
    card = find_card("qwen2.5-vl-7b")
    wanted = Workload(15, 854, 480, gpu=h100)
    encoding = encoding_of(card, wanted)
    blocks = 32 * 1280 * (4 * 1280 + 3 * 3420)
    assert encoding.parameters == blocks
    patches = 15 * 34 * 62
    assert encoding.operations > 2 * blocks * patches
    short, long = (
        fit("qwen2.5-vl-7b", gpu=h100, answer_tokens=tokens).effort.window_s for tokens in (10, 300)
    )
    assert short < fit("qwen2.5-vl-7b", gpu=h100).effort.window_s < long
    without = estimate_local(card, h100, 9000, 16_000_000_000, None)
    assert "the vision encoder left out" in without.basis


def test_layers_with_a_window_keep_no_more_than_it():
    """Five of six layers of Gemma 3 attend to 1,024 tokens."""
    text = text_shape(find_card("gemma-3-4b").architecture, Implementation())
    each = 2 * 4 * 256
    assert text.kv_bytes(1000, 1) == 34 * each * 1000
    assert text.kv_bytes(10_000, 1) == each * (5 * 10_000 + 29 * 1024)
    shared = text_shape(find_card("gemma-4-e2b").architecture, Implementation())
    assert shared.kv_bytes(10_000, 1) == 2 * (3 * 512 * 10_000 + 12 * 256 * 512)
    linear = text_shape(find_card("minicpm-v-4.6").architecture, Implementation())
    assert linear.kv_bytes(10_000, 1) == 6 * 2 * 2 * 256 * 10_000


@pytest.mark.parametrize(
    ("name", "values"),
    [
        # Keys and values of 6 of 52 layers; the others are Mamba and feed-forward parts.
        ("nemotron-3-nano-omni", 6 * 2 * 2 * 128 * 10_000),
        # One latent and one rotated key of 61 layers, not 64 heads' keys and values.
        ("kimi-k2.6", 61 * (512 + 64) * 10_000),
        # Sparse attention reads fewer keys, and keeps them all.
        ("minimax-m3", 60 * 2 * 4 * 128 * 10_000),
        # Six full layers, five windows of 256, and thirteen convolutions.
        ("lfm3-vl-2b", 2 * 4 * 128 * (6 * 10_000 + 5 * 256)),
        # Twenty layers of their own, four of them full.
        ("gemma-3n-e4b", 2 * 2 * 256 * (4 * 10_000 + 16 * 512)),
    ],
)
def test_layers_keep_what_their_kind_keeps(name, values):
    text = text_shape(find_card(name).architecture, Implementation())
    assert text.kv_bytes(10_000, 1) == values


@pytest.mark.parametrize(
    ("name", "width"),
    [
        ("glm-4.5v", 9 * 1408),
        ("minimax-m3", 5 * 3072),
        ("nemotron-3-nano-omni", 6 * 1856 + 3712),
        ("qwen3.5-35b-a3b", 9 * 512),
        ("gemma-4-26b-a4b", 8 * 704 + 2112),
        ("qwen2.5-vl-7b", 18944),
    ],
)
def test_a_token_passes_the_chosen_experts_and_those_of_every_token(name, width):
    assert text_shape(find_card(name).architecture, Implementation()).feed_forward == width


def test_a_convolutional_encoder_takes_what_was_measured_of_it():
    """Gemma 3n's MobileNet has no patches and no layers of attention to compute from."""
    card = find_card("gemma-3n-e4b")
    one, two = (encoding_of(card, Workload(frames, 854, 480)) for frames in (1, 2))
    assert two.operations == 2 * one.operations == 2 * card.implementation.image_operations
    many = fit("gemma-3n-e4b", 100)
    beside = many.memory.peak - many.memory.weights
    assert beside >= 100 * card.implementation.image_values * 2


def test_every_offered_card_has_an_architecture():
    for name in built_in_cards():
        card = find_card(name)
        if isinstance(card, LocalCard) and card.status == "offered":
            assert card.architecture, name


LOCAL = [
    name
    for name in built_in_cards()
    if isinstance(card := find_card(name), LocalCard) and card.architecture and card.weights_gb
]


@pytest.mark.parametrize("name", LOCAL)
def test_every_card_with_an_architecture_has_a_plan(name):
    found = fit(name, memory_bytes=96 * 2**30)
    assert found.memory.peak > found.memory.weights > 0
    assert found.effort.windows_a_match == 2820


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(LOCAL), st.integers(2, 60), st.sampled_from([224, 360, 480, 720]))
def test_more_is_never_less(name, frames, height):
    one, more = fit(name, frames, height), fit(name, frames + 1, height)
    assert more.memory.peak >= one.memory.peak
    assert more.prompt_tokens >= one.prompt_tokens
    assert fit(name, frames, height, batch=2).memory.peak > one.memory.peak
    eager = fit(name, frames, height, attention="eager")
    assert eager.memory.peak >= one.memory.peak


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(LOCAL), st.integers(8, 96))
def test_the_most_frames_are_the_most_that_fit(name, memory_gb):
    room = {"memory_bytes": memory_gb * 2**30}
    most = fit(name, **room).most_frames
    if most:
        assert fit(name, most, **room).fits
    if most < (find_card(name).max_images or 4096):
        assert not fit(name, most + 1, **room).fits


def test_a_gpu_that_is_not_known_gets_the_nearest():
    with pytest.raises(UserError, match="the nearest is 'Titan RTX'"):
        find_gpu("Titan RXT")


def test_one_image_may_cost_more_than_two_where_only_a_single_one_is_tiled():
    alone, two = (fit("llava-onevision-0.5b", frames, 224) for frames in (1, 2))
    assert alone.prompt_tokens > two.prompt_tokens
    assert alone.memory.peak > two.memory.peak
