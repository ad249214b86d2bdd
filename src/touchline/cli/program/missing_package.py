"""Packages that only an extra installs: what to install where one of them is missing."""

from touchline.registry import install_command

EXTRA_OF = {
    "fastapi": "serve",
    "SoccerNet": "soccernet",
    "accelerate": "local",
    "bitsandbytes": "quantised",
    "anthropic": "anthropic",
    "boto3": "bedrock",
    "cv2": "motion",
    "faster_whisper": "commentary",
    "google": "gemini",
    "huggingface_hub": "local",
    "keyring": "keyring",
    "librosa": "audio",
    "llguidance": "structured",
    "scenedetect": "motion",
    "starlette": "view",
    "tokenizers": "train",
    "torch": "local",
    "torchvision": "local",
    "tqdm": "local",
    "transformers": "local",
    "uvicorn": "view",
    "vl_convert": "figures",
}
"""The extra that installs a package, by the name that is imported."""


def missing_package_sentence(error: ModuleNotFoundError) -> str | None:
    """What to install, as a sentence; None where no extra installs the missing module."""
    package = (error.name or "").partition(".")[0]
    if package not in EXTRA_OF:
        return None
    return f"this needs {package}, which is not installed: {install_command(EXTRA_OF[package])}."
