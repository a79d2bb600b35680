"""Every style that a network paints: what `filmcomic` paints with, against plain eager fp32 with the same allocator.

`python -m benchmarks.styles [--size 512x288 ...] [--rounds 3] [--threads 1 2]`

The baseline is each network as anyone would run it: fp32, NCHW, no gradients. Both take turns in one process; a ratio
is the median over the rounds. The share of the peak is that of the fastest matrix product or convolution measured in
the number format that the style paints with. On CUDA sizes are those of films, and the peak of memory is told too.
Weights are random but for the own style's: the time does not depend on them.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.animegan import _allocator, _picture, _ratio
from benchmarks.peak import peak_flops, wait

_CUDA_SIZES = ("1280x720", "1920x1080")

Paint = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Subject:
    """One style: its network as it is, and what paints with it."""

    name: str
    network: Any
    paint: Paint
    dtype: Any


def main(given: Sequence[str] = ()) -> None:
    try:
        import torch
    except ImportError:
        print("torch is not installed: nothing to measure (pip install -e '.[torch]')")
        return
    asked = _arguments(given)
    print(f"torch {torch.__version__}, allocator: {_allocator()}")
    for threads in asked.threads:
        if threads > (os.cpu_count() or 1):
            print(f"{threads} threads: this machine has fewer")
            continue
        torch.set_num_threads(threads)
        for size in asked.size:
            _measure("cpu", size, asked.rounds, threads)
    if torch.cuda.is_available():
        print(torch.cuda.get_device_name())
        for size in _CUDA_SIZES:
            _measure("cuda", size, asked.rounds, 0)


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.styles")
    parser.add_argument("--size", nargs="+", default=["512x288"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    return parser.parse_args(given)


def _subjects(device: str) -> list[Subject]:
    """Return every network style with what paints it on this device."""
    import torch

    from stylize.animegan.generator import Arithmetic, Generator
    from stylize.animegan.swift import SwiftGenerator
    from stylize.neural.evened import Evened
    from stylize.neural.neural import NetworkStylizer
    from stylize.trained.kinds import KINDS
    from stylize.transfer.arbitrary.arbitrary_net import STEERING, Transformer
    from stylize.transfer.arbitrary.arbitrary_painter import Styled

    def stylizer(network: Any, **more: Any) -> Any:
        return NetworkStylizer("it", network, device=device, **more)

    torch.manual_seed(0)
    found = []
    plain = Generator(Arithmetic.PORT)
    ours = stylizer(SwiftGenerator(Generator()) if device == "cpu" else Generator())
    found.append(Subject("animegan: generator", plain, ours.paint, ours.precision))
    for kind in ("lite", "johnson"):
        ours = stylizer(KINDS[kind].build(), reach_px=KINDS[kind].reach_px, step_px=KINDS[kind].step_px)
        found.append(Subject(f"fast: {kind}", KINDS[kind].build(), ours.paint, ours.precision))
    steered = torch.randn(1, STEERING)
    ours = stylizer(Styled(Transformer(), steered))
    found.append(Subject("arbitrary: transformer", Styled(Transformer(), steered), ours.paint, ours.precision))
    found.append(_atelier(device, Evened))
    return found


def _atelier(device: str, evened: Any) -> Subject:
    """Return the network of the own style without its pen of lines, which is no network's work."""
    import torch

    from stylize.atelier.atelier import _file, _on_cpu, _on_cuda, _tiling, _weights, in_tiles
    from stylize.atelier.slim_net import load_painter
    from stylize.neural.device import choose_precision

    weights = _weights(_file("colour"))
    run = _on_cpu(weights) if device == "cpu" else _on_cuda(weights)
    plain = evened(load_painter({name: torch.from_numpy(value) for name, value in weights.items()}), 8)

    def paint(batch: np.ndarray) -> np.ndarray:
        return np.stack([in_tiles(picture, run, _tiling(weights)) for picture in batch])

    return Subject(
        "atelier: network", plain, paint, torch.float32 if device == "cpu" else choose_precision(torch.device(device))
    )


def _measure(device: str, size: str, rounds: int, threads: int) -> None:
    width, height = map(int, size.split("x"))
    batch = _picture(width, height)
    where = f"{threads} thread(s)" if device == "cpu" else device
    print(f"\n{size}, {where}, median of {rounds} rounds")
    heads = f"{'x eager fp32':>13} {'(CPU time)':>11} {'CPU s/Mpx':>10} {'seconds':>9} {'a second':>9} {'of peak':>8}"
    print(f"  {'':24} {heads}  memory")
    for subject in _subjects(device):
        _compare(subject, batch, device, rounds, threads)


def _compare(subject: Subject, batch: np.ndarray, device: str, rounds: int, threads: int) -> None:
    import torch

    eager = _eager(subject.network.eval().to(device), device)
    operations = _operations(subject.network, batch, device)
    eager(batch)
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    subject.paint(batch)
    memory = f"{torch.cuda.max_memory_allocated() / 2**20:.0f} MB" if device == "cuda" else ""
    wall: tuple[list[float], list[float]] = ([], [])
    busy: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for which, paint in enumerate((eager, subject.paint)):
            began, began_busy = time.perf_counter(), time.process_time()
            paint(batch)
            wait(device)
            busy[which].append(time.process_time() - began_busy)
            wall[which].append(time.perf_counter() - began)
    took = statistics.median(wall[1])
    share = operations / took / peak_flops(device, subject.dtype, threads)
    per = statistics.median(busy[1]) / (batch.shape[1] * batch.shape[2] / 1e6)
    ratios = f"{_ratio(*wall):13.2f} {_ratio(*busy):11.2f} {per:10.2f}"
    print(f"  {subject.name:24} {ratios} {took:9.3f} {1 / took:9.2f} {share:8.0%}  {memory}", flush=True)


def _eager(network: Any, device: str) -> Paint:
    import torch

    def paint(batch: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            planes = torch.from_numpy(batch).permute(0, 3, 1, 2).contiguous().to(device)
            y = network(planes * 2 - 1)
        return np.asarray((y * 0.5 + 0.5).permute(0, 2, 3, 1).cpu().numpy())

    return paint


def _operations(network: Any, batch: np.ndarray, device: str) -> int:
    """Count the plain network's operations; the own way to paint may need fewer or, with tiles' margins, more."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    planes = torch.from_numpy(batch).permute(0, 3, 1, 2).contiguous().to(device)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(planes)
    return int(counter.get_total_flops())


if __name__ == "__main__":
    main(sys.argv[1:])
