"""Facts of a run as metrics: how much was answered, how fast, and for how much."""

from touchline.scores.metrics.metric import Metric

METRICS = (
    Metric(
        name="coverage",
        definition="Share of the windows asked about whose answer could be read; a score is "
        "flagged where this is under the run's scoring.min_coverage, because failed windows were "
        "never scored.",
        heading="Coverage",
        format="share",
        better="high",
        terminal_heading="coverage",
        always_shown=True,
    ),
    Metric(
        name="repeats_all",
        definition="Of the windows that were asked several times and in which any answer claims an "
        "event, the share in which all answers claim the same classes.",
        heading="Repeats: all",
        format="share",
        better="high",
        json_group="stability",
    ),
    Metric(
        name="repeats_any",
        definition="Of the same windows, the share in which at least two answers claim the same "
        "classes.",
        heading="Repeats: any",
        format="share",
        better="high",
        json_group="stability",
    ),
    Metric(
        name="consistency",
        definition="Mean share of the pairs of answers to the same window that claim the same "
        "classes, over the windows in which any answer claims an event.",
        heading="Consistency",
        format="share",
        better="high",
        json_group="stability",
    ),
    Metric(
        name="claims_gone",
        definition="Of the claims of a model, the share that its control +deleted does not make "
        "again: the same windows without the frames around the claims, where a claim is a class "
        "that a reply reports.",
        heading="Claims gone",
        format="share",
        terminal_heading="gone",
        json_group="own_claims",
    ),
    Metric(
        name="claims_kept",
        definition="Of the same claims, the share that the control +only makes again: the same "
        "windows with the frames around the claims and no others.",
        heading="Claims kept",
        format="share",
        terminal_heading="kept",
        json_group="own_claims",
    ),
    Metric(
        name="seconds",
        definition="Wall-clock time that the model took.",
        heading="Time",
        format="duration",
        better="low",
        terminal_heading="time",
    ),
    Metric(
        name="windows_per_second",
        definition="Windows answered per second.",
        heading="Windows / s",
        better="high",
    ),
    Metric(
        name="times_real_time",
        definition="Seconds of video processed per second of computing; below 1 it cannot keep up "
        "with a match.",
        heading="× real time",
        better="high",
    ),
    Metric(
        name="peak_memory_bytes",
        definition="The most memory in use at any time.",
        heading="Peak memory",
        format="memory",
        better="low",
    ),
    Metric(
        name="idle_share",
        definition="Share of the time that the device was idle because the next frames were not "
        "ready.",
        heading="Idle",
        format="share",
        better="low",
    ),
    Metric(
        name="cost_usd_per_hour",
        definition="US dollars per hour of match.",
        heading="Cost / h",
        format="dollars",
        better="low",
    ),
    Metric(
        name="cost_usd",
        definition="US dollars in total, including failures that were billed.",
        heading="Cost",
        format="dollars",
        better="low",
    ),
)
