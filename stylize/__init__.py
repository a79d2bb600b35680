"""Picture to picture: the stylizers, their weights, their training. Knows no Prefect and no films."""

import os

# MKL chooses its kernels by where in memory a matrix happens to lie; a rerun must give the same bytes. It reads this at
# its first call.
os.environ.setdefault("MKL_CBWR", "AUTO,STRICT")
