"""The feature networks: torchvision's arithmetic, taps by name, nothing computed in vain; bad files in one line."""

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional as F  # noqa: E402

from configs import settings  # noqa: E402
from configs.errors import WeightsError  # noqa: E402
from configs.weights import catalogue  # noqa: E402
from stylize.transfer import taps  # noqa: E402
from stylize.transfer.perceptual import (  # noqa: E402
    TAPS,
    Features,
    SqueezeNetFeatures,
    VggFeatures,
    gram,
    load_features,
)
from tests.arithmetic import BF16, apart, rounding, terms_of  # noqa: E402
from tests.material import shared  # noqa: E402


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of weights, an empty cache, and no way to the network."""
    given = tmp_path / "given"
    given.mkdir()
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(given))
    monkeypatch.setattr(settings, "weights_cache", lambda: tmp_path / "cache")

    def no_network(*_: object) -> Path:
        raise WeightsError("no network in tests")

    monkeypatch.setattr(catalogue, "_download", no_network)
    return given


@pytest.fixture(scope="module")
def drawn() -> Features:
    return load_features("vgg16-random")


def picture(height: int = 64, width: int = 96) -> Any:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(1))


def enter_in_catalogue(monkeypatch: pytest.MonkeyPatch, name: str, path: Path) -> None:
    """Let the catalogue know this file as the weights of this name."""
    sha256 = catalogue.file_sha256(path)
    entry = catalogue.Weights(name, path.name, "", "free", path.stat().st_size, sha256=sha256)
    monkeypatch.setitem(catalogue.CATALOGUE, name, entry)


def normalised(x: Any) -> Any:
    return (x - torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)) / torch.tensor([0.229, 0.224, 0.225]).view(
        1, 3, 1, 1
    )


def layers_of(table: str) -> Any:
    """Build a VGG from the paper's table, one module after the other, which is how the files count them."""
    layers, channels = torch.nn.Sequential(), 3
    for width in table.split():
        if width == "M":
            layers.append(torch.nn.MaxPool2d(2))
        else:
            layers.append(torch.nn.Conv2d(channels, int(width), 3, padding=1)).append(torch.nn.ReLU())
            channels = int(width)
    return layers


@pytest.mark.parametrize(
    ("name", "table", "places"),
    [
        ("vgg16", "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512", {"conv4_1:linear": 17, "conv4_3": 22}),
        ("vgg19", "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512", {"conv4_4:linear": 25}),
    ],
)
def test_vgg_is_the_published_one(name: Any, table: str, places: dict[str, int]) -> None:
    with torch.device("meta"):
        layers, own = layers_of(table), VggFeatures(name)
    torch.manual_seed(0)
    state = {key: torch.randn(value.shape) * 0.03 for key, value in layers.state_dict().items()}
    layers.load_state_dict(state, assign=True)
    names = {key: value.removeprefix("features.") for key, value in own.published_names().items()}
    assert set(names.values()) == set(state)
    own.load_state_dict({key: state[value] for key, value in names.items()}, assign=True)
    with torch.no_grad():
        got = own(picture(33, 50), list(places))
        for tap, place in places.items():
            expected = layers[: place + 1](normalised(picture(33, 50)))
            assert apart(got[tap], expected) < rounding(terms_of(layers[: place + 1]))


def test_squeezenet_is_the_published_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights")))
    path = catalogue.find("squeezenet1_1")
    assert path
    state = torch.load(path, weights_only=True)

    def conv(name: str, x: Any, **how: int) -> Any:
        return F.conv2d(x, state[f"features.{name}.weight"], state[f"features.{name}.bias"], **how).relu()

    y, expected = conv("0", normalised(picture(97, 131)), stride=2), {}
    for place in range(3, 13):
        if place in (3, 6, 9):
            y = F.max_pool2d(y, 3, 2, ceil_mode=True)
        if place in (5, 8):  # pools have numbers too
            continue
        y = conv(f"{place}.squeeze", y)
        y = torch.cat([conv(f"{place}.expand1x1", y), conv(f"{place}.expand3x3", y, padding=1)], dim=1)
        expected[place] = y
    network = load_features("squeezenet1_1")
    got = network(picture(97, 131))
    for tap, place in {"fire2": 3, "fire3": 4, "fire4": 6, "fire5": 7, "fire7": 10, "fire9": 12}.items():
        assert apart(got[tap], expected[place]) < rounding(terms_of(network))


def test_tap_shapes(drawn: Features) -> None:
    shapes = {tap: tuple(value.shape) for tap, value in drawn(picture()).items()}
    assert len(shapes) == 26
    assert shapes["conv1_2"] == shapes["conv1_2:linear"] == (1, 64, 64, 96)
    assert shapes["conv2_2"] == (1, 128, 32, 48)
    assert shapes["conv3_3"] == (1, 256, 16, 24)
    assert shapes["conv4_3"] == (1, 512, 8, 12)
    assert shapes["conv5_3"] == (1, 512, 4, 6)
    squeezed = {tap: tuple(value.shape) for tap, value in SqueezeNetFeatures()(picture()).items()}
    assert squeezed["conv1"] == (1, 64, 31, 47)
    assert squeezed["fire3"] == (1, 128, 15, 23)
    assert squeezed["fire5"] == (1, 256, 7, 11)
    assert squeezed["fire9"] == (1, 512, 3, 5)


def test_linear_is_before_the_relu(drawn: Features) -> None:
    got = drawn(picture(), ["conv3_2:linear", "conv3_2"])
    assert (got["conv3_2:linear"] < 0).any()
    assert torch.equal(got["conv3_2"], got["conv3_2:linear"].relu())


def test_taps_do_not_depend_on_their_company(drawn: Features) -> None:
    alone = drawn(picture(), ["conv2_2"])["conv2_2"]
    assert torch.equal(alone, drawn(picture())["conv2_2"])


def test_nothing_deeper_is_computed(drawn: Features) -> None:
    assert isinstance(drawn, VggFeatures)
    ran: list[str] = []
    hooks = [conv.register_forward_hook(lambda *_, tap=tap: ran.append(tap)) for tap, conv in drawn.convs.items()]
    try:
        assert list(drawn(picture(), ["conv2_1", "conv1_1"])) == ["conv2_1", "conv1_1"]
    finally:
        for hook in hooks:
            hook.remove()
    assert ran == ["conv1_1", "conv1_2", "conv2_1"]


def test_unknown_tap_is_told(drawn: Features) -> None:
    with pytest.raises(ValueError, match="no tap conv4_4; there are conv1_1:linear"):
        drawn(picture(), ["conv4_4"])


def test_the_mean_colour_is_zero(drawn: Features) -> None:
    """Random networks have no biases, so that the mean colour of ImageNet leads to nothing at all."""
    grey = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1).expand(1, 3, 32, 32)
    assert float(drawn(grey, ["conv4_3"])["conv4_3"].abs().max()) < 1e-5


def test_gradients_reach_the_picture_and_no_weight(drawn: Features) -> None:
    x = picture().requires_grad_(True)
    drawn(x, ["conv1_2"])["conv1_2"].sum().backward()
    assert x.grad is not None and bool(x.grad.abs().sum() > 0)
    assert all(value.grad is None for value in drawn.parameters())


def test_average_pooling(drawn: Features) -> None:
    with torch.device("meta"):
        average = VggFeatures("vgg16-random", pooling="average")
    average.load_state_dict(drawn.state_dict(), assign=True)
    with torch.no_grad():
        one, other = (network(picture(), ["conv1_2", "conv2_1"]) for network in (drawn, average))
    assert torch.equal(one["conv1_2"], other["conv1_2"])
    assert float(one["conv2_1"].mean()) > float(other["conv2_1"].mean())


def test_random_weights_are_always_the_same(drawn: Features) -> None:
    again = load_features("vgg16-random")
    assert all(torch.equal(one, other) for one, other in zip(drawn.parameters(), again.parameters(), strict=True))
    deep = drawn(picture(), ["conv1_1", "conv5_3"])
    assert 0.2 < float(deep["conv5_3"].std() / deep["conv1_1"].std()) < 5  # neither dies nor blows up


def test_half_precision_normalises_in_full() -> None:
    network = load_features("vgg16-random")
    x = picture(32, 32)
    exact = network(x, ["conv2_2"])["conv2_2"]
    rounded = network.to(torch.bfloat16)(x, ["conv2_2"])["conv2_2"]
    assert rounded.dtype is torch.bfloat16
    assert float((rounded.float() - exact).norm() / exact.norm()) < 0.02


def test_gram_by_hand() -> None:
    features = torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])  # two channels at two positions
    assert gram(features).tolist() == [[[5 / 4, 11 / 4], [11 / 4, 25 / 4]]]
    assert gram(features.bfloat16()).dtype is torch.float32


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_the_grams_gradient_is_autograds(layout: Any) -> None:
    torch.manual_seed(0)
    features = torch.randn(2, 3, 4, 5).contiguous(memory_format=layout).requires_grad_(True)
    weights_of_all = torch.randn(2, 3, 3)  # not symmetric
    rows = features.flatten(2)
    (expected,) = torch.autograd.grad((weights_of_all * (rows @ rows.transpose(1, 2)) / 60).sum(), [features])
    (found,) = torch.autograd.grad((weights_of_all * gram(features)).sum(), [features])
    assert apart(found, expected) < rounding(4 * 5 + 3)  # the Gram matrix, and the product with it
    halved = features.detach().bfloat16().requires_grad_(True)
    (rounded,) = torch.autograd.grad((weights_of_all * gram(halved)).sum(), [halved])
    assert rounded.dtype is torch.bfloat16
    assert apart(rounded.float(), expected) < rounding(1, BF16)  # what goes in and what comes out; fp32 between


def test_auto_takes_what_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    there: set[str] = set()
    monkeypatch.setattr(catalogue, "find", lambda name: Path(name) if name in there else None)
    assert taps.choose("auto") == "vgg16-random"
    there.add("squeezenet1_1")
    assert taps.choose("auto") == "squeezenet1_1"
    there.add("vgg19")
    assert taps.choose("auto") == "vgg19"
    there.add("vgg16")
    assert taps.choose("auto") == "vgg16"
    assert taps.choose("squeezenet1_1") == "squeezenet1_1"
    assert taps.at_hand("vgg19-random") and not taps.at_hand("yunet")


def test_every_network_has_its_taps() -> None:
    assert set(TAPS) == set(taps.NAMES)
    with torch.device("meta"):  # no numbers are needed
        made = {name: SqueezeNetFeatures() if name == "squeezenet1_1" else VggFeatures(name) for name in taps.NAMES}
    for name in taps.NAMES:
        assert {*TAPS[name]["style"], *TAPS[name]["content"], TAPS[name]["anime"]} <= set(made[name].tap_names)
        assert sum(TAPS[name]["style"].values()) == pytest.approx(1)
        assert sum(TAPS[name]["content"].values()) == pytest.approx(1)


def test_lacking_weights_are_told() -> None:
    with pytest.raises(WeightsError, match="no network in tests"):
        load_features("squeezenet1_1")
    with pytest.raises(ValueError, match="no feature network resnet"):
        load_features("resnet")  # type: ignore[arg-type]


def test_weights_of_another_network(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "squeeze.pth"
    torch.save({"features.0.weight": torch.zeros(64, 3, 7, 7)}, path)
    enter_in_catalogue(monkeypatch, "squeezenet1_1", path)
    with pytest.raises(WeightsError, match=r"features.0.weight has the shape \(64, 3, 7, 7\)") as told:
        load_features("squeezenet1_1")
    assert str(told.value).startswith(str(path)) and "\n" not in str(told.value)


def test_truncated_weights(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "squeeze.pth"
    torch.save({"features.0.weight": torch.zeros(64, 3, 3, 3)}, path)
    path.write_bytes(path.read_bytes()[:700])
    enter_in_catalogue(monkeypatch, "squeezenet1_1", path)
    with pytest.raises(WeightsError, match="truncated") as told:
        load_features("squeezenet1_1")
    assert "\n" not in str(told.value)
