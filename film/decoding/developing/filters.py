"""ffmpeg's filter strings: from a stored frame to an upright one with square pixels in ordinary (SDR) colours.

For the command line only. PyAV's bundled ffmpeg has `bwdif` and `tonemap` but no `zscale`, without which HDR cannot be
brought to linear light; pictures fetched with PyAV are tone-mapped in `film.decoding.developing.tonemap`, by the
same curve.
"""

from fractions import Fraction

from film.decoding.developing.shape import (
    ALIKE_ENOUGH,
    CHECKERBOARD,
    COLUMNS,
    EYE_SHAPES,
    FRAMES,
    INTERLEAVED,
    LINES,
    SIDE_BY_SIDE,
    TOP_AND_BOTTOM,
    Size,
)
from film.decoding.developing.tonemap import KNEE, PEAK, WHITE_NITS
from film.decoding.developing.transfer import HLG, PQ
from film.model import Movie

TONED = frozenset([PQ, HLG])
"""What `tone_chain` can bring to ordinary light; other films have to be developed in numpy."""
_TURNS = {
    (0, False): "",
    (90, False): "transpose=clock",
    (180, False): "hflip,vflip",
    (270, False): "transpose=cclock",
    (0, True): "vflip",
    (90, True): "transpose=cclock_flip",
    (180, True): "hflip",
    (270, True): "transpose=clock_flip",
}
"""By a film's rotation and whether its picture is flipped before that."""

_EACH_LINE = "field=type=top"
_EACH_COLUMN = "setsar=r=sar:max=1000,scale=w='max(trunc(iw/2),1)':h=ih:flags=neighbor,setsar=r=sar/2:max=1000"
"""Scaling makes up for the shape of pixels; here that is not wanted."""
_ONE_EYE = {
    SIDE_BY_SIDE: "crop=iw/2:ih:0:0:exact=1",
    TOP_AND_BOTTOM: "crop=iw:ih/2:0:0:exact=1",
    LINES: _EACH_LINE,
    COLUMNS: _EACH_COLUMN,
    CHECKERBOARD: f"{_EACH_LINE},{_EACH_COLUMN}",
    FRAMES: "select='not(mod(n,2))'",
}


def filter_chain(movie: Movie, size_px: Size, *, flags: str = "bicubic", careful: bool = True) -> str:
    """Return the filters that bring a film's frames to a size.

    Decode with `-noautorotate`: scaling comes first and turning after it, which is cheaper. Frames of another shape
    than the film's canvas are not stretched: they lie in the middle of it, on black.

    Args:
        movie: The probed film.
        size_px: Upright (width, height) to end with.
        flags: swscale's way of scaling.
        careful: Deinterlace with bwdif. Otherwise one field of two is taken, enough for small pictures and far
            cheaper; neither shows comb teeth.
    """
    width, height = size_px if movie.rotation % 180 == 0 else size_px[::-1]
    parts = []
    lines = 1
    if movie.stereo:
        parts.append(_ONE_EYE[movie.stereo])
    interlaced = movie.interlaced and movie.stereo not in INTERLEAVED  # fields would be of both eyes
    if interlaced and careful:
        parts.append("bwdif=mode=send_frame:deint=interlaced")
    elif interlaced:
        parts.append("field=type=top")
        lines = 2
    parts.append(_scale(movie, (width, height), lines, flags))
    if movie.hdr in TONED:  # after scaling: linear light in floats costs more than everything else together
        parts.append(tone_chain(movie.hdr))
    if turn := _TURNS[movie.rotation, movie.flipped]:
        parts.append(turn)
    parts.append("setsar=1")
    parts.append(f"pad={size_px[0]}:{size_px[1]}:(ow-iw)/2:(oh-ih)/2")
    return ",".join(parts)


def _scale(movie: Movie, size_px: Size, lines: int, flags: str) -> str:
    """Return the filter that scales to a size, or to as much of it as the shape of a frame fills.

    Args:
        movie: The probed film.
        size_px: Width and height as stored, not yet turned.
        lines: How many lines of the frame each line stands for.
        flags: swscale's way of scaling.
    """
    width, height = size_px
    wanted = Fraction(*(movie.size_px if movie.rotation % 180 == 0 else movie.size_px[::-1]))
    # ffmpeg makes the chain anew for frames of another size, and so works these out for each size.
    shape = f"iw*sar/ih/{lines}"
    if movie.stereo not in ("", FRAMES):
        narrowest, widest = map(float, EYE_SHAPES)
        shape += f"*if(lt({shape},{narrowest}),2,if(gte({shape},{widest}),0.5,1))"  # as `unsqueezed` says
    against = f"({shape})/({wanted})"
    near = f"lt(abs({against}-1),{float(ALIKE_ENOUGH)})"
    across = f"if({near}+gt({against},1),{width},max(1,round({width}*{against})))"
    down = f"if({near}+lt({against},1),{height},max(1,round({height}/({against}))))"
    return f"scale=w='{across}':h='{down}':flags={flags}"


def tone_chain(transfer: str) -> str:
    """Return the filters from HDR to BT.709: linear light, narrower primaries, a soft shoulder, gamma.

    Args:
        transfer: `smpte2084` (PQ) or `arib-std-b67` (HLG).
    """
    return ",".join(
        [
            # zscale refuses films that leave any of these unsaid
            f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc",
            # and any whose sides its chroma does not divide: small pictures of scope and portrait films have odd ones
            # (12 bits: swscale samples 16 bits in another way, and ordinary films' small pictures would differ)
            "format=yuv444p12le|gbrp12le",
            # by default zscale takes HLG's system gamma for each colour by itself, which no display does
            f"zscale=t=linear:npl={WHITE_NITS:.0f}:agamma=0",
            "format=gbrpf32le",
            "zscale=p=bt709",
            f"tonemap=tonemap=mobius:param={KNEE}:peak={PEAK}:desat=0",
            "zscale=t=bt709:m=bt709:r=tv",
            "format=yuv444p",
        ]
    )
