"""Transcripts of the commentary, made with Whisper from weights that are on this machine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from touchline.errors import UserError, reason_of
from touchline.games import Half
from touchline.progress import Progress
from touchline.registry import install_command
from touchline.video.commentary.transcripts import Utterance, transcript_path, write_commentary
from touchline.video.sound.samples import sound_samples

WHISPER_RATE = 16_000
"""Samples a second that Whisper was trained on."""


class Transcriber:
    """Whisper through faster-whisper; nothing is downloaded.

    Args:
        weights: folder of a model in CTranslate2 format, or the name of one that the Hugging Face
            cache of this machine holds.
        language: two letters, such as "en"; None detects it for each half.

    Raises:
        UserError: the extra "commentary" is not installed, or there are no such weights.
    """

    def __init__(self, weights: str, language: str | None = None) -> None:
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise UserError(
                f"transcripts need faster-whisper, which is not installed ({error}): "
                f"{install_command('commentary')}."
            ) from error
        try:
            self._model: Any = WhisperModel(weights, local_files_only=True)
        except (OSError, ValueError, RuntimeError) as error:
            raise UserError(
                f"Whisper weights '{weights}' cannot be loaded ({reason_of(error)}): give the "
                "folder of a model in CTranslate2 format; nothing is downloaded."
            ) from error
        self._language = language

    def write(self, half: Half, advance: Progress) -> Path:
        """Writes the transcript of a half beside its video.

        Args:
            half: the half.
            advance: called with the progress.

        Returns:
            The file.

        Raises:
            UserError: the video cannot be read or has no sound.
        """
        samples = np.concatenate(
            [np.zeros(0, np.float32), *sound_samples(half.video, WHISPER_RATE)]
        )
        total_ms = 1000 * len(samples) // WHISPER_RATE
        utterances = []
        for one in self._transcribe(samples):
            utterances.append(one)
            advance(min(one.end_ms, total_ms), total_ms)
        advance(total_ms, total_ms)
        path = transcript_path(half)
        write_commentary(path, utterances)
        return path

    def _transcribe(self, samples: np.ndarray) -> Iterator[Utterance]:
        segments, _ = self._model.transcribe(samples, language=self._language)
        for one in segments:
            yield Utterance(round(1000 * one.start), round(1000 * one.end), one.text.strip())
