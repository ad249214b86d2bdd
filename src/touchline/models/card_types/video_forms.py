"""Which servers keep the times of frames that are sent as one video.

A server that samples a video again, or that numbers its frames evenly, shows the model other
moments than the prompt speaks of. So frames go as a video only where every frame and its time
reach the model; elsewhere the model is refused before the run starts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from touchline.video import FrameSpec

IMAGES = "images"
"""The value of `frames_as` for frames one by one, which every server takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoForms:
    """What a server makes of frames as one video.

    Attributes:
        timed: media types in which every frame reaches the model with its time.
        most_fps: the most frames a second of which that is true; None for any.
        loses: what happens to the others, as a clause for the user.
        source: where that is documented, or what was tried.
    """

    timed: tuple[str, ...] = ()
    most_fps: float | None = None
    loses: str
    source: str


VIDEO_FORMS: Mapping[str, VideoForms] = {
    "vllm": VideoForms(
        timed=("video/jpeg",),
        loses="vLLM samples an MP4 file again and numbers its frames evenly",
        source="vllm/multimodal/media/video.py; 15 frames at 5 a second as MP4 became 3 or 6 with "
        "other times in vLLM 0.32",
    ),
    "sglang": VideoForms(
        loses="SGLang samples videos itself, and its requests have no field for times",
        source="ChatCompletionMessageContentVideoURL in sglang/srt/entrypoints/openai/protocol.py, "
        "version 0.5",
    ),
    "transformers-serve": VideoForms(
        loses="transformers serve takes 32 frames of any video, and its requests have no field for "
        "times",
        source="transformers/cli/serving/chat_completion.py, version 5.23",
    ),
    "openrouter": VideoForms(
        loses="OpenRouter's providers sample videos as they like",
        source="https://openrouter.ai/docs/features/multimodal/videos",
    ),
    "openai": VideoForms(
        loses="OpenAI's chat completions have no video, and an endpoint that adds it has no field "
        "for times (for a vLLM server, add 'dialect: vllm')",
        source="https://platform.openai.com/docs/api-reference/chat/create",
    ),
    "openai-reasoning": VideoForms(
        loses="OpenAI's chat completions have no video",
        source="https://platform.openai.com/docs/api-reference/chat/create",
    ),
    "mistral": VideoForms(
        loses="Mistral's chat completions have no video",
        source="https://docs.mistral.ai/api",
    ),
    "ollama": VideoForms(
        loses="Ollama takes images only",
        source="https://docs.ollama.com/api/openai-compatibility",
    ),
    **dict.fromkeys(
        ("converse", "nova", "nova-2"),
        VideoForms(
            timed=("video/mp4",),
            most_fps=1.0,
            loses="Nova looks at one frame a second of a video",
            source="https://docs.aws.amazon.com/nova/latest/userguide/modalities-video.html: 1 FPS "
            "up to 16 minutes",
        ),
    ),
    **dict.fromkeys(
        ("claude", "claude-effort"),
        VideoForms(
            loses="Claude takes images only",
            source="https://docs.claude.com/en/docs/build-with-claude/vision",
        ),
    ),
}
"""By dialect; every dialect in which frames are sent has an entry. Gemini takes the half itself."""


def video_refusal(model: str, dialect: str, frames_as: str) -> str | None:
    """Why frames cannot be sent as a video, as a sentence for the user; None where they can.

    Args:
        model: name of the card.
        dialect: of the server.
        frames_as: "images", or the media type of the video.
    """
    forms = VIDEO_FORMS[dialect]
    if frames_as == IMAGES or frames_as in forms.timed:
        return None
    return _sentence(model, frames_as, forms, (*forms.timed, IMAGES))


def rate_refusal(model: str, dialect: str, frames_as: str, sampling: FrameSpec) -> str | None:
    """Why frames are too close together to be sent as a video; None where they are not.

    Args:
        model: name of the card.
        dialect: of the server.
        frames_as: "images", or the media type of the video.
        sampling: which frames a window has.
    """
    forms = VIDEO_FORMS[dialect]
    fps = sampling.fps if sampling.frames is None else sampling.frames / sampling.window
    if frames_as == IMAGES or forms.most_fps is None or fps <= forms.most_fps:
        return None
    instead = f"lower the sampling to {forms.most_fps:g} fps, or "
    return _sentence(model, frames_as, forms, (IMAGES,), instead)


def _sentence(
    model: str, frames_as: str, forms: VideoForms, others: tuple[str, ...], instead: str = ""
) -> str:
    written = " or ".join(f"'frames_as: {form}'" for form in others)
    return (
        f"model '{model}': with frames_as {frames_as}, frames or their times would be lost: "
        f"{forms.loses}; {instead}write {written} in the card."
    )
