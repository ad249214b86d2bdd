from .answer_schemas import (
    EVENTS as EVENTS,
    MATCH_CONTEXT as MATCH_CONTEXT,
    SCHEMA_NAMES as SCHEMA_NAMES,
    AnswerSchema as AnswerSchema,
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
    parse_template as parse_template,
)
from .template_registry import (
    load_template as load_template,
    template_names as template_names,
)
from .tracks import (
    COMMENTARY_TRACK as COMMENTARY_TRACK,
    LEAKAGE_PRONE as LEAKAGE_PRONE,
    SOUND_TRACK as SOUND_TRACK,
    tracks_for as tracks_for,
    tracks_used as tracks_used,
)
from .types import (
    Image as Image,
    Messages as Messages,
    Text as Text,
    Tracks as Tracks,
)
