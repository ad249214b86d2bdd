"""Reading a file that may be broken: what cannot be read is omitted, and nothing else."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import av


def whole_packets(
    container: "av.container.InputContainer", *streams: "av.VideoStream | av.AudioStream"
) -> Iterator["av.Packet[Any]"]:
    """Packets of the given streams, or of all, in the file's order, up to where the file ends or
    cannot be read any more.
    """
    import av

    packets = container.demux(*streams)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.FFmpegError):
            return
        yield packet


def frames_of(packet: "av.Packet[av.VideoStream]") -> list["av.VideoFrame"]:
    """The frames that a packet completes; none where it does not decode."""
    import av

    try:
        return packet.decode()
    except av.error.FFmpegError:
        return []


def decoded_frames(
    container: "av.container.InputContainer", stream: "av.VideoStream"
) -> Iterator["av.VideoFrame"]:
    """Every frame of a video stream that decodes, in the order of presentation."""
    for packet in whole_packets(container, stream):
        yield from frames_of(packet)
