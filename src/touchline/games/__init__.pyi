from .download.download import (
    download_games as download_games,
)
from .download.order import (
    Order as Order,
    make_order as make_order,
)
from .download.soccernet import (
    Source as Source,
    drive as drive,
    hugging_face as hugging_face,
)
from .download.staged import (
    staged as staged,
)
from .entries import (
    EntryRules as EntryRules,
    Problem as Problem,
    ProblemLog as ProblemLog,
    UnreadableEntryError as UnreadableEntryError,
    are_valid as are_valid,
    check_position as check_position,
    columns as columns,
    event_problems as event_problems,
    pause_garbage_collection as pause_garbage_collection,
    read_entries as read_entries,
    read_game as read_game,
    task_of_class as task_of_class,
    unreadable_entry as unreadable_entry,
)
from .folders import (
    find_game_videos as find_game_videos,
    half_in_name as half_in_name,
    read_games as read_games,
    read_video as read_video,
    read_videos as read_videos,
)
from .foreign_files import (
    holdings as holdings,
    known_as as known_as,
)
from .game_files import (
    GameFiles as GameFiles,
    UnreadableFileError as UnreadableFileError,
    filter_games as filter_games,
    game_id_of as game_id_of,
    games_called as games_called,
    open_game_files as open_game_files,
    refuse_one_for_many as refuse_one_for_many,
)
from .game_name import (
    GameName as GameName,
    parse_game_name as parse_game_name,
    score_in_name as score_in_name,
)
from .label_files import (
    parse_label_entry as parse_label_entry,
    read_label_files as read_label_files,
)
from .label_writing import (
    labels_text as labels_text,
)
from .labels import (
    LABELS_FILE as LABELS_FILE,
    parse_labels as parse_labels,
    read_labels as read_labels,
)
from .soccernet_tasks import (
    BALL_2 as BALL_2,
    BALL_12 as BALL_12,
    SOCCERNET_V1 as SOCCERNET_V1,
    SOCCERNET_V2 as SOCCERNET_V2,
)
from .splits import (
    split_games as split_games,
)
from .task import (
    FAMILIES as FAMILIES,
    HALF_LIMIT_MS as HALF_LIMIT_MS,
    ClassStyle as ClassStyle,
    Task as Task,
    normalize_name as normalize_name,
)
from .task_registry import (
    find_task as find_task,
    task_facts as task_facts,
    task_names as task_names,
    task_of_facts as task_of_facts,
)
from .types import (
    NO_TEAM as NO_TEAM,
    TEAM_PAIRS as TEAM_PAIRS,
    TEAM_SIGNS as TEAM_SIGNS,
    TEAMS as TEAMS,
    Game as Game,
    Half as Half,
    Label as Label,
    check_game_id as check_game_id,
    team_of_sign as team_of_sign,
    team_pair as team_pair,
)
