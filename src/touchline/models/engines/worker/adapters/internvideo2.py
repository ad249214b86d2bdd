"""InternVideo2 chat, 8B and 8B-HD, through the `chat` of the code that comes with its checkpoint.

Source: `modeling_videochat2.py` in OpenGVLab/InternVideo2-Chat-8B and InternVideo2_chat_8B_HD. The
first takes a tensor of (frames, 3, 224, 224) from the middle of the picture, the second one of
(1, tiles + 1, frames, 3, 224, 224): tiles of the whole picture, and the whole picture small. The
option `tiles` chooses the second. The vision encoder has a position for each of its frames, so it
is given exactly as many as it has.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from PIL import Image

SETTINGS = (
    *("max_new_tokens", "temperature", "seed", "repetition_penalty"),
    *("top_p", "top_k", "num_beams"),
)
SIDE = 224
MEAN = np.array((0.485, 0.456, 0.406), dtype=np.float32)
STD = np.array((0.229, 0.224, 0.225), dtype=np.float32)


class InternVideo2:
    """A loaded checkpoint."""

    def __init__(self, checkpoint: str, options: dict[str, Any]) -> None:
        import torch

        transformers: Any = importlib.import_module("transformers")

        self.dtype = options.pop("precision")
        self.tiles = int(options.pop("tiles", 0))
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(
            checkpoint, trust_remote_code=True, use_fast=False
        )
        kind = getattr(torch, self.dtype)
        model = transformers.AutoModel.from_pretrained(
            checkpoint, trust_remote_code=True, torch_dtype=kind
        )
        self.model: Any = model.to(self.device).eval()
        self.frames = {"exactly": int(self.model.config.model_config.vision_encoder.num_frames)}

    def answer(self, question: Any) -> dict[str, Any]:
        """See the runner."""
        import torch

        images = [Image.open(file).convert("RGB") for file in question.frames]
        pixels = tiled(images, self.tiles)[None] if self.tiles else cropped(images)
        video = torch.from_numpy(pixels).to(self.device, getattr(torch, self.dtype))
        with torch.no_grad():
            text = self.model.chat(
                self.tokenizer,
                "",
                question.prompt,
                media_type="video",
                media_tensor=video,
                instruction=None,
                chat_history=[],
                return_history=False,
                generation_config=question.generate_arguments(),
            )
        return {"text": text, "frames_used": int(video.shape[-4])}


def cropped(images: list[Any]) -> np.ndarray[Any, Any]:
    """The middle of pictures scaled to a shorter side of 224: (frames, 3, 224, 224)."""
    found = []
    for image in images:
        scale = SIDE / min(image.size)
        width, height = (max(SIDE, round(side * scale)) for side in image.size)
        left, top = (width - SIDE) // 2, (height - SIDE) // 2
        small = image.resize((width, height), Image.Resampling.BICUBIC)
        found.append(normalized(small.crop((left, top, left + SIDE, top + SIDE))))
    return np.stack(found)


def tiled(images: list[Any], most: int) -> np.ndarray[Any, Any]:
    """Tiles of each picture, and the whole picture: (tiles + 1, frames, 3, 224, 224)."""
    width, height = images[0].size
    columns, rows = grid(width, height, most)
    parts: list[list[np.ndarray[Any, Any]]] = [[] for _ in range(columns * rows + 1)]
    for image in images:
        large = image.resize((columns * SIDE, rows * SIDE), Image.Resampling.BICUBIC)
        for at in range(columns * rows):
            left, top = at % columns * SIDE, at // columns * SIDE
            parts[at].append(normalized(large.crop((left, top, left + SIDE, top + SIDE))))
        parts[-1].append(normalized(image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)))
    return np.stack([np.stack(part) for part in parts])


def grid(width: int, height: int, most: int) -> tuple[int, int]:
    """Columns and rows of at most so many tiles, closest to the shape of a picture.

    Of two grids of one shape the larger is taken where the picture fills over half of it.
    """
    best, closest = (1, 1), float("inf")
    for count in range(1, most + 1):
        for columns in range(1, count + 1):
            if count % columns:
                continue
            rows = count // columns
            distance = abs(columns / rows - width / height)
            fills = width * height > 0.5 * SIDE * SIDE * count
            if distance < closest or (distance == closest and fills):
                best, closest = (columns, rows), distance
    return best


def normalized(image: Any) -> np.ndarray[Any, Any]:
    """A picture as (3, height, width), normalized by ImageNet's mean and deviation."""
    values = (np.asarray(image, dtype=np.float32) / 255 - MEAN) / STD
    return np.ascontiguousarray(values.transpose(2, 0, 1), dtype=np.float32)


load = InternVideo2
