"""Where two snapshots differ: `python tests/golden/compare.py OLD.json NEW.json`."""

import json
import math
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

_MOST = 40
_CLOSE = 1e-9
"""Of two floats: sums in another order may differ in the last bits."""


def differences(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """Every place where two values differ, as a line of text."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            if name not in old or name not in new:
                yield f"{place}.{name}: only in the {'new' if name in new else 'old'} one"
            else:
                yield from differences(old[name], new[name], f"{place}.{name}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, pair in enumerate(zip(old, new, strict=True)):
            yield from differences(*pair, f"{place}[{number}]")
    elif (of_old := _real(old)) is not None and (of_new := _real(new)) is not None:
        if not math.isclose(of_old, of_new, rel_tol=_CLOSE, abs_tol=_CLOSE):
            yield f"{place}: {old!r} != {new!r}"
    elif old != new:
        yield f"{place}: {_brief(old)} != {_brief(new)}"


def _real(value: Any) -> float | None:
    """A real number, also one that is written as text, as confidences are in files of spots."""
    if isinstance(value, float):
        return value
    if isinstance(value, str) and "." in value:
        with suppress(ValueError):
            return float(value)
    return None


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 300 else f"{text[:300]}... ({len(text)} characters)"


if __name__ == "__main__":
    values = [json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3]]
    found = list(differences(*values))
    print("\n".join(found[:_MOST]))
    print(f"{len(found)} differences")
    sys.exit(bool(found))
