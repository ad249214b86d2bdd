"""The output formats of verbs that print tables."""

from enum import StrEnum

from touchline.errors import UserError


class OutputFormat(StrEnum):
    """An output format; the value is its option."""

    TERMINAL = ""
    JSON = "--json"
    CSV = "--csv"
    MARKDOWN = "--md"
    LATEX = "--latex"


def chosen_format(json: bool, csv: bool, markdown: bool, latex: bool) -> OutputFormat:
    """The one format that the options choose, or that of a terminal.

    Raises:
        UserError: several options at once.
    """
    wanted = {
        OutputFormat.JSON: json,
        OutputFormat.CSV: csv,
        OutputFormat.MARKDOWN: markdown,
        OutputFormat.LATEX: latex,
    }
    chosen = [form for form, is_wanted in wanted.items() if is_wanted]
    if len(chosen) > 1:
        raise UserError(f"{chosen[0]} and {chosen[1]} exclude each other: choose one of them.")
    return chosen[0] if chosen else OutputFormat.TERMINAL
