"""Fonts by name."""

from pathlib import Path

import pytest

from configs.errors import WeightsError
from configs.typefaces import FONTS, font_file
from configs.weights.catalogue import CATALOGUE


def test_files_stay_files(tmp_path: Path) -> None:
    assert font_file(None) is None
    assert font_file(tmp_path / "a.ttf") == tmp_path / "a.ttf"


@pytest.mark.parametrize("name", FONTS)
def test_names_are_in_the_catalogue_with_an_open_licence(name: str) -> None:
    assert CATALOGUE[name].licence == "OFL-1.1" and CATALOGUE[name].sha256


def test_a_wrong_file_of_that_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / CATALOGUE["shantell-sans"].file_name).write_bytes(b"no font")
    monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(tmp_path))
    with pytest.raises(WeightsError, match="its digest is not that of shantell-sans"):
        font_file(Path("shantell-sans"))
