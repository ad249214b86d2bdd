from .calibration.study import (
    CalibrationStudy as CalibrationStudy,
    Reliability as Reliability,
    study_calibration as study_calibration,
)
from .confusion import (
    ClassConfusion as ClassConfusion,
    class_confusion as class_confusion,
)
from .defaults import (
    MIN_COVERAGE as MIN_COVERAGE,
    RESAMPLES as RESAMPLES,
    TOLERANCE_S as TOLERANCE_S,
)
from .error_analysis import (
    ErrorAnalysis as ErrorAnalysis,
    ErrorKind as ErrorKind,
    ErrorShare as ErrorShare,
    analyze_errors as analyze_errors,
)
from .events.event_columns import (
    Games as Games,
)
from .events.event_table import (
    EventTable as EventTable,
    align_events as align_events,
)
from .events.matching import (
    NO_TRUTH as NO_TRUTH,
)
from .folds import (
    fold_of_game as fold_of_game,
)
from .hallucination import (
    Hallucination as Hallucination,
    measure_hallucination as measure_hallucination,
)
from .metrics.metric import (
    Format as Format,
    Metric as Metric,
    MetricInput as MetricInput,
)
from .official.evaluator import (
    OFFICIAL_METRICS as OFFICIAL_METRICS,
    Averages as Averages,
    OfficialScores as OfficialScores,
    official_scores as official_scores,
)
from .official.quirks import (
    Quirk as Quirk,
)
from .official.team_ball import (
    TeamBall as TeamBall,
    official_team_ball as official_team_ball,
)
from .precision_recall import (
    ClassMean as ClassMean,
    PrecisionRecall as PrecisionRecall,
    Rates as Rates,
    precision_recall_f1 as precision_recall_f1,
)
from .registry import (
    METRIC_REGISTRY as METRIC_REGISTRY,
    compute_figures as compute_figures,
)
from .scoring_settings import (
    ScoringSettings as ScoringSettings,
)
from .segments import (
    SegmentScores as SegmentScores,
    segment_scores as segment_scores,
)
from .sensitivity import (
    SensitivityCurve as SensitivityCurve,
    measure_sensitivity as measure_sensitivity,
)
from .sheet import (
    ExtendedMetrics as ExtendedMetrics,
    ScoreSheet as ScoreSheet,
    score_sheet as score_sheet,
)
from .team_accuracy import (
    TeamScores as TeamScores,
    team_scores as team_scores,
)
from .thresholds import (
    HeldOutThresholds as HeldOutThresholds,
    PrecisionRecallCurve as PrecisionRecallCurve,
    held_out_thresholds as held_out_thresholds,
    precision_recall_curve as precision_recall_curve,
    sweep_tolerances as sweep_tolerances,
)
from .timing import (
    Timing as Timing,
    time_errors as time_errors,
)
from .uncertainty.game_counts import (
    GameCounts as GameCounts,
    count_by_game as count_by_game,
)
from .uncertainty.resampling import (
    Interval as Interval,
    PairTest as PairTest,
    compare_models as compare_models,
    holm as holm,
    intervals as intervals,
    too_few_games as too_few_games,
)
