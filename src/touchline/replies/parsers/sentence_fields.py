"""Time, team and confidence of an event, from the sentence that names it."""

import re

_TIME = re.compile(
    r"\b(?:at|around|about|time|timestamp)\b[ :=]{1,3}(?:about |around |approximately )?"
    r"(?P<at>\d{1,3}:\d\d(?:\.\d+)?|\d{1,5}(?:\.\d+)?)"
    r"|\b(?P<seconds>\d{1,5}(?:\.\d+)?) ?(?:s|sec|secs|seconds)\b"
    r"|(?<![\d:])(?P<clock>\d{1,3}:\d\d(?:\.\d+)?)(?![\d:])",
    re.IGNORECASE,
)
_FRAME = re.compile(r"\bframes?[ :#]{0,3}(\d{1,7})", re.IGNORECASE)
_CONFIDENCE = re.compile(
    r"\bconfidence[ \w]{0,12}?[ :=(]{1,3}(?P<after>\d{1,3}(?:\.\d+)?(?:%|\b)|high|medium|low)"
    r"|\b(?P<before>\d{1,3}(?:\.\d+)?%|very high|high|medium|low) confidence",
    re.IGNORECASE,
)
_TEAM = re.compile(r"\b(?:home|away|visiting|left|right)\b(?= (?:team|side|player)|\W|$)", re.I)


def sentence_fields(sentence: str) -> dict[str, object]:
    """The fields of an event in its sentence, by the keys that JSON replies use.

    >>> sentence_fields("Foul by the home team at 1.4 s (confidence: 0.8)")
    {'time': '1.4', 'team': 'home', 'confidence': '0.8'}
    """
    fields: dict[str, object] = {}
    if frame := _FRAME.search(sentence):
        fields["frame"] = frame[1]
    elif time := _TIME.search(sentence):
        fields["time"] = time["at"] or time["seconds"] or time["clock"]
    teams = {found[0].casefold() for found in _TEAM.finditer(sentence)}
    if len(teams) == 1:
        fields["team"] = teams.pop()
    elif player := re.search(r"\bin ([a-z]{3,10})\b", sentence, re.IGNORECASE):
        fields["team"] = player[1]
    if confidence := _CONFIDENCE.search(sentence):
        fields["confidence"] = confidence["after"] or confidence["before"]
    return fields
