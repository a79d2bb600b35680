"""The own styles' slim network against its teacher, as both paint: processor seconds a megapixel, in one run.

`python -m benchmarks.slim [--size 1280x720 ...] [--rounds 5] [--teacher FILE --look colour --pictures DIR]`

The baseline is the large network (`stylize.atelier.atelier_net`) as the styles were painted with it: the same runtime,
tiles of 768 pixels with margins of 64, no memory kept. Its weights are random: the time does not depend on them. With
`--teacher`, a file of its weights, pictures are painted by both too, and their likeness told.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.animegan import _picture, _psnr, _ratio
from stylize.atelier import atelier
from stylize.atelier.atelier_graph import UNITS, build_graph, plain_weights

TARGET = 2.5
"""Times the large network."""

_WIDTHS = {
    **{"stem": (3, 24), "down1": (24, 48), "down2": (48, 80), "down3": (80, 128)},
    **{"up3": (128, 80), "fuse3": (80, 80), "up2": (80, 48), "fuse2": (48, 48), "up1": (48, 24), "fuse1": (24, 24)},
    "out": (24, 3),
}

Paint = Callable[[np.ndarray], np.ndarray]


def main(given: Sequence[str] = ()) -> None:
    asked = _arguments(given)
    cv2.setNumThreads(1)
    large, slim = _large(_random()), _slim(asked.look)
    for size in asked.size:
        width, height = map(int, size.split("x"))
        _compare(_picture(width, height)[0], {"large (baseline)": large, "slim": slim}, asked.rounds)
    if asked.teacher is not None:
        _liken(_large(atelier._weights(asked.teacher)), slim, sorted(asked.pictures.iterdir()))


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.slim")
    parser.add_argument("--size", nargs="+", default=["1280x720", "1496x616"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--look", default="colour", choices=["colour", "line"])
    parser.add_argument("--teacher", type=Path, help="weights of the large network")
    parser.add_argument("--pictures", type=Path, help="a folder of frames that neither network was trained on")
    return parser.parse_args(given)


def _random() -> dict[str, np.ndarray]:
    """Return weights of the large network that keep values small."""
    dice = np.random.default_rng(0)
    made = {}
    for unit in UNITS:
        inputs, outputs = _WIDTHS.get(unit, (128, 128))
        made[f"{unit}.weight"] = dice.standard_normal((outputs, inputs, 3, 3)).astype(np.float32) / (inputs * 9) ** 0.5
        made[f"{unit}.bias"] = np.zeros(outputs, np.float32)
    return made


def _large(weights: dict[str, np.ndarray]) -> Paint:
    run = _session(weights, arena=False)

    return lambda picture: atelier.in_tiles(picture, run, atelier.LARGE)


def _slim(look: str) -> Paint:
    from safetensors.numpy import load_file

    run = _session(plain_weights(load_file(atelier._file(look))), arena=True)
    return lambda picture: atelier.in_tiles(picture, run)


def _session(weights: Any, *, arena: bool) -> atelier.Network:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = arena
    session = onnxruntime.InferenceSession(build_graph(weights), options, providers=["CPUExecutionProvider"])
    return lambda planes: session.run(None, {"picture": planes})[0]


def _compare(picture: np.ndarray, painters: dict[str, Paint], rounds: int) -> None:
    for paint in painters.values():
        paint(picture)
    busy: dict[str, list[float]] = {name: [] for name in painters}
    for _ in range(rounds):
        for name, paint in painters.items():
            began = time.process_time()
            paint(picture)
            busy[name].append(time.process_time() - began)
    megapixels = picture.shape[0] * picture.shape[1] / 1e6
    print(f"\n{picture.shape[1]}x{picture.shape[0]}, one thread, median of {rounds} rounds")
    baseline = busy["large (baseline)"]
    for name, times in busy.items():
        per = statistics.median(times) / megapixels
        print(f"  {name:18} {per:7.3f} processor s a megapixel, {_ratio(baseline, times):5.2f} x baseline", flush=True)


def _liken(teacher: Paint, slim: Paint, paths: Sequence[Path]) -> None:
    found = []
    for path in paths:
        read = cv2.imread(str(path))
        if read is None:
            continue
        picture = read[..., ::-1].astype(np.float32) / np.float32(255)
        source = atelier.brighten_dark(atelier._resized(picture, atelier.working_size(*picture.shape[:2])))
        wanted, painted = teacher(source), slim(source)
        found.append((_psnr(wanted, painted), _likeness(wanted, painted), _psnr(wanted, source)))
    psnr, likeness, itself = np.mean(found, axis=0)
    worst = min(found)[0]
    print(f"\n{len(found)} pictures, to the teacher's: PSNR {psnr:.1f} dB (worst {worst:.1f}), SSIM {likeness:.3f}")
    print(f"  the picture itself: PSNR {itself:.1f} dB")


def _likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Return the structural similarity of lightness (Wang et al. 2004)."""
    a, b = (cv2.cvtColor(np.ascontiguousarray(each), cv2.COLOR_RGB2GRAY).astype(np.float64) for each in (one, other))

    def blur(x: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.GaussianBlur(x, (11, 11), 1.5))

    mean_a, mean_b = blur(a), blur(b)
    var_a, var_b = blur(a * a) - mean_a**2, blur(b * b) - mean_b**2
    both = blur(a * b) - mean_a * mean_b
    found = (2 * mean_a * mean_b + 1e-4) * (2 * both + 9e-4) / ((mean_a**2 + mean_b**2 + 1e-4) * (var_a + var_b + 9e-4))
    return float(found.mean())


if __name__ == "__main__":
    main(sys.argv[1:])
