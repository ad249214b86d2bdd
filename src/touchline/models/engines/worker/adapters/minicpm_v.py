"""MiniCPM-V 2.6 and 4.5 through the `chat` of the code that comes with their checkpoints.

Source: `modeling_minicpmv.py` in openbmb/MiniCPM-V-2_6 and openbmb/MiniCPM-V-4_5. Its defaults are
three beams and a repetition penalty of 1.2, or sampling with penalties of its own, and a prompt is
cut off without a word after 8,192 or 16,384 tokens: all of these are set here. Images of a video
have no numbers (`use_image_id=False`), as in the makers' examples. The option `crops` is
`max_slice_nums`.
"""

from __future__ import annotations

import importlib
from typing import Any

from PIL import Image

SETTINGS = (
    *("max_new_tokens", "temperature", "seed", "repetition_penalty"),
    *("top_p", "top_k", "min_tokens", "num_beams"),
)
FRAMES = {"at_most": 180}
MOST_PROMPT_TOKENS = 1_000_000


class MiniCPMV:
    """A loaded checkpoint."""

    def __init__(self, checkpoint: str, options: dict[str, Any]) -> None:
        import torch

        transformers: Any = importlib.import_module("transformers")

        self.dtype = options.pop("precision")
        self.slices = options.pop("crops", None)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        model = transformers.AutoModel.from_pretrained(
            checkpoint,
            trust_remote_code=True,
            attn_implementation="sdpa",
            torch_dtype=getattr(torch, self.dtype),
        )
        self.model: Any = model.eval().to(self.device)
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(
            checkpoint, trust_remote_code=True
        )

    def answer(self, question: Any) -> dict[str, Any]:
        """See the runner."""
        images = [Image.open(file).convert("RGB") for file in question.frames]
        settings = question.generate_arguments()
        sampling = settings.pop("do_sample")
        neutral = {} if sampling else {"num_beams": 1}
        text = self.model.chat(
            image=None,
            msgs=[{"role": "user", "content": [*images, question.text]}],
            tokenizer=self.tokenizer,
            system_prompt=question.system or "",
            sampling=sampling,
            max_inp_length=MOST_PROMPT_TOKENS,
            max_slice_nums=self.slices,
            use_image_id=False,
            **{"repetition_penalty": 1.0, **neutral, **settings},
        )
        return {"text": text, "frames_used": len(images)}


load = MiniCPMV
