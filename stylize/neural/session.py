"""A network as an ONNX graph, run on the CPU by onnxruntime: no torch is needed."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float32]


class Session:
    """A graph, ready to be computed; threads may share it.

    Args:
        model: A serialised ONNX model.
        keeps_memory: Keep the memory of the largest picture, twice over, for the next one: an eighth sooner.
    """

    def __init__(self, model: bytes, *, keeps_memory: bool = False) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = keeps_memory
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # other work wants the cores too
        options.intra_op_num_threads = max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0)
        self._inner: Any = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def run(self, given: Mapping[str, Numbers], wanted: Sequence[str] = ()) -> list[Numbers]:
        """Return the outputs of these names, or all, for these inputs.

        Raises:
            MemoryError: They do not fit.
        """
        try:
            return list(self._inner.run(list(wanted) or None, dict(given)))
        except Exception as error:  # the runtime's own errors have no common class
            if "alloc" in str(error).lower() or "memory" in str(error).lower():
                raise MemoryError(str(error)[:200]) from error
            raise
