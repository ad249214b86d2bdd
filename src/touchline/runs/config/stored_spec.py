"""How frames are taken, as `plan.json` holds it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, ValidationError

from touchline.validation import one_sentence
from touchline.video import FrameSpec, PlannedAdaptive

_IN_MS = ("window", "stride")
"""Times of a `FrameSpec` that the file holds in milliseconds, with names that say so."""


def _spec_to_file(spec: FrameSpec) -> dict[str, Any]:
    facts = spec.model_dump(mode="json")
    for name in _IN_MS:
        del facts[name]
    if spec.adaptive is not None:
        # Where the earlier run is does not matter any more: what it found is here.
        facts["adaptive"] = {
            "by": spec.adaptive.by.value,
            "share": spec.adaptive.share,
            "windows": spec.adaptive.windows,
            "moments": [list(one) for one in getattr(spec.adaptive, "moments", ())],
        }
    return facts | {"window_ms": spec.window_ms, "stride_ms": spec.stride_ms}


def _spec_from_file(facts: Any) -> Any:
    if not isinstance(facts, Mapping):
        return facts
    known = {name: value for name, value in facts.items() if value is not None}
    for name in _IN_MS:
        if isinstance(known.get(f"{name}_ms"), int):
            known[name] = known.pop(f"{name}_ms") / 1000
    if "frames" in known:
        known.pop("fps", None)
    if isinstance(known.get("adaptive"), Mapping):
        known["adaptive"] = _adaptive_from_file(known["adaptive"])
    return known


def _adaptive_from_file(facts: Mapping[str, Any]) -> PlannedAdaptive:
    try:
        return PlannedAdaptive(**facts)
    except ValidationError as error:
        raise ValueError(f"adaptive cannot be read: {one_sentence(error)}") from error


StoredSpec = Annotated[FrameSpec, BeforeValidator(_spec_from_file), PlainSerializer(_spec_to_file)]
"""A `FrameSpec` whose times are in milliseconds in its file, with names that say so."""
