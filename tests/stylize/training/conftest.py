"""What all trainings of the tests have in common: the pictures, the features, one thread."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.material import shared


@pytest.fixture(scope="module")
def alone_on_a_thread() -> Iterator[None]:
    """Train on one thread, also in what tests share; leave the number of threads as it was."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def small_features(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the small feature network from the material."""
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(shared("weights/squeezenet1_1.pth").parent))


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos and drawings of the material, made small."""
    folder = tmp_path_factory.mktemp("pictures")
    for kind in ("photo", "illustration"):
        (folder / kind).mkdir()
        for path in sorted(shared(f"train/{kind}").glob("*.jpg"))[::45]:
            with Image.open(path) as opened:
                opened.thumbnail((140, 140))
                opened.save(folder / kind / f"{path.stem}.png")
    (folder / "photo" / "LICENSE").write_text("Free for all.\n")
    return folder


@pytest.fixture
def no_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Curves take half a second each; one test draws them."""
    from stylize.training import trainer

    monkeypatch.setattr(trainer, "draw_curves", lambda history, path, title: None)
