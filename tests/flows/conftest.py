"""Flow tests take the weights that lie with the material, so that none of them asks the network."""

import pytest

from tests.material import SHARED


@pytest.fixture(autouse=True)
def _weights_at_hand(_folders_of_its_own: None, monkeypatch: pytest.MonkeyPatch) -> None:
    if (SHARED / "weights").is_dir():
        monkeypatch.setenv("FILMCOMIC_WEIGHTS", str(SHARED / "weights"))
