"""The one catalogue of downloadable files, and how they are had: given, cached, or downloaded and verified.

A file counts only by its digest. It is looked for by name in the folder of `FILMCOMIC_WEIGHTS` and the folders in
it, then in the user's cache; `fetch` downloads it when both lack it, `find` never touches the network.

The community port of AnimeGANv2 publishes no PyTorch files for Hayao and Shinkai. Hayao comes as it was quantised for
phones; of Shinkai no file is known that can be verified.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from configs import settings
from configs.disk.files import output_error
from configs.errors import WeightsError
from configs.units import file_sha256

_PORT = "https://github.com/bryandlee/animegan2-pytorch/raw/main/weights"
_YUNET = "https://github.com/ShiqiYu/libfacedetection.train/raw/dca340aa082c71081a68d17db8e58b33a58a914b/onnx"
_EXPO_FONTS = "https://cdn.jsdelivr.net/npm/@expo-google-fonts"
_PORT_SIZE_BYTES = 8_600_000
_PHONES = "https://github.com/terryky/tflite_gles_app/raw/11bffd9751cec6e53f176b2386771a2f9db007ae"
_TFJS = "https://github.com/reiinakano/arbitrary-image-stylization-tfjs/raw/5c93b212d7d3c7051a89a53667d2d5a61cd938b4"
_TFJS_SEPARABLE = "saved_model_transformer_separable_js"
_TFLITE = "https://storage.googleapis.com/download.tensorflow.org/models/tflite/arbitrary_style_transfer"


@dataclass(frozen=True)
class Weights:
    """One file of weights."""

    name: str
    """Its key in the catalogue."""
    file_name: str
    """By which it is looked for in folders; may begin with folders of its own."""
    url: str
    """Empty where no address serves exactly this file: then it can only be given."""
    licence: str
    size_bytes: int
    """About; the digest decides."""
    sha256: str = ""
    git_blob: str = ""
    """Git's id of the file, SHA-1 over `blob <size>` and the content; used where no SHA-256 was published."""
    substitutes: tuple[str, ...] = ()
    """Names of entries that serve as well when they are at hand."""

    @property
    def digest(self) -> str:
        """Digest with its kind: `sha256:...` or `git:...`; for cache keys."""
        return f"sha256:{self.sha256}" if self.sha256 else f"git:{self.git_blob}"


def _port(name: str, file_name: str, git_blob: str, licence: str) -> Weights:
    return Weights(name, file_name, f"{_PORT}/{file_name}", licence, _PORT_SIZE_BYTES, git_blob=git_blob)


def _separable(name: str, file_name: str, size_bytes: int, sha256: str) -> Weights:
    """Describe a file of the separable transformer; it lies in a folder of its own, since its names say little."""
    path = f"{_TFJS_SEPARABLE}/{file_name}"
    beneath = f"arbitrary_stylization_transformer/{path}"
    return Weights(name, beneath, f"{_TFJS}/{path}", "Apache-2.0", size_bytes, sha256=sha256)


def _small(name: str, file_name: str, size_bytes: int, sha256: str, substitutes: tuple[str, ...] = ()) -> Weights:
    """Describe a file of Magenta's networks for phones."""
    url = f"{_TFLITE}/{file_name}"
    return Weights(name, file_name, url, "Apache-2.0", size_bytes, sha256=sha256, substitutes=substitutes)


_ENTRIES = (
    Weights(  # a comic hand by Arrow Type with Vietnamese and Cyrillic
        name="shantell-sans",
        file_name="ShantellSans_400Regular.ttf",
        url=f"{_EXPO_FONTS}/shantell-sans@0.4.1/400Regular/ShantellSans_400Regular.ttf",
        licence="OFL-1.1",
        size_bytes=397_656,
        sha256="84c3c95a452fbeb3819ed0bb3cd1190adec43595601d13b4b7c9f603731685ed",
    ),
    Weights(  # OpenCV 4 cannot load the variant named "dynamic"; this one takes pictures of any size there
        name="yunet",
        file_name="yunet_n_640_640.onnx",
        url=f"{_YUNET}/yunet_n_640_640.onnx",
        licence="Apache-2.0",
        size_bytes=317_466,
        sha256="25a606a145a5b6d7271ae138fbd00eba91dad8b83222ae3f2c7ecd0f4a7b0e31",
    ),
    Weights(
        name="squeezenet1_1",
        file_name="squeezenet1_1-b8a52dc0.pth",
        url="https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth",
        licence="BSD-3-Clause",
        size_bytes=4_966_400,
        sha256="b8a52dc049b60e4b6ab68ad0df457362afab8b6304b2febdc1650a5dab4d7e7b",
        substitutes=("squeezenet1_1-half",),
    ),
    Weights(  # the same network rounded to half precision, with its preprocessing folded in
        name="squeezenet1_1-half",
        file_name="squeezenet1_1.pth",
        url="",
        licence="BSD",
        size_bytes=4_958_627,
        sha256="06c83b82f8d623558894811bdde2bf18d1e823fa5a4759ce2a939c152f9ccf43",
    ),
    Weights(
        name="vgg16",
        file_name="vgg16-397923af.pth",
        url="https://download.pytorch.org/models/vgg16-397923af.pth",
        licence="BSD-3-Clause",
        size_bytes=553_433_881,
        sha256="397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0",
    ),
    Weights(
        name="vgg19",
        file_name="vgg19-dcbb9e9d.pth",
        url="https://download.pytorch.org/models/vgg19-dcbb9e9d.pth",
        licence="BSD-3-Clause",
        size_bytes=574_673_361,
        sha256="dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",
    ),
    # the plain transformer and the style predictors are published beside these, but no digests of them are known
    _separable(
        "arbitrary-separable",
        "model.json",
        154_509,
        "257040c57d23980aa32e92bfb062d28d932182fae31438e071ee74fc48b46a70",
    ),
    _separable(
        "arbitrary-separable-shard",
        "group1-shard1of1",
        2_277_720,
        "c0e3d8a3e39d57f07f24fc5545c7ffa5f2c30009ca8d7dd23ed1d195b05b7dd7",
    ),
    _small(
        "arbitrary-small-predictor",
        "style_predict_quantized_256.tflite",
        2_827_952,
        "203dbd6a09da1091ab7e48e8b101aef8c2d81438ad047a5cb150747a977134c1",
    ),
    _small(
        "arbitrary-small",
        "style_transfer_f16_384.tflite",
        421_104,
        "c60cff7395544eda1f0915d6dddaedd8ed868cefe8ec6c5ed220ba801f120303",
        substitutes=("arbitrary-small-int8",),
    ),
    _small(  # the same network, rounded more
        "arbitrary-small-int8",
        "style_transfer_quantized_dynamic.tflite",
        244_072,
        "69b191c1f1f3f6520634293803a528469015a00269f982ebd38b7850f68d9341",
    ),
    _port(
        "animegan-paprika",
        "paprika.pt",
        "58086c9db9fc7a9e5c2876ca31b8079599352643",
        "from AnimeGANv2: not for commercial use",
    ),
    Weights(  # the author's checkpoint in 8 bits, as PINTO_model_zoo converted it
        name="animegan-hayao",
        file_name="animeganv2_hayao_256x256_integer_quant.tflite",
        url=f"{_PHONES}/gl2animegan2/model/animeganv2_hayao_256x256_integer_quant.tflite",
        licence="from AnimeGANv2: not for commercial use",
        size_bytes=2_401_840,
        sha256="7d9157db18ad9238a7189c4f56786dbb865f980e219c167def0988fc67ffe5e0",
    ),
    _port("animegan-face-paint-v1", "face_paint_512_v1.pt", "19c1a1da4d9580186109a2b055d91044e5127de6", "MIT"),
    _port("animegan-face-paint-v2", "face_paint_512_v2.pt", "d75102f8f201ddaf8dbe6b913b1a97585b55f838", "MIT"),
    _port("animegan-celeba-distill", "celeba_distill.pt", "3b7ea61b02254980831cc3bc77af30666dbc999c", "MIT"),
)

CATALOGUE: dict[str, Weights] = {entry.name: entry for entry in _ENTRIES}
"""Every downloadable file by its name."""


def find(name: str) -> Path | None:
    """Return the verified file of these weights or of a substitute, None where none is at hand; never downloads.

    Raises:
        WeightsError: `FILMCOMIC_WEIGHTS` is no folder, or holds a file of this name with another digest.
        KeyError: The catalogue has no such name.
    """
    found = _at_hand(CATALOGUE[name])
    return found[1] if found else None


def find_unread(name: str) -> Path | None:
    """Return a file that is called as these weights are, None where there is none: it may be anything."""
    entry, given, cached = CATALOGUE[name], settings.weights_folder(), settings.weights_cache()
    found = _named(entry.file_name, given) if given is not None else None
    return found or (path if (path := cached / entry.file_name).is_file() else None)


def digest(name: str) -> str:
    """Return the digest, with its kind, of the file that `fetch` would give; never downloads. For cache keys."""
    found = _at_hand(CATALOGUE[name])
    return (found[0] if found else CATALOGUE[name]).digest


def fetch(name: str, *, progress: bool = False) -> Path:
    """Return the verified file of these weights, downloading it into the user's cache where it is not at hand.

    Args:
        name: A name of the catalogue.
        progress: Whether to draw a bar on stderr while downloading.

    Raises:
        WeightsError: No address, no connection, or a wrong digest; says what to put where.
        OutputError: The cache cannot be written.
    """
    if found := find(name):
        return found
    from filelock import FileLock  # slow to import, and rarely needed

    wanted = CATALOGUE[name]
    target = settings.weights_cache() / wanted.file_name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f"{target.name}.lock")):  # one process downloads, others find it done
            return find(name) or _download(wanted, target, progress)
    except OSError as error:
        raise output_error(error, target.parent) from error


def _at_hand(wanted: Weights) -> tuple[Weights, Path] | None:
    for entry in (wanted, *(CATALOGUE[other] for other in wanted.substitutes)):
        if path := _given(entry) or _cached(entry):
            return entry, path
    return None


def _given(entry: Weights) -> Path | None:
    """Look in the folder that the user named; a file there that is not the right one is told, not passed over."""
    folder = settings.weights_folder()
    if folder is None:
        return None
    if not folder.is_dir():
        raise WeightsError("FILMCOMIC_WEIGHTS names no folder", cure="correct the variable or unset it", path=folder)
    path = _named(entry.file_name, folder)
    if path is None:
        return None
    if not _is_right(path, entry):
        cure = f"replace it with the file from {entry.url}" if entry.url else "replace or remove it"
        raise WeightsError(f"its digest is not that of {entry.name} ({entry.digest})", cure=cure, path=path)
    return path


def _named(file_name: str, folder: Path) -> Path | None:
    """Return the file of this name in the folder or, where it is a name alone, in one of the folders in it."""
    if (path := folder / file_name).is_file():
        return path
    inner = sorted(folder.glob(f"*/{file_name}")) if Path(file_name).name == file_name else []
    return next((path for path in inner if path.is_file()), None)


def _cached(entry: Weights) -> Path | None:
    """Look in the user's cache; what was spoilt there since is downloaded anew."""
    path = settings.weights_cache() / entry.file_name
    return path if path.is_file() and _is_right(path, entry) else None


def _is_right(path: Path, entry: Weights) -> bool:
    try:
        status = path.stat()
        return _digest_of(path, entry.digest.partition(":")[0], status.st_size, status.st_mtime_ns) == entry.digest
    except OSError as error:
        cure = "make it readable"
        raise WeightsError(f"cannot be read ({error.strerror})", cure=cure, path=path) from error


@lru_cache(maxsize=64)
def _digest_of(path: Path, kind: str, size_bytes: int, changed_ns: int) -> str:
    """Return the digest with its kind; remembered for as long as the file keeps its size and its date."""
    return f"sha256:{file_sha256(path)}" if kind == "sha256" else f"git:{_git_blob(path, size_bytes)}"


def _git_blob(path: Path, size_bytes: int) -> str:
    """Return the id that git gives to this content."""
    with path.open("rb") as stream:
        header = f"blob {size_bytes}\0".encode()
        return hashlib.sha1(header + stream.read(), usedforsecurity=False).hexdigest()


def _download(entry: Weights, target: Path, progress: bool) -> Path:
    from configs.weights.download import Broken, Download  # as rarely needed

    cure = f"put {entry.file_name} into a folder and name that folder in FILMCOMIC_WEIGHTS"
    if not entry.url:
        raise WeightsError("no address is known to download it from", cure=cure, path=entry.file_name)
    try:
        Download(entry.url, target, entry.size_bytes, lambda path: _is_right(path, entry), progress=progress).run()
    except Broken as error:
        raise WeightsError(
            f"could not be downloaded from {entry.url} ({error})", cure=cure, path=entry.file_name
        ) from error
    return target
