"""The tables of two annotators' agreement, as `touchline agree` shows them."""

from touchline.report.grids import Grid
from touchline.report.tables.score_cells import figure_of, number_of, percent_of, seconds_of
from touchline.scores import Agreement, ClassAgreement
from touchline.text import counted


def agreement_grids(found: Agreement) -> list[Grid]:
    """The figures of all classes, and the counts of each."""
    median, bias = (seconds_of(value, "{:.2f} s") for value in (found.median_ms, found.bias_ms))
    figures = (
        ("loose average-mAP, one against the other", percent_of(found.loose)),
        ("tight average-mAP, one against the other", percent_of(found.tight)),
        ("F1, one against the other", percent_of(found.overall.f1)),
        ("same class, of what both marked", percent_of(found.class_share)),
        ("Krippendorff's alpha, marking nothing counts", figure_of(found.alpha, "{:.3f}")),
        (
            "Krippendorff's alpha of the class, of what both marked",
            figure_of(found.class_alpha, "{:.3f}"),
        ),
        ("median distance in time, same class", median),
        ("mean of second less first", bias),
    )
    within = f"two events are one within {found.tolerance_s / 2:g} s"
    absent = f"; average-mAP: {found.absent_classes}" if found.absent_classes else ""
    rows = {"all": found.overall, **found.per_class}
    return [
        Grid(
            f"Agreement of two annotators on {counted(found.games, 'game')}",
            ("figure", "value"),
            figures,
            f"in % where no unit is given; {within}; no model can be expected to score higher"
            f"{absent}",
        ),
        Grid(
            "Classes",
            ("class", "first", "second", "both", "F1"),
            tuple((name, *_cells(one)) for name, one in rows.items()),
            "events that each marked, and that both marked with this class; F1 in %",
        ),
    ]


def _cells(one: ClassAgreement) -> tuple[str, ...]:
    return number_of(one.first), number_of(one.second), number_of(one.both), percent_of(one.f1)
