"""What this machine has: the packages, ffmpeg and its codecs, fonts, weights, a GPU."""

import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec

from packaging.requirements import Requirement

from configs.errors import DeviceError, FontError
from configs.weights import catalogue
from film.encoding.codecs import OLDEST_PROGRAM, LibraryFacts, ProgramFacts, library_facts, program_facts
from layouts.lettering.font_files import CUTS, Style, barred_i_face, bundled_face, hand_face
from layouts.lettering.fonts import pick_fonts
from tasks.upkeep.findings import CheckResult, fail, fine, warn

SCRIPTS = {
    "Latin": "Žluťoučký œuvre",
    "Vietnamese": "Nguyễn Thị Hằng",
    "Greek": "Ωμέγα",
    "Cyrillic": "Ёлка їжак",
    "Armenian": "Հայոց",
    "Georgian": "ქართული",
    "Hebrew": "שלום",
    "Arabic": "مرحبا",
    "Hindi": "हिन्दी",
    "Bengali": "বাংলা",
    "Tamil": "தமிழ்",
    "Thai": "สวัสดี",
    "Chinese": "汉字漢",
    "Japanese": "ひらカナ漢字",
    "Korean": "한국어",
}
"""A few words of each script that subtitles are often in."""
_DETECTOR = "yunet"
_LARGE_BYTES = 100_000_000
"""Larger weights are not read through by the doctor: it would take too long."""
_SIZE_SHARE = 0.01
_ASK_S = 5.0
_TORCH = ".venv/bin/python -m pip install -e '.[torch]'"
_IMAGEIO = "install imageio-ffmpeg again (make install)"
_PYAV = "install av as it comes from the index (make install), which brings all of them"


def check_packages() -> CheckResult:
    """Compare what is installed with what the program asks for."""
    wrong = []
    for line in requires("filmcomic") or []:
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            there = version(wanted.name)
        except PackageNotFoundError:
            wrong.append(f"{wanted.name} is missing")
            continue
        if not wanted.specifier.contains(there, prereleases=True):
            wrong.append(f"{wanted.name} is {there}, not {wanted.specifier}")
    if wrong:
        return fail("packages", "; ".join(wrong), "run make install, which takes what requirements.lock names")
    return fine("packages", f"filmcomic {version('filmcomic')}, prefect {version('prefect')}, and all that they need")


def check_ffmpeg() -> CheckResult:
    """Run the ffmpeg program and ask what it is."""
    return ffmpeg_result(program_facts())


def ffmpeg_result(program: ProgramFacts) -> CheckResult:
    """Judge the ffmpeg program by what it says of itself."""
    called = f"{program.path}, {program.version or 'of no release'}"
    oldest = ".".join(map(str, OLDEST_PROGRAM))
    cure = f"unset IMAGEIO_FFMPEG_EXE, or set it to an ffmpeg of {oldest} or newer that has zscale; else {_IMAGEIO}"
    if program.too_old:
        return fail("ffmpeg", f"{called}: older than {oldest}, so films are read the slower way or not at all", cure)
    if program.missing_filters:
        return fail("ffmpeg", f"{called}: it lacks {', '.join(program.missing_filters)}", cure)
    return fine("ffmpeg", called)


def check_codecs() -> CheckResult:
    """Ask the program and PyAV which codecs they have."""
    return codecs_result(program_facts(), library_facts())


def codecs_result(program: ProgramFacts, library: LibraryFacts) -> CheckResult:
    """Judge what can be decoded and encoded; either of both decoders will do, though with both films are safer."""
    neither = [name for name in program.undecoded if name in library.undecoded]
    one = sorted({*program.undecoded, *library.undecoded} - set(neither))
    if neither:
        return fail("codecs", f"neither ffmpeg nor PyAV decodes {', '.join(neither)}", f"{_IMAGEIO}; {_PYAV}")
    if library.unencoded:
        found = f"PyAV {library.version} does not encode {', '.join(library.unencoded)}: stylize writes no such films"
        return fail("codecs", found, _PYAV)
    if one:
        who = "ffmpeg" if program.undecoded else f"PyAV {library.version}"
        cure = _IMAGEIO if program.undecoded else _PYAV
        return warn("codecs", f"{who} does not decode {', '.join(one)}: such films are read by the other alone", cure)
    return fine(
        "codecs", f"H.264, HEVC, VP9, AV1 and others are decoded, H.264 and VP9 encoded; PyAV {library.version}"
    )


def check_fonts() -> CheckResult:
    """Look for our own hand, and try a few words in each script."""
    for style in Style:
        for face in (hand_face(style), hand_face(style, capitals=False), bundled_face(style)):
            assert face.sha256
    for style in CUTS:
        assert barred_i_face(style).sha256
    lacking: dict[str, str] = {}
    for script, words in SCRIPTS.items():
        try:
            pick_fonts([words])
        except FontError as error:
            lacking[script] = error.cure
    covered = ", ".join(script for script in SCRIPTS if script not in lacking)
    if not lacking:
        return fine("fonts", f"our own hand, and fonts for {covered}")
    cure = "; ".join(dict.fromkeys(lacking.values()))
    if shutil.which("fc-list") is None:
        cure = f"install fontconfig, without which fonts of the system are not found; then {cure}"
    return warn("fonts", f"our own hand; no font at hand letters {', '.join(lacking)} (but {covered})", cure)


def check_weights() -> CheckResult:
    """Look for the files of the catalogue, and compare their digests."""
    there, unread = [], []
    for name, entry in catalogue.CATALOGUE.items():
        if entry.size_bytes <= _LARGE_BYTES:
            there += [name] if catalogue.find(name) else []
        elif (path := catalogue.find_unread(name)) is not None:
            size_bytes = path.stat().st_size
            if abs(size_bytes - entry.size_bytes) > _SIZE_SHARE * entry.size_bytes:
                return fail(
                    "weights", f"{path}: {size_bytes} bytes, which is not {name}", "remove it, or download anew"
                )
            unread.append(name)
    found = f"{len(there)} of {len(catalogue.CATALOGUE)} at hand and whole: {', '.join(there) or 'none'}"
    found += f"; by their size alone: {', '.join(unread)}" if unread else ""
    if _DETECTOR not in there:
        cure = (
            f"make a comic while the network is there, or put {catalogue.CATALOGUE[_DETECTOR].file_name} into a folder"
        )
        return warn(
            "weights", f"{found}; without {_DETECTOR} fewer faces are found", f"{cure} named by FILMCOMIC_WEIGHTS"
        )
    return fine("weights", f"{found}; others are downloaded when a style first asks for them")


def check_gpu(try_it: bool) -> CheckResult:
    """Look for a GPU and for PyTorch.

    Args:
        try_it: Import PyTorch and see whether it reaches the GPU; else it is only looked whether it is installed.
    """
    torch = version("torch") if find_spec("torch") else ""
    gpu, problem = _ask_driver()
    result = gpu_result(gpu, problem, torch)
    if not (try_it and torch and gpu) or result.cure:
        return result
    from stylize.neural.device import choose_device

    try:
        choose_device("cuda")
    except DeviceError as error:
        cure = "update the driver of the GPU, or install the PyTorch that is built for its CUDA version"
        return fail("gpu", f"{gpu}, but PyTorch {torch} does not reach it: {error.problem}", cure)
    return fine("gpu", f"{gpu}, reached by PyTorch {torch}")


def gpu_result(gpu: str, problem: str, torch: str) -> CheckResult:
    """Judge what is there.

    Args:
        gpu: Names of the GPUs; empty for none.
        problem: Why the driver does not answer; empty where it does, or where there is none.
        torch: Version of PyTorch; empty where it is not installed.
    """
    if problem:
        cure = "restart the machine after an update of the driver, or install the driver again"
        return fail("gpu", f"there is a driver, but it does not answer: {problem}", cure)
    if gpu and not torch:
        return warn("gpu", f"{gpu}, but PyTorch is not installed: it cannot be used", _TORCH)
    if gpu and torch.endswith("+cpu"):
        found = f"{gpu}, but PyTorch {torch} is built without CUDA: it cannot be used"
        return warn("gpu", found, "install PyTorch as it comes from the index, without +cpu")
    told = f"PyTorch {torch}" if torch else "no PyTorch, so the styles that need it are not ready"
    return fine("gpu", f"{gpu or 'none (NVIDIA): neural styles are painted by the processor'}; {told}")


def _ask_driver() -> tuple[str, str]:
    """Return the names of the GPUs, and why the driver does not tell them."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return "", ""
    try:
        asked = subprocess.run(
            [tool, "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ASK_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return "", type(error).__name__
    lines = [line.strip() for line in asked.stdout.splitlines() if line.strip()]
    if asked.returncode != 0:
        return "", " ".join((asked.stderr or asked.stdout).split())[:200] or f"exit code {asked.returncode}"
    return "; ".join(lines), ""
