"""The tables of a paper fit the page: LaTeX finds no line that is too wide."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report.samples import sample_report
from touchline.report import export_files

PAGE = r"""\documentclass[10pt,a4paper]{article}
\usepackage{booktabs}
\usepackage[margin=2.5cm]{geometry}
\begin{document}
%s
\end{document}
"""


def test_every_table_fits_a_page_of_two_and_a_half_centimetres_margin(tmp_path: Path) -> None:
    program = shutil.which("pdflatex")
    if program is None:
        pytest.skip("SKIPPED FOR WANT OF LATEX: pdflatex is not installed")
    data = sample_report()
    long = [
        replace(row, model=f"{row.model}[fps=2,stride=1,prompt=base.v1,method=soft-nms]")
        for row in data.rows
    ]
    tables = [
        one
        for one in export_files(replace(data, rows=(*data.rows, *long)), tmp_path)
        if one.suffix == ".tex"
    ]
    assert tables
    text = "\n".join(rf"\input{{{one.name}}}" for one in tables)
    (tmp_path / "page.tex").write_text(PAGE % text, encoding="utf-8")
    done = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout, done.stdout
