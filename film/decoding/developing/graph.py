"""PyAV's filters for a few frames at a time, given to a graph and taken from it."""

from collections.abc import Sequence
from fractions import Fraction

from av.filter import Graph
from av.video.frame import VideoFrame

_ANY_BASE = Fraction(1, 1000)


def filtered(frames: Sequence[VideoFrame], *filters: tuple[str, str]) -> list[VideoFrame]:
    """Return frames of one size and format as they come out of a chain of filters that gives one for each.

    Args:
        frames: In display order.
        filters: Names of ffmpeg's filters and their options.

    Raises:
        av.error.FFmpegError: The filters do not take such frames.
    """
    first, graph = frames[0], Graph()
    source = graph.add_buffer(
        width=first.width, height=first.height, format=first.format, time_base=first.time_base or _ANY_BASE
    )
    graph.link_nodes(source, *(graph.add(name, options) for name, options in filters), graph.add("buffersink"))
    graph.configure()
    for frame in (*frames, None):
        graph.push(frame)
    done = [graph.pull() for _ in frames]
    return [frame for frame in done if isinstance(frame, VideoFrame)]
