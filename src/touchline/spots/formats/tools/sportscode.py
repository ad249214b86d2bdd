"""The XML that Hudl Sportscode exports and imports, and with it most programs of video analysts.

Instances with start and end in seconds, and labels in groups. The group `position_ms` holds the
exact time of an event; a file without it was made by hand, and its instances begin some seconds
(the lead) before their events.
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from touchline.errors import UserError
from touchline.games import UnreadableEntryError
from touchline.spots.formats.entry_fields import number
from touchline.spots.formats.event import MatchEvent, VideoEvents, in_order
from touchline.spots.formats.event_format import Format, FormatSettings
from touchline.spots.formats.event_segments import POSITION, event_segment_ms, exact_position
from touchline.spots.formats.read_rules import ReadRules, checked_confidence
from touchline.spots.formats.safe_xml import xml_bytes
from touchline.spots.formats.source_file import SourceFile

_INSTANCES = "ALL_INSTANCES"
_TEAM, _CONFIDENCE, _PLAYER, _VISIBILITY = "team", "confidence", "player", "visibility"
_GROUPS = (POSITION, _TEAM, _CONFIDENCE, _PLAYER, _VISIBILITY)
_NOT_SHOWN = "not shown"
_COLOURS = ("65535 0 0", "0 39321 0", "0 26214 65535", "65535 39321 0", "39321 0 65535")
"""Red, green and blue of a row, as the program writes them."""


def recognise(file: SourceFile) -> bool:
    """Whether a file has instances."""
    return file.looks_like_xml and file.xml.find(_INSTANCES) is not None


def read(file: SourceFile, rules: ReadRules) -> list[VideoEvents]:
    """The events of a video."""
    instances = file.xml.find(_INSTANCES)
    if instances is None:
        raise UserError(f"{file.name} has no element {_INSTANCES}.")
    seen: set[str] = set()

    def event(instance: Element) -> MatchEvent:
        return _event(instance, file.half, rules, seen)

    events = rules.each(instances.iterfind("instance"), file.name, event, "instance")
    return [VideoEvents(file.game, file.half, in_order(events))]


def _event(instance: Element, half: int, rules: ReadRules, seen: set[str]) -> MatchEvent:
    identity = (instance.findtext("ID") or "").strip()
    if identity and identity in seen:
        raise UnreadableEntryError(f"an instance with the ID '{identity[:40]}' is there already")
    seen.add(identity)
    start_ms, end_ms = (number(name, _text(instance, name)) * 1000 for name in ("start", "end"))
    labels = _labels(instance, rules)
    exact = number(POSITION, labels[POSITION]) if POSITION in labels else None
    confidence = labels.get(_CONFIDENCE)
    return MatchEvent(
        half,
        exact_position(exact, start_ms, end_ms, rules),
        rules.class_name(_text(instance, "code")),
        rules.team(labels.get(_TEAM)),
        None if confidence is None else checked_confidence(number(_CONFIDENCE, confidence)),
        labels.get(_VISIBILITY) != _NOT_SHOWN,
        labels.get(_PLAYER, ""),
    )


def _text(element: Element, name: str) -> str:
    text = element.findtext(name)
    if text is None:
        raise UnreadableEntryError(f"'{name}' is missing")
    return text.strip()


def _labels(instance: Element, rules: ReadRules) -> dict[str, str]:
    """The first label of each group that says something of an event; the others are counted."""
    found: dict[str, str] = {}
    for label in instance.iterfind("label"):
        group = (label.findtext("group") or "").strip().casefold()
        if group in _GROUPS and group not in found:
            found[group] = (label.findtext("text") or "").strip()
        else:
            rules.remarks["a label of an instance is not kept"] += 1
    return found


def write(videos: Sequence[VideoEvents], settings: FormatSettings) -> bytes:
    """The file of one video."""
    (video,) = videos
    root = Element("file")
    instances = SubElement(root, _INSTANCES)
    for place, event in enumerate(video.events, start=1):
        start_ms, end_ms = event_segment_ms(event, video, settings)
        instance = SubElement(instances, "instance")
        _add(instance, "ID", str(place))
        _add(instance, "start", f"{start_ms / 1000:.3f}")
        _add(instance, "end", f"{end_ms / 1000:.3f}")
        _add(instance, "code", event.label)
        for group, text in _facts(event).items():
            label = SubElement(instance, "label")
            _add(label, "group", group)
            _add(label, "text", text)
    rows = SubElement(root, "ROWS")
    for place, name in enumerate(sorted({event.label for event in video.events}), start=1):
        row = SubElement(rows, "row")
        _add(row, "sort_order", str(place))
        _add(row, "code", name)
        for colour, amount in zip("RGB", _COLOURS[place % len(_COLOURS)].split(), strict=True):
            _add(row, colour, amount)
    return xml_bytes(root)


def _facts(event: MatchEvent) -> dict[str, str]:
    facts = {POSITION: str(event.position_ms)}
    if event.team is not None:
        facts[_TEAM] = event.team
    if event.player:
        facts[_PLAYER] = event.player
    if event.confidence is not None:
        facts[_CONFIDENCE] = repr(event.confidence)
    if not event.visible:
        facts[_VISIBILITY] = _NOT_SHOWN
    return facts


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


FORMAT = Format(
    name="sportscode",
    suffix=".xml",
    description="Instances of Hudl Sportscode and other video analysis software, one file a video.",
    keeps=frozenset({"team", "confidence", "visibility", "player"}),
    write=write,
    read=read,
    recognise=recognise,
)
