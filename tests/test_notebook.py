"""The notebook: kept without outputs, and run from its first cell to its last as a reader runs it."""

import base64
import io
import os
import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image

from tests.material import ROOT, SHARED

NOTEBOOK = ROOT / "docs/demo.ipynb"
NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: nothing is downloaded."""


def cells(kind: str, notebook: Any = None) -> list[Any]:
    """Return the cells of one kind, of the notebook as it is kept where none is given."""
    return [cell for cell in (notebook or nbformat.read(NOTEBOOK, 4)).cells if cell.cell_type == kind]


def cell_with(text: str, notebook: Any) -> Any:
    """Return the one cell of code that holds a text."""
    (cell,) = [cell for cell in cells("code", notebook) if text in cell.source]
    return cell


def pictures(cell: Any) -> list[np.ndarray]:
    """Return the pictures that a cell shows."""
    shown = [output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})]
    return [np.array(Image.open(io.BytesIO(base64.b64decode(one))).convert("RGB")) for one in shown]


def told(cell: Any) -> str:
    """Return what a cell has printed, and its commands on both streams."""
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook after a run with small pictures, and with weights only where they are at hand."""
    home = tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("TMPDIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(home / name))
        for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "FILMCOMIC_WORK"):
            patch.setenv(name, str(home / name))
        (home / "TMPDIR").mkdir()
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            patch.setenv(name, NOWHERE)
        patch.setenv("NO_PROXY", "127.0.0.1,localhost")
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])))
        patch.setenv("FILMCOMIC_NOTEBOOK_QUICK", "1")
        patch.delenv("FILMCOMIC_WEIGHTS", raising=False)
        if (SHARED / "weights").is_dir():
            patch.setenv("FILMCOMIC_WEIGHTS", str((SHARED / "weights").resolve()))
        notebook = nbformat.read(NOTEBOOK, 4)
        NotebookClient(notebook, timeout=None, kernel_name="python3", resources={"metadata": {"path": home}}).execute()
    return notebook


def test_it_is_kept_without_outputs() -> None:
    kept = [cell for cell in cells("code") if cell.outputs or cell.execution_count is not None]
    assert kept == [], "clear the outputs before the notebook is committed"


def test_its_links_lead_somewhere() -> None:
    prose = "\n".join(cell.source for cell in cells("markdown"))
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", prose) if "://" not in link]
    assert links and [link for link in links if not (NOTEBOOK.parent / link).exists()] == []


@pytest.mark.timeout(1800)
def test_no_cell_fails(executed: Any) -> None:
    """A cell that raises ends the run; a command that fails says so in a line that begins with the program's name."""
    assert all(cell.execution_count for cell in cells("code", executed))
    said = "\n".join(map(told, cells("code", executed)))
    assert "Traceback" not in said and not re.search(r"^filmcomic: |command not found", said, re.MULTILINE), said


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("for photo, at_s in zip", 1),
        ("paint_strokes()", 1),
        ("def paint_after", 1),
        ("semilogy", 1),
        ('Path("clip.mp4")', 1),
        ("AnimeGANv2 Hayao", 1),
        ("filmcomic sheet", 1),
        ("pypdfium2", 2),
    ],
)
def test_pictures_come_out(executed: Any, text: str, count: int) -> None:
    cell = cell_with(text, executed)
    before = cells("code", executed)[cells("code", executed).index(cell) - 1]
    if re.search("^missing: ", told(before), re.MULTILINE):
        assert told(before).count("\n") == 1, "what is missing is told in one line"
        pytest.skip(told(before))
    shown = pictures(cell)
    assert len(shown) >= count
    assert all(min(one.shape[:2]) > 100 and one.std() > 10 for one in shown)


@pytest.mark.timeout(1800)
def test_the_clip_can_be_played(executed: Any) -> None:
    cell = cell_with('Path("clip.mp4")', executed)
    if not (SHARED / "weights").is_dir():
        pytest.skip("no weights are at hand")
    assert any("<video" in output.get("data", {}).get("text/html", "") for output in cell.outputs)


@pytest.mark.timeout(1800)
def test_hayao_is_told_to_be_not_for_commercial_use(executed: Any) -> None:
    cell = cell_with("--style animegan:hayao", executed)
    if not (SHARED / "weights").is_dir():
        pytest.skip("no weights are at hand")
    assert "no commercial use" in told(cell)


@pytest.mark.timeout(1800)
def test_nothing_is_left_in_the_clone(executed: Any) -> None:
    found = cell_with("mkdtemp", executed)
    folder = Path(re.findall(r"lies in (.+)", told(found))[0])
    assert {"demo.mp4", "photo1.png", "painting.png", "styles.jpg", "comic.pdf"} <= {
        one.name for one in folder.iterdir()
    }
