"""What a model claims about one moment: the windows that cover or claim it, and their readings."""

from collections.abc import Sequence
from typing import Any

from touchline.models import Failure
from touchline.replies import Detection, TimeSource
from touchline.report import LONGEST, visible
from touchline.spots import MergeSettings
from touchline.view.viewed_run import AskedWindow

_MAX_WINDOWS = 12
_SHORT = 300
_MAX_TOKENS = 500


def moment(
    asked: Sequence[AskedWindow], at_ms: int, label: str | None, merging: MergeSettings
) -> list[dict[str, Any]]:
    """The windows that claim a moment, nearest claim first, then the others that cover it.

    Args:
        asked: the windows of one half and model.
        at_ms: the moment, from the start of the half.
        label: the class; None where only the moment counts.
        merging: a detection within its merge window of the moment may have become the spot.

    Returns:
        At most twelve windows. Texts of the model are cut and have no invisible characters.
    """
    chosen = []
    for one in asked:
        window = one.reading.window
        distances = [
            abs(detection.position_ms - at_ms)
            for detection in one.reading.detections
            if detection.label == label
            and abs(detection.position_ms - at_ms) <= _reach_ms(detection, merging)
        ]
        if distances or window.start_ms <= at_ms < window.end_ms:
            nearest = min(distances, default=abs(window.centre_ms - at_ms))
            chosen.append((not distances, nearest, one))
    chosen.sort(key=lambda item: item[:2])
    return [window_facts(one) | {"claims": not silent} for silent, _, one in chosen[:_MAX_WINDOWS]]


def _reach_ms(detection: Detection, merging: MergeSettings) -> int:
    if detection.time_source is TimeSource.CENTRE:
        return merging.window_ms
    return merging.named_window_ms


def window_facts(one: AskedWindow) -> dict[str, Any]:
    """One window: the answer, and what was read in it."""
    reading = one.reading
    return {
        "index": reading.window.index,
        "start_ms": reading.window.start_ms,
        "end_ms": reading.window.end_ms,
        "frames": len(reading.window.frame_times_ms),
        "outcome": str(reading.outcome),
        "parser": reading.parser,
        "note": visible(reading.note, _SHORT),
        "detections": [_detection(detection) for detection in reading.detections],
        **_answer(one),
    }


def _detection(detection: Detection) -> dict[str, Any]:
    return {
        "label": detection.label,
        "raw_label": visible(detection.raw_label, _SHORT),
        "position_ms": detection.position_ms,
        "time_source": str(detection.time_source),
        "rule": detection.rule,
        "team": detection.team,
        "confidence": detection.confidence,
    }


def _answer(one: AskedWindow) -> dict[str, Any]:
    if one.record is None:
        return {"raw": None}
    answer = one.record.answer
    if isinstance(answer, Failure):
        return {"raw": None, "seconds": answer.seconds}
    return {
        "raw": visible(answer.text, LONGEST),
        "finish_reason": visible(answer.finish_reason or "", _SHORT),
        "seconds": answer.seconds,
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "tokens": [
            (visible(text, _SHORT), logprob) for text, logprob in answer.tokens[:_MAX_TOKENS]
        ],
    }
