"""What is sent for a window, made in a worker thread from its prompt and its frames."""

import threading
from dataclasses import dataclass
from typing import Any

from touchline.models.endpoint.client import EndpointClient
from touchline.models.engines.frame_limits import (
    FrameLimits,
    FrameSizes,
    fitted_frame,
    frame_sizes,
    lowered_sizes,
)
from touchline.models.frame_subsampling import shown_frames
from touchline.models.types import Request


@dataclass(frozen=True, slots=True)
class Prepared:
    """What will be sent for a window.

    Attributes:
        body: as the client made it.
        has_frames: whether frames were read for it, so that they can be made smaller.
        lowered: the entry of `Reply.lowered` about frames that were made smaller.
    """

    body: Any
    has_frames: bool
    lowered: tuple[str, ...]


class Preparer:
    """Prepares the requests of one client.

    Args:
        client: of the endpoint.
    """

    def __init__(self, client: EndpointClient) -> None:
        self._client = client
        self._reading = threading.Lock()

    def prepare(self, request: Request, most: FrameLimits) -> Prepared:
        """What will be sent for a request, with frames of no more than so many pixels and bytes.

        Raises:
            MissingFrameError: a frame cannot be read.
            UserError: the video cannot be read.
        """
        stored: list[bytes] = []
        fitted: list[bytes] = []

        def read() -> list[bytes]:
            stored[:] = self._read(request)
            fitted[:] = [fitted_frame(jpeg, most) for jpeg in stored] if most else stored
            return fitted

        body = self._client.prepare(request, read)
        return Prepared(body, bool(stored), lowered_sizes(stored, fitted) if most else ())

    def sizes(self, request: Request, most: FrameLimits) -> FrameSizes | None:
        """The sizes of the frames that `prepare` sends; None where it shows none."""
        frames = self._read(request)
        shown = {frames[position] for position in shown_frames(request.messages)}
        return frame_sizes([fitted_frame(jpeg, most) for jpeg in shown]) if shown else None

    def _read(self, request: Request) -> list[bytes]:
        # One reader at a time: the first of a half's windows may have to decode the half.
        with self._reading:
            return request.read_frames()
