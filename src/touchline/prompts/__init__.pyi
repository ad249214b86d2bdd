from .answer_schemas import (
    answer_schema as answer_schema,
)
from .history import (
    ReportedEvent as ReportedEvent,
    history_text as history_text,
)
from .match_context import (
    MatchContext as MatchContext,
    Side as Side,
)
from .template import (
    Template as Template,
    build_messages as build_messages,
    load_template as load_template,
    template_names as template_names,
)
from .tracks import (
    COMMENTARY as COMMENTARY,
    HEARD as HEARD,
    LEAKAGE_PRONE as LEAKAGE_PRONE,
    tracks_for as tracks_for,
    tracks_used as tracks_used,
)
from .types import (
    Image as Image,
    Messages as Messages,
    Text as Text,
    Tracks as Tracks,
)
