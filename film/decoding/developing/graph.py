"""PyAV's filters for a few frames at a time, given to a graph and taken from it."""

from collections.abc import Sequence
from fractions import Fraction

import av.error
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
    graph = _chain(frames[0], *filters)
    for frame in (*frames, None):
        graph.push(frame)
    done = [graph.pull() for _ in frames]
    return [frame for frame in done if isinstance(frame, VideoFrame)]


class Gauge:
    """Asks a chain of filters about one frame after the other: made anew only for frames of another size or format.

    Args:
        filters: Names of ffmpeg's filters and their options; they give a frame at once.
    """

    def __init__(self, *filters: tuple[str, str]) -> None:
        self._filters = filters
        self._graph: Graph | None = None
        self._kind: tuple[int, int, str] | None = None

    def ask(self, frame: VideoFrame) -> VideoFrame | None:
        """Return the frame as it comes out; None where the filters do not take it."""
        kind = frame.width, frame.height, frame.format.name
        try:
            if self._graph is None or kind != self._kind:
                self._graph, self._kind = _chain(frame, *self._filters), kind
            self._graph.push(frame)
            done = self._graph.pull()
        except (av.error.FFmpegError, ValueError):
            self._graph = None
            return None
        return done if isinstance(done, VideoFrame) else None


def _chain(first: VideoFrame, *filters: tuple[str, str]) -> Graph:
    graph = Graph()
    source = graph.add_buffer(
        width=first.width, height=first.height, format=first.format, time_base=first.time_base or _ANY_BASE
    )
    graph.link_nodes(source, *(graph.add(name, options) for name, options in filters), graph.add("buffersink"))
    graph.configure()
    return graph
