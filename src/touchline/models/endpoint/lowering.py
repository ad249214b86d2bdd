"""What an endpoint's limits leave of a window: fewer frames, or frames of fewer pixels or bytes.

A limit is learnt from the error of the first window that exceeds it, and later windows of the run
keep to it from the start.
"""

import math
from dataclasses import dataclass, replace

from touchline.models.endpoint.rate_limiting.faults import Fault, FaultKind
from touchline.models.endpoint.size_limits import Size, SizeLimit
from touchline.models.engines.frame_limits import NO_LIMITS, FrameLimits, FrameSizes
from touchline.models.frame_subsampling import half_as_many, subsample_frames
from touchline.models.types import Request
from touchline.text import counted

_FORM_SHARE = 0.7
"""How much of a limit on bytes the JPEG files themselves may take: base64 adds a third."""

_LEAST_SIDE = 64
"""A longer side below which frames show nothing."""

_LEAST_BYTES = 1500


@dataclass(frozen=True, slots=True)
class Limits:
    """What an endpoint accepted so far.

    Attributes:
        images: most images of a window; None as long as no number was refused.
        frame: the most pixels and bytes of one frame.
    """

    images: int | None = None
    frame: FrameLimits = NO_LIMITS

    def within(self, request: Request) -> Request:
        """A request with no more images than these."""
        if self.images is None:
            return request
        return replace(request, messages=subsample_frames(request.messages, self.images))

    def after(self, fault: Fault, sent: int, sizes: FrameSizes | None) -> "Limits | None":
        """Tighter limits after an error about sizes.

        Args:
            fault: the error.
            sent: how many images the window was sent with.
            sizes: of the frames that were sent; None where the endpoint takes them from the video
                itself, so that their size cannot be lowered.

        Returns:
            The limits to try next; None where nothing can be lowered any further.
        """
        size = fault.size or SizeLimit(Size.REQUEST_BYTES)
        if fault.kind is FaultKind.SMALLER_IMAGES:
            frame = _lowered(self.frame, size, sent, sizes) if sizes is not None else None
            if frame is not None:
                return replace(self, frame=frame)
            if size.size is not Size.REQUEST_BYTES:
                return None
        if sent <= 1:
            return None
        stated = size.below(sent) if size.size is Size.IMAGES else None
        return replace(self, images=stated or half_as_many(sent))

    def with_all_of(self, other: "Limits") -> "Limits":
        """The tighter of each of two limits: windows in flight learn theirs side by side."""
        frame = FrameLimits(
            _least(self.frame.side, other.frame.side), _least(self.frame.bytes, other.frame.bytes)
        )
        return Limits(_least(self.images, other.images), frame)

    def sentence(self, name: str, why: str) -> str:
        """What later windows are sent with, for the log."""
        kept = [] if self.images is None else [counted(self.images, "frame")]
        kept += [text] if (text := str(self.frame)) else []
        return f"{name} accepts less than a window holds ({why}): windows keep to {', '.join(kept)}"


def _least(one: int | None, other: int | None) -> int | None:
    return min((limit for limit in (one, other) if limit is not None), default=None)


def _lowered(
    now: FrameLimits, limit: SizeLimit, sent: int, sizes: FrameSizes
) -> FrameLimits | None:
    """Tighter limits of one frame: what the error states, else half of what was sent."""
    if limit.size is Size.SIDE:
        side = limit.below(sizes.side) or sizes.side // 2
        return None if side < _LEAST_SIDE else replace(now, side=side)
    if limit.size is Size.PIXELS:
        share = (limit.below(sizes.pixels) or sizes.pixels / 4) / sizes.pixels
        side = int(sizes.side * math.sqrt(share))
        return None if side < _LEAST_SIDE else replace(now, side=side)
    per_frame = sent if limit.size is Size.REQUEST_BYTES else 1
    # The figures count the frames as they travel, in base64.
    stated = limit.below(int(sizes.bytes * per_frame / _FORM_SHARE))
    most = int(stated * _FORM_SHARE / per_frame) if stated else sizes.bytes // 2
    most = most if most < sizes.bytes else sizes.bytes // 2
    return None if most < _LEAST_BYTES else replace(now, bytes=most)
