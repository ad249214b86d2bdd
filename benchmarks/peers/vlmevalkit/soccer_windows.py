"""Windows of a half as a dataset of VLMEvalKit, and its run.py with that dataset in it."""

import runpy
from pathlib import Path

import pandas as pd
import vlmeval.dataset
from PIL import Image
from vlmeval.dataset.video_base import VideoBaseDataset
from vlmeval.smp import load

WINDOW_S, SECONDS = 27.2, 2720
VIDEO = "data/league/2025-2026/a - b/1_224p.mkv"
QUESTION = (
    "These are frames of a soccer match. List every event as JSON with label, team, time in "
    "seconds and confidence, or answer None."
)


class SoccerWindows(VideoBaseDataset):
    TYPE = "Video-VQA"

    def __init__(self, dataset="SoccerWindows", pack=False, nframe=0, fps=-1):
        super().__init__(dataset=dataset, pack=pack, nframe=nframe, fps=fps)

    @classmethod
    def supported_datasets(cls):
        return ["SoccerWindows"]

    def prepare_dataset(self, dataset):
        starts = [number * WINDOW_S for number in range(round(SECONDS / WINDOW_S))]
        columns = {"index": range(len(starts)), "video": VIDEO, "start": starts}
        pd.DataFrame(columns | {"question": QUESTION}).to_csv(
            f"{dataset}.tsv", sep="\t", index=False
        )
        return {"root": ".", "data_file": f"{dataset}.tsv"}

    def save_video_frames(self, line):
        paths = self.frame_paths(f"window-{line['index']}")
        if not all(Path(path).exists() for path in paths):
            import decord

            video = decord.VideoReader(line["video"])
            step_s = WINDOW_S / self.nframe
            times_s = [line["start"] + number * step_s for number in range(self.nframe)]
            numbers = [round(time_s * video.get_avg_fps()) for time_s in times_s]
            for path, picture in zip(paths, video.get_batch(numbers).asnumpy(), strict=True):
                Image.fromarray(picture).save(path)
        return paths

    def build_prompt(self, line, video_llm=False):
        line = self.data.iloc[line] if isinstance(line, int) else line
        frames = [{"type": "image", "value": path} for path in self.save_video_frames(line)]
        return [*frames, {"type": "text", "value": line["question"]}]

    def evaluate(self, eval_file, **judge_kwargs):
        return {"answered": float(load(eval_file)["prediction"].notna().mean())}


if __name__ == "__main__":
    vlmeval.dataset.SoccerWindows = SoccerWindows
    run = str(Path(vlmeval.__file__).parents[1] / "run.py")
    runpy.run_path(run, run_name="__main__")
