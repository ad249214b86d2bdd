"""Escapes for texts in Markdown and LaTeX."""

import re

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "±": r"$\pm$",
    "×": r"$\times$",
    "–": "--",
    "\N{MINUS SIGN}": "$-$",
    "⟨": r"$\langle$",
    "⟩": r"$\rangle$",
    **{character: "\\" + character for character in "&%$#_{}"},
}


def markdown_text(text: str) -> str:
    """A text on one line, with Markdown's special characters escaped."""
    escaped = re.sub(r"([\\`*_|<>\[\]])", r"\\\1", text)
    return escaped.replace("\n", " ").replace("\t", " ")


def latex_text(text: str) -> str:
    """A text on one line, with LaTeX's special characters escaped."""
    return "".join(_LATEX.get(character, character) for character in text).replace("\n", " ")
