"""The tables of a paper, in LaTeX for the package `booktabs`; each fits one page."""

import re
from collections.abc import Callable, Sequence

from touchline.report.data import ReportData
from touchline.report.escapes import latex_text
from touchline.report.formatting import NOTHING, visible
from touchline.report.leaderboard.columns import Column, captions, shown_columns
from touchline.report.leaderboard.ranking import NULL_EXPLAINED, SHORT_MARKS, in_order, ranked
from touchline.report.row import Row
from touchline.scores import ErrorAnalysis

_MOST_ROWS = 30
"""Of a table, with an interval below each score: more do not fit one page."""
_MOST_MODELS = 6
"""Columns of the table of classes: more do not fit the width of a page."""
_METRICS = ("loose", "tight", "precision", "recall", "f1", "coverage")
"""What a page has room for, besides the metric that the rows are ranked by."""
_NAME = 36
"""Characters of the longest name that leaves room for the figures beside it."""
_HEADING = 8
_WHOLE_WORD = 20
"""Characters of a word of a caption up to which it is not broken."""
_LETTERS = "ABCDEF"

Cells = Sequence[str]


def paper_tables(data: ReportData) -> dict[str, str]:
    """The tables by the name of their file: the leaderboard, the classes, the errors.

    Args:
        data: a report; a table without data is left out.

    Returns:
        Each a `table` with a caption and a label, to be read by `\\input`.
    """
    makers: dict[str, Callable[[ReportData], str | None]] = {
        "leaderboard.tex": _leaderboard,
        "classes.tex": _classes,
        "errors.tex": _errors,
    }
    made = {name: make(data) for name, make in makers.items()}
    return {name: text for name, text in made.items() if text is not None}


def _leaderboard(data: ReportData) -> str:
    wanted = {*_METRICS, *(row.ranked_by for row in data.rows)}
    columns = [column for column in shown_columns(data.rows) if column.name in wanted]
    lines = ranked(data.rows)
    shown, names = lines[:_MOST_ROWS], _Names()
    body: list[Cells] = []
    for line in shown:
        mark = SHORT_MARKS[line.row.kind]
        name = names.short(line.row.model) + (f" ({mark})" if mark else "")
        body.append([line.place, name, *(_figure(column, line.row) for column in columns)])
        ends = [column.interval(line.row) for column in columns]
        if any(ends):
            body.append(
                [
                    "",
                    "",
                    *(
                        f"[{column.show(end[0])}, {column.show(end[1])}]" if end else ""
                        for column, end in zip(columns, ends, strict=True)
                    ),
                ]
            )
    caption = [
        f"{visible(data.title)}: scores in %.",
        *captions(data.rows),
        f"{NULL_EXPLAINED.capitalize()}."
        if any(line.row.kind == "baseline" for line in shown)
        else "",
        "Brackets: 95 % intervals over games." if any(row.intervals for row in data.rows) else "",
        _left_out(len(lines) - len(shown), "row", "leaderboard.csv has all"),
        names.sentence(),
    ]
    headings = ["#", "Model", *(column.metric.heading for column in columns)]
    return _table("leaderboard", caption, headings, body)


def _classes(data: ReportData) -> str | None:
    if not data.per_class:
        return None
    table = data.per_class[0]
    names = _Names()
    kinds = {row.model: row.kind for row in data.rows}
    models = sorted(in_order(table.scores, data.rows), key=lambda one: kinds.get(one) != "model")
    shown = models[:_MOST_MODELS]
    headings = [names.short(model, of=len(shown)) for model in shown]
    body: list[Cells] = [
        [
            label,
            f"{truths:,}",
            *(_percent(table.scores[model][place]) for model in shown),
        ]
        for place, (label, truths) in enumerate(zip(table.labels, table.truths, strict=True))
    ]
    caption = [
        f"{visible(data.title)}: average precision by class, {table.metric}, in %.",
        "A class without a true event has none; it counts as 0 in the mean.",
        _left_out(len(models) - len(shown), "row", "the best are here, models first"),
        names.sentence(),
    ]
    return _table("classes", caption, ["Class", "Events", *headings], body, left=1)


def _errors(data: ReportData) -> str | None:
    found: dict[str, ErrorAnalysis] = data.measured("errors")
    if not found:
        return None
    names = _Names()
    shown = list(found)[:_MOST_ROWS]
    kinds = [share.kind for share in found[shown[0]].kinds]
    body: list[Cells] = [
        [
            names.short(model, of=2),
            *(f"{_points(share.loose_gain)} ({share.count:,})" for share in found[model].kinds),
        ]
        for model in shown
    ]
    first = found[shown[0]]
    caption = [
        f"{visible(data.title)}: points of loose average-mAP that fixing one kind of error"
        " alone would gain, and how many there are.",
        f"A spot within {first.close_s / 2:g} s of an event is close to it, within"
        f" {first.near_s / 2:g} s near it.",
        _left_out(len(found) - len(shown), "model", "the best are here"),
        names.sentence(),
    ]
    return _table("errors", caption, ["Model", *(kind.capitalize() for kind in kinds)], body, 1)


def _points(gain: float) -> str:
    return f"{100 * gain:.1f}".replace("-", "\N{MINUS SIGN}")


class _Names:
    """Names that are too long for a table, and what stands for them."""

    def __init__(self) -> None:
        self._long: dict[str, str] = {}

    def short(self, model: str, of: int = 1) -> str:
        """The name, or a letter or number where it does not fit beside `of` others."""
        name = visible(model)
        if len(name) <= (_NAME if of == 1 else _NAME * 2 // (of + 1)):
            return name
        place = len(self._long)
        known = self._long.get(name)
        if known is None:
            known = _LETTERS[place] if place < len(_LETTERS) else f"M{place + 1}"
            self._long[name] = known
        return known

    def sentence(self) -> str:
        """What the letters stand for."""
        return (
            "; ".join(f"{short}: {name}" for name, short in self._long.items()) + "."
            if self._long
            else ""
        )


def _left_out(count: int, noun: str, where: str) -> str:
    return f"{count} more {noun}{'s' * (count != 1)} left out; {where}." if count > 0 else ""


def _figure(column: Column, row: Row) -> str:
    value = column.value(row)
    return NOTHING if value is None else column.show(value)


def _percent(value: float | None) -> str:
    return NOTHING if value is None else f"{100 * value:.1f}"


def _heading(text: str) -> str:
    """A heading; a long one is broken into two lines of about the same length."""
    spaces = [place for place, one in enumerate(text) if one == " "]
    if len(text) <= _HEADING or not spaces:
        return latex_text(text)
    middle = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return rf"\shortstack[r]{{{latex_text(text[:middle])}\\{latex_text(text[middle + 1 :])}}}"


def _breakable(word: str) -> str:
    """A word of a caption; a long one, such as the name of a cell, may be broken."""
    if len(word) <= _WHOLE_WORD:
        return word
    return re.sub(r"([\[,/=])(?=.)", r"\1\\allowbreak{}", word)


def _table(
    name: str, caption: Sequence[str], headings: Cells, body: Sequence[Cells], left: int = 2
) -> str:
    """A floating table.

    Args:
        name: of its label.
        caption: sentences; empty ones are left out.
        headings: of the columns.
        body: the rows.
        left: how many columns are text.
    """
    kinds = ("r" if left == 2 else "") + "l" + "r" * (len(headings) - left)
    rows = [" & ".join(map(latex_text, cells)) + r" \\" for cells in body]
    said = " ".join(map(_breakable, latex_text(" ".join(one for one in caption if one)).split(" ")))
    return "\n".join(
        [
            "% needs \\usepackage{booktabs}",
            "\\begin{table}[tbp]",
            "\\centering\\footnotesize\\setlength{\\tabcolsep}{3pt}",
            f"\\caption{{{said}}}",
            f"\\label{{tab:{name}}}",
            f"\\begin{{tabular}}{{@{{}}{kinds}@{{}}}}",
            "\\toprule",
            " & ".join(map(_heading, headings)) + r" \\",
            "\\midrule",
            *rows,
            "\\bottomrule",
            "\\end{tabular}",
            "\\end{table}",
            "",
        ]
    )
