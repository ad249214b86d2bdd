from .classes import (
    ALIASES as ALIASES,
    CLASSES as CLASSES,
    canonical_class as canonical_class,
    fold as fold,
)
from .download.download import (
    Space as Space,
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
    Complaint as Complaint,
    Problems as Problems,
    Unreadable as Unreadable,
    event_complaints as event_complaints,
    many_objects as many_objects,
    placed as placed,
    read_entries as read_entries,
    unreadable as unreadable,
)
from .folders import (
    read_games as read_games,
    read_video as read_video,
)
from .game_files import (
    matching as matching,
    open_tree as open_tree,
)
from .label_files import (
    read_label_files as read_label_files,
)
from .labels import (
    LABELS_FILE as LABELS_FILE,
    parse_labels as parse_labels,
    read_labels as read_labels,
)
from .splits import (
    split_games as split_games,
)
from .task import (
    BALL_2 as BALL_2,
    BALL_12 as BALL_12,
    SOCCERNET_V1 as SOCCERNET_V1,
    SOCCERNET_V2 as SOCCERNET_V2,
    TASKS as TASKS,
    Task as Task,
)
from .types import (
    TEAMS as TEAMS,
    Game as Game,
    Half as Half,
    Label as Label,
)
