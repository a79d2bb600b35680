"""The published files of phones in the program that runs them, against ours: processor seconds a megapixel, in one run.

`python -m benchmarks.interpreter [--rounds 5]`

Whoever has AnimeGANv2 Hayao or Magenta's transformer as a `.tflite` today runs it in TensorFlow Lite's interpreter
(`ai-edge-litert`), at the one size that the file holds. Beside it stand the same networks as `filmcomic` paints with
them, Hayao's in eager fp32 as well, at the same size. Its weights are random here: the time does not depend on them.
Keep to one core (`taskset -c 0`) for the sake of the ratios.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.animegan import _picture, _ratio
from stylize.styles.registry import make_stylizer
from tests.material import SHARED

_PUBLISHED = SHARED / "weights/published"
_HAYAO, _TRANSFER = "animeganv2_hayao_256x256_integer_quant.tflite", "style_transfer_f16_384.tflite"

Work = Callable[[], object]


def main(given: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.interpreter")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args(given).rounds
    try:
        import torch
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        print(f"{error.name} is not installed: nothing to measure (pip install -e '.[torch,dev]')")
        return
    torch.set_num_threads(1)
    for name, side, ours in ((_HAYAO, 256, _generators), (_TRANSFER, 384, _transformers)):
        path = _PUBLISHED / name
        if not path.is_file():
            print(f"{name} is not at hand")
            continue
        _compare(name, side, {"interpreter (baseline)": _interpreted(Interpreter, path, side), **ours(side)}, rounds)


def _interpreted(interpreter: Any, path: Path, side: int) -> Work:
    made = interpreter(model_path=str(path), num_threads=1)
    made.allocate_tensors()
    for told in made.get_input_details():
        shape, digits = tuple(told["shape"]), told["dtype"]
        filled = _picture(side, side).astype(np.float32) if shape[-1] == 3 else np.random.default_rng(0).random(shape)
        if np.issubdtype(digits, np.integer):
            filled = filled * 255 + np.iinfo(digits).min
        made.set_tensor(told["index"], filled.reshape(shape).astype(digits))
    invoke: Work = made.invoke
    return invoke


def _generators(side: int) -> dict[str, Work]:
    from stylize.animegan.generator import Arithmetic, Generator
    from stylize.animegan.swift import SwiftGenerator

    return _painted(side, Generator(Arithmetic.PORT), lambda: SwiftGenerator(Generator()))


def _transformers(side: int) -> dict[str, Work]:
    """Paint after a drawing with the published networks as the program does; they want no torch."""
    os.environ["FILMCOMIC_WEIGHTS"] = str(_PUBLISHED)
    drawing = next(iter(sorted((SHARED / "train/illustration").glob("*.jpg"))))
    styled = make_stylizer(f"arbitrary:{drawing}", device="cpu")
    batch = _picture(side, side)
    return {"ours": lambda: styled.paint(batch)}


def _painted(side: int, plain: Any, painter: Callable[[], Any]) -> dict[str, Work]:
    import torch

    from stylize.neural.neural import NetworkStylizer

    batch = _picture(side, side)
    network = plain.eval()

    def eager() -> None:
        with torch.no_grad():
            network(torch.from_numpy(batch).permute(0, 3, 1, 2).contiguous() * 2 - 1)

    made: dict[str, Work] = {"eager fp32": eager}
    exact = NetworkStylizer("it", painter(), device="cpu", precision=torch.float32)
    made["ours, fp32"] = lambda: exact.paint(batch)
    ours = NetworkStylizer("it", painter(), device="cpu")
    if ours.precision is not torch.float32:
        made["ours, bf16"] = lambda: ours.paint(batch)
    return made


def _compare(name: str, side: int, works: dict[str, Work], rounds: int) -> None:
    for work in works.values():
        work()
    busy: dict[str, list[float]] = {each: [] for each in works}
    for _ in range(rounds):
        for each, work in works.items():
            began = time.process_time()
            work()
            busy[each].append(time.process_time() - began)
    print(f"\n{name}, {side}x{side}, median of {rounds} rounds")
    for each, times in busy.items():
        ratio = _ratio(busy["interpreter (baseline)"], times)
        per = statistics.median(times) / (side * side / 1e6)
        print(f"  {each:24} {per:7.3f} processor s a megapixel, {ratio:5.2f} x baseline", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
