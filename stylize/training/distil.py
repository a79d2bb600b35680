"""Distilling an own style: `python -m stylize.training.distil --teacher FILE --photos DIR --out DIR`.

A small network learns to paint what a large one paints (Hinton et al. 2015), from pictures alone: photos, and the
teacher's paintings of them. It begins as a graft of its teacher (`stylize.training.graft`). The loss compares pixels at
three sizes, their differences, and SqueezeNet's activations. The teacher is a file that `stylize.training.train` left
for the network `atelier`.

Needs torch. A line of progress goes to stderr, the path of the finished weights, a running mean of the pupil's, to
stdout. They are also written on the way, and `--start-from` begins with those of another distillation.
"""

import argparse
import copy
import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from configs.errors import FilmcomicError, WeightsError
from configs.units import file_sha256
from stylize.atelier.atelier import LARGE, in_tiles
from stylize.atelier.atelier_graph import fold
from stylize.atelier.atelier_net import AtelierNet, load_folded
from stylize.atelier.slim_net import SlimNet
from stylize.checkpoints.checkpoints import load_into, read_state, save_weights
from stylize.neural.device import choose_precision
from stylize.styles.opening import Picture
from stylize.training.data.dataset import Ahead
from stylize.training.data.lessons import Lessons
from stylize.training.data.training_pictures import collect
from stylize.training.graft import graft
from stylize.training.steps.networks import Mean
from stylize.transfer.perceptual import Features, load_features

_CROP_PX, _BATCH, _EDGE_PX = 192, 6, 16
"""Squares of a step; so near their edge nothing is compared, since the teacher saw what lies beyond."""
_LEAST_PX = 96
_RATE, _WARM_STEPS, _MEMORY = 1e-3, 50, 0.998
_GRAFT_STEPS = 4
"""So many steps' squares the beginning is fitted to."""
_CLIP = 1.0
"""Largest norm of a gradient; a single odd square must not undo what was learnt."""
_TAPS = ("conv1", "fire3", "fire5")
_FEATURES = 0.12
_SAVE_EVERY, _TELL_EVERY = 100, 25


def distil_loss(painted: torch.Tensor, wanted: torch.Tensor, features: Features | None) -> torch.Tensor:
    """Compare paintings: pixels at three sizes, differences to the right and down, relative L1 of activations.

    Args:
        painted: The pupil's, (B, 3, H, W) in [-1, 1] or beyond.
        wanted: The teacher's, in [-1, 1].
        features: A feature network; none leaves its part out.
    """
    loss = 2 * F.l1_loss(painted, wanted)
    for size in (2, 4):
        loss = loss + F.l1_loss(F.avg_pool2d(painted, size), F.avg_pool2d(wanted, size))
    for axis in (-1, -2):
        loss = loss + F.l1_loss(painted.diff(dim=axis), wanted.diff(dim=axis))
    if features is not None:
        with torch.autocast(painted.device.type, torch.bfloat16, enabled=_half(painted.device)):
            ours = features((painted + 1) / 2, _TAPS)
            with torch.no_grad():
                theirs = features((wanted + 1) / 2, _TAPS)
        for tap in _TAPS:
            apart = F.l1_loss(ours[tap].float(), theirs[tap].float())
            loss = loss + _FEATURES * apart / theirs[tap].float().abs().mean().clamp_min(1e-6)
    return loss


def _half(device: torch.device) -> bool:
    return choose_precision(device) is torch.bfloat16


def load_teacher(path: Path) -> AtelierNet:
    """Return the large network with these weights, its norms folded, in fp32.

    Raises:
        WeightsError: They cannot be read, or are another network's.
    """
    state = {name: value.numpy() for name, value in read_state(path).items()}
    try:
        folded = {name: torch.from_numpy(value) for name, value in fold(state).items()}
    except KeyError as error:
        cure = "give weights that stylize.training.train made for the network atelier"
        raise WeightsError(f"they hold no {error.args[0]}", cure=cure, path=path) from error
    return load_folded(folded).eval().requires_grad_(False)


def painter(teacher: AtelierNet) -> Callable[[Picture], Picture]:
    """Return what a network paints, from (H, W, 3), 0 to 255, to the same; in bf16 where the processor has it."""
    digits = torch.bfloat16 if _half(torch.device("cpu")) else torch.float32
    network = copy.deepcopy(teacher).to(digits).to(memory_format=torch.channels_last)

    def run(planes: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            painted = network(torch.from_numpy(planes).to(digits).to(memory_format=torch.channels_last))
        return np.asarray(painted.float().numpy())

    def paint(picture: Picture) -> Picture:
        painted = in_tiles(picture.astype(np.float32) / np.float32(255), run, LARGE)
        levels: Picture = np.rint(painted * 255).astype(np.uint8)
        return levels

    return paint


class Distillation:
    """One distillation under way.

    Args:
        lessons: What the pupil learns from.
        features: As in `distil_loss`.
        pupil: Is trained in place.
    """

    def __init__(self, lessons: Lessons, features: Features | None, pupil: SlimNet) -> None:
        self.pupil = pupil.to(memory_format=torch.channels_last).train()
        self.mean = Mean(copy.deepcopy(pupil), _MEMORY)
        self._features = features
        self._optimizer = torch.optim.AdamW(pupil.parameters(), _RATE, betas=(0.9, 0.99), weight_decay=0)
        self._ahead: Ahead[tuple[np.ndarray, np.ndarray]] = Ahead(lessons.at, 1)

    def run(
        self, steps: int, minutes: float, tell: Callable[[int, float], None], save: Callable[[nn.Module], None]
    ) -> None:
        """Train until the steps are done or the time is over; the rate falls along a half cosine of either."""
        began_s = time.monotonic()
        try:
            for step in range(steps):
                done = max(step / steps, (time.monotonic() - began_s) / 60 / minutes)
                if done >= 1:
                    break
                rate = _RATE * min(1, (step + 1) / _WARM_STEPS) * (1 + math.cos(math.pi * done)) / 2
                for group in self._optimizer.param_groups:
                    group["lr"] = rate
                tell(step, self._step(*self._ahead.at(step, steps)))
                self.mean.follow(self.pupil, step)
                if (step + 1) % _SAVE_EVERY == 0:
                    save(self.mean.network)
        finally:
            self._ahead.close()
        save(self.mean.network)

    def _step(self, photos: np.ndarray, paintings: np.ndarray) -> float:
        x, wanted = _planes(photos), _planes(paintings)
        with torch.autocast("cpu", torch.bfloat16, enabled=_half(x.device)):
            painted = self.pupil(x)
        inner = (..., slice(_EDGE_PX, -_EDGE_PX), slice(_EDGE_PX, -_EDGE_PX))
        loss = distil_loss(painted.float()[inner], wanted[inner], self._features)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.pupil.parameters(), _CLIP)
        self._optimizer.step()
        return float(loss.detach())


def _planes(squares: np.ndarray) -> torch.Tensor:
    planes = torch.from_numpy(squares).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
    return planes.contiguous(memory_format=torch.channels_last)


def main(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    given = _parsed(arguments)
    try:
        torch.set_num_threads(given.threads)
        teacher = load_teacher(given.teacher)
        pictures = collect(given.photos, least_px=_LEAST_PX, what="photos")
        sys.stderr.write(f"{pictures.told()}\n")
        lessons = Lessons(
            tuple(zip(pictures.paths, pictures.digests, strict=True)),
            painter(teacher),
            digest=file_sha256(given.teacher),
            cache=given.lessons or given.out / "lessons",
            crop_px=_CROP_PX,
            batch=_BATCH,
            seed=given.seed,
        )
        pupil = SlimNet()
        if given.start_from is None:
            squares = np.concatenate([lessons.at(step)[0] for step in range(_GRAFT_STEPS)])
            pupil = graft(teacher, _planes(squares).contiguous())
        else:
            load_into(pupil, given.start_from)
        weights = given.out / f"{given.name or given.out.absolute().name}.safetensors"
        _distil(Distillation(lessons, load_features("squeezenet1_1"), pupil), given, weights)
    except FilmcomicError as error:
        sys.stderr.write(f"stylize.training.distil: {error}\n")
        return error.exit_code
    sys.stdout.write(f"{weights}\n")
    return 0


def _distil(distillation: Distillation, given: argparse.Namespace, weights: Path) -> None:
    texts = {"network": "slim", "licence": given.licence, "teacher": file_sha256(given.teacher)}
    recent: list[float] = []
    began_s = time.monotonic()

    def tell(step: int, loss: float) -> None:
        recent.append(loss)
        if (step + 1) % _TELL_EVERY == 0:
            mean = sum(recent) / len(recent)
            recent.clear()
            sys.stderr.write(f"step {step + 1}  loss {mean:.4f}  {(time.monotonic() - began_s) / 60:.1f} min\n")
            sys.stderr.flush()

    distillation.run(
        given.steps, given.minutes, tell, lambda network: save_weights(network, weights, half=True, metadata=texts)
    )


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m stylize.training.distil", description=__doc__)
    parser.add_argument("--teacher", required=True, type=Path, metavar="FILE", help="weights of the large network")
    parser.add_argument("--photos", required=True, action="append", type=Path, metavar="DIR", help="may repeat")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where everything is written")
    parser.add_argument("--name", default="", help="of the style; else the name of the folder")
    parser.add_argument("--lessons", type=Path, metavar="DIR", help="keep photos and paintings here")
    parser.add_argument("--start-from", type=Path, metavar="FILE", help="weights of the same network to begin with")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after this time, with weights")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--licence", default="", help="of the weights; it goes with them")
    return parser.parse_args(list(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
