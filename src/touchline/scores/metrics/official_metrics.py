"""The official figures of SoccerNet as metrics."""

from touchline.scores.metrics.metric import Metric, MetricInput

LOOSE = Metric(
    name="loose",
    definition="SoccerNet's average-mAP over tolerances of 5 to 60 s, in %: the mean over all "
    "classes of the average precision, where a rough time is enough.",
    heading="Loose",
    format="percent",
    compute=lambda found: found.official.loose.a_map,
    better="high",
    terminal_heading="loose",
    always_shown=True,
    shows_interval=True,
)

TIGHT = Metric(
    name="tight",
    definition="SoccerNet's average-mAP over tolerances of 1 to 5 s, in %: as loose, but the time "
    "has to be precise.",
    heading="Tight",
    format="percent",
    compute=lambda found: found.official.tight.a_map,
    better="high",
    terminal_heading="tight",
    always_shown=True,
    shows_interval=True,
)


def _at(tolerance_s: int) -> Metric:
    name = f"at{tolerance_s}"

    def compute(found: MetricInput) -> float:
        return found.official.metrics[name].a_map

    return Metric(
        name=name,
        definition=f"SoccerNet's mAP at the single tolerance of {tolerance_s} s, which is "
        f"± {tolerance_s / 2:g} s around the truth, in %.",
        heading=f"At {tolerance_s} s",
        format="percent",
        compute=compute,
        better="high",
        json_group="tolerances",
    )


METRICS = (LOOSE, TIGHT, *(_at(tolerance_s) for tolerance_s in range(1, 6)))
