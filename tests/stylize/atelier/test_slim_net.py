"""The slim network: its size, its beginning, and its graph, which paints what it paints."""

import numpy as np
import pytest

from stylize.atelier.atelier import SLIM, Tiling, in_tiles
from stylize.atelier.atelier_graph import SLIM_UNITS, build_graph, plain_weights
from tests.arithmetic import apart, rounding, terms_of
from tests.stylize.drawings import scene

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from torch import nn  # noqa: E402

from stylize.atelier.slim_net import SlimNet, load_painter  # noqa: E402


@pytest.fixture(scope="module")
def network() -> SlimNet:
    """A network whose weights are all in play."""
    torch.manual_seed(1)
    made = SlimNet()
    nn.init.normal_(made.out.weight, 0, 0.1)
    return made.eval().requires_grad_(False)


def test_shape_and_size(network: SlimNet) -> None:
    assert sum(value.numel() for value in network.parameters()) == 894_940
    with pytest.raises(ValueError, match="multiples of 8"):
        network(torch.zeros(1, 3, 60, 64))


def test_starts_as_the_picture_itself() -> None:
    picture = torch.rand(1, 3, 32, 40) * 2 - 1
    assert torch.equal(SlimNet().eval()(picture), picture)


def test_graph_equals_network(network: SlimNet) -> None:
    import onnxruntime

    weights = plain_weights({name: value.numpy() for name, value in network.state_dict().items()})
    assert {name.rpartition(".")[0] for name in weights} == set(SLIM_UNITS)
    session = onnxruntime.InferenceSession(build_graph(weights), providers=["CPUExecutionProvider"])
    again = load_painter({name: torch.from_numpy(value) for name, value in weights.items()}).eval()
    for height, width in ((64, 40), (32, 72)):
        picture = np.random.default_rng(height).random((1, 3, height, width), np.float32) * 2 - 1
        wanted = network(torch.from_numpy(picture)).numpy()
        assert np.abs(wanted - picture).max() > 0.05
        assert apart(session.run(None, {"picture": picture})[0], wanted) < rounding(terms_of(network))
        with torch.no_grad():
            assert np.array_equal(again(torch.from_numpy(picture)).numpy(), wanted)


def test_a_missing_weight_is_named(network: SlimNet) -> None:
    state = {name: value.numpy() for name, value in network.state_dict().items() if name != "up2.bias"}
    with pytest.raises(KeyError, match=r"up2\.bias"):
        plain_weights(state)


def test_tiles_equal_the_whole(network: SlimNet) -> None:
    picture = scene(331, 203)
    cuts = (Tiling(tile_px=96, margin_px=SLIM.margin_px), SLIM)
    small, whole = (in_tiles(picture, lambda x: network(torch.from_numpy(x)).numpy(), cut) for cut in cuts)
    assert small.shape == picture.shape
    assert np.abs(small - whole).max() < 0.5 / 255
