"""Shot cuts: where the broadcast changes from one camera to another."""

from touchline.errors import UserError
from touchline.registry import install_command
from touchline.video.motion.small_frames import Picture


class ShotDetector:
    """PySceneDetect's adaptive detector, given frames that are decoded anyway.

    It finds a change that stands out from the changes before and after it, so a fast pan is not a
    cut. Frames must come at a steady rate; a cut is as exact as their distance.
    """

    def __init__(self, fps: float) -> None:
        try:
            from scenedetect import AdaptiveDetector, FrameTimecode
        except ImportError as error:
            raise UserError(
                f"shot cuts need PySceneDetect, which is not installed ({error}): "
                f"{install_command('motion')}."
            ) from error
        self._detector = AdaptiveDetector(min_scene_len=max(1, round(fps)))
        self._timecode = FrameTimecode
        self._fps = float(fps)
        self._times_ms: list[int] = []
        self._cuts: list[int] = []

    def add(self, time_ms: int, picture: Picture) -> None:
        """The next frame: its time, and the picture in blue, green, red."""
        place = self._timecode(len(self._times_ms), self._fps)
        self._times_ms.append(time_ms)
        self._cuts.extend(cut.frame_num for cut in self._detector.process_frame(place, picture))

    def cuts_ms(self) -> list[int]:
        """Times of the first frames of new shots, among the frames so far."""
        return [self._times_ms[place] for place in self._cuts]
