"""The review of a run by one annotator, blind to every other until both have finished."""

import threading
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from touchline.errors import UserError
from touchline.games import Label
from touchline.report import visible
from touchline.runs import RunFolder
from touchline.scores import annotator_agreement
from touchline.text import counted
from touchline.validation import to_ms
from touchline.view.labelling import HandLabels, current_labels, save_labels
from touchline.view.review.choices import Choice, kind_of, label_after
from touchline.view.review.decision_file import (
    FILE,
    Decision,
    read_decisions,
    write_decisions,
)
from touchline.view.review.event_order import EVENT_ORDER, expected_events
from touchline.view.review.review_queue import ReviewClaim, ReviewItem, review_queue
from touchline.view.viewed_run import ViewedRun

_NAME = 120


class ReviewSession:
    """What the viewer shows of a review, and what it changes.

    Args:
        run: the run, with the annotator's name.
    """

    def __init__(self, run: ViewedRun) -> None:
        self._run = run
        self._lock = threading.Lock()

    @cached_property
    def items(self) -> dict[str, ReviewItem]:
        """The queue, by key, the most doubtful first.

        Null baselines and controls take no part; one that listens speaks for others' claims only.
        """
        run = self._run
        kinds = run.results.kinds
        models = {
            name: run.results.models[name]
            for name in run.models
            if kinds[name] in ("model", "sound")
        }
        near_ms = to_ms(run.tolerance_s / 2)
        expected = {EVENT_ORDER: expected_events(run.labels, near_ms)} if run.labels else {}
        witnesses = [name for name in models if kinds[name] == "sound"]
        queue = review_queue(run.labels, {**models, **expected}, near_ms, witnesses)
        return {item.key: item for item in queue}

    def to_json(self) -> dict[str, Any]:
        """The queue and what was decided of it, as plain values."""
        decisions = read_decisions(self._run.hand_labels)
        known = {key: one for key, one in decisions.decided.items() if key in self.items}
        stale = len(decisions.decided) - len(known)
        note = ""
        if stale:
            note = (
                f"{counted(stale, 'earlier decision')} about claims or labels that the run "
                "no longer has."
            )
        return {
            "annotator": self._run.annotator,
            "finished": decisions.finished,
            "items": [self._item(item) for item in self.items.values()],
            "decided": {key: str(one.choice) for key, one in known.items()},
            "note": note,
        }

    def decide(self, key: object, choice: object, at_ms: object) -> HandLabels:
        """Decides one item, or decides it again, and changes the labels accordingly.

        Args:
            key: of the item.
            choice: a `Choice`.
            at_ms: where the playhead stands.

        Returns:
            The labels of its game.

        Raises:
            UserError: no such item or choice, or the review is finished.
            StaleLabels: the labels were saved elsewhere at the same moment.
        """
        item = self.items.get(key) if isinstance(key, str) else None
        if item is None or choice not in list(Choice) or type(at_ms) is not int or at_ms < 0:
            raise UserError("this review has no such decision: reload the page.")
        with self._lock:
            self.refuse_if_finished()
            decisions = read_decisions(self._run.hand_labels)
            earlier = decisions.decided.get(item.key)
            before = earlier.after if earlier else item.label
            after = label_after(item, Choice(str(choice)), min(at_ms, self._length_ms(item)))
            labels = self._replace(item.game, before, after)
            made = Decision(choice=Choice(str(choice)), before=item.label, after=after)
            decided = {**decisions.decided, item.key: made}
            write_decisions(
                self._run.hand_labels, decisions.model_copy(update={"decided": decided})
            )
            return labels

    def finish(self) -> list[str]:
        """Ends the review: nothing is changed afterwards, and agreement can be shown.

        Raises:
            UserError: the viewer was started without the annotator's name.
        """
        if not self._run.annotator:
            raise UserError(
                "only a named annotator's review can be finished: start the viewer with "
                "--annotator NAME."
            )
        with self._lock:
            for game in self._run.games:
                mine = current_labels(self._run, game)
                if not mine.version:
                    entries = [label._asdict() for label in mine.labels]
                    save_labels(self._run, game, 0, entries)
            decisions = read_decisions(self._run.hand_labels)
            write_decisions(self._run.hand_labels, decisions.model_copy(update={"finished": True}))
        return self.agreement()

    def agreement(self) -> list[str]:
        """How far the annotator agrees with each other one, once both have finished."""
        if not read_decisions(self._run.hand_labels).finished:
            return []
        others = [name for name in self._annotators() if name != self._run.annotator]
        if not others:
            return ["Nobody else has reviewed this run yet."]
        return [self._agreement_with(name) for name in others]

    def refuse_if_finished(self) -> None:
        """Raises UserError where the annotator has finished."""
        if read_decisions(self._run.hand_labels).finished:
            raise UserError(
                "this review is finished, so its labels do not change any more: review again under "
                "another name."
            )

    def _replace(self, game: str, before: Label | None, after: Label | None) -> HandLabels:
        labels = current_labels(self._run, game)
        kept = [label for label in labels.labels if label != before]
        changed = [*kept, after] if after is not None else kept
        if set(changed) == set(labels.labels):
            return labels
        entries = [label._asdict() for label in changed]
        return save_labels(self._run, game, labels.version, entries)

    def _length_ms(self, item: ReviewItem) -> int:
        """Of the half; a player may stand a little behind its end."""
        lengths = {(one.half.game, one.half.number): one.length_ms for one in self._run.halves}
        return lengths[item.game, item.half]

    def _annotators(self) -> list[str]:
        folder = RunFolder(self._run.folder).annotators
        if not folder.is_dir():
            return []
        return sorted(one.name for one in folder.iterdir() if (one / FILE).is_file())

    def _agreement_with(self, name: str) -> str:
        other = replace(self._run, annotator=name)
        shown = visible(name, _NAME)
        if not read_decisions(other.hand_labels).finished:
            return f"{shown} has not finished: the agreement is shown when both have."
        mine, theirs = (
            {g: current_labels(run, g).labels for g in run.games} for run in (self._run, other)
        )
        found = annotator_agreement(mine, theirs, self._run.plan.task, self._run.tolerance_s)
        whole, alpha = found.overall, found.alpha
        said = (
            f"You and {shown} have {whole.both} events in common, "
            f"of {whole.first} and {whole.second}"
        )
        if whole.f1 is not None:
            said += f": F1 {100 * whole.f1:.1f} %"
        if alpha is not None:
            said += f", Krippendorff's alpha {alpha:.2f}"
        folders = (_quoted(run.hand_labels) for run in (self._run, other))
        return f"{said}. More of it: touchline agree {' '.join(folders)}"

    def _item(self, item: ReviewItem) -> dict[str, Any]:
        halves = [(one.half.game, one.half.number) for one in self._run.halves]
        own = [claim for claim in item.claims if claim.model in self._run.models]
        shown = own[0] if own else None
        return {
            "key": item.key,
            "half": halves.index((item.game, item.half)),
            "at": shown.spot.position_ms if shown else item.position_ms,
            "name": shown.spot.label if shown else item.name,
            "model": self._run.models.index(shown.model) if shown else None,
            "kind": str(kind_of(item)),
            "reason": str(item.reason),
            "text": _sentence(item),
        }


def _sentence(item: ReviewItem) -> str:
    label = item.label
    parts = [f"The label says {label.label} at {_clock(label.position_ms)}."] if label else []
    return " ".join([*parts, *map(_claim_sentence, item.claims)])


def _claim_sentence(claim: ReviewClaim) -> str:
    what = f"{claim.spot.label} at {_clock(claim.spot.position_ms)}"
    if claim.model == EVENT_ORDER:
        return f"Other labels lead to expect {what}."
    model = visible(claim.model, _NAME)
    return f"{model} claims {what}, confidence {claim.spot.confidence:.2f}."


def _clock(at_ms: int) -> str:
    minutes, ms = divmod(at_ms, 60_000)
    return f"{minutes:02d}:{ms / 1000:04.1f}"


def _quoted(path: Path) -> str:
    import shlex

    return shlex.quote(str(path))
