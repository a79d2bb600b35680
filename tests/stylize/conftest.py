"""Networks are tried on small pictures, which one thread computes as fast as several do."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    """Let torch compute on one thread, unless `OMP_NUM_THREADS` asks for more.

    On a busy machine threads that wait for one another after every small step take a hundred times as long.
    """
    try:
        import torch
    except ImportError:
        yield
        return
    before = torch.get_num_threads()
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
