"""F-16 through the model class of its makers.

Source: https://github.com/bytedance/F-16, commit b14ba082 (`llava/model/language_model/f16.py`,
`llava/train/train.py`, `scripts/demo.sh`). Their scripts read an MP4 file at 16 frames a second;
here the frames go to the same image processor and `generate`. Sixteen frames share one set of
visual tokens, so a multiple of 16 is taken; the makers' code then adds one more set of zeros, and
writes the time of each set into the prompt. Their way to load a checkpoint makes the projector anew
after its weights were read; here the parts are made first, and weights that are missing are an
error. It needs CUDA.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image

SETTINGS = ("max_new_tokens", "temperature", "seed", "repetition_penalty", "top_p", "num_beams")
FRAMES = {"at_most": 1760, "multiple_of": 16}
DEVICE, DTYPE = "cuda", "bfloat16"
VISION_TOWER = "google/siglip-so400m-patch14-384"
ARGUMENTS = {
    "version": "qwen_1_5",
    "vision_tower": VISION_TOWER,
    "pretrain_mm_mlp_adapter": None,
    "mm_projector_type": "mlp2x_gelu",
    "mm_patch_merge_type": "spatial_unpad",
    "mm_spatial_pool_mode": "max",
    "mm_spatial_pool_stride": 2,
    "mm_pooling_position": "after",
    "mm_newline_position": "grid",
    "add_time_token": True,
    "multi_frame_projector": True,
    "multi_frame_num": 16,
}
"""As in `scripts/run.sh` and `scripts/demo.sh`."""


class F16:
    """A loaded checkpoint."""

    def __init__(self, checkpoint: str, options: dict[str, Any]) -> None:
        import torch

        transformers: Any = importlib.import_module("transformers")

        if options.pop("precision") != DTYPE:
            raise ValueError(f"the makers' code runs in {DTYPE}: set 'precision' in the card")
        code = importlib.import_module("llava.model")
        config = transformers.AutoConfig.from_pretrained(checkpoint)
        for name in ("add_time_token", "multi_frame_projector", "multi_frame_num"):
            setattr(config, name, ARGUMENTS[name])
        for name in ("mm_pooling_position", "mm_newline_position"):
            setattr(config, name, ARGUMENTS[name])
        config.mm_spatial_pool_mode = ARGUMENTS["mm_spatial_pool_mode"]
        config.mm_spatial_pool_stride = ARGUMENTS["mm_spatial_pool_stride"]
        config.model_args = {**ARGUMENTS, **(getattr(config, "model_args", None) or {})}
        torch.set_default_dtype(torch.bfloat16)  # half the memory while it is made
        model = code.F16ForCausalLM(config)
        model.get_model().initialize_vision_modules(SimpleNamespace(**ARGUMENTS))
        torch.set_default_dtype(torch.float32)
        fill(model, Path(checkpoint))
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(
            checkpoint, padding_side="right"
        )
        model.tokenizer = self.tokenizer
        self.model: Any = model.to(torch.bfloat16).to(DEVICE).eval()
        conversation: Any = importlib.import_module("llava.conversation")
        conversation.default_conversation = conversation.conv_templates[ARGUMENTS["version"]]
        self.preprocess = importlib.import_module("llava.dataset.preprocess_utils").preprocess

    def answer(self, question: Any) -> dict[str, Any]:
        """See the runner."""
        import torch

        images = [np.asarray(Image.open(file).convert("RGB")) for file in question.frames]
        processor = self.model.get_vision_tower().image_processor
        video = processor.preprocess(np.stack(images), return_tensors="pt")["pixel_values"]
        talk = [
            {"from": "human", "value": f"<image>\n{question.prompt.strip()}"},
            {"from": "gpt", "value": ""},
        ]
        prompt = self.preprocess([talk], self.tokenizer, has_image=True)["input_ids"][:, :-2]
        settings = question.generate_arguments()
        settings.pop("top_k", None)
        with torch.no_grad():
            found = self.model.generate(
                input_ids=prompt.to(DEVICE),
                attention_mask=torch.ones_like(prompt).to(DEVICE),
                images=[video.to(torch.bfloat16).to(DEVICE)],
                modalities=["video"],
                real_time=[length_s(question.times_ms)],
                pad_token_id=self.tokenizer.eos_token_id,
                **settings,
            )
        tokens = [int(token) for token in found[0]]
        return {
            "text": self.tokenizer.decode(tokens, skip_special_tokens=True).strip(),
            "frames_used": int(video.shape[0]),
            "finish": "length" if len(tokens) >= settings["max_new_tokens"] else "stop",
            "completion_tokens": len(tokens),
        }


def fill(model: Any, checkpoint: Path) -> None:
    """Reads a checkpoint's weights into a model whose parts all exist.

    Raises:
        ValueError: some of the model's weights are not in it; the vision tower has its own.
    """
    from safetensors.torch import load_file

    index = checkpoint / "model.safetensors.index.json"
    if index.is_file():
        names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
    else:
        names = sorted(one.name for one in checkpoint.glob("*.safetensors"))
    state: dict[str, Any] = {}
    for name in names:
        state.update(load_file(str(checkpoint / name)))
    found = model.load_state_dict(state, strict=False)
    missing = [name for name in found.missing_keys if "vision_tower" not in name]
    if missing or found.unexpected_keys:
        wrong = ", ".join((missing or found.unexpected_keys)[:5])
        kind = "lacks" if missing else "has unknown"
        raise ValueError(f"the checkpoint {checkpoint} {kind} weights: {wrong}")


def length_s(times_ms: list[int]) -> float:
    """How long a clip is whose last frame is shown as long as the others, in seconds."""
    gap = (times_ms[-1] - times_ms[0]) / max(1, len(times_ms) - 1)
    return (times_ms[-1] - times_ms[0] + gap) / 1000


load = F16
