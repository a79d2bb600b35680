"""The family of quick painting after a picture: what it takes, what it tells, and how styles come about and mix."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from configs import settings
from configs.errors import DeviceError, FilmcomicError, RecipeError, StyleError, WeightsError
from configs.weights import catalogue
from stylize.checkpoints.tfjs import Tensors, read_tensors
from stylize.transfer.arbitrary.arbitrary import FAMILY
from tests.material import ROOT, shared
from tests.stylize.contract import keep_the_contract, no_network

HOME = "arbitrary_stylization_transformer"
QUICK = {"steps": 1, "starts": 1, "size": 64}


@pytest.fixture(autouse=True)
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of weights with the real transformer and features, and no way to the network."""
    folder = tmp_path / "given"
    shutil.copytree(shared(f"weights/{HOME}"), folder / HOME)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    shutil.copyfile(shared("weights/squeezenet1_1.pth"), folder / "squeezenet1_1.pth")
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(folder))
    monkeypatch.setattr(catalogue, "_download", no_network)
    return folder


@pytest.fixture
def paintings(tmp_path: Path) -> tuple[Path, Path]:
    """Two style pictures: one warm and striped, one cold and spotted."""
    rows, columns = np.mgrid[0:80, 0:72]
    stripes, spots = np.sin(rows / 2) > 0, np.sin(rows / 5) * np.sin(columns / 5) > 0.2
    paths = tmp_path / "warm.png", tmp_path / "cold, and wet.png"
    for path, marks, (one, other) in (
        (paths[0], stripes, ((20, 120, 250), (10, 30, 120))),
        (paths[1], spots, ((230, 200, 150), (140, 60, 20))),
    ):
        cv2.imwrite(str(path), np.where(marks[..., None], one, other).astype(np.uint8))
    return paths


def pictures(height: int = 24, width: int = 30, batch: int = 1) -> npt.NDArray[np.float32]:
    small = np.random.default_rng(0).random((batch, 4, 5, 3), np.float32)
    return np.stack([cv2.resize(each, (width, height)) for each in small]).clip(0, 1)


def test_describing_checking_and_digesting_import_no_torch(paintings: tuple[Path, Path]) -> None:
    code = (
        "import sys; from stylize.transfer.arbitrary.arbitrary import FAMILY;"
        f"look = {str(paintings[0])!r}; FAMILY.styles(); FAMILY.check(look, {{}}, 'cpu'); FAMILY.digest(look, {{}});"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


def test_the_list_tells_what_is_there(given: Path) -> None:
    (style,) = FAMILY.styles()
    assert style.ready and "fitted to the picture" in style.description and style.licence == "Apache-2.0"
    assert "3.2 MB of weights downloaded at first use" in style.description
    shutil.rmtree(given / HOME)
    (style,) = FAMILY.styles()
    assert not style.ready and "3.2 MB" in style.needs
    with pytest.raises(WeightsError, match="no network"):
        FAMILY.fetch("any.png", {})


def test_a_transformer_with_another_digest_is_refused(given: Path, paintings: tuple[Path, Path]) -> None:
    shard = next((given / HOME).rglob("group1-shard1of1"))
    shard.write_bytes(shard.read_bytes()[:-1] + b"\1")
    for ask in (lambda look: FAMILY.check(look, {}, "cpu"), lambda look: FAMILY.make(look, {}, "cpu")):
        with pytest.raises(WeightsError, match="its digest is not that of") as told:
            ask(str(paintings[0]))
        assert str(shard) in str(told.value) and "\n" not in str(told.value)
    assert "its digest is not that of" in FAMILY.styles()[0].needs


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "truncated", "tiny", "folder", "nine", "none", "nul"])
def test_bad_pictures_in_one_line(kind: str, paintings: tuple[Path, Path], tmp_path: Path) -> None:
    path = tmp_path / "bad.png"
    look = str(path)
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("no picture")
    elif kind == "truncated":
        path.write_bytes(paintings[0].read_bytes()[:40])
    elif kind == "tiny":
        cv2.imwrite(str(path), np.zeros((20, 200, 3), np.uint8))
    elif kind == "folder":
        path.mkdir()
    elif kind == "nine":
        look = ",".join([str(paintings[0])] * 9)
    elif kind == "none":
        look = ","
    elif kind == "nul":
        look = "a\0b"
    for ask in (FAMILY.check, FAMILY.make):
        with pytest.raises(StyleError) as told:
            ask(look, QUICK, "cpu")
        assert "\n" not in str(told.value) and ";" in str(told.value), "one line, with a cure"


def test_settings_and_devices_are_checked(paintings: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    look = str(paintings[0])
    for wrong, expected in (({"strength": 1.5}, "strength"), ({"styl": 1}, "unknown key styl")):
        with pytest.raises(RecipeError, match=expected):
            FAMILY.check(look, wrong, "cpu")
    with pytest.raises(StyleError, match="the plain network of arbitrary is not at hand"):
        FAMILY.check(look, {"network": "plain"}, "cpu")
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for ask in (FAMILY.check, FAMILY.make):
        with pytest.raises(DeviceError, match="no CUDA device is there"):
            ask(look, QUICK, "cuda")


def test_digests_follow_all_that_decides(given: Path, paintings: tuple[Path, Path]) -> None:
    one, two = (str(path) for path in paintings)
    digests = [FAMILY.digest(look, {}) for look in (one, two, f"{one},{one}")]
    digests += [FAMILY.digest(one, {"strength": 0.5}), FAMILY.digest(one, {"size": 300})]
    (given / "squeezenet1_1.pth").unlink()
    digests.append(FAMILY.digest(one, {}))
    write_model(given / "saved_model_style_js", {"any": np.zeros(3, np.float32)})
    digests.append(FAMILY.digest(one, {}))
    paintings[0].write_bytes(paintings[1].read_bytes())
    digests.append(FAMILY.digest(one, {}))
    assert len(set(digests)) == len(digests)
    assert FAMILY.digest(one, {}) == FAMILY.digest(two, {})


def write_model(folder: Path, tensors: Tensors) -> None:
    """Publish tensors as TensorFlow.js would, in one shard."""
    folder.mkdir(parents=True)
    entries = [{"name": name, "shape": list(v.shape), "dtype": str(v.dtype)} for name, v in tensors.items()]
    manifest = {"weightsManifest": [{"paths": ["group1-shard1of1"], "weights": entries}]}
    (folder / "model.json").write_text(json.dumps(manifest))
    (folder / "group1-shard1of1").write_bytes(b"".join(value.tobytes() for value in tensors.values()))


class TestPainting:
    """With torch: fits, blends, strengths."""

    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")
        from stylize.transfer.arbitrary import arbitrary_painter, style_search

        monkeypatch.setattr(style_search, "SCENES", 2)
        monkeypatch.setattr(style_search, "SIDE_PX", 48)
        monkeypatch.setattr(
            arbitrary_painter,
            "fit_neutral",
            lambda network, features: style_search.fit_neutral(network, features, steps=8),
        )

    @pytest.fixture
    def no_fits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from stylize.transfer.arbitrary import arbitrary_painter

        def refused(*_: object, **__: object) -> None:
            raise AssertionError("nothing is to be fitted here")

        for name in ("fit_style", "fit_neutral", "load_features"):
            monkeypatch.setattr(arbitrary_painter, name, refused)

    def test_it_paints_by_the_contract(self, paintings: tuple[Path, Path]) -> None:
        stylizer = FAMILY.make(str(paintings[0]), QUICK, "cpu")
        assert stylizer.name == f"arbitrary:{paintings[0]}"
        for height, width in ((24, 30), (9, 11), (8, 8)):
            keep_the_contract(stylizer, pictures(height, width, batch=2))

    def test_a_style_is_fitted_once(
        self, paintings: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
    ) -> None:
        look, batch = str(paintings[0]), pictures()
        painted = FAMILY.make(look, QUICK, "cpu").paint(batch)
        kept = sorted((settings.cache_root() / "styles").iterdir())
        assert len(kept) == 2, "the neutral style and this one"
        contents = [path.read_bytes() for path in kept]
        for path in kept:
            path.write_bytes(b"spoilt")
        assert np.array_equal(FAMILY.make(look, QUICK, "cpu").paint(batch), painted)
        assert [path.read_bytes() for path in kept] == contents, "the same fit, byte by byte"
        request.getfixturevalue("no_fits")
        assert np.array_equal(FAMILY.make(look, QUICK, "cpu").paint(batch), painted)
        with pytest.raises(AssertionError, match="nothing is to be fitted"):
            FAMILY.make(look, QUICK | {"size": 65}, "cpu")

    def test_a_picture_that_changes_while_it_is_read_is_not_remembered_as_another(
        self, paintings: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from stylize.transfer.arbitrary import arbitrary_painter

        warm, cold = paintings
        first, other, real = warm.read_bytes(), cold.read_bytes(), arbitrary_painter._read

        def replaced(path: Path, *rest: Any) -> Any:
            path.write_bytes(other)
            return real(path, *rest)

        monkeypatch.setattr(arbitrary_painter, "_read", replaced)
        with pytest.raises(StyleError, match="has changed while it was read; run again"):
            FAMILY.make(str(warm), QUICK, "cpu")
        monkeypatch.setattr(arbitrary_painter, "_read", real)
        warm.write_bytes(first)
        painted = FAMILY.make(str(warm), QUICK, "cpu").paint(pictures())
        shutil.rmtree(settings.cache_root() / "styles")
        assert np.array_equal(painted, FAMILY.make(str(warm), QUICK, "cpu").paint(pictures()))

    def test_blends_and_strengths_end_exactly(self, paintings: tuple[Path, Path]) -> None:
        warm, cold = (str(path) for path in paintings)
        batch = pictures()
        alone = [FAMILY.make(look, QUICK, "cpu").paint(batch) for look in (warm, cold)]
        assert np.abs(alone[0] - alone[1]).max() > 0.01, "the name with a comma is one picture"
        link = Path(cold).with_name("cold.png")
        link.write_bytes(Path(cold).read_bytes())
        both = f"{warm},{link}"
        ends = [FAMILY.make(both, QUICK | {"blend": share}, "cpu").paint(batch) for share in (0, 1)]
        assert np.array_equal(ends[0], alone[0]) and np.array_equal(ends[1], alone[1])

        whole = FAMILY.make(warm, QUICK, "cpu")
        as_it_is, none = whole.weakened(1.0), whole.weakened(0.0)
        assert as_it_is is not None and none is not None
        assert np.array_equal(as_it_is.paint(batch), alone[0])
        assert np.array_equal(none.paint(batch), FAMILY.make(warm, QUICK | {"strength": 0}, "cpu").paint(batch))
        of_other = FAMILY.make(cold, QUICK | {"strength": 0}, "cpu").paint(batch)
        assert np.array_equal(none.paint(batch), of_other), "no style is left of either"
        assert np.array_equal(whole.paint(batch), alone[0]), "making others has not changed it"

    def test_colours_stay_the_films_where_asked(self, paintings: tuple[Path, Path]) -> None:
        from stylize.transfer.arbitrary.blended import keep_hues

        batch = 0.3 + 0.4 * pictures()  # no colour so strong that another lightness would clip it
        painted = FAMILY.make(str(paintings[0]), QUICK, "cpu").paint(batch)[0]
        assert np.abs(keep_hues(painted, batch[0], 1.0) - painted).max() < 0.01
        kept = FAMILY.make(str(paintings[0]), QUICK | {"colours": 0}, "cpu").paint(batch)[0]
        grey = np.full_like(batch[0], 0.5)
        turned = keep_hues(grey, batch[0], 0.0)
        lightness, film = (cv2.cvtColor(each, cv2.COLOR_RGB2Lab) for each in (turned, batch[0]))
        assert np.abs(lightness[..., 0] - cv2.cvtColor(grey, cv2.COLOR_RGB2Lab)[..., 0]).max() < 0.5
        assert np.abs(lightness[..., 1:] - film[..., 1:]).max() < 0.5
        assert np.array_equal(kept, keep_hues(painted, batch[0], 0.0))

    def test_settled_panels_hold_one_palette(self, paintings: tuple[Path, Path]) -> None:
        """A grey patch looks alike in a dark and in a light frame when both have one palette."""
        stylizer = FAMILY.make(str(paintings[0]), QUICK, "cpu")
        dark, light = np.full((2, 160, 160, 3), 0.1, np.float32)
        light[...] = 0.9
        for frame in (dark, light):
            frame[40:120, 40:120] = 0.5
        apart = []
        for each in (stylizer, stylizer.settle([dark, light])):
            one, other = (each.paint(frame[None])[0, 78:82, 78:82].mean() for frame in (dark, light))
            apart.append(abs(float(one) - float(other)))
        assert apart[1] < 0.2 * apart[0]

    def test_plain_network(self, given: Path, paintings: tuple[Path, Path]) -> None:
        from tests.stylize.transfer.arbitrary.test_arbitrary_net import plain_of

        manifest = next((given / HOME).rglob("model.json"))
        write_model(given / HOME / "saved_model_transformer_js", plain_of(read_tensors(manifest)))
        FAMILY.check(str(paintings[0]), {"network": "plain"}, "cpu")
        plain = FAMILY.make(str(paintings[0]), QUICK | {"network": "plain"}, "cpu").paint(pictures())
        separable = FAMILY.make(str(paintings[0]), QUICK, "cpu").paint(pictures())
        assert np.abs(plain - separable).mean() < 0.03, "the same network, written otherwise, and fitted anew"

    def test_given_predictor_is_used(self, given: Path, paintings: tuple[Path, Path], no_fits: None) -> None:
        import torch

        from stylize.transfer.arbitrary.arbitrary import read_picture
        from stylize.transfer.arbitrary.arbitrary_net import load_transformer
        from stylize.transfer.arbitrary.predictor_net import load_predictor
        from tests.stylize.transfer.arbitrary.test_arbitrary_net import predictor_graph

        tensors = predictor_graph().values
        write_model(given / HOME / "saved_model_style_js", tensors)
        assert "predicted" in FAMILY.styles()[0].description
        manifest = next((given / HOME / "saved_model_transformer_separable_js").glob("model.json"))
        network = load_transformer(read_tensors(manifest), manifest)
        oracle = load_predictor(tensors, manifest)

        def expected(*styles: tuple[npt.NDArray[Any], float]) -> npt.NDArray[Any]:
            """Paint with the weighted sum of the styles of these pictures."""
            with torch.no_grad():
                vectors = [share * oracle(torch.from_numpy(p).permute(2, 0, 1)[None]) for p, share in styles]
                source = torch.from_numpy(batch).permute(0, 3, 1, 2)
                painted = network(source, network.steer(torch.stack(vectors).sum(0)))
            return np.asarray(painted[0].permute(1, 2, 0).numpy())

        batch = pictures(24, 32)
        warm, cold = (read_picture(path, 64) for path in paintings)
        link = paintings[1].with_name("cold.png")
        link.write_bytes(paintings[1].read_bytes())
        for look, more, styles in (
            (str(paintings[0]), {}, [(warm, 1.0)]),
            (f"{paintings[0]},{link}", {"blend": 0.25}, [(warm, 0.75), (cold, 0.25)]),
            (str(paintings[0]), {"strength": 0.0}, [(batch[0], 1.0)]),
            (str(paintings[0]), {"strength": 0.6}, [(warm, 0.6), (batch[0], 0.4)]),
        ):
            painted = FAMILY.make(look, QUICK | more, "cpu").paint(batch)[0]
            assert np.abs(painted - expected(*styles)).mean() < 2 / 255

    def test_broken_predictor_in_one_line(self, given: Path, paintings: tuple[Path, Path]) -> None:
        write_model(given / "saved_model_style_js", {"other": np.zeros(3, np.float32)})
        with pytest.raises(WeightsError, match="not the weights of this network"):
            FAMILY.make(str(paintings[0]), QUICK, "cpu")
        (given / "saved_model_style_js" / "model.json").write_text("{")
        for ask in (lambda look: FAMILY.digest(look, {}), lambda look: FAMILY.make(look, QUICK, "cpu")):
            with pytest.raises(FilmcomicError, match="is no JSON") as told:
                ask(str(paintings[0]))
            assert "\n" not in str(told.value)
