"""The kinds of networks that are trained here, by the name that a training's settings and its weights call them.

Reading this module imports no torch: the networks' own modules are imported when one is built.
"""

import importlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class NetworkKind:
    """One network from picture to picture."""

    module: str
    network: str
    """The class in the module; made without arguments."""
    reach_px: int
    """How far a pixel's surroundings reach, norms aside, rounded up."""
    step_px: int
    """Its halvings come out even on multiples of this; tiles are cut on them."""
    strict: bool = False
    """Whether it takes no other sizes."""

    def build(self) -> Any:
        """Return the network, an `nn.Module` with weights of no meaning."""
        return getattr(importlib.import_module(self.module), self.network)()


KINDS = {
    "lite": NetworkKind("stylize.animegan.lite", "LiteGenerator", reach_px=96, step_px=8),
    "full": NetworkKind("stylize.animegan.generator", "Generator", reach_px=64, step_px=4),
    "atelier": NetworkKind("stylize.atelier.atelier_net", "AtelierNet", reach_px=128, step_px=8, strict=True),
    "slim": NetworkKind("stylize.atelier.slim_net", "SlimNet", reach_px=72, step_px=8, strict=True),
    "johnson": NetworkKind("stylize.transfer.johnson", "JohnsonNet", reach_px=64, step_px=4),
}
"""By name. `johnson` is the only one that a single painting is enough for."""
