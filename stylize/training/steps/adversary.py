"""The adversarial phase: AnimeGANv2's step (Chen, Liu and Chen, 2020), and the order of all phases."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from configs.recipes.train_settings import TrainSettings
from stylize.training.data.material import Drawn, Material
from stylize.training.steps.johnson_phase import PaintingPhase
from stylize.training.steps.losses import (
    Scores,
    ScoreWeights,
    colour_loss,
    content_loss,
    judge_loss,
    painter_loss,
    region_loss,
    style_loss,
    surface_loss,
    total_variation,
)
from stylize.training.steps.networks import Networks
from stylize.training.steps.phases import ContentPhase, Losses, Phase, WarmPhase
from stylize.training.steps.regions import find_regions


class AdversarialPhase(Phase):
    """Against the discriminator, with all losses of AnimeGANv2 and the two of its relatives where they count."""

    name = "adversarial"

    def begin(self) -> None:
        """Fix the generator's norms where it has such; make both optimisers."""
        for network in (self.networks.generator, self.networks.painter):
            freeze = getattr(network, "freeze_norms", None)
            if freeze is not None:
                freeze()
        super().begin()
        assert self.networks.discriminator is not None
        self.networks.discriminator.train()
        self.optimisers["discriminator"] = self._adam(self.networks.discriminator, self.settings.d_lr)

    def rate(self, step: int) -> float:
        """Return g_lr."""
        return self.settings.g_lr

    def sample(self, step: int) -> Any:
        """Make squares of photos and of what they are kept to, and of drawings whole and spoilt."""
        if self.settings.anchor == "target":
            return *self.material.pairs_at(step), self.material.drawn_at(step)
        photos = self.material.photos_at(step)
        return photos, photos, self.material.drawn_at(step)

    def step(self, step: int, sample: Any) -> Losses:
        """Do one step: the discriminator's first, then the generator's on the same painting, as the original."""
        photo, kept = self.networks.tensor(sample[0]), self.networks.tensor(sample[1])
        drawn: Drawn = sample[2]
        colour, grey, smooth = (self.networks.tensor(part) for part in (drawn.colour, drawn.grey, drawn.smooth))
        painted = self._paint(photo)
        judged = self._judge(colour, painted.detach(), grey, smooth)
        self._descend("discriminator", judged, self.settings.d_lr)
        losses = self._losses(kept, painted, grey)
        self._descend("generator", losses["loss"], self.rate(step))
        return {name: value.detach() for name, value in {**losses, "discriminator": judged}.items()}

    @torch.no_grad()
    def held_out(self) -> Tensor:
        """Return the generator's loss on held-out photos, beside the first drawings."""
        photos = kept = self.material.held_out_photos()
        if self.settings.anchor == "target":
            photos, kept = self.material.held_out_pairs()
        grey = self.networks.tensor(self.material.drawn_at(0).grey)
        painted = self._painted_held_out(self.networks.tensor(photos))
        return self._losses(self.networks.tensor(kept), painted, grey)["loss"]

    def _judge(self, colour: Tensor, painted: Tensor, grey: Tensor, smooth: Tensor) -> Tensor:
        wanted = self.settings
        weights = ScoreWeights(wanted.d_real, wanted.d_fake, wanted.d_gray, wanted.d_smooth)
        with self.networks.judging() as judge, self.networks.mixed():
            scores = Scores(judge(colour), judge(painted), judge(grey), judge(smooth))
        return wanted.adv_weight * judge_loss(scores, weights)

    def _losses(self, kept: Tensor, painted: Tensor, grey: Tensor) -> Losses:
        """Return the generator's losses, each with its weight, and their sum.

        Args:
            kept: What content and colours are kept to: the photo, or its self-made target.
            painted: The painting.
            grey: Drawings without colour.
        """
        wanted, scale = self.settings, self.networks.scale
        with torch.no_grad():
            seen, drawn = self._features(kept), self._features(grey)
        found = self._features(painted)
        parts = {
            "content": wanted.con_weight * scale.content * content_loss(seen, found),
            "style": wanted.sty_weight * scale.style * style_loss(drawn, found),
            "colour": wanted.col_weight * colour_loss(kept, painted),
            "variation": wanted.tv_weight * total_variation(painted),
            "adversarial": wanted.adv_weight * painter_loss(self._scores(painted)),
        }
        if wanted.region_weight:
            parts["regions"] = wanted.region_weight * region_loss(painted, self._regions(painted))
        if wanted.surface_weight:
            parts["surface"] = wanted.surface_weight * surface_loss(kept, painted)
        return {"loss": torch.stack(list(parts.values())).sum(), **parts}

    def _scores(self, painted: Tensor) -> Tensor:
        """Return what the discriminator says, which learns nothing from it."""
        assert self.networks.discriminator is not None
        self.networks.discriminator.eval().requires_grad_(False)
        with self.networks.judging() as judge, self.networks.mixed():
            scores: Tensor = judge(painted)
        self.networks.discriminator.train().requires_grad_(True)
        return scores

    def _regions(self, painted: Tensor) -> Tensor:
        squares = self.networks.picture(painted)
        return torch.from_numpy(np.stack([find_regions(square) for square in squares])).to(self.networks.device)


def plan_phases(settings: TrainSettings, networks: Networks, material: Material) -> list[Phase]:
    """Return the phases that have steps, in order."""
    lengths = (
        (ContentPhase, settings.init_steps),
        (WarmPhase, settings.warm_steps),
        (AdversarialPhase, settings.steps),
        (PaintingPhase, settings.painting_steps),
    )
    phases: list[Phase] = []
    first = 0
    for kind, length in lengths:
        if length:
            phases.append(kind(settings, networks, material, first, first + length))
            first += length
    return phases
