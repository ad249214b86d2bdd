from .agreement.label_agreement import (
    Agreement as Agreement,
    ClassAgreement as ClassAgreement,
    annotator_agreement as annotator_agreement,
    krippendorff_alpha as krippendorff_alpha,
)
from .agreement.repeats import (
    RepeatAgreement as RepeatAgreement,
    repeat_agreement as repeat_agreement,
)
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
    LEAST_GAMES as LEAST_GAMES,
    MIN_COVERAGE as MIN_COVERAGE,
    TASK_NAME as TASK_NAME,
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
    watched_labels as watched_labels,
)
from .metrics.metric import (
    Format as Format,
    Metric as Metric,
    MetricInput as MetricInput,
)
from .metrics.official_metrics import (
    ACTION_F1 as ACTION_F1,
    TEAM_AT1 as TEAM_AT1,
)
from .official.evaluator import (
    OFFICIAL_METRICS as OFFICIAL_METRICS,
    Averages as Averages,
    OfficialScores as OfficialScores,
    official_scores as official_scores,
)
from .official.frame_map import (
    FrameMap as FrameMap,
    official_frame_map as official_frame_map,
)
from .official.player_f1 import (
    PlayerEvent as PlayerEvent,
    PlayerF1 as PlayerF1,
    official_player_f1 as official_player_f1,
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
    without_probabilities as without_probabilities,
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
from .sheets.extended import (
    CLASS_METRICS as CLASS_METRICS,
    ExtendedMetrics as ExtendedMetrics,
)
from .sheets.sheet import (
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
from .uncertainty.families import (
    CONTROLS as CONTROLS,
    Contender as Contender,
    Role as Role,
    comparison_families as comparison_families,
)
from .uncertainty.game_counts import (
    GameCounts as GameCounts,
    count_by_game as count_by_game,
)
from .uncertainty.games_left_out import (
    LeaveOneOut as LeaveOneOut,
    each_game as each_game,
    leave_one_out as leave_one_out,
)
from .uncertainty.jackknife import (
    Interval as Interval,
    class_intervals as class_intervals,
    intervals as intervals,
)
from .uncertainty.paired_tests import (
    PairTest as PairTest,
    compare_models as compare_models,
    floor_sentence as floor_sentence,
    holm as holm,
)
from .uncertainty.power import (
    ALPHA as ALPHA,
    POWER as POWER,
    PairPower as PairPower,
    family_power as family_power,
)
from .uncertainty.refitted import (
    leave_one_out_refitted as leave_one_out_refitted,
)
from .uncertainty.safe_stopping import (
    evidence as evidence,
    game_figures as game_figures,
)
from .uncertainty.sentences import (
    FITTED as FITTED,
    REFITTED_IN_ITS_RUN as REFITTED_IN_ITS_RUN,
    STOPPED_EARLY as STOPPED_EARLY,
    TIES as TIES,
    TOO_SURE as TOO_SURE,
    interval_sentence as interval_sentence,
    refitted_sentence as refitted_sentence,
)
