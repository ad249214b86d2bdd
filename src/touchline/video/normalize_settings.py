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

    def comment(self, fingerprint: str, pixel_aspect: str | None = None) -> str:
        """What the copy's metadata say of it, so that a finished copy is not made again.

        Args:
            fingerprint: of the original.
            pixel_aspect: of the original, such as "64:45", where its pixels are not square. A
                copy that was made before they were stretched to their true shape does not name it.
        """
        pixels = "" if pixel_aspect is None else f" pixels={pixel_aspect}"
        return (
            f"touchline fps={self.fps} height={self.height} crf={self.crf}{pixels} of {fingerprint}"
        )
