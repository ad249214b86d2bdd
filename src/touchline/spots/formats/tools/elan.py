"""ELAN's annotation documents (.eaf), one for each video.

https://www.mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf

The annotations of a tier may not overlap and have a length. So each class of each team has a tier
of its own, an annotation begins at its event, and of two events of a tier that are too close the
second is on a further tier. Confidences are on a tier that depends on it.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement

from touchline.errors import UserError
from touchline.games import UnreadableEntryError
from touchline.spots.formats.entry_fields import number
from touchline.spots.formats.event import MatchEvent, VideoEvents, in_order
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.names import media_path, media_url
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.safe_xml import xml_bytes
from touchline.spots.formats.source_file import SourceFile

_ROOT = "ANNOTATION_DOCUMENT"
_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_EVENTS, _CONFIDENCES = "events", "confidence"
_SHOWN_MS = 1000
_MIME = {".mkv": "video/x-matroska", ".mp4": "video/mp4"}


def recognise(file: SourceFile) -> bool:
    """Whether a file is an annotation document."""
    return file.looks_like_xml and file.xml.tag == _ROOT


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of a video: every annotation of a tier that stands for itself."""
    root = file.xml
    if root.tag != _ROOT:
        raise UserError(f"{file.name} has no element {_ROOT} at its root.")
    units = header.get("TIME_UNITS") if (header := root.find("HEADER")) is not None else None
    if units not in (None, "milliseconds"):
        raise UserError(f"{file.name} counts time in {units[:40]!r}, not in milliseconds.")
    slots = _slots(root, file, rules)
    confidences = _confidences(root)
    seen: set[str] = set()
    events: list[MatchEvent] = []
    for tier in root.iterfind("TIER"):
        if tier.get("PARENT_REF") is not None:
            if (
                tier.get("LINGUISTIC_TYPE_REF") != _CONFIDENCES
                and tier.find("ANNOTATION") is not None
            ):
                rules.remarks["a tier that depends on another is not kept"] += 1
            continue
        where = f"{file.name}, tier '{(tier.get('TIER_ID') or '')[:60]}'"
        annotations = list(tier.iterfind("ANNOTATION/ALIGNABLE_ANNOTATION"))
        participant = tier.get("PARTICIPANT") or None

        def event(one: Element, team: str | None = participant) -> MatchEvent:
            return _event(one, file.half, team, slots, confidences, seen, rules)

        events += rules.each(annotations, where, event, "annotation")
    return [VideoEvents(file.game, file.half, in_order(events), _media(root))]


def _media(root: Element) -> str:
    media = root.find("HEADER/MEDIA_DESCRIPTOR")
    return "" if media is None else media_path(media.get("MEDIA_URL") or "")


def _slots(root: Element, file: SourceFile, rules: ReadRules) -> dict[str, int | None]:
    found: dict[str, int | None] = {}

    def slot(one: Element) -> None:
        name = one.get("TIME_SLOT_ID")
        if name is None:
            raise UnreadableEntryError("'TIME_SLOT_ID' is missing")
        if name in found:
            raise UnreadableEntryError(f"the time slot '{name[:40]}' is there already")
        value = one.get("TIME_VALUE")
        found[name] = None if value is None else rules.position(number("TIME_VALUE", value))

    rules.each(root.iterfind("TIME_ORDER/TIME_SLOT"), file.name, slot, "time slot")
    return found


def _confidences(root: Element) -> dict[str, str]:
    """The annotations that depend on another one in a tier of confidences, by that one's id."""
    return {
        reference.get("ANNOTATION_REF", ""): (reference.findtext("ANNOTATION_VALUE") or "").strip()
        for tier in root.iterfind("TIER")
        if tier.get("LINGUISTIC_TYPE_REF") == _CONFIDENCES
        for reference in tier.iterfind("ANNOTATION/REF_ANNOTATION")
    }


def _event(
    annotation: Element,
    half: int,
    team: str | None,
    slots: dict[str, int | None],
    confidences: dict[str, str],
    seen: set[str],
    rules: ReadRules,
) -> MatchEvent:
    identity = annotation.get("ANNOTATION_ID")
    if identity is None:
        raise UnreadableEntryError("'ANNOTATION_ID' is missing")
    if identity in seen:
        raise UnreadableEntryError(f"the annotation '{identity[:40]}' is there already")
    seen.add(identity)
    start_ms, end_ms = (_time(annotation, f"TIME_SLOT_REF{place}", slots) for place in (1, 2))
    confidence = confidences.get(identity)
    return MatchEvent(
        half,
        rules.segment(start_ms, end_ms),
        rules.class_name((annotation.findtext("ANNOTATION_VALUE") or "").strip()),
        rules.team(team),
        None if confidence is None else checked_confidence(number(_CONFIDENCES, confidence)),
    )


def _time(annotation: Element, name: str, slots: dict[str, int | None]) -> int:
    slot = annotation.get(name)
    if slot is None:
        raise UnreadableEntryError(f"'{name}' is missing")
    if slot not in slots:
        raise UnreadableEntryError(f"there is no time slot '{slot[:40]}'")
    time_ms = slots[slot]
    if time_ms is None:
        raise UnreadableEntryError(f"the time slot '{slot[:40]}' has no time")
    return time_ms


def write(videos: Sequence[VideoEvents], _settings: FormatSettings) -> bytes:
    """The document of one video."""
    (video,) = videos
    root = Element(_ROOT)
    root.attrib |= {
        "AUTHOR": "touchline",
        "DATE": datetime.now(UTC).isoformat(timespec="seconds"),
        "FORMAT": "3.0",
        "VERSION": "3.0",
        "xmlns:xsi": _XSI,
        "xsi:noNamespaceSchemaLocation": _SCHEMA,
    }
    header = SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    if video.video:
        suffix = video.video[-4:].lower()
        media = {"MEDIA_URL": media_url(video.video), "MIME_TYPE": _MIME.get(suffix, "video/*")}
        SubElement(header, "MEDIA_DESCRIPTOR", media)
    order = SubElement(root, "TIME_ORDER")
    ids: Iterator[int] = iter(range(1, 1 << 62))
    for name, team, events in _tiers(video.events):
        _add_tier(root, order, name, team, events, ids)
    _add_types(root)
    return xml_bytes(root)


def _tiers(
    events: Sequence[MatchEvent],
) -> list[tuple[str, str | None, list[tuple[MatchEvent, int]]]]:
    """Names of tiers, their teams, and their events with the time at which each ends."""
    tiers: dict[tuple[str, str | None], list[list[MatchEvent]]] = {}
    for event in events:
        lanes = tiers.setdefault((event.label, event.team), [])
        free = next((one for one in lanes if one[-1].position_ms < event.position_ms), None)
        if free is None:
            lanes.append([event])
        else:
            free.append(event)
    found = []
    for (label, team), lanes in sorted(
        tiers.items(), key=lambda item: (item[0][0], item[0][1] or "")
    ):
        for number_of_lane, lane in enumerate(lanes, start=1):
            name = label if team is None else f"{label} ({team})"
            name += "" if number_of_lane == 1 else f" {number_of_lane}"
            nexts = [one.position_ms for one in lane[1:]] + [lane[-1].position_ms + _SHOWN_MS]
            ends = [
                min(one.position_ms + _SHOWN_MS, after)
                for one, after in zip(lane, nexts, strict=True)
            ]
            found.append((name, team, list(zip(lane, ends, strict=True))))
    return found


def _add_tier(
    root: Element,
    order: Element,
    name: str,
    team: str | None,
    events: list[tuple[MatchEvent, int]],
    ids: Iterator[int],
) -> None:
    participant = {} if team is None else {"PARTICIPANT": team}
    tier = SubElement(
        root, "TIER", {"LINGUISTIC_TYPE_REF": _EVENTS, "TIER_ID": name, **participant}
    )
    sure: list[tuple[str, float]] = []
    for event, end_ms in events:
        identity = f"a{next(ids)}"
        slots = [_add_slot(order, time_ms, ids) for time_ms in (event.position_ms, end_ms)]
        annotation = SubElement(
            SubElement(tier, "ANNOTATION"),
            "ALIGNABLE_ANNOTATION",
            {"ANNOTATION_ID": identity, "TIME_SLOT_REF1": slots[0], "TIME_SLOT_REF2": slots[1]},
        )
        SubElement(annotation, "ANNOTATION_VALUE").text = event.label
        if event.confidence is not None:
            sure.append((identity, event.confidence))
    if not sure:
        return
    child = {
        "LINGUISTIC_TYPE_REF": _CONFIDENCES,
        "PARENT_REF": name,
        "TIER_ID": f"{name}: {_CONFIDENCES}",
    }
    tier = SubElement(root, "TIER", child)
    for identity, confidence in sure:
        reference = {"ANNOTATION_ID": f"a{next(ids)}", "ANNOTATION_REF": identity}
        annotation = SubElement(SubElement(tier, "ANNOTATION"), "REF_ANNOTATION", reference)
        SubElement(annotation, "ANNOTATION_VALUE").text = repr(confidence)


def _add_slot(order: Element, time_ms: int, ids: Iterator[int]) -> str:
    name = f"ts{next(ids)}"
    SubElement(order, "TIME_SLOT", {"TIME_SLOT_ID": name, "TIME_VALUE": str(time_ms)})
    return name


def _add_types(root: Element) -> None:
    alignable = {"GRAPHIC_REFERENCES": "false", "LINGUISTIC_TYPE_ID": _EVENTS}
    SubElement(root, "LINGUISTIC_TYPE", alignable | {"TIME_ALIGNABLE": "true"})
    dependent = {"CONSTRAINTS": "Symbolic_Association", "GRAPHIC_REFERENCES": "false"}
    dependent |= {"LINGUISTIC_TYPE_ID": _CONFIDENCES, "TIME_ALIGNABLE": "false"}
    SubElement(root, "LINGUISTIC_TYPE", dependent)
    SubElement(
        root,
        "CONSTRAINT",
        {
            "DESCRIPTION": "1-1 association with a parent annotation",
            "STEREOTYPE": "Symbolic_Association",
        },
    )


FORMAT = Format(
    name="elan",
    suffix=".eaf",
    description="ELAN's annotation documents, one a video.",
    keeps=frozenset({"team", "confidence"}),
    write=write,
    read=read,
    recognise=recognise,
)
