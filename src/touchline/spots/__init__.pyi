from .any_predictions import (
    read_pairs_of as read_pairs_of,
    read_spots as read_spots,
)
from .claims import (
    Claims as Claims,
)
from .decoder.decoder import (
    Decoder as Decoder,
    decode as decode,
    decode_with_each as decode_with_each,
    fit_decoder as fit_decoder,
    fit_decoders as fit_decoders,
    without_both as without_both,
)
from .decoder.decoder_file import (
    decoded_model as decoded_model,
    decoder_for as decoder_for,
    read_decoders as read_decoders,
    write_decoders as write_decoders,
)
from .decoder.event_signals import (
    EventSignals as EventSignals,
    combine_signals as combine_signals,
    signals_of_readings as signals_of_readings,
    signals_of_spots as signals_of_spots,
)
from .decoder.no_look import (
    NO_LOOK as NO_LOOK,
    NO_LOOK_ROWS as NO_LOOK_ROWS,
)
from .decoder.sound_signals import (
    signals_of_sound as signals_of_sound,
)
from .formats.clock import (
    parse_clock as parse_clock,
)
from .formats.convert import (
    Conversion as Conversion,
    ReadChoice as ReadChoice,
    convert as convert,
    import_events as import_events,
)
from .formats.data_sets.footpass import (
    UNKNOWN_SHIRT as UNKNOWN_SHIRT,
    FootpassRow as FootpassRow,
    footpass_row as footpass_row,
    footpass_rows as footpass_rows,
    footpass_score as footpass_score,
)
from .formats.event import (
    MatchEvent as MatchEvent,
    VideoEvents as VideoEvents,
    event_of_label as event_of_label,
    event_of_spot as event_of_spot,
    label_of_event as label_of_event,
    spot_of_event as spot_of_event,
)
from .formats.event_format import (
    Format as Format,
    FormatSettings as FormatSettings,
)
from .formats.event_segments import (
    event_segment_ms as event_segment_ms,
)
from .formats.read_events import (
    read_events as read_events,
)
from .formats.read_rules import (
    ReadRules as ReadRules,
)
from .formats.registry import (
    FORMATS as FORMATS,
)
from .formats.tools.kloppy_events import (
    events_of_kloppy as events_of_kloppy,
)
from .formats.write_events import (
    check_format as check_format,
    export_spots as export_spots,
    lost_facts as lost_facts,
    lost_in_file as lost_in_file,
    writable_format as writable_format,
    writable_suffixes as writable_suffixes,
    write_events as write_events,
)
from .fusion import (
    STACKING as STACKING,
    FuseSettings as FuseSettings,
    comparable as comparable,
    fuse as fuse,
)
from .labels_and_spots import (
    PairedGames as PairedGames,
    read_pairs as read_pairs,
)
from .merge import (
    merge_readings as merge_readings,
)
from .merge_settings import (
    DEFAULTS_CHOSEN_ON as DEFAULTS_CHOSEN_ON,
    MergeSettings as MergeSettings,
)
from .methods.decoder import (
    merge_without_look as merge_without_look,
)
from .methods.method import (
    MergeMethod as MergeMethod,
)
from .methods.peaks import (
    Peaks as Peaks,
    keep_apart as keep_apart,
    reach_ms as reach_ms,
)
from .methods.registry import (
    MERGE_METHODS as MERGE_METHODS,
)
from .raw_replies import (
    STAMPS as STAMPS,
    import_run as import_run,
)
from .spots_file import (
    SPOTS_FILE as SPOTS_FILE,
    read_spot_files as read_spot_files,
    write_spots as write_spots,
)
from .spots_table import (
    write_spots_table as write_spots_table,
)
from .types import (
    Spot as Spot,
)
