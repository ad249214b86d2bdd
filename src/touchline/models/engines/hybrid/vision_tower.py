"""The vision tower of a model as the maker of features: frozen, and that of a real checkpoint."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from touchline.errors import UserError
from touchline.models.card_types.transformers import TransformersCard
from touchline.models.engines.transformers.loading import load_checkpoint


class VisionTower:
    """The vision encoder of a checkpoint, and what joins it to its language model.

    Args:
        card: of the checkpoint.

    Raises:
        UserError: it cannot be loaded, or has another form than Idefics3 and SmolVLM.
    """

    def __init__(self, card: TransformersCard) -> None:
        loaded = load_checkpoint(card)
        model = getattr(loaded.model, "model", None)
        if not hasattr(model, "vision_model") or not hasattr(model, "connector"):
            raise UserError(
                f"model '{card.name}': {card.checkpoint} has no vision tower in the form of "
                "Idefics3 or SmolVLM, the only one that hybrid spotters can use: name another one."
            )
        self._vision: Any = model.vision_model  # type: ignore[union-attr]
        self._connector: Any = model.connector  # type: ignore[union-attr]
        self._processor: Any = loaded.processor.image_processor
        self._device = loaded.device
        self.size = self._size()

    def pixel_values(self, jpegs: Sequence[bytes]) -> Tensor:
        """Frames as the processor of the checkpoint makes them.

        Args:
            jpegs: JPEG files of one size.

        Returns:
            Shape (frames, 3, height, width).

        Raises:
            OSError: a frame is not a picture.
        """
        pictures = [Image.open(io.BytesIO(jpeg)).convert("RGB") for jpeg in jpegs]
        made = self._processor(
            [pictures], do_image_splitting=False, return_tensors="pt", return_row_col_info=False
        )
        values: Tensor = made["pixel_values"][0]
        return values

    @torch.inference_mode()
    def features(self, pixel_values: Tensor) -> NDArray[np.float32]:
        """The features of frames: the connector's output, its tokens side by side.

        Args:
            pixel_values: shape (frames, 3, height, width).

        Returns:
            Shape (frames, size).
        """
        values = pixel_values.to(self._device, self._vision.dtype)
        shown = self._connector(self._vision(pixel_values=values).last_hidden_state)
        return np.asarray(shown.flatten(1).float().cpu().numpy())

    def _size(self) -> int:
        """How many numbers a frame has."""
        blank = io.BytesIO()
        Image.new("RGB", (64, 64)).save(blank, "JPEG")
        return int(self.features(self.pixel_values([blank.getvalue()])).shape[1])
