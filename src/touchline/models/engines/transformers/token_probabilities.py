"""How likely each token of an answer was, kept while transformers generates."""

from collections.abc import Callable, Sequence

import torch

_UNFINISHED = "\ufffd"
"""What a decoder gives for a character whose last bytes are still to come."""


class TokenRecorder:
    """A logits processor that changes nothing and notes the log-probability of what was chosen.

    It runs last of the processors, so it sees the scores that the next token is chosen by. It
    keeps those of one step only: vocabularies are large, and answers long.
    """

    def __init__(self) -> None:
        self._scores: torch.Tensor | None = None
        self._chosen: list[torch.Tensor] = []

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Notes the token chosen last, and keeps the scores of the next.

        Args:
            input_ids: prompt and answer so far; shape (batch, length).
            scores: of the next token; shape (batch, vocabulary).

        Returns:
            The scores, untouched.
        """
        self._note(input_ids)
        self._scores = torch.log_softmax(scores.float(), dim=-1)
        return scores

    def log_probabilities(self, produced: torch.Tensor) -> list[list[float]]:
        """Natural-log probabilities of all generated tokens, for each row of a batch.

        Args:
            produced: what `generate` returned; shape (batch, length).
        """
        self._note(produced)
        self._scores = None
        rows: list[list[float]] = torch.stack(self._chosen, dim=1).tolist()
        return rows

    def _note(self, input_ids: torch.Tensor) -> None:
        if self._scores is not None:
            last = input_ids[:, -1:].to(self._scores.device)
            self._chosen.append(self._scores.gather(1, last)[:, 0])


def token_texts(tokens: Sequence[int], decode: Callable[[Sequence[int]], str]) -> list[str]:
    """The text that each token adds, so that together they are the text of all.

    A token alone may not be text: it may be a part of a character, or have a space before it
    only among others. So each is what the text grows by; a character in several tokens belongs to
    the last of them.

    Args:
        tokens: of one answer.
        decode: the text of some tokens.
    """
    texts: list[str] = []
    known = ""
    for length in range(1, len(tokens) + 1):
        text = decode(tokens[:length])
        if text.endswith(_UNFINISHED) or not text.startswith(known):
            texts.append("")
            continue
        texts.append(text[len(known) :])
        known = text
    return texts
