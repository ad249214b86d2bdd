"""The tables of two annotators' agreement, as `touchline agree` shows them."""

from touchline.report.formatting import NOTHING, percent
from touchline.report.grids import Grid
from touchline.scores import Agreement, ClassAgreement
from touchline.text import counted


def agreement_grids(found: Agreement) -> list[Grid]:
    """The figures of all classes, and the counts of each."""
    median, bias = (
        NOTHING if value is None else f"{value / 1000:.2f} s"
        for value in (found.median_ms, found.bias_ms)
    )
    figures = (
        ("loose average-mAP, one against the other", percent(found.loose)),
        ("tight average-mAP, one against the other", percent(found.tight)),
        ("F1, one against the other", _percent(found.overall.f1)),
        ("same class, of what both marked", _percent(found.class_share)),
        ("Krippendorff's alpha, marking nothing counts", _alpha(found.alpha)),
        ("Krippendorff's alpha of the class, of what both marked", _alpha(found.class_alpha)),
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
    return f"{one.first:,}", f"{one.second:,}", f"{one.both:,}", _percent(one.f1)


def _percent(value: float | None) -> str:
    return NOTHING if value is None else percent(value)


def _alpha(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"
