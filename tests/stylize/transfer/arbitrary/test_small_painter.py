"""The networks for phones as a style: the published chain, blends, strengths, scenes, large pictures; and no torch."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from configs.errors import RecipeError, StyleError, WeightsError
from configs.weights import catalogue
from stylize.styles.stylizer import Stylizer
from stylize.transfer.arbitrary import arbitrary
from stylize.transfer.arbitrary.arbitrary import FAMILY
from stylize.transfer.arbitrary.small_painter import Predictor, SettledTransformer, SmallTransformer
from tests.material import ROOT, shared
from tests.stylize.checkpoints.test_tflite_onnx import HALF, INT8, PREDICTOR, interpreted, painting, planes, psnr
from tests.stylize.contract import keep_the_contract, no_network
from tests.stylize.drawings import scene

Shades = npt.NDArray[np.float32]
GREY = 1 / 255


@pytest.fixture(autouse=True)
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the published files alone, and no way to the network."""
    folder = tmp_path / "given"
    folder.mkdir()
    for name in (PREDICTOR, HALF):
        shutil.copyfile(shared(name), folder / Path(name).name)
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(folder))
    monkeypatch.setattr(catalogue, "_download", no_network)
    return folder


@pytest.fixture
def looks(tmp_path: Path) -> list[str]:
    """Three paintings, 256 px either way, by their paths."""
    paths = [tmp_path / f"painting{seed}.png" for seed in range(3)]
    for seed, path in enumerate(paths):
        shades = np.rint(painting(seed) * 255 * (1, 0.5 + 0.25 * seed, 1 - 0.3 * seed)).astype(np.uint8)
        cv2.imwrite(str(path), shades[..., ::-1])
    return [str(path) for path in paths]


def made(look: str, **settings: object) -> Stylizer:
    return FAMILY.make(look, settings, "cpu")


def weaker(stylizer: Stylizer, strength: float) -> Stylizer:
    found = stylizer.weakened(strength)
    assert found is not None
    return found


def test_the_whole_chain_paints_what_the_interpreter_paints(looks: list[str]) -> None:
    """Painting to style in 8 bits and picture to painting in half precision, as published; we compute both in float."""
    picture = scene(384, 384)[None]
    for look in looks[:2]:
        seen = (cv2.imread(look)[None, ..., ::-1] / 255).astype(np.float32)
        wanted = interpreted(shared(HALF), picture, interpreted(shared(PREDICTOR), seen))
        assert psnr(made(look).paint(picture), wanted) > 35


def test_the_transformer_alone_is_the_published_one(looks: list[str]) -> None:
    style = Predictor(shared(PREDICTOR), 256).style(painting(1))
    picture = scene(384, 384)[None]
    found = SmallTransformer(shared(HALF)).paint(planes(picture), style).transpose(0, 2, 3, 1)
    assert psnr(found, interpreted(shared(HALF), picture, style.transpose(0, 2, 3, 1))) > 45


def test_neither_torch_nor_its_weights_are_needed(looks: list[str]) -> None:
    code = (
        "import sys; sys.modules['torch'] = None; import numpy as np;"
        "from stylize.styles.registry import check_style, fetch_style, make_stylizer, style_digest;"
        f"name = {f'arbitrary:{looks[0]}'!r}; check_style(name, 'auto'); fetch_style(name, {{}}); style_digest(name);"
        "stylizer = make_stylizer(name).settle([np.full((40, 60, 3), 0.5, np.float32)]);"
        "print(stylizer.paint(np.zeros((1, 30, 40, 3), np.float32)).shape, sys.modules['torch'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout.strip() == "(1, 30, 40, 3) None", done.stderr


def test_it_paints_by_the_contract(looks: list[str]) -> None:
    whole = made(looks[0])
    assert whole.name == f"arbitrary:{looks[0]}"
    for stylizer in (whole, whole.settle([scene(64, 48)]), weaker(whole, 0.5)):
        for height, width in ((24, 30), (9, 11), (8, 8), (8, 200)):
            batch = np.stack([scene(width, height), scene(width, height)[:, ::-1]])
            keep_the_contract(stylizer, batch)


def test_blends_and_strengths_end_exactly(looks: list[str]) -> None:
    picture = scene(96, 64)[None]
    alone = [made(look).paint(picture) for look in looks]
    assert min(psnr(alone[0], alone[1]), psnr(alone[1], alone[2])) < 20, "three styles"
    three = ",".join(looks)
    for place in range(3):
        shares = ", ".join("1" if k == place else "0" for k in range(3))
        assert np.array_equal(made(three, shares=shares).paint(picture), alone[place])
    assert np.array_equal(made(f"{looks[0]},{looks[1]}", blend=1).paint(picture), alone[1])
    alike, equal = made(three).paint(picture), made(three, shares="2, 2, 2").paint(picture)
    assert np.array_equal(alike, equal)
    with pytest.raises(RecipeError, match="shares has 2 numbers, and the style 3 pictures; give one for each"):
        FAMILY.check(three, {"shares": "1, 2"}, "cpu")

    whole = made(looks[0])
    assert np.array_equal(weaker(whole, 1.0).paint(picture), alone[0])
    none = weaker(whole, 0.0).paint(picture)
    assert np.array_equal(none, made(looks[1], strength=0).paint(picture)), "no style is left of either"
    assert psnr(weaker(whole, 0.5).paint(picture), alone[0]) > psnr(none, alone[0])
    halves = weaker(weaker(whole, 0.5), 0.5).paint(picture)
    assert np.array_equal(halves, made(looks[0], strength=0.25).paint(picture))


def test_the_films_colours_stay_where_asked(looks: list[str]) -> None:
    picture = 0.3 + 0.4 * scene(64, 48)[None]
    kept, painted = made(looks[0], colours=0).paint(picture), made(looks[0]).paint(picture)
    hues = [cv2.cvtColor(each[0], cv2.COLOR_RGB2Lab)[..., 1:] for each in (picture, kept, painted)]
    assert np.abs(hues[1] - hues[0]).mean() < 0.2 * np.abs(hues[2] - hues[0]).mean()


@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_settled_panels_hold_one_palette(strength: float, looks: list[str]) -> None:
    """A grey patch looks alike in a dark and in a light frame when both have one palette."""
    stylizer = made(looks[0], strength=strength)
    dark, light = np.full((2, 240, 240, 3), 0.1, np.float32)
    light[...] = 0.9
    for frame in (dark, light):
        frame[40:200, 40:200] = 0.5
    settled, before = stylizer.settle([dark, light]), stylizer.paint(dark[None])
    apart = []
    for each in (stylizer, settled):
        one, other = (each.paint(frame[None])[0, 118:122, 118:122] for frame in (dark, light))
        apart.append(float(np.abs(one - other).max()))
    assert apart[0] > 0.1 and apart[1] < GREY
    assert np.array_equal(stylizer.paint(dark[None]), before), "settling another has not changed it"
    assert np.array_equal(settled.settle([]).paint(dark[None]), before), "each picture for itself again"


def test_settled_on_itself_a_picture_stays_as_it_is(looks: list[str]) -> None:
    picture = scene(160, 96)
    for strength in (1.0, 0.5):
        stylizer = made(looks[0], strength=strength)
        assert psnr(stylizer.settle([picture]).paint(picture[None]), stylizer.paint(picture[None])) > 60


def test_large_pictures_are_painted_in_tiles_without_seams(looks: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    picture, seen_px = scene(500, 404), []
    paint = SettledTransformer.paint

    def watched(self: SettledTransformer, planes: Shades) -> Shades:
        seen_px.append(planes.shape[2] * planes.shape[3])
        return paint(self, planes)

    monkeypatch.setattr(SettledTransformer, "paint", watched)
    for strength in (1.0, 0.5):
        stylizer = made(looks[0], strength=strength)
        settled = stylizer.settle([picture])
        whole = settled.paint(picture[None])
        for each in (stylizer, settled):
            seen_px.clear()
            each._inner._whole_px = 90_000  # type: ignore[attr-defined]
            tiled = each.paint(picture[None])
            assert len(seen_px) > 3 and max(seen_px) <= 90_000
        assert np.abs(tiled - whole).max() < GREY, "with one palette"


def test_the_8_bit_transformer_serves_as_well(given: Path, looks: list[str]) -> None:
    picture, half = scene(96, 64)[None], made(looks[0]).paint(scene(96, 64)[None])
    digest = FAMILY.digest(looks[0], {})
    (given / Path(HALF).name).unlink()
    shutil.copyfile(shared(INT8), given / Path(INT8).name)
    assert FAMILY.styles()[0].ready and FAMILY.digest(looks[0], {}) != digest
    assert 20 < psnr(made(looks[0]).paint(picture), half) < 80


class TestWays:
    """Which way is taken, and that list, digest and painting tell the same of it."""

    @pytest.fixture(params=[True, False], ids=["larger", "nothing"])
    def larger(self, request: pytest.FixtureRequest, given: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
        """Whether torch and the larger network are at hand."""
        home = "arbitrary_stylization_transformer"
        if request.param:
            shutil.copytree(shared(f"weights/{home}"), given / home)
        monkeypatch.setattr(arbitrary, "_has_torch", lambda: bool(request.param))
        return bool(request.param)

    def test_the_small_ones_come_first(self, larger: bool, looks: list[str]) -> None:
        (style,) = FAMILY.styles()
        assert style.ready and "predicted" in style.description and "fitted" not in style.description
        FAMILY.check(looks[0], {}, "cpu")
        FAMILY.fetch(looks[0], {})
        assert "small sha256:203dbd6a" in FAMILY.digest(looks[0], {}) and FAMILY.notes(looks[0], {}) == []

    def test_without_them_the_larger_one_paints(self, larger: bool, given: Path, looks: list[str]) -> None:
        (given / Path(PREDICTOR).name).unlink()
        (style,) = FAMILY.styles()
        FAMILY.check(looks[0], {}, "cpu")
        if larger:
            assert style.ready and "fitted to the picture" in style.description
            FAMILY.fetch(looks[0], {})
            (note,) = FAMILY.notes(looks[0], {})
            assert "the larger network paints" in note and Path(PREDICTOR).name in note and "\n" not in note
            assert FAMILY.notes(looks[0], {"network": "separable"}) == []
            assert "fitted" in FAMILY.digest(looks[0], {}) and "small sha256" not in FAMILY.digest(looks[0], {})
        else:
            assert not style.ready and "its weights, 3.2 MB: downloaded at first use" in style.needs
            for ask in (FAMILY.fetch, lambda look, settings: FAMILY.make(look, settings, "cpu")):
                with pytest.raises(WeightsError, match="no network in tests"):
                    ask(looks[0], {})
            assert "small sha256:203dbd6a" in FAMILY.digest(looks[0], {}), "what would be downloaded"

    def test_they_are_downloaded_at_first_use(
        self, larger: bool, given: Path, looks: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = given.with_name("server")
        source.mkdir()
        for name in (PREDICTOR, HALF):
            (given / Path(name).name).rename(source / Path(name).name)
        asked = []

        def served(entry: catalogue.Weights, target: Path, progress: bool) -> Path:
            asked.append(entry.url)
            shutil.copyfile(source / entry.file_name, target)
            return target

        monkeypatch.setattr(catalogue, "_download", served)
        FAMILY.fetch(looks[0], {})
        assert [url.partition("/tflite/")[2] for url in asked] == [
            f"arbitrary_style_transfer/{Path(name).name}" for name in (PREDICTOR, HALF)
        ]
        assert "small sha256:203dbd6a" in FAMILY.digest(looks[0], {})
        assert FAMILY.styles()[0].ready and made(looks[0]).paint(scene(24, 16)[None]).std() > 0.01

    def test_the_larger_one_paints_where_it_is_asked_for(self, larger: bool, looks: list[str]) -> None:
        if larger:
            FAMILY.check(looks[0], {"network": "separable"}, "cpu")
            assert "fitted" in FAMILY.digest(looks[0], {"network": "separable"})
        else:
            with pytest.raises(StyleError, match="torch by this network, which is not installed"):
                FAMILY.check(looks[0], {"network": "separable"}, "cpu")


@pytest.mark.parametrize("name", [PREDICTOR, HALF])
def test_a_file_with_another_digest_in_one_line(name: str, given: Path, looks: list[str]) -> None:
    path = given / Path(name).name
    path.write_bytes(path.read_bytes()[:-9])
    asks: list[Callable[[], object]] = [
        lambda: FAMILY.check(looks[0], {}, "cpu"),
        lambda: FAMILY.digest(looks[0], {}),
        lambda: made(looks[0]),
    ]
    for ask in asks:
        with pytest.raises(WeightsError, match="its digest is not that of arbitrary-small") as told:
            ask()
        assert str(path) in str(told.value) and "\n" not in str(told.value)
    assert not FAMILY.styles()[0].ready and "its digest is not that of" in FAMILY.styles()[0].needs


def test_the_wrong_network_in_one_line() -> None:
    for make, name in ((SmallTransformer, PREDICTOR), (lambda path: Predictor(path, 256), HALF)):
        with pytest.raises(WeightsError, match="holds another network"):
            make(shared(name))
