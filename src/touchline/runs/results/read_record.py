"""Record to reading: what a journal's answer says, under the run's own settings."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from touchline.models import IGNORED, Failure, Reply
from touchline.replies import Reading, Record, failed_reading, parse_reply
from touchline.runs.config.bench import read_run_bench
from touchline.runs.planning.stored_contexts import read_contexts
from touchline.video import Window

MISPLACED = "no answer, but text in"
"""How the note begins on a reply whose text arrived in another field, which it then names."""


class RecordReader:
    """Reads the records of a run; the results and a model's memory both read with it.

    Replies are parsed under the section `reading:` of the run's benchmark, and with the match
    context of their game, so that a team named by its kit means the same everywhere.

    Args:
        folder: the run.

    Raises:
        UserError: the folder is not a run.
    """

    def __init__(self, folder: Path) -> None:
        bench = read_run_bench(folder)
        self._policy, self._task = bench.reading, bench.task
        self._contexts = read_contexts(folder)

    def read(self, record: Record, window: Window | None = None) -> Reading:
        """What a record says; a failure is a reading of its own and reports nothing.

        Args:
            record: of a window's journal.
            window: the window that it counts for; None takes the record's own. Two games that
                share a video share its records.
        """
        window = window or record.window
        answer = record.answer
        if isinstance(answer, Failure):
            return failed_reading(window, f"{answer.reason}: {answer.message}")
        reading = parse_reply(
            answer.text,
            answer.finish_reason,
            window,
            self._task,
            record.first_frame,
            self._policy,
            self._contexts.get(window.game),
            tokens=answer.tokens,
        )
        notes = [note for note in (reading.note, *_remarks(answer)) if note]
        return replace(reading, note="; ".join(notes))


def _remarks(reply: Reply) -> Iterator[str]:
    """What is remarkable about a response besides its text; the report counts it."""
    if reply.is_misplaced:
        names = ", ".join(dict.fromkeys(name for name, _ in reply.other_fields))
        yield f"{MISPLACED} {names}"
    for one in reply.unusable:
        name, _, what = one.partition(" ")
        if what == IGNORED:
            yield f"the setting {name} {IGNORED}"
        else:
            yield f"a value of the endpoint cannot be used: {name}"
