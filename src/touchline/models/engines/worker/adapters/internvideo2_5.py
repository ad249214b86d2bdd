"""InternVideo2.5 through the `chat` of the code that comes with its checkpoint.

Source: `modeling_internvl_chat_hico2.py` and the model card of OpenGVLab/InternVideo2_5_Chat_8B.
Each frame is one picture of 448 by 448 pixels. Four neighbouring frames share 64 tokens, so the
code refuses another number of frames than a multiple of 4.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from PIL import Image

SETTINGS = (
    *("max_new_tokens", "temperature", "seed", "repetition_penalty"),
    *("top_p", "top_k", "min_tokens", "num_beams"),
)
FRAMES = {"at_most": 512, "multiple_of": 4}
SIDE = 448
MEAN = np.array((0.485, 0.456, 0.406), dtype=np.float32)
STD = np.array((0.229, 0.224, 0.225), dtype=np.float32)


class InternVideo25:
    """A loaded checkpoint."""

    def __init__(self, checkpoint: str, options: dict[str, Any]) -> None:
        import torch

        transformers: Any = importlib.import_module("transformers")

        self.dtype = options.pop("precision")
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(
            checkpoint, trust_remote_code=True
        )
        kind = getattr(torch, self.dtype)
        model = transformers.AutoModel.from_pretrained(
            checkpoint, trust_remote_code=True, torch_dtype=kind
        )
        self.model: Any = model.to(self.device).eval()

    def answer(self, question: Any) -> dict[str, Any]:
        """See the runner."""
        import torch

        pixels = np.stack([picture(file) for file in question.frames])
        values = torch.from_numpy(pixels).to(self.device, getattr(torch, self.dtype))
        count = int(values.shape[0])
        places = "".join(f"Frame{number}: <image>\n" for number in range(1, count + 1))
        with torch.no_grad():
            text = self.model.chat(
                self.tokenizer,
                values,
                places + question.prompt,
                question.generate_arguments(),
                num_patches_list=[1] * count,
                history=None,
                return_history=False,
            )
        return {"text": text, "frames_used": count}


def picture(file: str) -> np.ndarray[Any, Any]:
    """A frame as (3, 448, 448), normalized by ImageNet's mean and deviation."""
    image = Image.open(file).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    values = (np.asarray(image, dtype=np.float32) / 255 - MEAN) / STD
    return np.ascontiguousarray(values.transpose(2, 0, 1), dtype=np.float32)


load = InternVideo25
