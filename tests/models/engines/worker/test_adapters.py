"""Adapters against stand-ins with the signatures of the makers' code, which record what they get.

The signatures are those of the sources that each adapter names.
"""

# ruff: noqa: B006, C408, N802, N803, PLR0917  (signatures of the makers' code)
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from tests.support.asking import jpeg
from touchline.models import card_names, find_card
from touchline.models.card_types.worker_program import ADAPTERS, WorkerCard
from touchline.models.engines.worker.runner import TooLong, WorkerQuestion, kind_of

NAMES = sorted(file.stem for file in ADAPTERS.glob("*.py") if file.stem != "__init__")
SHIPPED = [card for name in card_names() if isinstance(card := find_card(name), WorkerCard)]
GREEDY = {"max_new_tokens": 64, "temperature": 0.0, "seed": 3, "repetition_penalty": 1.1}
SAMPLED = {**GREEDY, "temperature": 0.7, "top_p": 0.9}


def adapter(name):
    spec = importlib.util.spec_from_file_location(f"adapter_{name}", ADAPTERS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def question(tmp_path):
    def ask(frames, settings=GREEDY, system=None):
        files = []
        for number in range(frames):
            files.append(str(tmp_path / f"{number}.jpg"))
            Path(files[-1]).write_bytes(jpeg(10 * number % 250, (160, 90)))
        times = [200 * number for number in range(frames)]
        fields = {"system": system, "text": "What happens?", "frames": files}
        return WorkerQuestion(fields | {"times_ms": times, "generation": settings}, settings)

    return ask


@pytest.fixture
def package(monkeypatch):
    """Puts modules in the place of a maker's package."""

    def install(**modules):
        for name, contents in modules.items():
            module = ModuleType(name.replace("__", "."))
            vars(module).update(contents)
            monkeypatch.setitem(sys.modules, module.__name__, module)

    return install


def pretrained(make, record):
    """A class with `from_pretrained` that records how it was called."""

    class Auto:
        @classmethod
        def from_pretrained(cls, path, **options):
            record.append((path, options))
            return make()

    return Auto


class Loaded:
    """What every model has; `to` and `eval` give the model itself."""

    config = SimpleNamespace()

    def to(self, *_):
        return self

    def eval(self):
        return self


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_imports_nothing_of_touchline_and_no_package_before_it_loads(name):
    text = (ADAPTERS / f"{name}.py").read_text()
    assert "touchline" not in text
    top = re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE)
    assert set(top) <= {"__future__", "importlib", "json", "pathlib", "types", "typing"} | {
        "numpy",
        "PIL",
    }


@pytest.mark.parametrize("card", SHIPPED, ids=lambda card: card.name)
def test_a_shipped_card_says_what_its_adapter_says(card):
    module = adapter(card.adapter)
    assert set(card.honours) == set(module.SETTINGS)
    if hasattr(module, "FRAMES"):
        assert card.frames.model_dump(exclude_defaults=True) == module.FRAMES
    assert card.requirements
    assert card.status == "offered"
    assert card.licence
    assert card.adapter_file() == ADAPTERS / f"{card.adapter}.py"


@pytest.mark.parametrize("name", NAMES)
def test_every_adapter_has_a_card(name):
    assert name in {card.adapter for card in SHIPPED}


@pytest.mark.parametrize(("settings", "frames"), [(GREEDY, 8), (SAMPLED, 8), (GREEDY, 5)])
def test_videollama2(package, question, settings, frames):
    calls = []

    def model_init(model_path=None, **kwargs):
        calls.append((model_path, kwargs))
        model = SimpleNamespace(config=SimpleNamespace(num_frames=8))
        return model, {"video": process_video}, "the tokenizer"

    def process_video(video_path, s=None, e=None, num_frames=8):
        while len(video_path) < num_frames:  # the makers' code pads with black pictures
            video_path.append(Image.new("RGB", video_path[-1].size))
        return torch.zeros(len(video_path[:32]), 3, 336, 336)

    def mm_infer(image_or_video, instruct, model, tokenizer, modal="video", **kwargs):
        calls.append((image_or_video.shape, instruct, tokenizer, modal, kwargs))
        return "None."

    package(videollama2={"model_init": model_init, "mm_infer": mm_infer})
    model = adapter("videollama2").load("/weights", {"precision": "float16"})
    assert model.frames == {"exactly": 8}
    reply = model.answer(question(frames, settings, "JSON only."))
    assert reply == {"text": "None.", "frames_used": 8}  # 5 of 8 is what the engine then refuses
    assert calls[0] == ("/weights", {})
    shape, instruct, tokenizer, modal, sent = calls[1]
    assert (shape[0], instruct, modal) == (8, "JSON only.\nWhat happens?", "video")
    assert tokenizer == "the tokenizer"
    sampled = {"do_sample": True, "temperature": 0.7, "top_p": 0.9}
    wanted = sampled if settings is SAMPLED else {"do_sample": False}
    assert {name: sent[name] for name in sent if name != "repetition_penalty"} == {
        "max_new_tokens": 64,
        **wanted,
    }


def test_videollama2_in_another_precision_is_refused(package):
    package(videollama2={})
    with pytest.raises(ValueError, match="float16"):
        adapter("videollama2").load("/weights", {"precision": "bfloat16"})


class InternVideo2Model(Loaded):
    config = SimpleNamespace(
        model_config=SimpleNamespace(vision_encoder=SimpleNamespace(num_frames=8))
    )

    def chat(
        self,
        tokenizer,
        msg,
        user_prompt,
        media_type,
        media_tensor,
        instruction=None,
        chat_history=[],
        return_history=False,
        generation_config={},
    ):
        self.generate_caption(None, None, **generation_config)
        self.asked = (tokenizer, msg, user_prompt, media_type, media_tensor, instruction)
        return "None."

    def generate_caption(
        self,
        input_ids,
        attention_mask,
        image_idx=None,
        video_idx=None,
        image=None,
        video=None,
        num_beams=1,
        max_new_tokens=200,
        do_sample=True,
        top_p=0.9,
        top_k=None,
        temperature=1.0,
        length_penalty=1,
        repetition_penalty=1.0,
    ):
        self.settings = dict(
            max_new_tokens=max_new_tokens,
            do_sample=do_sample,
            top_p=top_p,
            temperature=temperature,
            repetition_penalty=repetition_penalty,
        )


@pytest.mark.parametrize(("tiles", "shape"), [(0, (8, 3, 224, 224)), (6, (1, 3, 8, 3, 224, 224))])
def test_internvideo2(package, question, tiles, shape):
    record, made = [], InternVideo2Model()
    package(
        transformers={
            "AutoModel": pretrained(lambda: made, record),
            "AutoTokenizer": pretrained(lambda: "the tokenizer", record),
        }
    )
    options = {"precision": "float32", **({"tiles": tiles} if tiles else {})}
    model = adapter("internvideo2").load("/weights", options)
    assert options == {}
    assert model.frames == {"exactly": 8}
    assert record[0] == ("/weights", {"trust_remote_code": True, "use_fast": False})
    assert record[1] == ("/weights", {"trust_remote_code": True, "torch_dtype": torch.float32})
    assert model.answer(question(8, SAMPLED)) == {"text": "None.", "frames_used": 8}
    tokenizer, msg, prompt, kind, tensor, instruction = made.asked
    assert (tokenizer, msg, prompt) == ("the tokenizer", "", "What happens?")
    assert (kind, instruction) == ("video", None)
    assert tuple(tensor.shape) == shape
    assert made.settings == {
        "max_new_tokens": 64,
        "do_sample": True,
        "top_p": 0.9,
        "temperature": 0.7,
        "repetition_penalty": 1.1,
    }


def test_the_tiles_of_a_picture_are_its_parts():
    module = adapter("internvideo2")
    assert module.grid(854, 480, 6) == (2, 1)
    assert module.grid(480, 854, 6) == (1, 2)
    assert module.grid(640, 480, 1) == (1, 1)
    assert module.grid(2000, 2000, 4) == (2, 2)
    assert module.grid(200, 200, 4) == (1, 1)
    picture = Image.new("RGB", (448, 224), (255, 0, 0))
    picture.paste((0, 0, 255), (224, 0, 448, 224))
    left, right, whole = module.tiled([picture], 2)
    red, blue = ((np.array(one) - module.MEAN) / module.STD for one in ((1, 0, 0), (0, 0, 1)))
    assert np.allclose(left[0].mean(axis=(1, 2)), red, atol=0.1)
    assert np.allclose(right[0].mean(axis=(1, 2)), blue, atol=0.1)
    assert np.allclose(whole[0].mean(axis=(1, 2)), (red + blue) / 2, atol=0.1)
    middle = module.cropped([picture])
    assert middle.shape == (1, 3, 224, 224)
    assert middle.dtype == np.float32


class InternVL(Loaded):
    def chat(
        self,
        tokenizer,
        pixel_values,
        question,
        generation_config,
        history=None,
        return_history=False,
        num_patches_list=None,
        IMG_START_TOKEN="<img>",
        IMG_END_TOKEN="</img>",
        IMG_CONTEXT_TOKEN="<IMG_CONTEXT>",
        verbose=False,
    ):
        assert pixel_values.shape[0] == sum(num_patches_list)
        assert pixel_values.shape[0] % 4 == 0
        self.asked = (tokenizer, tuple(pixel_values.shape), question, generation_config)
        return "None."


def test_internvideo2_5(package, question):
    record, made = [], InternVL()
    package(
        transformers={
            "AutoModel": pretrained(lambda: made, record),
            "AutoTokenizer": pretrained(lambda: "the tokenizer", record),
        }
    )
    model = adapter("internvideo2_5").load("/weights", {"precision": "float32"})
    assert model.answer(question(4)) == {"text": "None.", "frames_used": 4}
    tokenizer, shape, prompt, settings = made.asked
    assert tokenizer == "the tokenizer"
    assert shape == (4, 3, 448, 448)
    assert prompt == (
        "Frame1: <image>\nFrame2: <image>\nFrame3: <image>\nFrame4: <image>\nWhat happens?"
    )
    assert settings == {"do_sample": False, "max_new_tokens": 64, "repetition_penalty": 1.1}


class MiniCPM(Loaded):
    """Its `chat` takes only those settings that its own defaults name."""

    def chat(
        self,
        image=None,
        msgs=None,
        tokenizer=None,
        processor=None,
        vision_hidden_states=None,
        max_new_tokens=2048,
        min_new_tokens=0,
        sampling=True,
        max_inp_length=16384,
        system_prompt="",
        stream=False,
        max_slice_nums=None,
        use_image_id=None,
        temporal_ids=None,
        enable_thinking=False,
        **kwargs,
    ):
        sampled = {"top_p": 0.8, "top_k": 100, "temperature": 0.7, "do_sample": True}
        settings = sampled if sampling else {"num_beams": 3}
        settings = settings | {"repetition_penalty": 1.2}
        settings.update((name, kwargs[name]) for name in settings.keys() & kwargs.keys())
        self.settings = settings | {"max_new_tokens": max_new_tokens, "most": max_inp_length}
        self.asked = (image, msgs, tokenizer, system_prompt, max_slice_nums, use_image_id)
        return "None."


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (GREEDY, {"num_beams": 1, "repetition_penalty": 1.1}),
        ({"max_new_tokens": 64}, {"num_beams": 1, "repetition_penalty": 1.0}),
        (
            SAMPLED,
            {
                "top_p": 0.9,
                "top_k": 0,
                "temperature": 0.7,
                "do_sample": True,
                "repetition_penalty": 1.1,
            },
        ),
    ],
)
def test_minicpm_v(package, question, settings, wanted):
    record, made = [], MiniCPM()
    package(
        transformers={
            "AutoModel": pretrained(lambda: made, record),
            "AutoTokenizer": pretrained(lambda: "the tokenizer", record),
        }
    )
    model = adapter("minicpm_v").load("/weights", {"precision": "float32", "crops": 2})
    assert record[0][1]["attn_implementation"] == "sdpa"
    asked = question(3, settings, "JSON only.")
    assert model.answer(asked) == {"text": "None.", "frames_used": 3}
    image, msgs, tokenizer, system, slices, numbered = made.asked
    assert (image, tokenizer, system) == (None, "the tokenizer", "JSON only.")
    assert (slices, numbered) == (2, False)
    ((message),) = msgs
    assert message["role"] == "user"
    assert [type(one) for one in message["content"][:3]] == [Image.Image] * 3
    assert message["content"][3:] == ["What happens?"]
    assert made.settings.pop("most") >= 40960
    assert made.settings == {"max_new_tokens": 64, **wanted}


class PhiTokenizer:
    eos_token_id = 7

    def apply_chat_template(self, messages, tokenize, add_generation_prompt):
        assert not tokenize
        assert add_generation_prompt
        return "".join(f"<|{one['role']}|>\n{one['content']}<|end|>\n" for one in messages)

    def decode(self, tokens, skip_special_tokens, clean_up_tokenization_spaces):
        return f"{len(tokens)} tokens"


class PhiInputs(dict):
    def to(self, device):
        return self


class PhiProcessor:
    tokenizer = PhiTokenizer()

    def __call__(self, text, images=None, padding=False, return_tensors=None):
        self.asked = (text, images)
        return PhiInputs(
            input_ids=torch.zeros(1, 5, dtype=torch.long),
            pixel_values=torch.zeros(len(images), 5, 3, 336, 336),
        )


class Phi(Loaded):
    config = SimpleNamespace(max_position_embeddings=100)

    def generate(self, input_ids, pixel_values, eos_token_id, **settings):
        self.settings = (eos_token_id, settings)
        return torch.zeros(1, 5 + 4, dtype=torch.long)


def test_phi_3_5_vision(package, question):
    record, model_made, processor = [], Phi(), PhiProcessor()
    package(
        transformers={
            "AutoModelForCausalLM": pretrained(lambda: model_made, record),
            "AutoProcessor": pretrained(lambda: processor, record),
        }
    )
    module = adapter("phi3_5_vision")
    model = module.load("/weights", {"precision": "float32", "crops": 2})
    assert record[0][1]["_attn_implementation"] == "eager"
    assert record[1][1] == {"trust_remote_code": True, "num_crops": 2}
    reply = model.answer(question(2, GREEDY, "JSON only."))
    assert reply == {
        "text": "4 tokens",
        "frames_used": 2,
        "finish": "stop",
        "prompt_tokens": 5,
        "completion_tokens": 4,
    }
    text, images = processor.asked
    assert len(images) == 2
    assert text == (
        "<|system|>\nJSON only.<|end|>\n<|user|>\n<|image_1|>\n<|image_2|>\nWhat happens?<|end|>\n"
    )
    assert model_made.settings == (
        7,
        {"do_sample": False, "max_new_tokens": 64, "repetition_penalty": 1.1},
    )
    cut = model.answer(question(2, {"max_new_tokens": 4}))
    assert cut["finish"] == "length"
    with pytest.raises(TooLong) as caught:
        model.answer(question(2, {"max_new_tokens": 96}))
    assert kind_of(caught.value) == "too_long"


class Conversation:
    roles, sep2 = ("USER", "ASSISTANT"), "</s>"

    def __init__(self):
        self.system, self.messages = "You are helpful.", []

    def copy(self):
        return Conversation()

    def append_message(self, role, message):
        self.messages.append([role, message])


class VideoLLaMAModel(Loaded):
    llama_tokenizer = SimpleNamespace(decode=lambda tokens, skip_special_tokens: "ASSISTANT: None.")

    def __init__(self):
        self.llama_model = self

    def encode_videoQformer_visual(self, image):
        self.video = image
        return torch.zeros(1, 32, 16), torch.ones(1, 32)

    def generate(self, inputs_embeds, **settings):
        self.settings = settings
        return torch.zeros(1, 4, dtype=torch.long)


class Chat:
    def __init__(self, model, vis_processor, device="cuda:0"):
        self.model, self.vis_processor, self.device = model, vis_processor, device

    def ask(self, text, conv):
        assert "</Video>" in conv.messages[-1][1]
        conv.messages[-1][1] = " ".join([conv.messages[-1][1], text])

    def get_context_emb(self, conv, img_list):
        self.model.asked = (conv.system, conv.messages, img_list[0].shape)
        return torch.zeros(1, 100, 16)


def test_video_llama(package, question, tmp_path, monkeypatch):
    made, record = VideoLLaMAModel(), []
    (tmp_path / "weights/llama-2-13b-chat-hf").mkdir(parents=True)
    (tmp_path / "weights/VL_LLaMA_2_13B_Finetuned.pth").touch()
    (tmp_path / "weights/AL_LLaMA_2_13B_Finetuned.pth").touch()

    def config(args):
        record.append((args.cfg_path, args.options))
        train = SimpleNamespace(name="alpro_video_eval")
        webvid = SimpleNamespace(vis_processor=SimpleNamespace(train=train))
        arch = SimpleNamespace(arch="video_llama")
        return SimpleNamespace(model_cfg=arch, datasets_cfg=SimpleNamespace(webvid=webvid))

    classes = {"video_llama": SimpleNamespace(from_config=lambda cfg: made)}
    transform = SimpleNamespace(transform=lambda clip: clip / 255)
    processors = {"alpro_video_eval": SimpleNamespace(from_config=lambda cfg: transform)}
    registry = SimpleNamespace(
        get_model_class=classes.__getitem__, get_processor_class=processors.__getitem__
    )
    empty = ("datasets", "datasets__builders", "models", "processors", "runners", "tasks")
    package(
        video_llama={"__file__": str(tmp_path / "code/video_llama/__init__.py"), "__path__": []},
        **{f"video_llama__{name}": {} for name in (*empty, "common", "conversation")},
        video_llama__common__config={"Config": config},
        video_llama__common__registry={"registry": registry},
    )
    conversations = ModuleType("video_llama.conversation.conversation_video")
    conversations.Chat, conversations.conv_llava_llama_2 = Chat, Conversation()
    monkeypatch.setitem(sys.modules, conversations.__name__, conversations)
    module = adapter("video_llama")
    model = module.load(str(tmp_path / "weights"), {"precision": "bfloat16"})
    assert record == [
        (
            str(tmp_path / "code/eval_configs/video_llama_eval_only_vl.yaml"),
            [
                f"model.llama_model={tmp_path}/weights/llama-2-13b-chat-hf",
                f"model.ckpt={tmp_path}/weights/VL_LLaMA_2_13B_Finetuned.pth",
            ],
        )
    ]
    monkeypatch.setattr(torch.Tensor, "to", lambda self, *_: self)
    reply = model.answer(question(8))
    assert reply["text"] == "None."
    assert reply["frames_used"] == 8
    assert reply["prompt_tokens"] == 100
    assert tuple(made.video.shape) == (1, 3, 8, 224, 224)
    system, messages, _ = made.asked
    assert system == "You are helpful."
    assert messages == [
        [
            "USER",
            "<Video><ImageHere></Video> The video contains 8 frames sampled at "
            "0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4 seconds.  What happens?",
        ],
        ["ASSISTANT", None],
    ]
    assert made.settings == {"do_sample": False, "max_new_tokens": 64, "repetition_penalty": 1.1}
    with pytest.raises(TooLong):
        model.answer(question(8, {"max_new_tokens": 4000}))
    (tmp_path / "weights/VL_LLaMA_2_13B_Finetuned.pth").unlink()
    with pytest.raises(FileNotFoundError, match=r"not one VL_\*\.pth in .*: AL_LLaMA_2_13B"):
        module.load(str(tmp_path / "weights"), {"precision": "bfloat16"})


class F16Model(torch.nn.Module):
    def __init__(self, config):
        super().__init__()
        self.head = torch.nn.Linear(2, 2, bias=False)
        self.vision_tower = torch.nn.Linear(1, 1, bias=False)
        self.config, self.steps = config, []

    def get_model(self):
        return self

    def initialize_vision_modules(self, model_args, fsdp=None):
        self.steps.append(model_args)
        self.projector = torch.nn.Linear(2, 2, bias=False)

    def get_vision_tower(self):
        return SimpleNamespace(image_processor=self)

    def preprocess(self, images, return_tensors):
        return {"pixel_values": torch.zeros(len(images), 3, 384, 384)}

    def generate(self, input_ids=None, images=None, modalities=["image"], real_time=None, **kwargs):
        self.asked = (input_ids, tuple(images[0].shape), modalities, real_time, kwargs)
        return torch.zeros(1, 4, dtype=torch.long)


@pytest.mark.parametrize("lost", [[], ["projector.weight"], ["vision_tower.weight"]])
def test_f16(package, question, tmp_path, monkeypatch, lost):
    from safetensors.torch import save_file

    weights = {
        name: torch.full(size, 3.0)
        for name, size in {
            "head.weight": (2, 2),
            "projector.weight": (2, 2),
            "vision_tower.weight": (1, 1),
        }.items()
        if name not in lost
    }
    save_file(weights, str(tmp_path / "model.safetensors"))
    made, said = [], []

    def build(config):
        made.append(F16Model(config))
        return made[0]

    def preprocess(sources, tokenizer, has_image=False):
        said.append((sources, has_image))
        return {"input_ids": torch.arange(9)[None]}

    tokenizer = SimpleNamespace(
        eos_token_id=2, decode=lambda tokens, skip_special_tokens: f"{len(tokens)} tokens"
    )
    package(
        transformers={
            "AutoConfig": pretrained(SimpleNamespace, []),
            "AutoTokenizer": pretrained(lambda: tokenizer, []),
        },
        llava={"__path__": []},
        llava__model={"F16ForCausalLM": build},
        llava__conversation={"conv_templates": {"qwen_1_5": "qwen"}},
        llava__dataset={"__path__": []},
        llava__dataset__preprocess_utils={"preprocess": preprocess},
    )
    module = adapter("f16")
    monkeypatch.setattr(module, "DEVICE", "cpu")
    if lost == ["projector.weight"]:
        with pytest.raises(ValueError, match=r"lacks weights: projector\.weight"):
            module.load(str(tmp_path), {"precision": "bfloat16"})
        return
    model = module.load(str(tmp_path), {"precision": "bfloat16"})
    assert made[0].steps[0].multi_frame_num == 16
    assert made[0].projector.weight.tolist() == [[3.0, 3.0], [3.0, 3.0]]
    reply = model.answer(question(16))
    assert reply == {
        "text": "4 tokens",
        "frames_used": 16,
        "finish": "stop",
        "completion_tokens": 4,
    }
    ids, shape, modalities, real_time, settings = made[0].asked
    assert ids.tolist() == [list(range(7))]  # without the end of the empty answer
    assert shape == (16, 3, 384, 384)
    assert modalities == ["video"]
    assert real_time == [pytest.approx(3.2)]
    assert settings["max_new_tokens"] == 64
    assert settings["do_sample"] is False
    (((human, answer),), has_image) = said[0]
    assert human == {"from": "human", "value": "<image>\nWhat happens?"}
    assert answer == {"from": "gpt", "value": ""}
    assert has_image
    assert torch.get_default_dtype() == torch.float32
