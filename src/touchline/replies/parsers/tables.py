"""The reply is a table: Markdown, or lines with commas, semicolons or tabs, below a header."""

import csv
import re

from touchline.games import Task
from touchline.replies.budget import Budget
from touchline.replies.grammar.assertions import text_denies
from touchline.replies.grammar.keys import TIMES, Role, key_meaning
from touchline.replies.grammar.vocabulary import name_rank
from touchline.replies.objects.find_events import find_events, read_row
from touchline.replies.raw_events import RawEvent
from touchline.replies.sentences.sentence_claims import read_sentences

_SPACES = "  "
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,3} ?s(?:ec)?\b)")
_DELIMITERS = ("|", "\t", ";", ",", _SPACES)
_SEVERAL_SPACES = re.compile(r" {2,40}")
_RULE = re.compile(r"(?=[^-]{0,600}-)[\s|:+=-]*")
_MARKUP = re.compile(r"[*_`]{1,3}")
_CELL_ENDS = re.compile(r"</t[dh]>\s*", re.IGNORECASE)
_ROW_ENDS = re.compile(r"</tr>\s*", re.IGNORECASE)
_TAGS = re.compile(r"</?(?:table|thead|tbody|tr|th|td)[^<>]{0,200}>\s*", re.IGNORECASE)
TABLE_ROW = "table row"
_MAX_AROUND = 2_000
_MAX_LINES = 500
_MAX_LINE = 600
_MAX_HEADER = 240
_MOST_WORDS = 3
"""Of a cell before the name of a class, where commas part the cells."""

_NO_TIME = re.compile(r"[\s–—-]*|n/?a|none", re.IGNORECASE)


def parse_tables(text: str, task: Task, budget: Budget) -> list[RawEvent] | None:
    """Events of every row below a header that names them, whatever the order of the columns."""
    if "<tr" in text and "</t" in text:
        text = _TAGS.sub("", _ROW_ENDS.sub("\n", _CELL_ENDS.sub("|", text)))
    lines = text.splitlines()
    if len(lines) > _MAX_LINES:
        budget.leave_out(f"only the first {_MAX_LINES} lines were read")
        del lines[_MAX_LINES:]
    events: list[RawEvent] = []
    says_none = False
    around: list[str] = []
    place = 0
    while place < len(lines) and len(events) < budget.max_events:
        header = _header(lines[place], task)
        place += 1
        if header is None:
            if row := _without_header(lines[place - 1], task):
                events.append(row)
            else:
                around.append(lines[place - 1])
            continue
        delimiter, columns = header
        rows: list[dict[object, object]] = []
        while place < len(lines):
            line = budget.beginning(lines[place], _MAX_LINE, "a table's row")
            cells = _cells(line, delimiter)
            if _RULE.fullmatch(lines[place]):
                place += 1
                continue
            if not 2 <= len(cells) <= len(columns) + 1:
                break
            rows.append(dict(zip(columns, cells, strict=False)))
            place += 1
        found = find_events([_row(row, task) for row in rows], task, budget)
        events += found or []
        says_none = says_none or not found
    if not events and (upright := _upright(lines)):
        events = find_events(upright, task, budget) or []
    if events or not says_none:
        return [one._replace(rule=TABLE_ROW) for one in events[: budget.max_events]] or None
    # A table that denies everything says nothing about the sentences around it.
    text = budget.beginning("\n".join(around), _MAX_AROUND, "the text around a table")
    return read_sentences(text, task, budget.max_events).events


def _upright(lines: list[str]) -> dict[object, object] | None:
    """The event of a table whose rows are its fields: "| Event | Corner |", "| Time | 5.0 |"."""
    rows = [
        _cells(line[:_MAX_LINE], "|") for line in lines if "|" in line and not _RULE.fullmatch(line)
    ]
    if not rows or any(len(row) != 2 for row in rows):
        return None
    fields: dict[object, object] = {}
    fields |= {row[0]: row[1] for row in rows}
    roles = {meaning.role for key, _ in rows if (meaning := key_meaning(key))}
    return fields if len(fields) == len(rows) and len(roles) >= 2 and Role.LABEL in roles else None


def _header(line: str, task: Task) -> tuple[str, list[str]] | None:
    """The delimiter and the columns of a line that is the header of a table of events."""
    if not line or len(line) > _MAX_HEADER:
        return None
    for delimiter in _DELIMITERS:
        if delimiter not in line:
            continue
        columns = _cells(line, delimiter)
        meanings = [key_meaning(column) for column in columns]
        roles = {meaning.role for meaning in meanings if meaning}
        if len(columns) >= 2 and Role.LABEL in roles and len(roles) >= 2:
            return delimiter, columns
        named = [column for column in columns if name_rank(task, column) == 0]
        if delimiter == "|" and len(named) >= 2 and len(named) >= len(columns) - 1:
            return delimiter, columns
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    line = line.strip() if delimiter != "\t" else line.strip("\r\n ")
    if delimiter == "|":
        cells = line.strip("|").split("|")
    elif delimiter == _SPACES:
        cells = _SEVERAL_SPACES.split(line)
    else:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    return [_MARKUP.sub("", cell).strip() for cell in cells]


def _without_header(line: str, task: Task) -> RawEvent | None:
    """The event of a line like "Foul,1.4,home": one name of a class, and a moment."""
    plain = _DECIMAL_COMMA.sub(".", line.strip().strip("[]()"))
    for delimiter in _DELIMITERS:
        if delimiter in plain and len(plain) <= _MAX_HEADER:
            cells = [cell for cell in _cells(plain, delimiter) if cell]
            row = read_row(cells, task)
            if row and not (delimiter == "," and _is_sentence(cells, row.label)):
                return row
    return None


def _is_sentence(cells: list[str], name: object) -> bool:
    """Whether what commas part is a sentence: "At 5 s, the ball is lost, no goal, foul or card"."""
    before = cells[: cells.index(str(name))]
    return any(cell.count(" ") >= _MOST_WORDS or text_denies(cell) for cell in before)


def _says_when_or_who(column: object) -> bool:
    meaning = key_meaning(str(column))
    return meaning is not None and meaning.role in (*TIMES, Role.TEAM)


def _row(row: dict[object, object], task: Task) -> dict[object, object]:
    """A row without its empty cells; one that says nothing beside the name denies it.

    Where the columns are classes, what the row is called does not matter.
    """
    classes = {key: value for key, value in row.items() if name_rank(task, str(key)) == 0}
    if len(classes) > 1:
        return classes | {key: value for key, value in row.items() if _says_when_or_who(key)}
    values = {key: value for key, value in row.items() if not _NO_TIME.fullmatch(str(value))}
    meanings = {key: key_meaning(str(key)) for key in row}
    labels = [key for key, meaning in meanings.items() if meaning and meaning.role is Role.LABEL]
    if not labels:
        return row
    asserted = [v for k, v in row.items() if (m := meanings[k]) and m.role is Role.ASSERTION]
    if any(text_denies(str(value)) for value in asserted):
        return {"label": None}
    says_more = any(
        meaning and meaning.role is not Role.LABEL and key in values
        for key, meaning in meanings.items()
    )
    return values if says_more else {"label": None}
