"""Video-LLaMA-2 (Video-LLaMA on LLaMA-2-chat) through its model and its `Chat`.

Source: https://github.com/DAMO-NLP-SG/Video-LLaMA, commit 64888c0a (`demo_video.py`,
`conversation_video.py`). `Chat.upload_video` takes 8 frames of a video file, and `Chat.answer`
always samples and cuts a long prompt off at its beginning, where the video is. So the frames go to
the model's encoder here, with the sentence about their times that `load_video` writes, and its
language model generates. The audio branch is not used. It needs CUDA.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from PIL import Image

SETTINGS = (
    *("max_new_tokens", "temperature", "seed", "repetition_penalty"),
    *("top_p", "top_k", "num_beams"),
)
FRAMES = {"exactly": 8}
SIDE = 224
CONTEXT = 4096
"""Of LLaMA 2."""


class VideoLLaMA:
    """A loaded checkpoint."""

    def __init__(self, checkpoint: str, options: dict[str, Any]) -> None:
        options.pop("precision")
        self.device, self.dtype = "cuda:0", "bfloat16"
        code = importlib.import_module("video_llama")
        for part in ("datasets.builders", "models", "processors", "runners", "tasks"):
            importlib.import_module(f"video_llama.{part}")  # each registers its classes
        folder = Path(str(code.__file__)).parents[1]
        config = importlib.import_module("video_llama.common.config").Config(
            SimpleNamespace(
                cfg_path=str(folder / "eval_configs/video_llama_eval_only_vl.yaml"),
                options=[
                    f"model.llama_model={only(checkpoint, 'llama-2-*')}",
                    f"model.ckpt={only(checkpoint, 'VL_*.pth')}",
                ],
            )
        )
        registry = importlib.import_module("video_llama.common.registry").registry
        model = registry.get_model_class(config.model_cfg.arch).from_config(config.model_cfg)
        wanted = config.datasets_cfg.webvid.vis_processor.train
        transform = registry.get_processor_class(wanted.name).from_config(wanted)
        self.conversations = importlib.import_module("video_llama.conversation.conversation_video")
        self.model = model.to(self.device).eval()
        self.chat = self.conversations.Chat(self.model, transform, device=self.device)

    def answer(self, question: Any) -> dict[str, Any]:
        """See the runner."""
        import torch

        video = self.chat.vis_processor.transform(clip(question.frames))[None].to(self.device)
        conversation = self.conversations.conv_llava_llama_2.copy()
        if question.system:
            conversation.system = question.system
        settings = question.generate_arguments()
        with torch.no_grad():
            shown, _ = self.model.encode_videoQformer_visual(video)
            said = f"<Video><ImageHere></Video> {times_sentence(question.times_ms)}"
            conversation.append_message(conversation.roles[0], said)
            self.chat.ask(question.text, conversation)
            conversation.append_message(conversation.roles[1], None)
            prompt = self.chat.get_context_emb(conversation, [shown])
            length = int(prompt.shape[1])
            question.check_length(length, CONTEXT)
            found = self.model.llama_model.generate(inputs_embeds=prompt, **settings)
        tokens = [int(token) for token in found[0]]
        text = self.model.llama_tokenizer.decode(tokens, skip_special_tokens=True)
        return {
            "text": text.split(conversation.roles[1] + ":")[-1].strip(),
            "frames_used": int(video.shape[2]),
            "finish": "length" if len(tokens) >= settings["max_new_tokens"] else "stop",
            "prompt_tokens": length,
            "completion_tokens": len(tokens),
        }


def only(checkpoint: str, pattern: str) -> Path:
    """The one file or folder of a checkpoint that has a name."""
    found = sorted(Path(checkpoint).glob(pattern))
    if len(found) != 1:
        names = ", ".join(sorted(one.name for one in Path(checkpoint).iterdir()))
        raise FileNotFoundError(f"there is not one {pattern} in {checkpoint}, but: {names}")
    return found[0]


def clip(files: list[str]) -> Any:
    """The frames as the makers' `load_video` gives them: (3, frames, 224, 224), 0 to 255."""
    import torch

    images = [Image.open(file).convert("RGB").resize((SIDE, SIDE), 3) for file in files]
    pixels = np.stack([np.asarray(image, dtype=np.float32) for image in images])
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(3, 0, 1, 2)))


def times_sentence(times_ms: list[int]) -> str:
    """What the makers' `load_video` says of the frames."""
    seconds = ", ".join(str(round(time / 1000, 1)) for time in times_ms)
    return f"The video contains {len(times_ms)} frames sampled at {seconds} seconds. "


load = VideoLLaMA
