"""Phi-3.5-Vision through its own processor and `generate`.

Source: the model card of microsoft/Phi-3.5-vision-instruct: images are named <|image_1|> and so on,
and four crops are its choice for several frames; the option `crops` is `num_crops`. Its code has
FlashAttention 2 and eager attention only; the first is taken where flash_attn is installed.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from PIL import Image

SETTINGS = (
    *("max_new_tokens", "temperature", "seed", "repetition_penalty"),
    *("top_p", "top_k", "min_tokens", "num_beams", "no_repeat_ngram_size"),
)
FRAMES = {"at_most": 160}


class Phi35Vision:
    """A loaded checkpoint."""

    def __init__(self, checkpoint: str, options: dict[str, Any]) -> None:
        import torch

        transformers: Any = importlib.import_module("transformers")

        self.dtype = options.pop("precision")
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        fast = self.device == "cuda" and importlib.util.find_spec("flash_attn") is not None
        model = transformers.AutoModelForCausalLM.from_pretrained(
            checkpoint,
            trust_remote_code=True,
            torch_dtype=getattr(torch, self.dtype),
            _attn_implementation="flash_attention_2" if fast else "eager",
        )
        self.model: Any = model.to(self.device).eval()
        self.processor: Any = transformers.AutoProcessor.from_pretrained(
            checkpoint, trust_remote_code=True, num_crops=int(options.pop("crops", 4))
        )
        self.context = int(self.model.config.max_position_embeddings)

    def answer(self, question: Any) -> dict[str, Any]:
        """See the runner."""
        import torch

        images = [Image.open(file).convert("RGB") for file in question.frames]
        places = "".join(f"<|image_{number}|>\n" for number in range(1, len(images) + 1))
        messages = [{"role": "user", "content": places + question.text}]
        if question.system:
            messages.insert(0, {"role": "system", "content": question.system})
        tokenizer = self.processor.tokenizer
        prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        inputs = self.processor(prompt, images, return_tensors="pt").to(self.device)
        length = int(inputs["input_ids"].shape[1])
        settings = question.generate_arguments()
        question.check_length(length, self.context)
        with torch.no_grad():
            found = self.model.generate(**inputs, eos_token_id=tokenizer.eos_token_id, **settings)
        tokens = found[0, length:]
        text = tokenizer.decode(
            tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return {
            "text": text,
            "frames_used": int(inputs["pixel_values"].shape[0]),
            "finish": "length" if len(tokens) >= settings["max_new_tokens"] else "stop",
            "prompt_tokens": length,
            "completion_tokens": len(tokens),
        }


load = Phi35Vision
