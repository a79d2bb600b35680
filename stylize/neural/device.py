"""Where a network runs, in which precision, and what its running out of memory is called."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import torch

from configs.errors import DeviceError

NAMES = ("auto", "cpu", "cuda")

_BF16_FLAGS = {"avx512_bf16", "amx_bf16"}
"""As Linux spells them in /proc/cpuinfo."""

_OUT_OF_MEMORY = (
    "DefaultCPUAllocator",
    "bad_alloc",
    "out of memory",
    "not enough memory",
    "could not create a memory object",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
)
"""What torch and the libraries under it say in a plain RuntimeError."""


def choose_device(name: str) -> torch.device:
    """Return the device of this name; `auto` is CUDA where there is one.

    Raises:
        DeviceError: The name is unknown, or CUDA was asked for and is not there.
    """
    if name not in NAMES:
        raise DeviceError(f"unknown device {name or '(empty)'}", cure=f"choose one of {', '.join(NAMES)}")
    there = name != "cpu" and torch.cuda.is_available()
    if name == "cuda" and not there:
        raise DeviceError(f"no CUDA device is there ({_why_no_cuda()})", cure="use --device cpu or auto")
    return torch.device("cuda" if there else "cpu")


def _why_no_cuda() -> str:
    if torch.version.cuda is None:
        return "this torch was built without CUDA"
    return "no driver or no GPU was found"


def choose_precision(device: torch.device) -> torch.dtype:
    """Return the fastest number format of the weights that keeps the picture: 50 dB or more against fp32.

    On CUDA bf16 before fp16: as fast, and it cannot overflow. On a CPU bf16 only where the processor computes with
    it: elsewhere it is emulated, which is many times slower than fp32.
    """
    if device.type == "cuda":
        if torch.cuda.get_device_capability(device) >= (8, 0):
            return torch.bfloat16
        return torch.float16 if torch.cuda.get_device_capability(device) >= (7, 0) else torch.float32
    return torch.bfloat16 if cpu_has_bf16() else torch.float32


@lru_cache(maxsize=1)
def cpu_has_bf16() -> bool:
    """Whether this processor multiplies bf16 numbers itself (AVX-512 BF16 or AMX)."""
    probes = (getattr(torch.cpu, f"_is_{name}_supported", None) for name in ("avx512_bf16", "amx_tile"))
    if any(probe() for probe in probes if probe is not None):
        return True
    return bool(_BF16_FLAGS & _cpu_flags(Path("/proc/cpuinfo")))


def _cpu_flags(info: Path) -> set[str]:
    """Return the processor's flags from Linux's description of it; empty where there is none."""
    try:
        lines = info.read_text().splitlines()
    except OSError:
        return set()
    return next((set(line.partition(":")[2].split()) for line in lines if line.startswith("flags")), set())


@contextmanager
def memory_guarded() -> Iterator[None]:
    """Raise memory that runs out inside as `MemoryError`, whatever the device calls it, with the device's cache freed.

    Raises:
        MemoryError: In place of torch's own errors.
    """
    try:
        yield
    except RuntimeError as error:
        if not _is_out_of_memory(error):
            raise
        problem = MemoryError(" ".join(str(error).split())[:200])
    else:
        return
    # out of the except clause: the trace held the tensors of every frame under way
    gc.collect()
    torch.cuda.empty_cache()  # does nothing where CUDA was never used
    raise problem


def _is_out_of_memory(error: RuntimeError) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or any(sign in str(error) for sign in _OUT_OF_MEMORY)
