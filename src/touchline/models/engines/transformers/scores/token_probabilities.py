"""The probability of each token of an answer, recorded while transformers generates."""

from collections.abc import Callable, Sequence

import torch

_UNFINISHED = "\ufffd"
"""What a decoder returns for a character whose last bytes are missing."""


class TokenRecorder:
    """A logits processor that changes nothing and records the log-probability of each chosen token.

    It runs after the processors that change the scores of the next token. It keeps the scores of
    one step only: vocabularies are large, and answers long.
    """

    def __init__(self) -> None:
        self._scores: torch.Tensor | None = None
        self._chosen: list[torch.Tensor] = []

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Records the token chosen last, and keeps the scores of the next.

        Args:
            input_ids: prompt and answer so far; shape (batch, length).
            scores: of the next token; shape (batch, vocabulary).

        Returns:
            The scores, unchanged.
        """
        self._record(input_ids)
        self._scores = torch.log_softmax(scores.float(), dim=-1)
        return scores

    def log_probabilities(self, produced: torch.Tensor) -> list[list[float]]:
        """Natural-log probabilities of all generated tokens, for each row of a batch.

        Args:
            produced: what `generate` returned; shape (batch, length).
        """
        self._record(produced)
        self._scores = None
        rows: list[list[float]] = torch.stack(self._chosen, dim=1).tolist()
        return rows

    def _record(self, input_ids: torch.Tensor) -> None:
        if self._scores is not None:
            last = input_ids[:, -1:].to(self._scores.device)
            self._chosen.append(self._scores.gather(1, last)[:, 0])


def token_texts(tokens: Sequence[int], decode: Callable[[Sequence[int]], str]) -> list[str]:
    """The text that each token adds, so that together they are the whole text.

    A token alone may not be text: it may be a part of a character, or have a space before it
    only after others. So each is the text by which the whole grows; a character in several tokens
    belongs to the last of them.

    Args:
        tokens: of one answer.
        decode: returns the text of some tokens.
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
