"""The demo model's network, and the classifier that trains its vision tower."""

from typing import Any

import torch
from torch import Tensor, nn
from transformers import (
    GenerationConfig,
    Idefics3Config,
    Idefics3ForConditionalGeneration,
    LlamaConfig,
)

from touchline.train.demo_model.training_settings import Sizes

_HEAD_WIDTH = 64
"""Width of an attention head; halving it doubles the work on a CPU."""


def build_model(sizes: Sizes, tokenizer: Any) -> Any:
    """An `Idefics3ForConditionalGeneration` with random weights that fits the tokenizer.

    Training runs in bfloat16 on the CPU, where the plain attention is far faster than the fused
    one. The saved model does not depend on it.
    """
    config = Idefics3Config(
        vision_config={
            "hidden_size": sizes.vision_width,
            "intermediate_size": 3 * sizes.vision_width,
            "num_hidden_layers": sizes.vision_layers,
            "num_attention_heads": max(1, sizes.vision_width // _HEAD_WIDTH),
            "image_size": sizes.image_pixels,
            "patch_size": sizes.patch_pixels,
        },
        text_config=_text_config(sizes, tokenizer),
        scale_factor=sizes.patches_a_token,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        tie_word_embeddings=True,
    )
    model = Idefics3ForConditionalGeneration._from_config(config, attn_implementation="eager")
    model.generation_config = GenerationConfig(
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id
    )
    return model


def _text_config(sizes: Sizes, tokenizer: Any) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=sizes.text_width,
        intermediate_size=2 * sizes.text_width,
        num_hidden_layers=sizes.text_layers,
        num_attention_heads=max(1, sizes.text_width // _HEAD_WIDTH),
        num_key_value_heads=max(1, sizes.text_width // _HEAD_WIDTH),
        max_position_embeddings=4096,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        tie_word_embeddings=True,
    )


def encode_frames(model: Any, pixels: Tensor) -> Tensor:
    """The embeddings of each frame, as the language model gets them.

    Args:
        model: the model.
        pixels: normalized pixel values, shape (frames, 3, side, side).

    Returns:
        Shape (frames, tokens per frame, text width).
    """
    hidden = model.model.vision_model(pixel_values=pixels).last_hidden_state
    embeddings: Tensor = model.model.connector(hidden)
    return embeddings


class FrameClassifier(nn.Module):
    """Classifies each frame of a clip from the connector's output.

    It is used in training only. With the language loss alone, a randomly initialized vision tower
    learns nothing; the classifier's loss reaches every frame of every clip.
    """

    def __init__(self, sizes: Sizes, longest_clip: int, classes: int) -> None:
        super().__init__()
        shown, width = sizes.tokens_a_frame * sizes.text_width, sizes.text_width
        self.norm = nn.LayerNorm(shown)
        self.dropout = nn.Dropout(0.2)
        self.squeeze = nn.Linear(shown, width)
        self.places = nn.Parameter(torch.randn(longest_clip, width) * 0.02)
        layer = nn.TransformerEncoderLayer(
            width,
            nhead=max(1, width // 32),
            dim_feedforward=2 * width,
            dropout=0.15,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.mix = nn.TransformerEncoder(layer, num_layers=2, enable_nested_tensor=False)
        self.of_clip = nn.Linear(width, 2 * classes)
        self.of_frame = nn.Linear(shown, classes)

    def forward(self, shown: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits from the embeddings of the frames.

        Args:
            shown: shape (clips, frames, tokens per frame, text width).

        Returns:
            Classes from the whole clip, teams (above 0 is the first) and classes from the frame
            alone, each of shape (clips, frames, classes).
        """
        flat = self.dropout(self.norm(shown.flatten(2).float()))
        mixed = self.mix(self.squeeze(flat) + self.places[: flat.shape[1]])
        classes, teams = self.of_clip(mixed).chunk(2, dim=-1)
        return classes, teams, self.of_frame(flat)
