"""Draw the fonts anew: `python -m layouts.lettering.hand [FOLDER]`; the shipped ones lie beside this file."""

import sys
from pathlib import Path

from layouts.lettering.hand.build import write

if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "shipped"
    folder.mkdir(parents=True, exist_ok=True)
    for path in write(folder):
        sys.stdout.write(f"{path} {path.stat().st_size} bytes\n")
