"""Windows of a half as a task of lmms-eval, which samples the frames from a video's start to its
end itself, both included: so a window ends with its last frame."""

from datasets import Dataset

WINDOW_S, FRAMES = 27.2, 8
QUESTION = (
    "These are frames of a soccer match. List every event as JSON with label, team, time in "
    "seconds and confidence, or answer None."
)


def windows(halves):
    return Dataset.from_list(
        [
            {"video": half["video"], "start": number * WINDOW_S}
            for half in halves
            for number in range(round(half["seconds"] / WINDOW_S))
        ]
    )


def messages(window, lmms_eval_specific_kwargs=None):
    last = window["start"] + WINDOW_S * (FRAMES - 1) / FRAMES
    # It rounds inwards to whole pictures: without a millisecond more it may lose the first or last.
    span = {"start_time": window["start"] - 0.001, "end_time": last + 0.001}
    video = {"type": "video", "url": window["video"], **span}
    return [{"role": "user", "content": [video, {"type": "text", "text": QUESTION}]}]


def videos(window):
    return [window["video"]]


def question(window, lmms_eval_specific_kwargs=None):
    return QUESTION


def no_target(window):
    return ""


def answered(window, results):
    return {"answered": float(bool(results[0]))}
