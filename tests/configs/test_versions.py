"""The stages' versions: a change of a stage's source is not forgotten."""

import importlib
import pkgutil
from pathlib import Path

import pytest

from configs import versions


def test_no_stage_has_changed_since_its_version_was_set() -> None:
    """If it fails: `python -m configs.versions renew`, with --same where the change gives the same results."""
    assert versions.changed_stages() == []


def test_a_change_of_any_module_that_a_stage_imports_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("film/shots", "configs"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "film/shots/shots.py").write_text("def find():\n    from film.shots import cuts\n")
    (tmp_path / "film/shots/cuts.py").write_text("import film.model\n")
    (tmp_path / "film/model.py").write_text("A = 1\n")
    (tmp_path / "film/other.py").write_text("B = 1\n")
    (tmp_path / "film/shots/page.html").write_text("<p>\n")
    (tmp_path / "configs/versions.toml").write_text(
        '[shots]\nversion = 4\nmodules = ["film.shots.shots"]\nsource = ""\n\n'
        '[other]\nversion = 1\nmodules = ["film.other"]\nsource = ""\n'
    )
    monkeypatch.setattr(versions, "_ROOT", tmp_path)
    monkeypatch.setattr(versions, "_TABLE", tmp_path / "configs/versions.toml")
    versions.stages.cache_clear()
    try:
        assert versions.renew(same=True) == ["shots", "other"] and versions.changed_stages() == []
        assert versions.version_of("shots") == 4 and versions.version_of("nobody's") == 0
        (tmp_path / "film/model.py").write_text("A = 2\n")
        assert versions.changed_stages() == ["shots"]
        before = versions.versions_digest()
        assert versions.renew(same=False) == ["shots"] and versions.version_of("shots") == 5
        assert versions.version_of("other") == 1 and versions.versions_digest() != before
        assert versions.changed_stages() == []
        (tmp_path / "film/shots/page.html").write_text("<p>{{ words }}\n")
        assert versions.changed_stages() == ["shots"], "a template beside its modules"
        versions.renew(same=True)
        (tmp_path / "film/shots/words.toml").write_text("[en]\n")
        assert versions.changed_stages() == ["shots"], "a lexicon beside its modules"
    finally:
        versions.stages.cache_clear()


def test_every_job_has_its_row() -> None:
    import tasks
    from tasks.store.store import Job

    for module in pkgutil.walk_packages(tasks.__path__, "tasks."):
        importlib.import_module(module.name)

    def below(kind: type) -> list[type]:
        return [each for sub in kind.__subclasses__() for each in (sub, *below(sub))]

    named = {kind.stage for kind in below(Job) if "stage" in vars(kind) and kind.__module__.startswith("tasks.")}
    assert named <= set(versions.stages()) and len(named) >= 14
