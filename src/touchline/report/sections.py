"""The optional sections of a report: curves and counts that stand beside the leaderboard."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PrecisionRecallCurve:
    """A precision-recall curve of one model and class.

    Attributes:
        model: its name, as on the leaderboard.
        label: the class.
        recall: from 0 to 1, one a point.
        precision: from 0 to 1, one a point.
    """

    model: str
    label: str
    recall: tuple[float, ...]
    precision: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """What a model claims where each class happens.

    Attributes:
        model: its name, as on the leaderboard.
        truths: names of the rows: the true classes, and a last one for "nothing there".
        claims: names of the columns: the claimed classes, and a last one for "nothing claimed".
        counts: one row a truth, one number a claim.
    """

    model: str
    truths: tuple[str, ...]
    claims: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class ErrorCost:
    """One kind of error of one model, and what it costs.

    Attributes:
        model: its name, as on the leaderboard.
        kind: short name of the error ("wrong class").
        explanation: one sentence: what counts as this error.
        count: how many there are.
        cost: average-mAP, from 0 to 1, that mending them all would add.
    """

    model: str
    kind: str
    explanation: str
    count: int
    cost: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often a model is right when it says how sure it is.

    Attributes:
        model: its name, as on the leaderboard.
        confidence: mean confidence of each bin, from 0 to 1.
        precision: share of right spots of each bin, from 0 to 1.
        counts: spots in each bin.
    """

    model: str
    confidence: tuple[float, ...]
    precision: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TimeErrors:
    """How far from the truth a model's right spots stand.

    Attributes:
        model: its name, as on the leaderboard.
        edges_ms: edges of the histogram's bins, spot minus truth; one more than `counts`.
        counts: spots in each bin.
    """

    model: str
    edges_ms: tuple[int, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How a score moves when one setting does.

    Attributes:
        model: its name, as on the leaderboard.
        setting: what was moved, with its unit ("merge window (s)").
        metric: what was measured ("loose average-mAP").
        values: the setting's values.
        scores: from 0 to 1, one a value.
        chosen: the value that the run used, where it is known.
    """

    model: str
    setting: str
    metric: str
    values: tuple[float, ...]
    scores: tuple[float, ...]
    chosen: float | None = None


@dataclass(frozen=True, slots=True)
class ReplyForms:
    """How a model's replies were read.

    Attributes:
        model: its name, as on the leaderboard.
        counts: replies by the reader that understood them. "json" and "null" mend nothing; each
            other reader takes what those before it could not.
        remarks: what the reader had to remark, and in how many replies.
    """

    model: str
    counts: Mapping[str, int]
    remarks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sections:
    """All optional sections; an empty one is not shown."""

    precision_recall: tuple[PrecisionRecallCurve, ...] = ()
    confusion: tuple[Confusion, ...] = ()
    errors: tuple[ErrorCost, ...] = ()
    reliability: tuple[Reliability, ...] = ()
    time_errors: tuple[TimeErrors, ...] = ()
    sensitivity: tuple[Sensitivity, ...] = ()
    reply_forms: tuple[ReplyForms, ...] = ()
