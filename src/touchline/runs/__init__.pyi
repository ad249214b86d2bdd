from .asking.match_contexts import (
    match_contexts as match_contexts,
)
from .asking.present import (
    Presentation as Presentation,
    present as present,
)
from .asking.stop import (
    SIGNALS as SIGNALS,
    Stop as Stop,
    stop_on_signals as stop_on_signals,
)
from .asking.watching.row_names import (
    model_of_row as model_of_row,
)
from .asking.watching.served_rows import (
    ServedRow as ServedRow,
    rows_by_name as rows_by_name,
)
from .asking.worker import (
    work as work,
)
from .asking.workers import (
    WorkerConfig as WorkerConfig,
    choose_workers as choose_workers,
)
from .before_asking.asked_anew import (
    asked_anew as asked_anew,
)
from .before_asking.trial import (
    Trial as Trial,
    run_trial as run_trial,
)
from .bundles.eval_results import (
    write_eval_results as write_eval_results,
)
from .bundles.every_eval_ever import (
    write_every_eval_ever as write_every_eval_ever,
)
from .bundles.leaderboard_page import (
    FolderLeaderboard as FolderLeaderboard,
    build_leaderboard as build_leaderboard,
)
from .bundles.pack_run import (
    pack as pack,
)
from .bundles.verify_bundle import (
    Verified as Verified,
    verify as verify,
)
from .comparison.compare import (
    Comparison as Comparison,
    compare as compare,
)
from .comparison.contest import (
    CompareOptions as CompareOptions,
    Contest as Contest,
    LabelFiles as LabelFiles,
    contest_of_files as contest_of_files,
    contest_of_runs as contest_of_runs,
    spots_of_files as spots_of_files,
)
from .comparison.measure_power import (
    PowerResult as PowerResult,
    measure_power as measure_power,
)
from .config.bench import (
    Bench as Bench,
    DataSection as DataSection,
    bench_of_video as bench_of_video,
    parse_bench as parse_bench,
    read_bench as read_bench,
    read_run_bench as read_run_bench,
    write_bench as write_bench,
)
from .config.bench_diff import (
    changed_settings as changed_settings,
)
from .config.bench_task import (
    read_task as read_task,
)
from .config.starter_bench import (
    starter_bench as starter_bench,
)
from .cost.engine_factory import (
    EngineFactory as EngineFactory,
)
from .cost.estimate import (
    Estimate as Estimate,
    estimate as estimate,
    measured_answer_tokens as measured_answer_tokens,
)
from .default_folder import (
    spot_folder as spot_folder,
)
from .execute import (
    JoinResult as JoinResult,
    RunResult as RunResult,
    run as run,
    run_or_join as run_or_join,
)
from .exporting.run_clips import (
    export_clips as export_clips,
)
from .exporting.run_events import (
    RunEvents as RunEvents,
    RunExport as RunExport,
    export_run as export_run,
    run_events as run_events,
)
from .merging.fuse import (
    fuse_runs as fuse_runs,
)
from .merging.remerge import (
    Remerged as Remerged,
    figures as figures,
    gain_sentence as gain_sentence,
    labelled_readings as labelled_readings,
    merge_again as merge_again,
    write_tuned as write_tuned,
)
from .merging.tune import (
    Tuned as Tuned,
    tune as tune,
)
from .overview.run_list import (
    ListedModel as ListedModel,
    RunList as RunList,
    list_runs as list_runs,
)
from .planning.ask_again import (
    AskAgain as AskAgain,
    parse_kinds as parse_kinds,
)
from .planning.plan import (
    Plan as Plan,
    PlannedModel as PlannedModel,
    asked_cards as asked_cards,
    build_plan as build_plan,
    build_plan_for_games as build_plan_for_games,
    data_root as data_root,
    recipe_for as recipe_for,
)
from .planning.plan_file import (
    HalfPlan as HalfPlan,
    ModelPlan as ModelPlan,
    PlanFile as PlanFile,
)
from .planning.question_builder import (
    Question as Question,
)
from .planning.question_reader import (
    QuestionReader as QuestionReader,
)
from .planning.resume import (
    resume_plan as resume_plan,
)
from .planning.shards import (
    Shard as Shard,
)
from .probing.probe_file import (
    ProbeFile as ProbeFile,
    keep_probe as keep_probe,
)
from .probing.probe_model import (
    probe as probe,
    probed_card as probed_card,
)
from .reporting.annotators import (
    agree as agree,
    write_agreement as write_agreement,
)
from .reporting.file_report import (
    file_report as file_report,
)
from .reporting.plan_of_files import (
    plan_of_files as plan_of_files,
)
from .reporting.sections import (
    games_of as games_of,
)
from .reporting.so_far import (
    RunSoFar as RunSoFar,
    read_so_far as read_so_far,
    report_so_far as report_so_far,
)
from .reporting.timelines import (
    ModelTimeline as ModelTimeline,
    half_timelines as half_timelines,
)
from .results.finish import (
    FinishResult as FinishResult,
    finish as finish,
)
from .results.model_replies import (
    ModelReplies as ModelReplies,
)
from .results.run_results import (
    RunResults as RunResults,
    load_run as load_run,
)
from .results.score_files import (
    ScoreRequest as ScoreRequest,
    score_files as score_files,
)
from .results.spot_hits import (
    SpotHits as SpotHits,
    find_hits as find_hits,
)
from .results.status import (
    ModelStatus as ModelStatus,
    run_status as run_status,
)
from .results.uncovered import (
    Stretches as Stretches,
    read_uncovered as read_uncovered,
)
from .run_folder import (
    RunFolder as RunFolder,
)
from .slurm.cluster import (
    Cluster as Cluster,
    Partition as Partition,
    parse_gpus as parse_gpus,
    parse_time_limit as parse_time_limit,
    read_cluster as read_cluster,
)
from .slurm.commands import (
    run_program as run_program,
)
from .slurm.finalize_job import (
    run_finalize_job as run_finalize_job,
)
from .slurm.job import (
    run_job as run_job,
)
from .slurm.preview import (
    preview as preview,
)
from .slurm.queue import (
    job_sentences as job_sentences,
    settled_sentences as settled_sentences,
)
from .slurm.sbatch_options import (
    SubmitOptions as SubmitOptions,
    sbatch_options as sbatch_options,
)
from .slurm.start import (
    submit_run as submit_run,
)
from .slurm.submit import (
    SubmitResult as SubmitResult,
)
from .stopping.stopping_file import StoppingFile as StoppingFile
from .stopping.until_answered import (
    drawn_order as drawn_order,
    run_until_answered as run_until_answered,
)
from .sweep.sweep_cells import (
    asked_entries as asked_entries,
)
