from .claims import (
    Claims as Claims,
)
from .decoder.decoder import (
    Decoder as Decoder,
    decode as decode,
    fit_decoder as fit_decoder,
    fit_decoders as fit_decoders,
)
from .decoder.decoder_file import (
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
from .exporters.exporter import (
    Exporter as Exporter,
)
from .exporters.registry import (
    EXPORTERS as EXPORTERS,
)
from .exporters.write_file import (
    check_format as check_format,
    export_spots as export_spots,
)
from .fusion import (
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
    read_spot_files as read_spot_files,
    write_spots as write_spots,
)
from .spots_table import (
    write_spots_table as write_spots_table,
)
from .types import (
    Spot as Spot,
)
