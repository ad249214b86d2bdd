"""Removes from a reply what is not the answer: reasoning, chat tokens, an echo of the prompt."""

import re

from touchline.replies.truncation import MAX_CHARACTERS

_TAGS = ("think", "reasoning")
_EDGE = 1_000
_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT = re.compile(r"^.*</(?:think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_CHAT_TOKENS = re.compile(
    r"<\|[a-z_]{1,30}\|>|<\|?/?(?:s|pad|unk|bos|eos|end_of_utterance|eot_id)\|?>|\[/?INST\]", re.I
)
_ECHO_ENDS = re.compile(
    r"(?:output exactly:?\s*[\"'`]?None[\"'`]?\.?|for what the frames do not show\.)"
    r"(?:\s*(?:assistant|model|answer|response)\s*:?\s*\n)?",
    re.IGNORECASE,
)
_ECHO_BEGINS = re.compile(r"analyze (?:these|frames)\b|you must respond with only", re.IGNORECASE)
_TURN = re.compile(r"^\s*(?:assistant|model|<start_of_turn>model)\s*:?\s*\n", re.IGNORECASE)


def extract_answer(text: str, prompt: str | None = None) -> str:
    """The part of a reply that is an answer.

    Args:
        text: as the model wrote it.
        prompt: the text of the prompt, where it is known; an exact echo of it is removed. Without
            it, an echo of a built-in template is recognized by its first and last words.

    >>> extract_answer("<think>A goal?</think>None.")
    'None.'
    """
    text = text.strip("\ufeff \t\r\n\0")
    if "<" in text or "INST]" in text:
        text = _without_chat_tokens(_without_reasoning(text)).strip()
    if prompt and prompt.strip() and text.startswith(prompt.strip()):
        text = text[len(prompt.strip()) :]
    elif _ECHO_BEGINS.search(text[:2_000]):
        ends = [found.end() for found in _ECHO_ENDS.finditer(text)]
        text = text[ends[-1] :] if ends and text[ends[-1] :].strip() else text
    return _TURN.sub("", text).strip()


def ends_in_thought(text: str) -> bool:
    """Whether a reply begins to reason and never ends that, so that no answer follows.

    >>> ends_in_thought("<think>A goal? Or"), ends_in_thought("<think>A goal</think>None.")
    (True, False)
    """
    thoughts = list(_THINKING.finditer(text))
    return bool(thoughts) and not thoughts[-1].group().casefold().endswith(
        f"</{thoughts[-1].group(1).casefold()}>"
    )


def _without_reasoning(text: str) -> str:
    lower = text.casefold()
    if any(f"<{tag}" in lower for tag in _TAGS):
        text = _THINKING.sub("", text)
    if any(f"</{tag}" in lower for tag in _TAGS):
        text = _THOUGHT.sub("", text)
    return text


def _without_chat_tokens(text: str) -> str:
    """Chat tokens are at the ends of a reply; the middle of a long one is not searched."""
    if len(text) <= MAX_CHARACTERS:
        return _CHAT_TOKENS.sub("", text)
    return (
        _CHAT_TOKENS.sub("", text[:_EDGE])
        + text[_EDGE:-_EDGE]
        + _CHAT_TOKENS.sub("", text[-_EDGE:])
    )
