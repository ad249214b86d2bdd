from .agreement_tables import (
    agreement_grids as agreement_grids,
)
from .comparison_tables import (
    control_grid as control_grid,
    pair_grids as pair_grids,
    pair_matrices as pair_matrices,
    power_grid as power_grid,
)
from .data import (
    ClassTable as ClassTable,
    Lane as Lane,
    ReportData as ReportData,
    RunSettings as RunSettings,
    SweptCell as SweptCell,
    Timeline as Timeline,
    TitledText as TitledText,
)
from .embed import (
    asset as asset,
    content_policy as content_policy,
)
from .figures.figure import (
    Figure as Figure,
)
from .file_export import (
    export_files as export_files,
)
from .formatting import (
    LONGEST as LONGEST,
    percent as percent,
    visible as visible,
)
from .grids import (
    Grid as Grid,
    grids_csv as grids_csv,
)
from .leaderboard.exports import (
    leaderboard_csv as leaderboard_csv,
    leaderboard_grid as leaderboard_grid,
    leaderboard_json as leaderboard_json,
    leaderboard_latex as leaderboard_latex,
    leaderboard_markdown as leaderboard_markdown,
)
from .leaderboard.ranking import (
    uncertainty_sentences as uncertainty_sentences,
)
from .leaderboard.terminal import (
    terminal_table as terminal_table,
)
from .page import (
    environment as environment,
    page_parts as page_parts,
    render as render,
)
from .palette import (
    Look as Look,
    looks as looks,
)
from .row import (
    BASELINE_KINDS as BASELINE_KINDS,
    Kind as Kind,
    Row as Row,
)
from .sections.registry import (
    REPORT_SECTIONS as REPORT_SECTIONS,
    measure_sections as measure_sections,
)
from .sections.section import (
    ReportSection as ReportSection,
    SectionInput as SectionInput,
)
from .sections.sweep import (
    sweep_csv as sweep_csv,
)
from .tables.score_tables import (
    player_grid as player_grid,
    score_grids as score_grids,
    side_by_side_grid as side_by_side_grid,
    stamp_grid as stamp_grid,
    team_ball_grids as team_ball_grids,
)
from .timeline_payload import (
    half_payload as half_payload,
)
