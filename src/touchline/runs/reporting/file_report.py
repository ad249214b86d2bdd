"""The report of files of spots, which no run stands behind."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from touchline import __version__
from touchline.games import Label
from touchline.report import (
    Lane,
    ReportData,
    Row,
    RunSettings,
    SectionInput,
    Timeline,
    measure_sections,
)
from touchline.runs.comparison.contest import Contest, Entry, LabelFiles
from touchline.runs.reporting.published import published
from touchline.runs.reporting.report_data import class_tables
from touchline.runs.reporting.sections import games_of
from touchline.runs.results.spot_hits import SpotHits, find_hits
from touchline.scores import ScoreSheet, align_events, score_sheet
from touchline.spots import Spot

_MINUTE_MS = 60_000


def file_report(contest: Contest, files: Sequence[Path], labels: LabelFiles) -> ReportData:
    """Everything that the report of some files of spots shows.

    There is no coverage, cost or time, as nobody was asked; and no rate an hour, as the lengths of
    the halves are unknown: their timelines end at the first full minute after the last event.

    Args:
        contest: the spots of the files, and their labels.
        files: where the spots are, in the order of `contest.entries`.
        labels: where the labels are.
    """
    sheets, lanes, measured, rows = {}, {}, [], []
    for entry in contest.entries:
        games = games_of(entry.spots, contest.truth)
        table = align_events(games, contest.task)
        sheet = score_sheet(games, contest.task, contest.scoring.tolerance)
        sheets[entry.name] = sheet
        lanes[entry.name] = find_hits(games, table, contest.scoring.tolerance)
        rows.append(_row(entry, sheet, contest))
        measured.append(
            SectionInput(
                model=entry.name,
                is_baseline=False,
                games=games,
                events=table,
                tolerance_s=contest.scoring.tolerance,
                sheet=sheet,
            )
        )
    split = labels.split if not labels.games else None
    return ReportData(
        title=" and ".join(entry.name for entry in contest.entries),
        created=datetime.now(UTC),
        task=contest.task,
        rows=(*rows, *published(contest.truth, split)),
        per_class=class_tables(sheets, contest.truth, contest.task),
        timelines=tuple(_timelines(contest, lanes)),
        sections=measure_sections(measured),
        settings=_settings(contest, files, labels),
    )


def _row(entry: Entry, sheet: ScoreSheet, contest: Contest) -> Row:
    row = Row(
        model=entry.name,
        kind=entry.kind,
        loose=None,
        tight=None,
        coverage=None,
        ranked_by=contest.task.metric,
    )
    absent = sheet.official.absent_classes
    return row.with_scores(sheet.figures, sheet.intervals, sheet.games, absent)


def _timelines(contest: Contest, hits: Mapping[str, SpotHits]) -> list[Timeline]:
    found = []
    for game, labels in contest.truth.items():
        events: list[Label | Spot] = [*labels]
        events += [spot for entry in contest.entries for spot in entry.spots[game]]
        lasts_ms: dict[int, int] = {}
        for event in events:
            lasts_ms[event.half] = max(lasts_ms.get(event.half, 0), event.position_ms)
        for half, last_ms in sorted(lasts_ms.items()):
            found.append(
                Timeline(
                    game=game,
                    half=half,
                    length_ms=(last_ms // _MINUTE_MS + 1) * _MINUTE_MS,
                    truth=_of_half(labels, half),
                    lanes=tuple(
                        _lane(entry, hits[entry.name], game, half) for entry in contest.entries
                    ),
                    length_known=False,
                )
            )
    return found


def _of_half(labels: Sequence[Label], half: int) -> tuple[Label, ...]:
    return tuple(label for label in labels if label.half == half)


def _lane(entry: Entry, hits: SpotHits, game: str, half: int) -> Lane:
    spots, right = entry.spots[game], hits.right[game]
    places = [place for place, spot in enumerate(spots) if spot.half == half]
    return Lane(
        model=entry.name,
        kind=entry.kind,
        spots=tuple(spots[place] for place in places),
        hits=tuple(right[place] for place in places),
    )


def _settings(contest: Contest, files: Sequence[Path], labels: LabelFiles) -> RunSettings:
    named = zip(contest.entries, files, strict=True)
    listed = {
        **{f"predictions {entry.name}": file for entry, file in named},
        "labels": labels.labels,
        "task": contest.task.name,
        **({} if labels.split is None else {"split": labels.split}),
        **({"games matching": ", ".join(labels.games)} if labels.games else {}),
        "games": len(contest.truth),
        "scoring tolerance": contest.scoring.tolerance,
    }
    return RunSettings(
        recipe=tuple((name, str(value)) for name, value in listed.items()),
        versions=(("touchline", __version__),),
    )
