"""Removes what a model thinks before it answers, in the marks of every family.

Everything between the marks goes, nested ones too. A mark that is opened and not closed hides the
rest of the reply, and one that is closed and not opened hides what is before it, since the chat
template of some families writes the opening mark itself.
"""

import re
from functools import lru_cache

_STEMS = (
    *("think", "thought", "reason", "analysis", "reflection", "scratchpad", "rationale"),
    *("deliberation", "monologue", "cot", "plan", "budget_reflect", "unused94", "unused95"),
    "channel",
)
"""What the marks hold: a text without any of these is not searched for them."""

_ROOT = (
    r"(?:think(?:ing)?|thoughts?|reason(?:ing)?|analysis|reflection|scratchpad|rationale|monologue"
    r"|deliberation|cot|plan(?:ning)?|budget_reflect)"
)
_BEFORE, _AFTER = r"(?:[\w.-]{1,14}[:_.-])?", r"(?:[_-](?:content|process|text|block|steps?))?"
_ANSWER_TAGS = [
    "answer",
    "final_answer",
    "final",
    "output",
    "response",
    "solution",
    "result",
    "final_output",
    "conclusion",  # LLaVA-CoT
]
_OPENS = "|".join(
    [
        rf"<\|?(?!/|end_){_BEFORE}{_ROOT}{_AFTER}(?:\s[^<>]{{0,40}})?\|?>",
        r"\[THINK\]",  # Magistral
        r"◁think▷",  # Kimi-VL
        r"<unused94>",  # MedGemma
        r"<\|channel>thought",
    ]
)
_CLOSES = "|".join(
    [
        rf"<\|?(?:/|end_(?:of_)?){_BEFORE}{_ROOT}{_AFTER}\s?\|?>",
        r"\[/THINK\]",
        r"◁/think▷",
        r"<unused95>",
        r"<channel\|>",
    ]
)
_MARK = re.compile(rf"(?P<opens>{_OPENS})|(?P<closes>{_CLOSES})", re.IGNORECASE)
_ROOT_OF = re.compile(_ROOT, re.IGNORECASE)

# gpt-oss: "<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>…".
# The channel "commentary" holds calls of tools. Where the special tokens were dropped, only their
# words are left: "analysis…assistantfinal…".
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)[^<]{0,60}(?:<\|constrain\|>[^<]{0,20})?<\|message\|>")
_CHANNEL_ENDS = re.compile(r"<\|(?:end|return|call|start)\|>")
_BARE_CHANNELS = re.compile(r"(?:assistant)?\s*(?:analysis|commentary)")
_BARE_FINAL = "assistantfinal"

_ANSWER = re.compile(
    rf"<(?P<tag>{'|'.join(_ANSWER_TAGS)})\s*>|<\|(?P<token>begin_of_solution|begin_of_box"
    r"|START_RESPONSE)\|>|\\boxed\s*\{",
    re.IGNORECASE,
)
_TOKEN_ENDS = {
    "begin_of_solution": "<|end_of_solution|>",
    "begin_of_box": "<|end_of_box|>",
    "start_response": "<|END_RESPONSE|>",
}
_TEXT_COMMAND = re.compile(r"\\(?:text|mathrm|textbf)\s*\{([^{}]*)\}")


_MAX_MARKS = 500
_END = 2_000
_ANSWER_STEMS = (
    *("answer", "final", "output", "response", "solution", "result", "box", "conclusion"),
)
"""What the marks hold: a text without any of these is not searched for them."""


def without_reasoning(text: str) -> str:
    """A reply without what the model thinks before it answers.

    >>> without_reasoning('<think>A goal? {"label": "Goal"}</think>None.')
    'None.'
    >>> without_reasoning("[THINK]a[THINK]b[/THINK]c[/THINK]d"), without_reasoning("a</thought>b")
    ('d', 'b')
    """
    text = _final_channel(text)
    lowered = text.casefold()
    if not any(stem in lowered for stem in _STEMS):
        return text
    return _outside_marks(text)[0]


def ends_in_thought(text: str) -> bool:
    """Whether a reply begins to reason and never ends that, so that no answer follows.

    >>> ends_in_thought("<think>A goal? Or"), ends_in_thought("<think>A goal</think>None.")
    (True, False)
    """
    if "<|channel|>" in text:
        return (
            _last_channel(text) is None
            and _CHANNEL_ENDS.search(text, text.rfind("<|channel|>")) is None
        )
    return _outside_marks(text)[1]


def _outside_marks(text: str) -> tuple[str, bool]:
    """A text without what is between marks, and whether the last of them stays open."""
    kept: list[str] = []
    open_names: list[str] = []
    place = 0
    for count, mark in enumerate(_MARK.finditer(text)):
        if count == _MAX_MARKS:  # a loop: the answer, if there is one, is at the end
            return _outside_marks(text[mark.start() :][-_END:])
        name = _name(mark[0])
        if mark["opens"]:
            if not open_names:
                kept.append(text[place : mark.start()])
            open_names.append(name)
            continue
        if not open_names:
            kept.clear()
        elif name in open_names:
            while open_names.pop() != name:
                pass
        if not open_names:
            place = mark.end()
    if not open_names:
        kept.append(text[place:])
    return "".join(kept), bool(open_names)


def marked_answer(text: str) -> str:
    r"""What the last mark of an answer holds, or the whole text where there is none.

    >>> marked_answer("So: <answer>None.</answer>"), marked_answer(r"It is \boxed{\text{Foul}}.")
    ('None.', 'Foul')
    """
    lowered = text.casefold()
    if not any(stem in lowered for stem in _ANSWER_STEMS):
        return text
    found = None
    for found in _ANSWER.finditer(text):  # noqa: B007  (the last one counts)
        pass
    if found is None:
        return text
    if found["tag"]:
        end = text.casefold().find(f"</{found['tag'].casefold()}", found.end())
    elif found["token"]:
        end = text.find(_TOKEN_ENDS[found["token"].casefold()], found.end())
    else:
        end = _closing_brace(text, found.end())
    inside = text[found.end() : end if end >= 0 else len(text)]
    if not found["tag"] and not found["token"]:
        inside = _TEXT_COMMAND.sub(r"\1", inside)
    return inside if inside.strip() else text


def _final_channel(text: str) -> str:
    if "<|channel|>" in text:
        final = _last_channel(text)
        if final is None:
            first = text.find("<|channel|>")
            return text[:first].removesuffix("<|start|>assistant")
        end = _CHANNEL_ENDS.search(text, final.end())
        return text[final.end() : end.start() if end else len(text)]
    if _BARE_FINAL in text and _BARE_CHANNELS.match(text):
        return text[text.rindex(_BARE_FINAL) + len(_BARE_FINAL) :]
    return text


def _last_channel(text: str) -> re.Match[str] | None:
    """The last channel that is not one of reasoning."""
    last = None
    for channel in _CHANNEL.finditer(text):
        if channel[1].casefold() != "analysis":
            last = channel
    return last


@lru_cache(maxsize=256)
def _name(mark: str) -> str:
    """The name in a mark, the same for the mark that opens and the one that closes."""
    roots = _ROOT_OF.findall(mark)
    return roots[-1].casefold() if roots and "channel" not in mark else "other"


def _closing_brace(text: str, start: int) -> int:
    """Where the brace ends that is open before `start`, or -1; only the next 20,000 characters."""
    depth = 1
    for brace in re.finditer(r"[{}]", text[start : start + 20_000]):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return start + brace.start()
    return -1
