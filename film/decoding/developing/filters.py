"""ffmpeg's filter strings: from a stored frame to an upright one with square pixels in ordinary (SDR) colours.

For the command line only. PyAV's bundled ffmpeg has `bwdif` and `tonemap` but no `zscale`, without which HDR cannot be
brought to linear light; pictures fetched with PyAV are tone-mapped in `film.decoding.developing.tonemap`, by the
same curve.
"""

from film.decoding.developing.tonemap import KNEE, PEAK, WHITE_NITS
from film.model import Movie

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


def filter_chain(movie: Movie, size_px: tuple[int, int], *, flags: str = "bicubic", careful: bool = True) -> str:
    """Return the filters that bring a film's frames to a size.

    Decode with `-noautorotate`: scaling comes first and turning after it, which is cheaper.

    Args:
        movie: The probed film.
        size_px: Upright (width, height) to end with.
        flags: swscale's way of scaling.
        careful: Deinterlace with bwdif. Otherwise one field of two is taken, enough for small pictures and far
            cheaper; neither shows comb teeth.
    """
    width, height = size_px if movie.rotation % 180 == 0 else size_px[::-1]
    parts = []
    if movie.interlaced:
        parts.append("bwdif=mode=send_frame:deint=interlaced" if careful else "field=type=top")
    parts.append(f"scale={width}:{height}:flags={flags}")
    if movie.hdr:  # after scaling: linear light in floats costs more than everything else together
        parts.append(tone_chain(movie.hdr))
    if turn := _TURNS[movie.rotation, movie.flipped]:
        parts.append(turn)
    parts.append("setsar=1")
    return ",".join(parts)


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
            f"zscale=t=linear:npl={WHITE_NITS[transfer]:.0f}:agamma=0",
            "format=gbrpf32le",
            "zscale=p=bt709",
            f"tonemap=tonemap=mobius:param={KNEE}:peak={PEAK}:desat=0",
            "zscale=t=bt709:m=bt709:r=tv",
            "format=yuv444p",
        ]
    )
