"""What a device can do at the very most: the fastest matrix product or convolution measured, for each number format.

`python -m benchmarks.peak`; the other benchmarks state their speed as a share of it.
"""

import sys
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

_SECONDS = 0.6
"""So long each candidate runs."""


def main(given: Sequence[str] = ()) -> None:
    try:
        import torch
    except ImportError:
        print("torch is not installed: nothing to measure (pip install -e '.[torch]')")
        return
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    for device in devices:
        for dtype in (torch.float32, torch.bfloat16):
            threads = torch.get_num_threads() if device == "cpu" else 0
            print(f"  {device}, {threads} thread(s), {dtype}: {peak_flops(device, dtype, threads) / 1e9:.0f} GFLOP/s")


@lru_cache
def peak_flops(device: str, dtype: Any, threads: int) -> float:
    """Return floating point operations a second, two for a multiplication and its addition.

    Args:
        device: `cpu` or `cuda`.
        dtype: The number format.
        threads: Of torch, now; only so that another number is measured anew.
    """
    import torch

    del threads
    large = device == "cuda"
    with torch.inference_mode():
        found = [_product(side, device, dtype) for side in ((4096, 8192) if large else (1024, 2048))]
        found += [_convolution(channels, device, dtype, 64 if large else 1) for channels in (64, 128, 256)]
    return max(found)


def _product(side: int, device: str, dtype: Any) -> float:
    import torch

    one, other = (torch.rand(side, side, device=device).to(dtype) for _ in range(2))
    return 2 * side**3 / _seconds(lambda: one @ other, device)


def _convolution(channels: int, device: str, dtype: Any, batch: int) -> float:
    import torch

    layer = torch.nn.Conv2d(channels, channels, 3, padding=1, device=device, dtype=dtype)
    layer = layer.to(memory_format=torch.channels_last)
    x = torch.rand(batch, channels, 96, 160, device=device).to(dtype).to(memory_format=torch.channels_last)
    return 2 * 9 * channels**2 * batch * 96 * 160 / _seconds(lambda: layer(x), device)


def _seconds(work: Callable[[], object], device: str) -> float:
    """Return the time of the fastest of many rounds: what other programs take away is no peak."""
    work()
    best, end = float("inf"), time.perf_counter() + _SECONDS
    while time.perf_counter() < end:
        began = time.perf_counter()
        work()
        wait(device)
        best = min(best, time.perf_counter() - began)
    return best


def wait(device: str) -> None:
    """Wait until the device has done what it was given."""
    import torch

    if device == "cuda":
        torch.cuda.synchronize()


if __name__ == "__main__":
    main(sys.argv[1:])
