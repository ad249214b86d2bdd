from .calibration import (
    CalibrationStudy as CalibrationStudy,
    study_calibration as study_calibration,
)
from .confusion import (
    ClassConfusion as ClassConfusion,
    class_confusion as class_confusion,
)
from .errors import (
    EXPLANATIONS as EXPLANATIONS,
    Errors as Errors,
    explain_errors as explain_errors,
)
from .event_columns import (
    Games as Games,
)
from .event_table import (
    EventTable as EventTable,
    align_events as align_events,
)
from .folds import (
    fold_of_game as fold_of_game,
)
from .game_counts import (
    GameCounts as GameCounts,
    count_by_game as count_by_game,
)
from .hallucination import (
    Hallucination as Hallucination,
    measure_hallucination as measure_hallucination,
)
from .matching import (
    NO_TRUTH as NO_TRUTH,
)
from .official import (
    METRICS as METRICS,
    Averages as Averages,
    OfficialScores as OfficialScores,
    official_scores as official_scores,
)
from .precision_recall import (
    Mean as Mean,
    PrecisionRecall as PrecisionRecall,
    Rates as Rates,
    precision_recall_f1 as precision_recall_f1,
)
from .quirks import (
    Quirk as Quirk,
)
from .scoring_settings import (
    ScoringSettings as ScoringSettings,
)
from .segments import (
    SegmentScores as SegmentScores,
    segment_scores as segment_scores,
)
from .sheet import (
    ExtendedMetrics as ExtendedMetrics,
    ScoreSheet as ScoreSheet,
    score_sheet as score_sheet,
)
from .team import (
    TeamScores as TeamScores,
    team_scores as team_scores,
)
from .team_ball import (
    TeamBall as TeamBall,
    official_team_ball as official_team_ball,
)
from .thresholds import (
    Curve as Curve,
    HeldOut as HeldOut,
    held_out_thresholds as held_out_thresholds,
    precision_recall_curve as precision_recall_curve,
    sweep_tolerances as sweep_tolerances,
)
from .timing import (
    Timing as Timing,
    time_errors as time_errors,
)
from .uncertainty import (
    Interval as Interval,
    PairTest as PairTest,
    compare_models as compare_models,
    holm as holm,
    intervals as intervals,
    too_few_games as too_few_games,
)
