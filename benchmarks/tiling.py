"""Peak memory and time of painting large pictures: whole, and in the tiles that `filmcomic` paints with.

`python -m benchmarks.tiling [--threads 2]`

Every case runs in a process of its own, whose peak is what the system counted for it less what it had before the first
picture. The generator is AnimeGANv2's with random weights: neither figure depends on them.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

SIZES = ((1920, 1080), (3840, 2160))

_CASE = """
import resource, sys, time
import numpy as np, torch
from stylize.animegan.generator import Generator
from stylize.neural.neural import NetworkStylizer
from stylize.animegan.swift import SwiftGenerator
width, height, digits, whole, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
torch.manual_seed(0)
limit = {"whole_px": 1 << 40} if whole == "whole" else {}
stylizer = NetworkStylizer("it", SwiftGenerator(Generator()), device="cpu", precision=getattr(torch, digits), **limit)
picture = np.random.default_rng(0).random((1, int(height), int(width), 3), dtype=np.float32)
stylizer.paint(picture[:, :64, :64].copy())
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, began = peak(), time.perf_counter()
stylizer.paint(picture)
print(f"{peak() - before:.0f} {time.perf_counter() - began:.1f}")
"""


def main(given: Sequence[str] = ()) -> None:
    try:
        from stylize.neural.device import cpu_has_bf16
    except ImportError:
        print("torch is not installed: nothing to measure (pip install -e '.[torch]')")
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tiling")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    threads = str(parser.parse_args(given).threads)
    print(f"{threads} thread(s); MB above the program itself, seconds")
    for digits in ("bfloat16", "float32") if cpu_has_bf16() else ("float32",):
        for width, height in SIZES:
            for how in ("whole", "as painted"):
                case = [str(width), str(height), digits, how, threads]
                done = subprocess.run([sys.executable, "-c", _CASE, *case], capture_output=True, text=True)
                told = done.stdout.split() or ["-", f"failed: {(done.stderr.strip().splitlines() or ['killed'])[-1]}"]
                print(f"  {digits:9} {width}x{height:<5} {how:11} {told[0]:>6} MB {told[1]:>7} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
