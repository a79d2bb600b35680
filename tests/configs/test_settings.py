import os
import stat
from pathlib import Path

import pytest

from configs.errors import InputError
from configs.settings import as_url, cache_root, far_url, private_folder, state_root, work_root


@pytest.fixture(autouse=True)
def _usual_mask() -> None:
    os.umask(0o022)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_private_folder_is_closed_and_its_parents_are_not(tmp_path: Path) -> None:
    made = private_folder(tmp_path / "a" / "work")
    assert made == tmp_path / "a" / "work" and mode(made) == 0o700 and mode(made.parent) == 0o755


def test_a_folder_that_somebody_shared_stays_shared(tmp_path: Path) -> None:
    tmp_path.chmod(0o770)
    assert mode(private_folder(tmp_path)) == 0o770


@pytest.mark.parametrize("own", [cache_root, state_root, lambda: cache_root() / "work"])
def test_our_own_folders_are_tightened(own: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FILMCOMIC_WORK")
    assert callable(own)
    folder = own()
    folder.mkdir(parents=True)
    assert mode(folder) == 0o755
    assert mode(private_folder(folder)) == 0o700
    assert work_root() == cache_root() / "work"


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "work").write_text("")
    with pytest.raises(FileExistsError):
        private_folder(tmp_path / "work")


@pytest.mark.parametrize(
    ("named", "url"),
    [
        ("s3://comics/work", "s3://comics/work"),
        (Path("s3://comics/kept/"), "s3://comics/kept"),
        (Path("file:///srv/share"), "file:///srv/share"),
        ("gs://comics", "gs://comics"),
        ("/srv/s3:/kept", None),
        ("mine:/kept", None),
        ("work", None),
    ],
)
def test_a_work_folder_may_be_a_url(named: Path | str, url: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert as_url(named) == url
    folder = work_root(Path(named))
    assert far_url(folder) == url and (url is not None) == folder.is_relative_to(cache_root())
    monkeypatch.setenv("FILMCOMIC_WORK", str(named))
    assert work_root() == folder


@pytest.mark.parametrize("named", ["https://comics/kept", "s3://key:word@comics/kept", "az:/comics"])
def test_other_urls_and_passwords_in_them_are_refused(named: str) -> None:
    with pytest.raises(InputError) as refused:
        work_root(Path(named))
    assert "word@" not in str(refused.value)
