"""A network as an ONNX graph, run on the CPU by onnxruntime: no torch is needed."""

import ctypes
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float32]


def _trim() -> None:
    """Give the system back what was freed between blocks that are in use, where the C library can (glibc)."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


class Session:
    """A graph, ready to be computed; threads may share it.

    Args:
        model: A serialised ONNX model.
        keeps_memory: Keep the memory of the largest picture, twice over, for the next one: an eighth sooner. What
            pictures of many sizes leave unused between them goes back every few pictures.
    """

    _GIVEN_BACK_EVERY = 4

    def __init__(self, model: bytes, *, keeps_memory: bool = False) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = keeps_memory
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # other work wants the cores too
        options.intra_op_num_threads = max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0)
        self._inner: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._plain, self._giving_back = onnxruntime.RunOptions(), onnxruntime.RunOptions()
        if keeps_memory:
            self._giving_back.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        self._count = 0

    def run(self, given: Mapping[str, Numbers], wanted: Sequence[str] = ()) -> list[Numbers]:
        """Return the outputs of these names, or all, for these inputs.

        Raises:
            MemoryError: They do not fit.
        """
        self._count += 1
        options = self._plain if self._count % self._GIVEN_BACK_EVERY else self._giving_back
        try:
            done = list(self._inner.run(list(wanted) or None, dict(given), options))
            if options is self._giving_back:
                _trim()
            return done
        except Exception as error:  # the runtime's own errors have no common class
            if "alloc" in str(error).lower() or "memory" in str(error).lower():
                raise MemoryError(str(error)[:200]) from error
            raise
