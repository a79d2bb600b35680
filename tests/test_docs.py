"""README, CONTRIBUTING and docs: what they say can be done can be done, and what they name is there."""

import argparse
import ast
import importlib
import json
import re
import tomllib
from fnmatch import fnmatch
from functools import cache
from itertools import dropwhile
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from configs import versions
from configs.errors import FAULTS_FOUND
from configs.recipes.ink_settings import load_look
from configs.recipes.page_settings import PageFormat
from configs.recipes.recipe import Recipe, load_recipe
from film.encoding.encoder import CONTAINERS
from flows.cli import filmcomic
from layouts.book.documents import load_storyboard
from layouts.book.storyboard import Panel
from layouts.editions.table import PUBLISHERS
from stylize.styles.photos import KINDS as KINDS_OF_PHOTOS
from stylize.styles.registry import describe_styles, is_neural
from stylize.training import train
from stylize.training.data.plan import make_plan
from tasks.serving import fleet
from tasks.store.order import take_order
from tests.documents import PAGES, Block, Command, anchors, blocks, commands, in_code, links, rows
from tests.material import ROOT

ARCHITECTURE, CONTRIBUTING = ROOT / "docs/architecture.md", ROOT / "CONTRIBUTING.md"
ROOMS = ("flows", "tasks", "film", "stylize", "layouts", "configs")
FOREIGN = {"pip", "pre-commit", "docker", "kubectl", "cp", "export", "mkdir"}
"""Programs of others that are named."""
KINDS = {
    *("", "console", "csv", "make", "mermaid", "python", "toml", "toml preset", "toml format", "toml versions"),
    *("json storyboard", "json panel"),
}
NEW = {
    "configs/presets/ink_looks/ink-pencil.toml",
    "configs/presets/page_formats/paperback.toml",
    "layouts/editions/script.py",
    "stylize/atelier/duotone.py",
    "tests/layouts/editions/test_script.py",
    "tests/stylize/atelier/test_duotone.py",
}
"""What the examples of CONTRIBUTING make."""
NAMED = re.compile(r"(?:flows|tasks|film|stylize|layouts|configs|tests|docs|benchmarks|\.ci)/[\w./-]*\w")
BORNE = re.compile(r"`(\w+)` in `([\w/]+\.py)`")


def style_is_known(name: str) -> None:
    """Raise where a style, or a pattern of styles, is none."""
    if "*" in name:
        assert any(fnmatch(style.name, name) for style in describe_styles()), f"no style is called {name}"
    else:
        is_neural(name)


def check_filmcomic(words: tuple[str, ...], folder: Path) -> None:
    """Read a command line as the program does, and refuse what it would before its work."""
    with filmcomic.make_context("filmcomic", list(words)) as top:
        name, command, left = filmcomic.resolve_command(top, [*top._protected_args, *top.args])
        assert name is not None and command is not None
        given = command.make_context(name, left, parent=top).params
    if name == "train-style":
        fields = ("photos", "drawings", "painting", "out", "name", "minutes", "ema", "licence", "device")
        plan = make_plan(given["preset"], given["settings"], **{key: given[key] for key in fields})
        films = {"photos": given["films"], "drawings": given["drawn_films"]}
        plan.model_copy(update={key: paths for key, paths in films.items() if paths}).check()
        return
    if given.get("recipe"):
        (folder / given["recipe"]).write_text("")
        given["recipe"] = folder / given["recipe"]
    flags = {key: given.get(key) for key in Recipe.model_fields if (name, key) != ("lint", "subtitles")}
    recipe = load_recipe(given.get("recipe"), flags)
    for style in (*recipe.styles, *given.get("styles", ())):
        style_is_known(style)
    out = given.get("out")
    suffixes = {"storyboard": {".json"}, "contact": {".html"}, "sheet": {".jpg"}, "batch": {""}, "watch": {""}}
    suffixes["stylize"] = {*KINDS_OF_PHOTOS, *CONTAINERS, ""}
    assert out is None or out.suffix in suffixes.get(name, PUBLISHERS), f"{out} is no file that {name} makes"
    check_recipe(recipe, folder)


def check_recipe(recipe: Recipe, folder: Path) -> None:
    """Refuse what a run would: the edition, and every table of settings. Styles of a person's files need those."""
    plain = {"style": "ink-line", "scenes": (), "font": None, "subtitles": None}
    take_order(folder / "film.mkv", None, recipe.model_copy(update=plain), folder / "work")


def check_make(words: tuple[str, ...], folder: Path) -> None:
    """Find the targets in the Makefile, and each variable in what it does."""
    makefile = (ROOT / "Makefile").read_text()
    given = dict(word.split("=", 1) for word in words if "=" in word)
    targets = [word for word in words if "=" not in word]
    known = re.findall(r"^\.PHONY: (.*)", makefile, re.MULTILINE)[0].split()
    assert targets and set(targets) <= set(known), f"make has no {set(targets) - set(known)}"
    for name, value in given.items():
        assert re.search(rf"\$\(?\(?{name}\b|\${{{name}\b|value {name}\b|\$\(if \$\({name}\)", makefile), name
        if name == "TESTS":
            paths = [path for path in value.split() if not path.startswith("-")]
            assert all((ROOT / path).exists() for path in paths), value
    if targets == ["comic"] and given:
        style = ("--style", given["STYLE"]) if "STYLE" in given else ()
        out = ("-o", given["OUT"]) if "OUT" in given else ()
        check_filmcomic(("make", *out, *style, *given.get("ARGS", "").split(), given["FILM"]), folder)


def check_module(words: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand the arguments to the module's own reading of them."""
    module, *arguments = words
    if module == "pytest":
        assert all((ROOT / word).exists() for word in arguments if word.startswith("tests/"))
    elif module == "stylize.training.train":
        train.parse(arguments).check()
    elif module == "tasks.serving.fleet":
        for name in ("_start_server", "_start_worker"):
            monkeypatch.setattr(fleet, name, lambda *_: None)
        fleet.main(arguments)
    elif module == "configs.versions":
        (folder / "none.toml").write_text("")
        monkeypatch.setattr(versions, "_TABLE", folder / "none.toml")
        versions.stages.cache_clear()
        try:
            versions.main(arguments)
        finally:
            versions.stages.cache_clear()
    else:
        assert importlib.util.find_spec(module) and not arguments, f"it is not known what {module} takes"


@pytest.mark.parametrize("command", commands(), ids=str)
def test_every_command_can_be_given(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program, *rest = dropwhile(lambda word: re.match(r"[A-Z_]+=", word), command.words)
    words = tuple(rest)
    monkeypatch.setattr(argparse.ArgumentParser, "error", refuse)
    if program == "filmcomic":
        check_filmcomic(words, tmp_path)
    elif program == "make":
        check_make(words, tmp_path)
    elif program in ("python", ".venv/bin/python"):
        assert words[0] == "-m"
        check_module(words[1:], tmp_path, monkeypatch)
    else:
        assert program in FOREIGN, f"nobody knows {program}"


def refuse(parser: argparse.ArgumentParser, message: str) -> None:
    raise AssertionError(message)


@pytest.mark.parametrize(
    "words",
    [
        "filmcomic mkae film.mkv",
        "filmcomic make film.mkv --pagse 3",
        "filmcomic make film.mkv --style ink-lime",
        "filmcomic make film.mkv --edition b5",
        "filmcomic make film.mkv --start soon",
        "filmcomic make film.mkv -o film.doc",
        "filmcomic sheet film.mkv --style 'oil-*'",
        "filmcomic train-style --photos photos/ --out mine/ --preset nobody",
        "make comci FILM=film.mkv",
        "make comic FLIM=film.mkv FILM=film.mkv",
        "make comic FILM=film.mkv STYLE=oil",
        "make test TESTS=tests/nowhere",
        "python -m tasks.serving.fleet worker --pool tpu",
        "python -m configs.versions renwe",
        "python -m stylize.training.train --photos photos/ --out mine/ --feedfoward p.jpg",
        "python -m nobody",
        "flimcomic make film.mkv",
    ],
)
def test_a_command_that_cannot_be_given_is_seen(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = Command("", tuple(words.replace("'", "").split()))
    with pytest.raises(Exception, match=r"\S"):
        test_every_command_can_be_given(command, tmp_path, monkeypatch)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_a_sentence_are_there(page: Path) -> None:
    """They are often given in part (`filmcomic lint S.json`): the command and its options must exist."""
    for said in in_code(page):
        program, *words = said.split() or [""]
        if program == "make" and words:
            check_make(tuple(word for word in words if "=" not in word), folder=Path())
        elif program == "filmcomic" and words:
            command = filmcomic.commands[words[0]]
            known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
            assert {word for word in words if word.startswith("-")} <= known | {"--help"}, said
        elif program == "python" and words[:1] == ["-m"]:
            assert importlib.util.find_spec(words[1]), said
        elif said.startswith("--"):
            known = {option for command in filmcomic.commands.values() for param in command.params
                     for option in (*param.opts, *param.secondary_opts)}  # fmt: skip
            elsewhere = {"--help", "--resume", "--same", "--upgrade", "--build-arg", "--profile"}
            elsewhere |= set(re.findall(r'"(--\w+)"', (ROOT / "tasks/serving/fleet.py").read_text()))
            assert words[:0] == [] and program in known | elsewhere, said


def test_every_block_is_of_a_kind_that_is_tried() -> None:
    assert [str(block) for block in blocks() if block.kind not in KINDS] == []


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_every_recipe_is_one(block: Block, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(block.text)
    recipe = load_recipe(tmp_path / "r.toml", {})
    assert recipe.model_fields_set
    for style in recipe.styles:
        style_is_known(style)
    check_recipe(recipe, tmp_path)


@pytest.mark.parametrize("block", blocks("json storyboard", "json panel"), ids=str)
def test_every_storyboard_is_one(block: Block, tmp_path: Path) -> None:
    if block.kind == "json panel":
        Panel.model_validate(json.loads(block.text))
    else:
        (tmp_path / "s.json").write_text(block.text)
        load_storyboard(tmp_path / "s.json")


@pytest.mark.parametrize("block", blocks("toml preset", "toml format", "toml versions", "python"), ids=str)
def test_every_example_holds(block: Block) -> None:
    """Presets and rows are read as they would be, whole modules are run; pieces of modules are Python."""
    if block.kind == "toml preset":
        load_look("line", tomllib.loads(block.text))
    elif block.kind == "toml format":
        PageFormat(name="new", **tomllib.loads(block.text))
    elif block.kind == "toml versions":
        assert all(versions.Stage(**row) for row in tomllib.loads(block.text).values())
    elif block.text.startswith('"""'):
        exec(compile(block.text, str(block), "exec"), {"__name__": "example"})


def test_the_family_of_the_example_keeps_its_contract() -> None:
    import numpy as np

    (text,) = [block.text for block in blocks("python") if "FAMILY = " in block.text]
    made: dict[str, Any] = {"__name__": "example"}
    exec(compile(text, "example", "exec"), made)
    batch = np.full((2, 8, 9, 3), 0.5, np.float32)
    for style in made["FAMILY"].styles():
        look = style.name.removeprefix("duotone-")
        painted = made["FAMILY"].make(look, {}, "auto").paint(batch)
        assert painted.shape == batch.shape and painted.dtype == np.float32 and style.ready
        assert made["FAMILY"].digest(look, {})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = page.parent / path if path else page
        assert target.exists(), f"{page.name} leads to {link}"
        assert not anchor or anchor in anchors(target), f"{page.name} leads to {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    told = page.read_text(encoding="utf-8")
    named = {said.rstrip("/") for said in in_code(page) if NAMED.fullmatch(said.rstrip("/"))}
    assert [name for name in sorted(named - NEW) if not (ROOT / name).exists()] == []
    for name in NEW if page == CONTRIBUTING else ():
        assert name in told and not (ROOT / name).exists(), f"{name} is there: the example is out of date"
    for said in in_code(page):
        if re.fullmatch(rf"(?:{'|'.join(ROOMS)})(?:\.\w+){{2,}}", said) and not said.endswith((".srt", ".vtt")):
            assert (ROOT / said.replace(".", "/")).with_suffix(".py").exists(), said


def test_names_in_the_examples_are_there() -> None:
    """Tables and private functions that CONTRIBUTING sends a reader to."""
    code = "\n".join(path.read_text() for room in (*ROOMS, "tests") for path in (ROOT / room).rglob("*.py"))
    known = set(re.findall(r"\w+", code + (ROOT / "Makefile").read_text()))
    names = {said for said in in_code(CONTRIBUTING) if re.fullmatch(r"_?[A-Z][A-Z_]{2,}|_[a-z_]+|test_\w+", said)}
    assert names and sorted(names - known) == []


@cache
def defined(path: Path) -> frozenset[str]:
    """Return the names that a module defines."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


def test_every_word_of_the_glossary_has_a_bearer() -> None:
    told = rows(ARCHITECTURE, "## Glossary")
    words = [word for word, _, _ in told]
    assert len(words) >= 60 and len(set(words)) == len(words)
    assert words == sorted(words, key=str.casefold)
    for word, _, where in told:
        borne = BORNE.findall(where)
        assert borne, f"nobody bears {word}"
        for name, path in borne:
            assert (ROOT / path).is_file(), f"{word}: there is no {path}"
            assert name in defined(ROOT / path), f"{word}: {path} has no {name}"


def test_the_architecture_names_every_folder() -> None:
    told = set(in_code(ARCHITECTURE))
    folders = {path.parent.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    missing = [str(folder) for folder in sorted(folders) if not {str(folder), f"{folder}/"} & told]
    assert missing == [], "docs/architecture.md names every folder of the house"


def test_every_choice_is_told() -> None:
    """Each key of a recipe, each command, each variable and each exit code."""
    recipes, told = in_code(ROOT / "docs/recipes.md"), in_code(ROOT / "docs/commands.md")
    assert [key for key in Recipe.model_fields if key not in recipes] == [], "docs/recipes.md tells of every key"
    listed = {" ".join(said.split()[:2]) for said in told}
    assert [name for name in filmcomic.commands if f"filmcomic {name}" not in listed] == []
    code = "\n".join(path.read_text() for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    variables = set(re.findall(r"\bFILMCOMIC_[A-Z_]+\b", code))
    assert variables and variables <= set(in_code(ROOT / "docs/fleet.md"))
    codes = {int(code) for row in rows(ROOT / "docs/commands.md", "## Exit codes") for code in row[0].split(", ")}
    assert codes == {0, 1, 2, 3, FAULTS_FOUND, *(128 + number for number in (1, 2, 15))}
    assert all(isinstance(command, click.Command) for command in filmcomic.commands.values())


def test_the_hooks_before_a_commit_are_the_checks_of_lint() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    (line,) = re.findall(r"^lint:.*\n\t@(.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [hook["entry"] for hook in hooks] == line.replace("$(BIN)", ".venv/bin").split(" && ")
    assert all(hook["always_run"] and not hook["pass_filenames"] for hook in hooks)
