"""The last of several answers in one reply: a draft and a final answer, or a correction."""

import re
from functools import cache

from touchline.replies.grammar.languages import languages

_SHORTEST = 16


def final_answer(text: str) -> str | None:
    """What follows the last "Final answer:", "Corrected:" or the like, or None without one.

    >>> final_answer("Draft: a foul.\\n**Final answer:** None.")
    'None.'
    >>> final_answer('{"details": "Final answer: a goal"}') is None
    True
    """
    if len(text) < _SHORTEST:
        return None
    last = _after_reasoning(text)
    for last in _lead_in().finditer(text):  # noqa: B007  (the last one counts)
        pass
    rest = text[last.end() :].strip() if last else ""
    return rest or None


def _after_reasoning(text: str) -> re.Match[str] | None:
    """The line "Answer:" of a text that begins with "Reasoning:" or the like."""
    thinks, answers = _reasoning_lines()
    if not thinks.match(text):
        return None
    last = None
    for last in answers.finditer(text):  # noqa: B007  (the last one counts)
        pass
    return last


@cache
def _reasoning_lines() -> tuple[re.Pattern[str], re.Pattern[str]]:
    thinks = "|".join(words for one in languages() for words in one.reasoning_lead_ins)
    answers = "|".join(words for one in languages() for words in one.lead_ins)
    ends = r"[*_ \t]{0,4}(?:[:：][*_]{0,2}|[*_]{0,2}\r?\n)"
    return (
        re.compile(rf"[ \t*_#>-]{{0,8}}(?:{thinks}){ends}", re.IGNORECASE),
        re.compile(rf"\n[ \t*_#>-]{{0,8}}(?:{answers}){ends}", re.IGNORECASE),
    )


@cache
def _lead_in() -> re.Pattern[str]:
    """A lead-in at the beginning of a line or of a sentence."""
    words = "|".join(lead_in for one in languages() for lead_in in one.final_lead_ins)
    taken_back = "|".join(words for one in languages() for words in one.retractions)
    return re.compile(
        rf"(?:^|[.!?。！？\n])[ \t\r*_#>-]{{0,8}}(?=[^\W\d])(?:{words})"
        r"[*_ \t]{0,4}(?:[:：][*_]{0,2}|[*_]{0,2}\r?\n)"
        rf"|\b(?:{taken_back})[^\n.!:。：{{\[]{{0,40}}[.!:。：\n]",
        re.IGNORECASE,
    )
