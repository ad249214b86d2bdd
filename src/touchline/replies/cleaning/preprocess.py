"""Removes from a reply what is not the answer: reasoning, chat tokens, an echo of the prompt."""

import re

from touchline.replies.cleaning.reasoning import marked_answer, without_reasoning
from touchline.replies.cleaning.truncation import MAX_CHARACTERS

_EDGE = 1_000
_CHAT_TOKENS = re.compile(
    r"<\|[a-z_]{1,30}\|>|<\|?/?(?:s|pad|unk|bos|eos|end_of_utterance|eot_id)\|?>"
    r"|\[/?INST\]|\[/?TOOL_CALLS\]",
    re.IGNORECASE,
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
    if _has_marks(text):
        text = _without_chat_tokens(marked_answer(without_reasoning(text))).strip()
    if prompt and prompt.strip() and text.startswith(prompt.strip()):
        text = text[len(prompt.strip()) :]
    elif _may_be_echo(text[:2_000]):
        ends = [found.end() for found in _ECHO_ENDS.finditer(text)]
        text = text[ends[-1] :] if ends and text[ends[-1] :].strip() else text
    return _TURN.sub("", text).strip()


def _may_be_echo(beginning: str) -> bool:
    # Two plain searches rule out nearly every reply, in a tenth of the time.
    return ("nalyze" in beginning or "must respond" in beginning) and _ECHO_BEGINS.search(
        beginning
    ) is not None


def _has_marks(text: str) -> bool:
    """Whether a text may hold marks of reasoning, of an answer or of a chat."""
    return (
        "<" in text
        or "T]" in text  # [INST]
        or "K]" in text  # [THINK]
        or "S]" in text  # [TOOL_CALLS]
        or "◁" in text
        or "\\boxed" in text
        or "assistantfinal" in text
    )


def _without_chat_tokens(text: str) -> str:
    """Chat tokens are at the ends of a reply; the middle of a long one is not searched."""
    if len(text) <= MAX_CHARACTERS:
        return _CHAT_TOKENS.sub("", text)
    return (
        _CHAT_TOKENS.sub("", text[:_EDGE])
        + text[_EDGE:-_EDGE]
        + _CHAT_TOKENS.sub("", text[-_EDGE:])
    )
