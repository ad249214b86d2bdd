"""Makes a tiny VideoLLaMA2 checkpoint with random weights, in the environment of its makers' code.

    PYTHON_OF_THE_ENVIRONMENT tiny_videollama2.py FOLDER

FOLDER gets `checkpoint`, and `clip`: the vision tower, which the makers' code loads by its name or
path.
"""

import sys
from pathlib import Path

FRAMES = 8
SIZE, PATCH, WIDTH = 28, 14, 32
PIECES = 340
TEMPLATE = (
    "{% for message in messages %}[{{ message['role'] }}] {{ message['content'] }}\n{% endfor %}"
)


def make_clip(folder):
    """The vision tower, which their code loads by the name that the checkpoint has for it."""
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

    config = CLIPVisionConfig(
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=SIZE,
        patch_size=PATCH,
    )
    CLIPVisionModel(config).save_pretrained(folder)
    sides = {"height": SIZE, "width": SIZE}
    CLIPImageProcessor(size={"shortest_edge": SIZE}, crop_size=sides).save_pretrained(folder)


def make_tokenizer(folder):
    """A tokenizer of the kind that Mistral's has, with a few pieces."""
    import sentencepiece
    from transformers import LlamaTokenizer

    words = [
        f"The frame number {n} shows a goal, a foul or a corner at {n * 7} s." for n in range(99)
    ]
    text = folder / "text.txt"
    text.write_text("\n".join(words), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(folder / "pieces"), vocab_size=PIECES, byte_fallback=True
    )
    tokenizer = LlamaTokenizer(str(folder / "pieces.model"))
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def make_checkpoint(folder, clip):
    """Weights, configuration and tokenizer."""
    import torch
    from videollama2.model import VLLMConfigs, VLLMs

    folder.mkdir()
    tokenizer = make_tokenizer(folder)
    config = VLLMConfigs["videollama2_mistral"](
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        mm_vision_tower=str(clip),
        mm_vision_select_layer=-2,
        mm_vision_select_feature="patch",
        mm_projector_type="stc_connector",
        mm_hidden_size=WIDTH,
        num_frames=FRAMES,
        use_mm_proj=True,
    )
    torch.manual_seed(0)
    model = VLLMs["videollama2_mistral"](config).half()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def main():
    folder = Path(sys.argv[1])
    make_clip(folder / "clip")
    make_checkpoint(folder / "checkpoint", folder / "clip")


if __name__ == "__main__":
    main()
