from .journal.index import (
    JournalIndex as JournalIndex,
    check_journal as check_journal,
    read_index as read_index,
)
from .journal.index_entries import (
    ANSWERED as ANSWERED,
    FAILED as FAILED,
    Entries as Entries,
    digests as digests,
    states_of as states_of,
)
from .journal.records import (
    Record as Record,
    read_records as read_records,
)
from .journal.writer import (
    JournalWriter as JournalWriter,
)
from .match_context_parser import (
    read_match_context as read_match_context,
)
from .read_policy import (
    TASK as TASK,
    ReadPolicy as ReadPolicy,
)
from .reply_parser import (
    failed_reading as failed_reading,
    parse_reply as parse_reply,
)
from .retrospective_files.layout import (
    is_retrospective as is_retrospective,
)
from .retrospective_files.reader import (
    RawHalf as RawHalf,
    read_retrospective as read_retrospective,
)
from .types import (
    Detection as Detection,
    Outcome as Outcome,
    Reading as Reading,
    TimeSource as TimeSource,
)
