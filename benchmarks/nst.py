"""Style transfer by optimisation: what `filmcomic` paints with, against plain eager fp32 with the same allocator.

`python -m benchmarks.nst [--long 384] [--rounds 5] [--adam-steps 60] [--threads 1 2] [--features vgg16-random]`

Per step: forward, backward to the picture and the optimiser's update, the baseline in fp32, NCHW, by Adam. To equal
loss: the baseline's loss after so many steps of Adam from the film's picture at full size, and how long L-BFGS on
bf16 features, from coarse to fine, takes to come as low. All take turns in one process and share the allocator. The
weights of VGG16 are random where the real ones are not at hand: a step's time does not depend on them. Bf16 is used
only where its final loss, judged in fp32, lies within 2 % of that of fp32: the last lines.
"""

import argparse
import itertools
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.animegan import _allocator

STEP_TARGET = 2.0
"""Times the baseline for one step, where the device computes with bf16."""
LOSS_TARGET = 3.0
"""Times the baseline to equal loss."""
MOST_OFF = 0.02
"""Share by which the final loss of bf16 may lie off that of fp32."""


def main(given: Sequence[str] = ()) -> None:
    try:
        import torch
    except ImportError:
        print("torch is not installed: nothing to measure (pip install -e '.[torch]')")
        return
    from stylize.neural.device import choose_precision

    asked = _arguments(given)
    devices = [torch.device("cpu"), *([torch.device("cuda")] if torch.cuda.is_available() else [])]
    for device, threads in itertools.product(devices, asked.threads):
        if device.type == "cuda" and threads != asked.threads[0]:
            continue
        if threads > (os.cpu_count() or 1):
            print(f"{threads} threads: this machine has fewer")
            continue
        torch.set_num_threads(threads)
        half = choose_precision(device)
        half = half if half is torch.bfloat16 else torch.float32
        width, height = asked.long, asked.long * 9 // 16
        where = torch.cuda.get_device_name() if device.type == "cuda" else f"CPU, {threads} thread(s)"
        print(f"\n{where}: {width}x{height}, {asked.features}, torch {torch.__version__}, allocator: {_allocator()}")
        if half is torch.float32:
            print("  no bf16 here: the targets do not apply; fp32 is what is painted with")
        bench = Bench(asked.features, device, half, width, height)
        bench.compare_steps(asked.rounds)
        bench.compare_descents(asked.adam_steps)
        bench.compare_precisions()
        print(f"  peak memory of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nst")
    parser.add_argument("--long", type=int, default=384)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--adam-steps", type=int, default=60)
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--features", default="vgg16-random")
    return parser.parse_args(given)


class Bench:
    """One device, one number of threads."""

    def __init__(self, features: str, device: Any, half: Any, width: int, height: int) -> None:
        import torch

        from stylize.transfer.perceptual import load_features

        self.device, self.half = device, half
        self.content, self.painting = _shapes(width, height), _strokes()
        # the random VGG passes gradients on more evenly with its own pooling; the price is the same
        made = [load_features(features, pooling="average").to(device) for _ in range(3)]  # type: ignore[arg-type]
        self.plain, self.lasting = made[0], made[1].to(memory_format=torch.channels_last)
        self.fast = made[2].to(half, memory_format=torch.channels_last)

    def transfer(self, network: Any, **changed: Any) -> Any:
        """Return what paints, with this network."""
        from configs.recipes.nst_settings import load_nst
        from stylize.transfer.gatys.gatys import Transfer

        return Transfer(network, [self.painting], load_nst({"colours": "match", **changed}))

    def goal(self, network: Any) -> Any:
        """Return the goal at full size, and where all begin, as the network's own layout has it."""
        import torch

        long_px = max(self.content.shape[:2])
        before = next(network.parameters()).is_contiguous(memory_format=torch.channels_last)
        transfer = self.transfer(network)
        goal = transfer._goal(self.content, long_px, transfer._prepared(self.content)[1])
        if not before:
            network.to(memory_format=torch.contiguous_format)
        return goal, transfer._tensor(self.content).contiguous()

    def compare_steps(self, rounds: int) -> None:
        """Measure one step: forward, backward, update."""
        from stylize.transfer.gatys.descent import descend

        kinds = {
            "eager fp32 NCHW, Adam (baseline)": (self.plain, True),
            "fp32 channels_last, L-BFGS": (self.lasting, False),
            "ours: bf16 channels_last, L-BFGS": (self.fast, False),
        }
        steps = 4  # and one evaluation at the end, as in painting
        runs: dict[str, Callable[[], object]] = {}
        for name, (network, adam) in kinds.items():
            goal, start = self.goal(network)
            loss = _plain_loss(goal) if network is self.plain else goal.loss
            runs[name] = lambda loss=loss, start=start, adam=adam: descend(start, loss, steps, adam=adam)
        for run in runs.values():
            run()
        wall: dict[str, list[float]] = {name: [] for name in runs}
        busy: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                began, began_busy = time.perf_counter(), time.process_time()
                run()
                self.wait()
                busy[name].append((time.process_time() - began_busy) / steps)
                wall[name].append((time.perf_counter() - began) / steps)
        baseline = next(iter(runs))
        print(f"  a step, median of {rounds} rounds {'x baseline':>24}  (by CPU time) {'seconds':>10}")
        for name in runs:
            ratio, ratio_busy = (_ratio(times[baseline], times[name]) for times in (wall, busy))
            print(f"    {name:46} {ratio:8.2f}  ({ratio_busy:11.2f}) {statistics.median(wall[name]):10.3f}")
        print(f"    target {STEP_TARGET}")

    def compare_descents(self, adam_steps: int) -> None:
        """Measure the way to the loss that the baseline ends at."""
        from stylize.transfer.gatys.descent import descend
        from stylize.transfer.gatys.detail import enlarge_painting, resize
        from stylize.transfer.gatys.gatys import steps_of

        goal, start = self.goal(self.plain)
        began, began_busy = time.perf_counter(), time.process_time()
        _, baseline = descend(start, _plain_loss(goal), adam_steps, adam=True)
        self.wait()
        wall, busy = time.perf_counter() - began, time.process_time() - began_busy
        transfer = self.transfer(
            self.fast, finest_px=max(self.content.shape[:2]), coarsest_px=128, steps=30, least_steps=30
        )
        paintings = transfer._prepared(self.content)[1]
        canvas, curve, steps = self.content, [], 0
        began, began_busy = time.perf_counter(), time.process_time()
        plan = steps_of(transfer._settings, *self.content.shape[1::-1])
        for number, (width, height, steps) in enumerate(plan):
            shown = resize(self.content, width, height)
            canvas = shown if number == 0 else enlarge_painting(canvas, shown, detail=transfer._settings.detail)
            coarse = time.perf_counter() - began, time.process_time() - began_busy
            canvas, curve = transfer._optimised(canvas, transfer._goal(shown, max(width, height), paintings), steps)
        self.wait()
        whole = time.perf_counter() - began, time.process_time() - began_busy
        reached = next((number for number, loss in enumerate(curve) if loss <= baseline[-1]), None)
        print(f"  to equal loss: Adam fp32 {baseline[0]:.3f} to {baseline[-1]:.3f} in {adam_steps} steps, {wall:.1f} s")
        print(
            f"    ours, {' + '.join(str(size[2]) for size in plan)} steps, last size {curve[0]:.3f} to {curve[-1]:.3f}"
        )
        if reached is None:
            print("    ours has not come as low")
            return
        share = reached / steps
        took, took_busy = (first + (last - first) * share for first, last in zip(coarse, whole, strict=True))
        print(f"    as low after step {reached} of the last size, {took:.1f} s: {wall / took:.2f} times", end="")
        print(f" ({busy / took_busy:.2f} by CPU time); target {LOSS_TARGET}")

    def compare_precisions(self) -> None:
        """Compare the final losses of fp32 and bf16, both judged in fp32."""
        long_px = max(self.content.shape[:2])
        settings: dict[str, Any] = {"finest_px": long_px, "coarsest_px": 128, "steps": 40, "least_steps": 20}
        judge = self.transfer(self.lasting, **settings)
        finals, took = [], []
        for network in (self.lasting, self.fast):
            began = time.perf_counter()
            made = self.transfer(network, **settings).paint(self.content)
            self.wait()
            took.append(time.perf_counter() - began)
            finals.append(judge.loss_of(made.picture, self.content))
        off = finals[1] / finals[0] - 1
        verdict = "within" if off <= MOST_OFF else "NOT within"
        print(
            f"  a whole picture: fp32 {took[0]:.1f} s, loss {finals[0]:.4f}; ours {took[1]:.1f} s, {finals[1]:.4f}",
            end="",
        )
        print(f" ({off:+.2%}, {verdict} {MOST_OFF:.0%})")

    def wait(self) -> None:
        """Wait for the device."""
        import torch

        if self.device.type == "cuda":
            torch.cuda.synchronize()


def _plain_loss(goal: Any) -> Callable[[Any], Any]:
    """Return the goal's loss as anyone would write it: autograd through plain products."""
    from stylize.transfer.gatys.gatys import total_variation

    units = {tap: 0.5 * wanted.square().sum() for tap, wanted in goal.contents.items()}
    units |= {f"{tap} gram": 0.25 * wanted.square().sum() for tap, wanted in goal.grams.items()}

    def loss(x: Any) -> Any:
        features = goal.network(x, [*goal.contents, *goal.grams])
        total = goal.tv * total_variation(x)
        for tap, wanted in goal.contents.items():
            total = total + goal.content_weights[tap] / units[tap] * 0.5 * (features[tap] - wanted).square().sum()
        for tap, wanted in goal.grams.items():
            rows = features[tap].flatten(2)
            found = rows @ rows.transpose(1, 2) / features[tap][0].numel()
            total = total + goal.style_weights[tap] / units[f"{tap} gram"] * 0.25 * (found - wanted).square().sum()
        return total

    return loss


def _shapes(width: int, height: int) -> np.ndarray:
    """Draw a disc before a wall, with texture and grain, (H, W, 3) in [0, 1]."""
    rows, columns = np.mgrid[0:height, 0:width] / height
    disc = ((rows - 0.5) ** 2 + (columns - 0.9) ** 2 < 0.1).astype(np.float32)
    wall = (columns < 0.4) * (0.7 + 0.3 * np.sin(60 * rows) * np.sin(40 * columns))
    leaves = (rows > 0.7) * np.sin(90 * columns + 9 * np.sin(30 * rows))
    made = np.stack([0.3 + 0.4 * disc, 0.4 + 0.2 * rows + 0.1 * leaves, 0.5 - 0.3 * wall], axis=-1)
    grain = np.random.default_rng(1).standard_normal(made.shape) * 0.02
    return np.clip(made + grain, 0, 1).astype(np.float32)


def _strokes() -> np.ndarray:
    """Draw a painting of curved strokes in a few colours, (400, 480, 3)."""
    rows, columns = np.mgrid[0:400, 0:480]
    bands = np.sin((rows + 40 * np.sin(columns / 50)) / 5) + np.sin((columns - rows) / 23)
    shades = np.random.default_rng(0).random((5, 3))
    return shades[np.clip((bands + 2) * 1.25, 0, 4).astype(int)].astype(np.float32)


def _ratio(baseline: list[float], other: list[float]) -> float:
    return statistics.median(first / second for first, second in zip(baseline, other, strict=True))


if __name__ == "__main__":
    main(sys.argv[1:])
