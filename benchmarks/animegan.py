"""AnimeGANv2 on the CPU: what `filmcomic` paints with, against plain eager fp32 with the same allocator.

`python -m benchmarks.animegan [--size 512x288] [--rounds 5] [--threads 1 2]`

The baseline is the network as anyone would run it: fp32, NCHW, no gradients, torch's own aligned resize, which is the
cheapest. All configurations take turns in one process, so they share the allocator and the machine's mood; a ratio is
the median over the rounds. Weights are random: the time does not depend on them, the PSNR only hints.
"""

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

TARGET = 2.3
"""Times the baseline, where the CPU has bf16; the PSNR is to be 50 dB."""


def main(given: Sequence[str] = ()) -> None:
    try:
        import torch
    except ImportError:
        print("torch is not installed: nothing to measure (pip install -e '.[torch]')")
        return
    from stylize.neural.device import cpu_has_bf16

    asked = _arguments(given)
    width, height = map(int, asked.size.split("x"))
    print(f"picture {width}x{height}, torch {torch.__version__}, allocator: {_allocator()}")
    if not cpu_has_bf16():
        print(f"this CPU has no bf16: the target of {TARGET} times does not apply here; fp32 is what is painted with")
    for threads in asked.threads:
        if threads > (os.cpu_count() or 1):
            print(f"{threads} threads: this machine has fewer")
            continue
        torch.set_num_threads(threads)
        _compare(_configurations(), _picture(width, height), asked.rounds, threads)


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.animegan")
    parser.add_argument("--size", default="512x288")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    return parser.parse_args(given)


def _allocator() -> str:
    told = [f"{name}={value}" for name, value in os.environ.items() if name.startswith("MALLOC_")]
    told += [f"{name}={os.environ[name]}" for name in ("LD_PRELOAD", "GLIBC_TUNABLES") if name in os.environ]
    return " ".join(told) or "the C library's default"


def _picture(width: int, height: int) -> np.ndarray:
    """Draw broad shapes with a little grain, (1, H, W, 3) in [0, 1]."""
    rows, columns = np.mgrid[0:height, 0:width] / 40
    shapes = np.stack([np.sin(rows + k) * np.cos(columns - k) for k in range(3)], axis=-1)
    grain = np.random.default_rng(0).standard_normal(shapes.shape) * 0.02
    return np.clip(0.5 + 0.4 * shapes + grain, 0, 1).astype(np.float32)[None]


def _configurations() -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    import torch

    from stylize.animegan.generator import Arithmetic, Generator
    from stylize.animegan.swift import SwiftGenerator
    from stylize.neural.device import cpu_has_bf16
    from stylize.neural.neural import NetworkStylizer

    def generator(arithmetic: Arithmetic = Arithmetic.ORIGINAL) -> Generator:
        torch.manual_seed(0)
        return Generator(arithmetic).eval()

    def eager(network: torch.nn.Module) -> Callable[[np.ndarray], np.ndarray]:
        def paint(batch: np.ndarray) -> np.ndarray:
            with torch.no_grad():
                y = network(torch.from_numpy(batch).permute(0, 3, 1, 2).contiguous() * 2 - 1)
            return (y * 0.5 + 0.5).permute(0, 2, 3, 1).numpy()

        return paint

    made = {
        "eager fp32 NCHW, torch's resize (baseline)": eager(generator(Arithmetic.PORT)),
        "eager fp32 NCHW, exact resize": eager(generator()),
        "channels_last fp32": NetworkStylizer("it", generator(), device="cpu", precision=torch.float32).paint,
        "ours, fp32": NetworkStylizer("it", SwiftGenerator(generator()), device="cpu", precision=torch.float32).paint,
    }
    if cpu_has_bf16():
        made["channels_last bf16"] = NetworkStylizer("it", generator(), device="cpu", precision=torch.bfloat16).paint
        made["ours, bf16"] = NetworkStylizer("it", SwiftGenerator(generator()), device="cpu").paint
    return made


def _compare(
    configurations: dict[str, Callable[[np.ndarray], np.ndarray]], batch: np.ndarray, rounds: int, threads: int
) -> None:
    painted = {name: paint(batch) for name, paint in configurations.items()}  # and warm
    wall: dict[str, list[float]] = {name: [] for name in configurations}
    busy: dict[str, list[float]] = {name: [] for name in configurations}
    for _ in range(rounds):
        for name, paint in configurations.items():
            began, began_busy = time.perf_counter(), time.process_time()
            paint(batch)
            busy[name].append(time.process_time() - began_busy)
            wall[name].append(time.perf_counter() - began)
    baseline, exact = list(configurations)[:2]
    print(f"\n{threads} thread(s), median of {rounds} rounds")
    print(f"  {'':44} {'x baseline':>12}  (by CPU time) {'seconds':>10} {'PSNR to exact fp32':>20}")
    for name in configurations:
        ratio, ratio_busy = (_ratio(times[baseline], times[name]) for times in (wall, busy))
        psnr = _psnr(painted[exact], painted[name])
        print(f"  {name:44} {ratio:12.2f}  ({ratio_busy:11.2f}) {statistics.median(wall[name]):10.3f} {psnr:17.1f} dB")


def _ratio(baseline: list[float], other: list[float]) -> float:
    return statistics.median(first / second for first, second in zip(baseline, other, strict=True))


def _psnr(expected: np.ndarray, got: np.ndarray) -> float:
    mean_square = float(np.mean((expected - got) ** 2))
    return 10 * math.log10(1 / mean_square) if mean_square else math.inf


if __name__ == "__main__":
    main(sys.argv[1:])
