"""The balance of the losses: what is written in the table is what the real network gives on real photos."""

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from configs.recipes.train_settings import FEATURE_SCALES, scale_for  # noqa: E402
from stylize.training.steps.balance import dead_leaves, feature_scale, measure  # noqa: E402
from stylize.transfer.perceptual import Features, load_features  # noqa: E402
from tests.arithmetic import near, terms_of  # noqa: E402
from tests.material import shared  # noqa: E402


@pytest.fixture
def squeezenet(monkeypatch: pytest.MonkeyPatch) -> Features:
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights/squeezenet1_1.pth").parent))
    return load_features("squeezenet1_1")


def photos(count: int) -> torch.Tensor:
    """Squares of 256 pixels from photos spread over the folder."""
    paths = sorted(shared("train/photo").iterdir())
    squares = []
    for path in paths[:: len(paths) // count][:count]:
        stored = cv2.imread(str(path))
        factor = 256 / min(stored.shape[:2])
        small = cv2.resize(stored, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        top, left = ((side - 256) // 2 for side in small.shape[:2])
        squares.append(np.ascontiguousarray(small[top : top + 256, left : left + 256, ::-1]))
    return torch.from_numpy(np.stack(squares)).permute(0, 3, 1, 2).float() / 255


def test_leaves_are_the_same_pictures_every_time() -> None:
    leaves = dead_leaves()
    assert leaves.shape == (8, 3, 256, 256) and leaves.min() >= 0 and leaves.max() <= 1
    assert torch.equal(leaves, dead_leaves())
    assert (leaves[0] - leaves[1]).abs().mean() > 0.05


def test_the_table_is_what_photos_give(squeezenet: Features) -> None:
    difference, channels = measure(squeezenet, photos(24))
    assert channels == 256
    assert scale_for(difference, channels).content == pytest.approx(FEATURE_SCALES[squeezenet.name].content, rel=0.15)
    assert feature_scale(squeezenet) == FEATURE_SCALES[squeezenet.name]


def test_leaves_stand_for_photos(squeezenet: Features) -> None:
    found = scale_for(*measure(squeezenet, dead_leaves()))
    assert found.content == pytest.approx(FEATURE_SCALES[squeezenet.name].content, rel=0.05)


def test_an_unknown_network_is_measured(squeezenet: Features, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the features, a tenth of the factor: the losses are the same."""
    monkeypatch.delitem(FEATURE_SCALES, squeezenet.name)
    before = feature_scale(squeezenet)
    assert before == scale_for(*measure(squeezenet, dead_leaves()))
    with torch.no_grad():
        for name, value in squeezenet.get_submodule("fires.fire5").named_parameters():
            value *= 10 if name.startswith("expand") else 1
    after = feature_scale(squeezenet)
    assert after.content == near(before.content / 10, terms=terms_of(squeezenet))
    assert after.style == near(before.style / 100, terms=terms_of(squeezenet))
