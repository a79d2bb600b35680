"""The losses that a training has told, written and read back."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")


from stylize.training.results.curves import History  # noqa: E402


def test_history_comes_back_exactly(tmp_path: Path) -> None:
    history = History()
    number = float(torch.tensor(1 / 3))
    for step, phase in ((1, "content"), (2, "content"), (3, "adversarial")):
        history.add(step, phase, {"loss": step * number} | ({"style": 2.0} if step == 3 else {}))
    history.add(3, "adversarial", {"held_out": 0.5})
    history.write(tmp_path / "losses.csv")
    read = History.read(tmp_path / "losses.csv", upto=3)
    assert [(row.step, row.phase) for row in read.rows] == [(1, "content"), (2, "content"), (3, "adversarial")]
    assert torch.tensor(read.rows[0].losses["loss"]) == torch.tensor(number)
    assert read.recent() == pytest.approx({"loss": 3 * number, "style": 2.0, "held_out": 0.5})
    assert len(History.read(tmp_path / "losses.csv", upto=2).rows) == 2
    (tmp_path / "losses.csv").write_text("nonsense")
    assert History.read(tmp_path / "losses.csv", upto=3).rows == []
