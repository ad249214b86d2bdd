"""The forms in which a verb prints what it found."""

from enum import StrEnum

from touchline.errors import UserError


class OutputFormat(StrEnum):
    """A form; the value is the option that asks for it."""

    TERMINAL = ""
    JSON = "--json"
    CSV = "--csv"
    MARKDOWN = "--md"
    LATEX = "--latex"


def chosen_format(json: bool, csv: bool, markdown: bool, latex: bool) -> OutputFormat:
    """The one form that was asked for, or a terminal's.

    Raises:
        UserError: several at once.
    """
    wanted = {
        OutputFormat.JSON: json,
        OutputFormat.CSV: csv,
        OutputFormat.MARKDOWN: markdown,
        OutputFormat.LATEX: latex,
    }
    chosen = [form for form, is_wanted in wanted.items() if is_wanted]
    if len(chosen) > 1:
        raise UserError(f"{chosen[0]} and {chosen[1]} exclude each other: choose one form.")
    return chosen[0] if chosen else OutputFormat.TERMINAL
