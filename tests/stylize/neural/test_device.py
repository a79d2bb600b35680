"""The choice of device and precision, and the one name for memory that runs out."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install -e '.[torch]'")

from configs.errors import DeviceError  # noqa: E402
from stylize.neural import device  # noqa: E402

CPU = torch.device("cpu")
CUDA = torch.device("cuda")


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A machine with a CUDA device of the capability given, or without one."""
    capability = request.param
    monkeypatch.setattr(torch.cuda, "is_available", lambda: capability is not None)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)


@pytest.mark.parametrize("cuda", [None], indirect=True)
def test_without_cuda(cuda: None) -> None:
    assert device.choose_device("auto") == device.choose_device("cpu") == CPU
    with pytest.raises(DeviceError) as told:
        device.choose_device("cuda")
    assert "no CUDA device is there" in str(told.value) and "--device cpu" in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("cuda", [(9, 0)], indirect=True)
def test_with_cuda(cuda: None) -> None:
    assert device.choose_device("auto") == device.choose_device("cuda") == CUDA
    assert device.choose_device("cpu") == CPU


@pytest.mark.parametrize("name", ["", "gpu", "CUDA", "cuda:1"])
def test_unknown_devices(name: str) -> None:
    with pytest.raises(DeviceError, match="choose one of auto, cpu, cuda"):
        device.choose_device(name)


@pytest.mark.parametrize(
    ("cuda", "expected"),
    [((9, 0), torch.bfloat16), ((8, 0), torch.bfloat16), ((7, 5), torch.float16), ((6, 1), torch.float32)],
    indirect=["cuda"],
)
def test_precision_on_cuda(cuda: None, expected: torch.dtype) -> None:
    assert device.choose_precision(CUDA) is expected


@pytest.mark.parametrize(("has", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_precision_on_the_cpu(monkeypatch: pytest.MonkeyPatch, has: bool, expected: torch.dtype) -> None:
    monkeypatch.setattr(device, "cpu_has_bf16", lambda: has)
    assert device.choose_precision(CPU) is expected


def test_cpu_flags_are_read_from_linux(tmp_path: Path) -> None:
    info = tmp_path / "cpuinfo"
    info.write_text("processor\t: 0\nflags\t\t: fpu avx2 avx512_bf16\n\nprocessor\t: 1\nflags\t\t: fpu\n")
    assert device._cpu_flags(info) == {"fpu", "avx2", "avx512_bf16"}
    assert device._cpu_flags(tmp_path / "none") == set()


def test_bf16_is_claimed_only_where_linux_shows_it() -> None:
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        pytest.skip("no /proc/cpuinfo here")
    flags = device._cpu_flags(info)
    device.cpu_has_bf16.cache_clear()
    assert device.cpu_has_bf16() == bool(flags & {"avx512_bf16", "amx_bf16"})


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("std::bad_alloc"),
        RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    ],
)
def test_memory_that_runs_out_has_one_name(error: RuntimeError) -> None:
    with pytest.raises(MemoryError), device.memory_guarded():
        raise error


def test_a_real_allocation_that_fails() -> None:
    with pytest.raises(MemoryError), device.memory_guarded():
        torch.empty(1 << 62, dtype=torch.uint8)


def test_other_errors_pass() -> None:
    with pytest.raises(RuntimeError, match="sizes must match"), device.memory_guarded():
        raise RuntimeError("sizes must match")
    with pytest.raises(DeviceError), device.memory_guarded():
        raise DeviceError("not there")
