"""A run that may still be going, opened again when more of it is answered."""

import threading

from touchline.errors import UserError
from touchline.report import page_parts
from touchline.runs import RunFolder, report_so_far, run_status
from touchline.text import counted
from touchline.view.viewed_run import ViewedRun, open_run


class LiveRun:
    """The run that a viewer shows.

    Args:
        run: as it was when the viewer started.
    """

    def __init__(self, run: ViewedRun) -> None:
        self._run = run
        self._stamp = self._now() if run.live else ""
        self._lock = threading.Lock()

    @property
    def run(self) -> ViewedRun:
        """The run as it was opened last."""
        return self._run

    def refresh(self) -> bool:
        """Opens a run that is still going again where there are new answers; whether it did."""
        with self._lock:
            if not self._run.live or (now := self._now()) == self._stamp:
                return False
            self._run, self._stamp = open_run(self._run.folder, self._run.annotator), now
            return True

    def progress(self) -> dict[str, object]:
        """Whether it is still going, what would change by a refresh, and sentences for people."""
        if not self._run.live:
            return {"live": False, "stamp": "", "said": []}
        said = [
            f"{one.model}: {one.answered:,} of "
            f"{counted(one.answered + one.failed + one.missing, 'window')}"
            + (f", {one.failed:,} failed" if one.failed else "")
            for one in run_status(self._run.folder)
            if one.planned
        ]
        return {
            "live": not RunFolder(self._run.folder).scores.is_file(),
            "stamp": self._now(),
            "said": said,
        }

    def report(self) -> str:
        """The page of the report: as it was written, or as far as the run is answered.

        Raises:
            UserError: there is none, or nothing is answered yet.
        """
        if self._run.make_report is not None:
            return "".join(page_parts(self._run.make_report()))
        if self._run.live:
            return "".join(page_parts(report_so_far(self._run.folder)))
        if not self._run.is_run:
            raise UserError("a report needs labels: name them with --labels.")
        file = RunFolder(self._run.folder).report
        try:
            return file.read_text(encoding="utf-8")
        except OSError as error:
            raise UserError(f"{file} is gone: make it again with touchline report.") from error

    def _now(self) -> str:
        """What changes when anything is answered, or the run ends."""
        counts = [f"{one.model}:{one.answered}" for one in run_status(self._run.folder)]
        return "|".join([*counts, str(RunFolder(self._run.folder).scores.is_file())])
