from .decoder.decoder import (
    Decoder as Decoder,
    decode as decode,
    fit_decoder as fit_decoder,
)
from .decoder.event_signals import (
    EventSignals as EventSignals,
    combine_signals as combine_signals,
    signals_of_readings as signals_of_readings,
    signals_of_spots as signals_of_spots,
)
from .decoder.files import (
    decoder_for as decoder_for,
    write_decoders as write_decoders,
)
from .decoder.sound_signals import (
    signals_of_sound as signals_of_sound,
)
from .export import (
    check_format as check_format,
    export_spots as export_spots,
)
from .files import (
    read_spot_files as read_spot_files,
    write_spots as write_spots,
)
from .fusion import (
    FuseSettings as FuseSettings,
    comparable as comparable,
    fuse as fuse,
)
from .merge import (
    merge_readings as merge_readings,
)
from .merge_settings import (
    DECODER as DECODER,
    MergeSettings as MergeSettings,
)
from .methods import (
    METHODS as METHODS,
    method_names as method_names,
)
from .paired_files import (
    read_pairs as read_pairs,
)
from .types import (
    Spot as Spot,
)
from .unmerged import (
    STAMPS as STAMPS,
    import_run as import_run,
)
