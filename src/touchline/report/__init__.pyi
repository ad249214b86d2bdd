from .data import (
    ClassTable as ClassTable,
    Kind as Kind,
    Lane as Lane,
    ReportData as ReportData,
    Row as Row,
    Settings as Settings,
    Text as Text,
    Timeline as Timeline,
)
from .file_export import (
    export_files as export_files,
)
from .grids import (
    Grid as Grid,
    grids_csv as grids_csv,
)
from .page import (
    environment as environment,
    render as render,
)
from .palette import (
    Look as Look,
    looks as looks,
)
from .score_tables import (
    control_grid as control_grid,
    pair_grid as pair_grid,
    score_grids as score_grids,
    stamp_grid as stamp_grid,
    team_ball_grids as team_ball_grids,
)
from .sections import (
    Confusion as Confusion,
    ErrorCost as ErrorCost,
    PrecisionRecallCurve as PrecisionRecallCurve,
    Reliability as Reliability,
    ReplyForms as ReplyForms,
    Sections as Sections,
    Sensitivity as Sensitivity,
    TimeErrors as TimeErrors,
)
from .table_export import (
    leaderboard_csv as leaderboard_csv,
    leaderboard_latex as leaderboard_latex,
    leaderboard_markdown as leaderboard_markdown,
)
from .tables import (
    leaderboard_json as leaderboard_json,
    terminal_table as terminal_table,
)
from .text import (
    LONGEST as LONGEST,
    visible as visible,
)
from .timeline_payload import (
    half_payload as half_payload,
)
