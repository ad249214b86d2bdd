import re

import numpy as np
import torch
from transformers import BatchFeature, ProcessorMixin


class HomeProcessor(ProcessorMixin):
    """Takes one text with <|image_1|>, <|image_2|> … in it, and the images."""

    attributes = ("tokenizer",)
    tokenizer_class = "AutoTokenizer"

    def __init__(self, tokenizer=None, **words):
        super().__init__(tokenizer, **words)

    def __call__(self, text, images=None, return_tensors=None, **words):
        assert isinstance(text, str)
        numbers = [int(n) for n in re.findall(r"<\|image_(\d+)\|>", text)]
        assert numbers == list(range(1, len(images or ()) + 1))
        text = re.sub(r"<\|image_\d+\|>", "<image>", text)
        inputs = dict(self.tokenizer(text, return_tensors="pt"))
        if images:
            pixels = [np.asarray(one.resize((16, 16)), dtype=np.float32) / 255 for one in images]
            inputs["pixel_values"] = torch.from_numpy(np.stack(pixels)).permute(0, 3, 1, 2)
        return BatchFeature(inputs)
