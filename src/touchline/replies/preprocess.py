"""What is cut away before a reply is read: reasoning, chat marks, an echo of the prompt."""

import re

from touchline.replies.truncation import LONGEST

_TAGS = ("think", "reasoning")
_EDGE = 1_000
_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT = re.compile(r"^.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_MARKS = re.compile(
    r"<\|[a-z_]{1,30}\|>|<\|?/?(?:s|pad|unk|bos|eos|end_of_utterance|eot_id)\|?>|\[/?INST\]", re.I
)
_ECHO_ENDS = re.compile(
    r"(?:output exactly:?\s*[\"'`]?None[\"'`]?\.?|for what the frames do not show\.)"
    r"(?:\s*(?:assistant|model|answer|response)\s*:?\s*\n)?",
    re.IGNORECASE,
)
_ECHO_BEGINS = re.compile(r"analyze (?:these|frames)\b|you must respond with only", re.IGNORECASE)
_TURN = re.compile(r"^\s*(?:assistant|model|<start_of_turn>model)\s*:?\s*\n", re.IGNORECASE)


def clean(text: str, prompt: str | None = None) -> str:
    """The part of a reply that is an answer.

    Args:
        text: as the model wrote it.
        prompt: the text of the prompt, where it is known; an echo of it is cut away exactly. An
            echo of a built-in template is known by its first and last words without it.

    >>> clean("<think>A goal?</think>None.")
    'None.'
    """
    text = text.strip("\ufeff \t\r\n\0")
    if "<" in text or "INST]" in text:
        text = _without_marks(_without_reasoning(text)).strip()
    if prompt and prompt.strip() and text.startswith(prompt.strip()):
        text = text[len(prompt.strip()) :]
    elif _ECHO_BEGINS.search(text[:2_000]):
        ends = [found.end() for found in _ECHO_ENDS.finditer(text)]
        text = text[ends[-1] :] if ends and text[ends[-1] :].strip() else text
    return _TURN.sub("", text).strip()


def _without_reasoning(text: str) -> str:
    lower = text.casefold()
    if any(f"<{tag}" in lower for tag in _TAGS):
        text = _THINKING.sub("", text)
    if any(f"</{tag}" in lower for tag in _TAGS):
        text = _THOUGHT.sub("", text)
    return text


def _without_marks(text: str) -> str:
    """Marks of the chat stand at the ends of a reply; the middle of a long one is left alone."""
    if len(text) <= LONGEST:
        return _MARKS.sub("", text)
    return _MARKS.sub("", text[:_EDGE]) + text[_EDGE:-_EDGE] + _MARKS.sub("", text[-_EDGE:])
