from .answers.finish_reasons import (
    Ending as Ending,
    ending_of as ending_of,
    ran_out_of_tokens as ran_out_of_tokens,
)
from .answers.prompt_audit import (
    audit_prompt as audit_prompt,
)
from .answers.reply_costs import (
    cost_usd as cost_usd,
    costs_usd as costs_usd,
)
from .api_keys import (
    find_key as find_key,
    redact as redact,
)
from .askable import (
    why_not_askable as why_not_askable,
)
from .batch.services import (
    has_batches as has_batches,
    make_batch_service as make_batch_service,
)
from .batch.types import (
    DISCOUNT as DISCOUNT,
    BatchService as BatchService,
    BatchStatus as BatchStatus,
)
from .capacity.gpu_check import (
    Check as Check,
    check_by_measuring as check_by_measuring,
)
from .capacity.gpus import (
    Gpu as Gpu,
    find_gpu as find_gpu,
)
from .capacity.planner import (
    Fit as Fit,
    Workload as Workload,
    encoding_of as encoding_of,
    plan_fit as plan_fit,
)
from .capacity.time_and_cost import (
    estimate_local as estimate_local,
)
from .capacity.training_memory import (
    TrainingLoad as TrainingLoad,
)
from .capacity.training_planner import (
    LongestExample as LongestExample,
    TrainingPlan as TrainingPlan,
    plan_training as plan_training,
)
from .card_types.base import (
    ASSETS as ASSETS,
    Card as Card,
    is_baseline as is_baseline,
)
from .card_types.baseline import (
    BaselineCard as BaselineCard,
)
from .card_types.endpoint import (
    EndpointCard as EndpointCard,
    is_loopback as is_loopback,
)
from .card_types.local import (
    LEAST_CAPABILITY as LEAST_CAPABILITY,
    LocalCard as LocalCard,
    StartedCard as StartedCard,
)
from .card_types.openai import (
    OpenAICard as OpenAICard,
)
from .card_types.served import (
    ServedCard as ServedCard,
)
from .card_types.transformers import (
    TransformersCard as TransformersCard,
)
from .card_types.worker_program import (
    WorkerCard as WorkerCard,
)
from .catalogue.card_lookup import (
    BASELINES as BASELINES,
    SOUND_BASELINE as SOUND_BASELINE,
    card_names as card_names,
    find_card as find_card,
)
from .catalogue.card_registry import (
    user_folder as user_folder,
)
from .catalogue.card_summary import (
    summarize_card as summarize_card,
)
from .catalogue.offered_models import (
    is_offered as is_offered,
    list_offered_models as list_offered_models,
)
from .class_priors import (
    ClassPriors as ClassPriors,
    general_class_priors as general_class_priors,
)
from .consent import (
    missing_consents as missing_consents,
    remember_consents as remember_consents,
    trust_remote_code as trust_remote_code,
)
from .controls import (
    MARK as MARK,
    OF_CLAIMS as OF_CLAIMS,
    Control as Control,
    controlled_frames as controlled_frames,
    controlled_messages as controlled_messages,
    frames_around_claims as frames_around_claims,
    split_control as split_control,
)
from .endpoint.repeated_errors import (
    SAME_ERRORS as SAME_ERRORS,
)
from .engine import (
    ENGINES as ENGINES,
    Engine as Engine,
    EngineSpec as EngineSpec,
    installed_engine as installed_engine,
    load_engine as load_engine,
)
from .engines.hybrid.checkpoint import (
    save_hybrid_checkpoint as save_hybrid_checkpoint,
)
from .engines.hybrid.config import (
    HybridConfig as HybridConfig,
)
from .engines.hybrid.frame_pixels import (
    as_input as as_input,
    read_pixels as read_pixels,
)
from .engines.hybrid.hybrid_card import (
    HybridCard as HybridCard,
)
from .engines.hybrid.peaks import (
    BELL_TO_REACH as BELL_TO_REACH,
    FAR_TO_REACH as FAR_TO_REACH,
)
from .engines.hybrid.sound_features import (
    sound_features as sound_features,
)
from .engines.hybrid.spotter_network import (
    FrameScores as FrameScores,
    HybridNetwork as HybridNetwork,
    join_members as join_members,
)
from .engines.hybrid.vision_tower import (
    VisionTower as VisionTower,
)
from .engines.images import (
    mp4 as mp4,
)
from .engines.served.serve_model import (
    serve_model as serve_model,
    served_card as served_card,
)
from .engines.transformers.adapters import (
    save_merged as save_merged,
)
from .engines.transformers.dense.image_features import (
    POOLING as POOLING,
)
from .engines.transformers.engine import (
    TransformersEngine as TransformersEngine,
)
from .engines.transformers.loading import (
    LoadedModel as LoadedModel,
    load_checkpoint as load_checkpoint,
)
from .engines.transformers.training_inputs import (
    NOT_LEARNED as NOT_LEARNED,
    count_tokens as count_tokens,
    training_inputs as training_inputs,
)
from .engines.worker.python_environment import (
    install_commands as install_commands,
    make_environment as make_environment,
)
from .frame_sets import (
    DenseFrames as DenseFrames,
    count_sets as count_sets,
    middle_places as middle_places,
    with_sets_note as with_sets_note,
)
from .frame_subsampling import (
    evenly_spaced as evenly_spaced,
    shown_frames as shown_frames,
)
from .generation import (
    Generation as Generation,
    Price as Price,
)
from .hub.account import (
    hub_account as hub_account,
    hub_token as hub_token,
)
from .hub.prune import (
    cached_checkpoints as cached_checkpoints,
    prune as prune,
)
from .hub.pull import (
    pull as pull,
)
from .hub.snapshots import (
    cache_folder as cache_folder,
    local_checkpoint as local_checkpoint,
)
from .token_counts import (
    count_image_tokens as count_image_tokens,
    count_text_tokens as count_text_tokens,
    most_prompt_tokens as most_prompt_tokens,
)
from .torchvision_compat import (
    register_torchvision_operators as register_torchvision_operators,
)
from .types import (
    IGNORED as IGNORED,
    Failure as Failure,
    FailureReason as FailureReason,
    Reply as Reply,
    Request as Request,
    ServedBy as ServedBy,
    request_key as request_key,
)
