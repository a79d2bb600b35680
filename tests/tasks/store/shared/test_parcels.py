"""A film comes from a bucket whole, also when it was interrupted; a comic goes to one in a single step."""

from functools import partial
from pathlib import Path

import pytest

from configs.errors import FilmError, OutputError
from configs.recipes.recipe import Recipe
from configs.settings import place_url
from tasks.store.order import take_order
from tasks.store.shared import parcels
from tasks.store.shared.far import BucketStore, PassingError, far_store
from tasks.store.shared.parcels import bring_film, send_comic
from tests.tasks.store.shared.bucket import Bucket, needs_moto

pytestmark = needs_moto
FILM = bytes(range(256)) * 40


def put(url: str, content: bytes, tmp_path: Path) -> None:
    above, _, name = url.rpartition("/")
    (tmp_path / "content").write_bytes(content)
    far_store(above).put(name, tmp_path / "content", "")


@pytest.fixture
def film(bucket: Bucket, tmp_path: Path) -> str:
    url = f"{bucket.url}/{tmp_path.name}/a film.mkv"
    put(url, FILM, tmp_path)
    put(url.replace(".mkv", ".en.srt"), b"words", tmp_path)
    put(url.replace("a film.mkv", "another.mkv"), b"another", tmp_path)
    return url


def test_a_film_comes_with_its_words_and_only_once(film: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = bring_film(film)
    lying = [path.name for path in place.parent.iterdir() if path.name[0] != "."]
    assert place.read_bytes() == FILM and sorted(lying) == ["a film.en.srt", "a film.mkv"]
    with monkeypatch.context() as patch:
        patch.setattr(BucketStore, "part", partial(pytest.fail, "it is here"))
        assert bring_film(film) == place
    put(film, FILM[::-1], tmp_path)
    assert bring_film(film).read_bytes() == FILM[::-1], "it was changed there"
    with pytest.raises(FilmError, match="no such film"):
        bring_film(film.replace("a film", "no film"))


def test_what_was_interrupted_goes_on(film: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "_PART_BYTES", 1000)
    asked: list[int] = []
    real = BucketStore.part

    def part(far: BucketStore, name: str, start: int, end: int) -> bytes:
        asked.append(start)
        if len(asked) == 5:
            raise KeyboardInterrupt
        if len(asked) == 8:
            raise PassingError
        return real(far, name, start, end)

    monkeypatch.setattr(BucketStore, "part", part)
    with pytest.raises(KeyboardInterrupt):
        bring_film(film)
    assert bring_film(film).read_bytes() == FILM
    large = [start for start in asked if start]
    assert sorted(set(large)) == list(range(1000, len(FILM), 1000))
    assert len(large) == len(set(large)) + 2, "but for those two nothing was asked for twice"


def test_a_comic_goes_to_a_bucket(film: str, tmp_path: Path) -> None:
    order = take_order(Path(film), None, Recipe(), tmp_path / "kept")
    url = film.replace(".mkv", ".pdf")
    assert order.film.read_bytes() == FILM and place_url(order.out) == url
    order.out.write_bytes(b"comic")
    send_comic(order.out, url)
    send_comic(order.out, url)
    above, _, name = url.rpartition("/")
    found = far_store(above).get(name)
    assert found is not None and b"".join(found.chunks) == b"comic"
    with pytest.raises(OutputError, match="only comics"):
        take_order(Path(film), Path(film), Recipe(), tmp_path / "kept", suffix=".storyboard.json")
