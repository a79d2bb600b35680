"""All captions of a film, whoever they are made for: the channels of EIA-608, and the services of EIA-708."""

from collections.abc import Iterable
from fractions import Fraction

from film.words.captions.line21 import BytePair, Channels
from film.words.captions.rolling import Caption
from film.words.captions.windows import Services

ANALOGUE = 2
"""Kinds of triplets below this are fields of EIA-608, the others EIA-708."""


def read_channels(carried: Iterable[tuple[Fraction, int, int, int]]) -> dict[str, tuple[Caption, ...]]:
    """Return the captions of each channel that has any: `cc1` to `cc4`, then `dtv1` to `dtv6`.

    Args:
        carried: When shown, and a triplet: its kind (see `Triplet`) and two bytes; in the order of display.
    """
    channels, services = Channels(), Services()
    at_s = Fraction(0)
    for at_s, kind, first, second in carried:
        if kind < ANALOGUE:
            channels.take(BytePair(at_s, kind + 1, first, second))
        else:
            services.take(at_s, kind, first, second)
    return {**channels.captions(at_s), **services.captions(at_s)}
