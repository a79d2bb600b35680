"""Sums that do not fit: a painting depends on itself alone, and what is no picture is refused."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from torch import nn  # noqa: E402

from configs.errors import StyleError, WeightsError  # noqa: E402
from stylize.atelier import atelier  # noqa: E402
from stylize.neural.neural import NetworkStylizer  # noqa: E402
from stylize.styles.paint import PaintRequest, paint_files  # noqa: E402
from stylize.styles.registry import make_stylizer  # noqa: E402
from stylize.styles.stylizer import Batch, Stylizer  # noqa: E402
from stylize.transfer.gatys import nst  # noqa: E402
from tests.stylize.animegan.test_generator import random_generator  # noqa: E402


class Loud(nn.Module):
    """Its sums fit fp16 where a picture is not too bright; a norm of the frame may follow."""

    def __init__(self, *, norm: bool = False, gain: float = 400.0) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(gain))
        self.norm = nn.InstanceNorm2d(3) if norm else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        loud = (x + 1) * self.gain * self.gain * 0.3
        painted = torch.tanh(self.norm(loud / self.gain / self.gain * 1.7) - 0.5)
        return painted + 0 * loud  # as a norm does, it makes of what overflowed what is no number


def shades(brightest: float) -> npt.NDArray[np.float32]:
    return np.random.default_rng(0).random((1, 16, 24, 3), np.float32) * np.float32(brightest)


def half(network: nn.Module) -> NetworkStylizer:
    return NetworkStylizer("it", network, device="cpu", precision=torch.float16)


@pytest.mark.parametrize("norm", [False, True])
def test_a_painting_does_not_depend_on_what_overflowed_before_it(norm: bool) -> None:
    dim, bright = shades(0.5), shades(1.0)
    fresh = half(Loud(norm=norm)).paint(dim)
    used = half(Loud(norm=norm))
    exact = NetworkStylizer("it", Loud(norm=norm), device="cpu", precision=torch.float32)
    first = used.paint(bright)
    assert np.abs(first - exact.paint(bright)).max() < 2e-3, "what overflows is painted all the same"
    assert np.array_equal(used.paint(dim), fresh) and not np.array_equal(fresh, exact.paint(dim))
    assert np.array_equal(used.paint(bright), first)
    assert used.precision is torch.float16


def test_a_palette_is_heard_without_overflow() -> None:
    references = [shades(1.0)[0], shades(0.9)[0]]
    exact = NetworkStylizer("it", Loud(norm=True), device="cpu", precision=torch.float32).settle(references)
    settled = half(Loud(norm=True)).settle(references)
    for picture in (shades(1.0), shades(0.5)):
        assert np.abs(settled.paint(picture) - exact.paint(picture)).max() < 5e-3


@pytest.mark.parametrize("gain", [float("nan"), float("inf"), 0.0, 1e38])
def test_a_network_that_paints_no_picture_is_refused(gain: float) -> None:
    with pytest.raises(WeightsError, match="it: its paintings are one flat colour, or no numbers at all; give other"):
        NetworkStylizer("it", Loud(gain=gain), device="cpu", precision=torch.float32)


def test_a_painting_that_is_no_numbers_is_refused() -> None:
    class Brittle(nn.Module):
        """No numbers where a picture is bright all over."""

        def __init__(self) -> None:
            super().__init__()
            self.one = nn.Parameter(torch.ones(()))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * self.one / (x.mean() < 0.9)

    for digits in (torch.float32, torch.float16):
        stylizer = NetworkStylizer("it", Brittle(), device="cpu", precision=digits)
        stylizer.paint(shades(1.0))
        with pytest.raises(WeightsError, match="it: it paints values that are no numbers; give other weights"):
            stylizer.paint(np.ones((1, 16, 24, 3), np.float32))


@pytest.mark.parametrize("times", [1e30, 1e12, 1e-30, 0.0])
def test_weights_of_no_use_are_refused_and_not_painted_grey(times: float, tmp_path: Path) -> None:
    path = tmp_path / "own.pt"
    torch.save({name: value * times for name, value in random_generator().state_dict().items()}, path)
    with pytest.raises(WeightsError) as caught:
        make_stylizer(f"animegan:{path}", device="cpu").paint(shades(1.0))
    assert str(path) in str(caught.value) and "\n" not in str(caught.value) and ";" in str(caught.value)


class Lost(Stylizer):
    name = "lost"

    def paint(self, batch: Batch) -> Batch:
        return np.where(batch > 0.5, np.float32(np.nan), batch)


def test_no_style_writes_what_is_no_picture(tmp_path: Path) -> None:
    import cv2

    source = tmp_path / "a.png"
    cv2.imwrite(str(source), np.full((16, 16, 3), 200, np.uint8))
    job = PaintRequest(source=source, target=tmp_path / "out.png", size_px=(16, 16))
    with pytest.raises(StyleError, match="lost paints values of it that are no numbers"):
        paint_files(Lost(), [job])
    assert not job.target.exists()


@pytest.mark.parametrize("digits", ["float16", "float32"])
def test_our_own_styles_overflow_no_more(digits: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stylize.atelier.slim_net.load_painter", lambda _: Loud())
    run = atelier._with_torch({}, torch.device("cpu"), getattr(torch, digits))
    planes = np.ascontiguousarray(shades(1.0).transpose(0, 3, 1, 2)) * 2 - 1
    with torch.inference_mode():
        exact = Loud()(torch.from_numpy(planes)).numpy()
    assert np.abs(run(planes) - exact).max() < 2e-3
    monkeypatch.setattr("stylize.atelier.slim_net.load_painter", lambda _: Loud(gain=float("nan")))
    lost = atelier.AtelierStylizer(
        "atelier-line", atelier._with_torch({}, torch.device("cpu"), torch.float32), pen=False
    )
    with pytest.raises(
        WeightsError, match="atelier-line: it paints values that are no numbers; install filmcomic anew"
    ):
        lost.paint(shades(1.0))


def test_a_loss_that_is_no_number_is_told_and_no_picture_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import cv2

    painting = tmp_path / "a.png"
    cv2.imwrite(str(painting), np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8))
    quick = {"features": "vgg16-random", "finest_px": 32, "coarsest_px": 32, "steps": 2}
    made = nst.FAMILY.make(str(painting), quick, "cpu")
    monkeypatch.setattr("stylize.transfer.gatys.gatys.Goal.loss", lambda self, x: x.sum() * float("nan"))
    with pytest.raises(StyleError, match="the loss is no number; lower alpha, beta or tv"):
        made.paint(shades(1.0))
