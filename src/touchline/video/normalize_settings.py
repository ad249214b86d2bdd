"""The format of normalised copies; the command line shows its defaults, so nothing is imported."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NormalizeSettings:
    """The format of the copies.

    Attributes:
        fps: frames per second.
        height: in pixels; smaller videos are not enlarged.
        crf: x264's quality, smaller is better.
    """

    fps: int = 25
    height: int = 720
    crf: int = 20

    def comment(self, fingerprint: str) -> str:
        """What the copy's metadata say of it, so that a finished copy is not made again."""
        return f"touchline fps={self.fps} height={self.height} crf={self.crf} of {fingerprint}"
