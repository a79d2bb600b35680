"""The feed-forward network against its table, and its training towards one painting."""

from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from configs.errors import InputError  # noqa: E402
from configs.recipes.train_settings import load_training  # noqa: E402
from stylize.checkpoints.checkpoints import read_metadata, read_state  # noqa: E402
from stylize.trained.fast import FAMILY  # noqa: E402
from stylize.training.data.plan import TrainingOutcome, TrainingPlan  # noqa: E402
from stylize.training.results.curves import History  # noqa: E402
from stylize.training.steps.johnson_phase import relative  # noqa: E402
from stylize.training.steps.starts import start_generator  # noqa: E402
from stylize.training.train import parse  # noqa: E402
from stylize.training.trainer import train  # noqa: E402
from stylize.transfer.johnson import JohnsonNet, Layer  # noqa: E402
from tests.arithmetic import apart, near, rounding  # noqa: E402
from tests.material import shared  # noqa: E402

CONVOLUTIONS = [  # in, out, kernel, stride
    *[(3, 32, 9, 1), (32, 64, 3, 2), (64, 128, 3, 2)],
    *[(128, 128, 3, 1)] * 10,
    *[(128, 64, 3, 1), (64, 32, 3, 1), (32, 3, 9, 1)],
]


def johnson(seed: int = 0) -> JohnsonNet:
    network = JohnsonNet().eval()
    start_generator(network, seed)
    return network.requires_grad_(False)


def picture(height: int, width: int, batch: int = 1) -> torch.Tensor:
    return torch.rand(batch, 3, height, width, generator=torch.Generator().manual_seed(1)) * 2 - 1


def test_parameters() -> None:
    assert sum(value.numel() for value in JohnsonNet().parameters()) == 1_679_235


def test_layers_are_the_tables() -> None:
    convolutions = [module for module in JohnsonNet().modules() if isinstance(module, nn.Conv2d)]
    found = [(c.in_channels, c.out_channels, c.kernel_size[0], c.stride[0]) for c in convolutions]
    assert found == CONVOLUTIONS
    norms = [module for module in JohnsonNet().modules() if isinstance(module, nn.InstanceNorm2d)]
    assert len(norms) == len(CONVOLUTIONS) - 1 and all(norm.affine for norm in norms)


def test_a_layer_by_hand() -> None:
    layer = Layer(2, 3, enlarge=True)
    torch.manual_seed(0)
    nn.init.normal_(layer[3].weight)
    x = picture(4, 5)[:, :2]
    doubled = x.repeat_interleave(2, 2).repeat_interleave(2, 3)
    y = F.conv2d(F.pad(doubled, (1, 1, 1, 1), mode="reflect"), layer[2].weight, layer[2].bias)
    mean, variance = y.mean((2, 3), keepdim=True), y.var((2, 3), keepdim=True, correction=0)
    normed = (y - mean) / (variance + 1e-5).sqrt() * layer[3].weight.view(1, 3, 1, 1)
    assert apart(layer(x), normed.clamp(min=0)) < rounding(2 * 9 + y[0, 0].numel())  # a convolution, then a mean


@pytest.mark.parametrize(("height", "width"), [(8, 8), (9, 14), (33, 23)])
def test_any_size_comes_back(height: int, width: int) -> None:
    painted = johnson()(picture(height, width))
    assert painted.shape == (1, 3, height, width)
    assert painted.isfinite().all() and painted.std() > 0.01


def test_contrast_of_the_photo_is_taken_out() -> None:
    network, x = johnson(), picture(16, 16)
    assert (network(x) - network(x * 0.5)).abs().max() < 1e-3


def test_it_begins_within_the_range_of_pictures() -> None:
    """Neither saturated nor flat: its first gradients come from pixels that are seen."""
    painted = johnson()(picture(64, 64))
    assert 0.1 < painted.std() < 1.5 and painted.mean().abs() < 1


def test_the_gradient_reaches_every_weight() -> None:
    network = JohnsonNet()
    network(picture(16, 16)).square().mean().backward()
    missing = [name for name, value in network.named_parameters() if value.grad is None]
    assert not missing


def test_relative_by_hand() -> None:
    wanted = torch.tensor([[1.0, 3.0]])  # mean square 5
    assert relative(torch.tensor([[1.0, 5.0], [0.0, 3.0]]), wanted).item() == near((0 + 4 + 1 + 0) / 4 / 5, terms=4)
    assert relative(torch.zeros(1, 2), torch.zeros(1, 2)).item() == 0, "nothing wanted is no division by nought"


def write(path: Path, picture: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), picture)
    return path


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainingPlan:
    """Two photos of soft shapes, a painting of stripes."""
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights/squeezenet1_1.pth").parent))
    for seed in (0, 1, 2):
        coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), np.uint8)
        write(tmp_path / "photos" / f"{seed}.png", cv2.resize(coarse, (80, 72), interpolation=cv2.INTER_CUBIC))
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::8], stripes[:, 4::8] = (20, 60, 250), (250, 220, 30)
    painting = write(tmp_path / "stripes.png", stripes)
    settings = {"crop_px": 32, "batch": 2, "painting_steps": 6, "precision": "fp32", "perceptual": "squeezenet1_1"}
    return TrainingPlan(
        photos=(tmp_path / "photos",),
        painting=painting,
        painting_px=64,
        out=tmp_path / "straight",
        settings=load_training("painting", {**settings, "checkpoint_every": 3, "sample_every": 3}),
        device="cpu",
    )


def trained(plan: TrainingPlan, stop_at: int = 0) -> TrainingOutcome:
    """Train, perhaps only up to a step."""
    steps = [0]

    def stop() -> bool:
        steps[0] += 1
        return steps[0] == stop_at + 1 and stop_at > 0

    return train(plan, stop=stop)


def test_training_lowers_the_loss_and_resumes_bit_by_bit(plan: TrainingPlan) -> None:
    straight = trained(plan)
    assert straight.reason == "finished" and straight.weights is not None and straight.sheet is not None
    losses = [row.losses["loss"] for row in History.read(plan.out / "losses.csv", 6).rows]
    assert len(losses) == 6 and losses[-1] < 0.8 * losses[0]
    assert {"content", "style", "variation"} <= straight.losses.keys()

    texts = read_metadata(straight.weights)
    assert texts["network"] == "johnson" and texts["painting"].endswith("at 64 px")
    assert straight.card is not None and "stripes.png" in straight.card.read_text()

    frame = np.random.default_rng(0).random((1, 20, 36, 3), np.float32)
    painted = FAMILY.make(str(straight.weights), {}, "cpu").paint(frame)
    assert painted.shape == frame.shape and np.abs(painted - frame).mean() > 0.01

    halved = plan.model_copy(update={"out": plan.out.with_name("halved"), "name": "straight"})
    assert trained(halved, stop_at=4).reason == "stopped"
    resumed = trained(halved.model_copy(update={"resume": True}))
    assert resumed.reason == "finished" and resumed.weights is not None
    ours, theirs = read_state(straight.weights), read_state(resumed.weights)
    assert all(torch.equal(value, theirs[name]) for name, value in ours.items())

    other = write(plan.out / "other.png", np.full((64, 64, 3), 90, np.uint8))
    with pytest.raises(InputError, match="another painting"):
        trained(halved.model_copy(update={"resume": True, "painting": other}))


def test_what_a_plan_lacks_is_told(plan: TrainingPlan, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="need a painting"):
        trained(plan.model_copy(update={"painting": None}))
    with pytest.raises(InputError, match=r"absent\.png: there is no such picture"):
        trained(plan.model_copy(update={"painting": tmp_path / "absent.png"}))
    with pytest.raises(InputError, match=r"tiny\.png: the painting is too small \(40x20"):
        trained(plan.model_copy(update={"painting": write(tmp_path / "tiny.png", np.zeros((20, 40, 3), np.uint8))}))
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"broken\.png: is no picture"):
        trained(plan.model_copy(update={"painting": broken}))
    assert not plan.out.exists()


def test_the_command_line_takes_a_painting() -> None:
    found = parse(["--photos", "photos", "--out", "out", "--feedforward", "candy.jpg", "--set", "batch=2"])
    assert (found.painting, found.painting_px) == (Path("candy.jpg"), 512)
    assert found.settings == load_training("painting", {"batch": 2})
    plain = parse(["--photos", "photos", "--out", "out"])
    assert plain.painting is None and plain.settings == load_training("hayao")
    chosen = parse(["--photos", "p", "--out", "o", "--feedforward", "c.jpg", "--preset", "report"])
    assert chosen.settings == load_training("report")
