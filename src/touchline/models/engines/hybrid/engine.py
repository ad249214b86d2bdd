"""The engine of hybrid spotters: a window of frames goes in, a reply like a model's comes out."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import UnidentifiedImageError
from torch import Tensor

from touchline.errors import UserError
from touchline.models.engines.hybrid.checkpoint import load_spotter
from touchline.models.engines.hybrid.feature_cache import FeatureCache, Features, frame_keys
from touchline.models.engines.hybrid.frame_features import frame_source
from touchline.models.engines.hybrid.hybrid_card import CHECKPOINT_FILES, HybridCard
from touchline.models.engines.hybrid.peaks import FoundEvent, find_events
from touchline.models.engines.hybrid.sound_features import sound_features
from touchline.models.types import Failure, FailureReason, Reply, Request, ServedBy
from touchline.video import MissingFrameError

Ints = NDArray[np.int64]

NOTHING = "None."
_SECOND_DIGITS, _CONFIDENCE_DIGITS = 2, 4
_MS = 1000


class HybridEngine:
    """Answers in the form that the built-in prompts ask for; what the prompt says is not read."""

    def __init__(self, card: HybridCard) -> None:
        self._card = card
        self._config, network = load_spotter(card.name, card.checkpoint_folder())
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self._device)
        self._frames = frame_source(card, self._config, self._network, self._device)
        weights = card.weights()
        self._served = ServedBy(model=card.name, fingerprint=weights[CHECKPOINT_FILES[1]])
        # Spotters with the same tower share its features.
        source = self._config.tower or json.dumps(weights, sort_keys=True)
        self._cache = FeatureCache(source, self._config.features)

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply | Failure]:
        """One answer for each request, in order."""
        for request in requests:
            started = time.monotonic()
            try:
                jpegs = request.read_frames()
                text = self._answer(request, jpegs) if jpegs else None
            except (MissingFrameError, UnidentifiedImageError) as error:
                yield Failure(request.key, FailureReason.FRAMES, str(error))
                continue
            if text is None:
                yield Failure(request.key, FailureReason.FRAMES, "the window has no frames")
                continue
            yield Reply(
                request.key,
                text,
                finish_reason="stop",
                seconds=time.monotonic() - started,
                served=self._served,
            )

    def close(self) -> None:
        """Keeps the features of the last half, and releases the network."""
        self._cache.save()
        del self._network, self._frames

    @torch.inference_mode()
    def _answer(self, request: Request, jpegs: Sequence[bytes]) -> str:
        """The reply about a window that has frames."""
        window, config = request.window, self._config
        times_ms = np.array(window.frame_times_ms, dtype=np.int64)

        def compute(places: list[int]) -> Features:
            return np.concatenate([self._frames.features(jpegs, run) for run in self._runs(places)])

        half = (window.game, window.half)
        features = self._cache.features(half, frame_keys(jpegs), compute)
        known = torch.from_numpy(features)[None].to(self._device)
        scores = self._network.time(known, self._sound(request, times_ms))
        events = find_events(
            (times_ms - window.start_ms) / _MS,
            scores.logits[0].sigmoid().double().cpu().numpy(),
            scores.shift_s[0].double().cpu().numpy(),
            reach_s=config.reach,
            sharpness_s=self._card.sharpness,
            apart_s=self._card.apart,
            least=self._card.least_confidence,
        )
        return reply_text(events, config.classes, (window.end_ms - window.start_ms) / _MS)

    def _runs(self, places: Sequence[int]) -> Iterator[list[int]]:
        """Places in runs of neighbours, none longer than a batch."""
        run: list[int] = []
        for place in places:
            if run and (place != run[-1] + 1 or len(run) == self._card.batch_size):
                yield run
                run = []
            run.append(place)
        yield run

    def _sound(self, request: Request, times_ms: Ints) -> Tensor | None:
        """The sound features of a window's frames; None where the network does not listen."""
        if not self._config.sound:
            return None
        if request.read_sound is None:
            raise UserError(
                f"model '{self._card.name}' listens to the match, and the request has no sound."
            )
        heard = sound_features(times_ms, request.read_sound())
        return torch.from_numpy(heard)[None].to(self._device)


def reply_text(events: Iterable[FoundEvent], classes: Sequence[str], length_s: float) -> str:
    """The events of a window as built-in prompts ask for them: one JSON object a line, or "None.".

    Args:
        events: of the window.
        classes: their names by column.
        length_s: of the window; events are kept inside it.

    Example:
        >>> reply_text([FoundEvent(0, 2.4, 0.83)], ["Goal"], 60.0)
        '{"label": "Goal", "time": 2.4, "confidence": 0.83}'
    """
    last = length_s - 10**-_SECOND_DIGITS
    lines = [
        {
            "label": classes[event.column],
            "time": round(min(max(event.seconds, 0.0), last), _SECOND_DIGITS),
            "confidence": round(event.confidence, _CONFIDENCE_DIGITS),
        }
        for event in events
    ]
    return "\n".join(json.dumps(line) for line in lines) or NOTHING
