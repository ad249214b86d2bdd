"""Writing the tiny checkpoint of a family to a folder."""

import importlib

import torch

from touchline.models.torchvision_compat import register_torchvision_operators

LEAST_TOKENS = 6
"""Random weights like to end at once; the tests' cards forbid it."""


def build(family, folder):
    """Writes a tiny checkpoint of a family of the roster, with random weights."""
    register_torchvision_operators()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    module, function = family.build
    model, processor = getattr(importlib.import_module(f"tests.families.{module}"), function)()
    assert type(model).__name__ == (family.saved_class or family.model_class)
    words = processor.tokenizer
    model.generation_config.eos_token_id = words.eos_token_id
    model.generation_config.pad_token_id = words.pad_token_id
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder
