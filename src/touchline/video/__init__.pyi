from .commentary.transcribe import (
    Transcriber as Transcriber,
)
from .commentary.transcripts import (
    read_commentary as read_commentary,
    transcript_path as transcript_path,
    utterances_between as utterances_between,
)
from .curves.curve import (
    Moment as Moment,
)
from .cutting.cut_clips import (
    VideoClip as VideoClip,
    clip_suffix as clip_suffix,
    cut_clip as cut_clip,
)
from .frame_spec import (
    Decoding as Decoding,
    FrameSpec as FrameSpec,
)
from .frame_store.eviction import (
    CachedStore as CachedStore,
    cached as cached,
    frames_folder as frames_folder,
    limit_bytes as limit_bytes,
    set_limit as set_limit,
    shrink_cache as shrink_cache,
)
from .frame_store.store import (
    FrameStore as FrameStore,
    MissingFrameError as MissingFrameError,
    open_frame_store as open_frame_store,
)
from .motion.render_flow import (
    frame_facts as frame_facts,
    frame_size as frame_size,
    render_frames as render_frames,
)
from .motion.static_parts import (
    find_static_parts as find_static_parts,
)
from .normalize import (
    all_videos as all_videos,
    largest_videos as largest_videos,
    normalize_video as normalize_video,
    normalized_path as normalized_path,
    upright_frame as upright_frame,
)
from .normalize_settings import (
    NormalizeSettings as NormalizeSettings,
)
from .packets import (
    frames_of as frames_of,
    whole_packets as whole_packets,
)
from .probe import (
    VideoFacts as VideoFacts,
    fingerprint as fingerprint,
    frame_rate as frame_rate,
    frame_time_ms as frame_time_ms,
    open_video as open_video,
    picture_size as picture_size,
    probe_video as probe_video,
    video_stream as video_stream,
)
from .selection.adaptive_settings import (
    AdaptiveSettings as AdaptiveSettings,
    PlannedAdaptive as PlannedAdaptive,
    PriorSpot as PriorSpot,
    Proposer as Proposer,
)
from .selection.select_windows import (
    decisive_moments as decisive_moments,
)
from .sound.samples import (
    has_sound as has_sound,
)
from .sound.sound_events import (
    LOUD_SWELL_DB as LOUD_SWELL_DB,
    LOUD_WHISTLE_DB as LOUD_WHISTLE_DB,
    SoundEvents as SoundEvents,
    find_sound_events as find_sound_events,
    require_audio as require_audio,
)
from .types import (
    Window as Window,
)
from .verify import (
    VideoCheck as VideoCheck,
    covered_share as covered_share,
    verify_video as verify_video,
)
from .windows import (
    covered_ms as covered_ms,
    cut_windows as cut_windows,
    window_spans as window_spans,
)
