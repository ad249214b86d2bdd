"""VideoLLaMA2 through `model_init` and `mm_infer` of its makers.

Source: https://github.com/DAMO-NLP-SG/VideoLLaMA2, commit 1953283f (`videollama2/__init__.py` and
`mm_utils.py`). The commit after it asks for FlashAttention in the vision tower, which the
transformers that the project pins refuses. Their code pads a video of fewer frames with black ones,
and cuts one of more than 32, so it is given exactly as many as the checkpoint was trained with. It
needs CUDA and float16. For checkpoints on Mistral it puts a system prompt of its own before the
question.
"""

from __future__ import annotations

import importlib
from typing import Any

from PIL import Image

SETTINGS = ("max_new_tokens", "temperature", "seed", "top_p")
DEVICE, DTYPE = "cuda", "float16"


class VideoLLaMA2:
    """A loaded checkpoint."""

    def __init__(self, checkpoint: str, options: dict[str, Any]) -> None:
        if options.pop("precision") != DTYPE:
            raise ValueError(f"the makers' code runs in {DTYPE}: set 'precision' in the card")
        self.code = importlib.import_module("videollama2")
        self.model, self.processor, self.tokenizer = self.code.model_init(checkpoint)
        self.frames = {"exactly": int(getattr(self.model.config, "num_frames", 8))}

    def answer(self, question: Any) -> dict[str, Any]:
        """See the runner."""
        images = [Image.open(file).convert("RGB") for file in question.frames]
        video = self.processor["video"](images)
        settings = question.generate_arguments()
        settings.pop("top_k", None)  # `mm_infer` has none, and its `generate` no default
        text = self.code.mm_infer(
            video,
            question.prompt,
            model=self.model,
            tokenizer=self.tokenizer,
            modal="video",
            **settings,
        )
        return {"text": text, "frames_used": int(video.shape[0])}


load = VideoLLaMA2
