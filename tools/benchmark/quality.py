# SPDX-License-Identifier: LGPL-2.1-or-later
"""How large the pictures of two films are where both are equally good.

Each film is compared with what its encoder was given, frame by frame. PSNR is that of the luma
plane, from the mean squared error over all frames."""

import math
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmark import commands
from benchmark.measure import Failed, run, video_bytes

CRF = (14, 17, 20, 23, 26)


@dataclass(frozen=True)
class Quality:
    psnr: float  # dB
    bytes: int  # of the video stream


def psnr(film: Path, reference: str, source=None) -> float:
    """`reference`: a file, or "-" for what `source` has in its pipe."""
    done = subprocess.run(
        ["ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-i", str(film), "-i", reference,
         "-lavfi", "[0:v]setpts=N/30/TB[a];[1:v]setpts=N/30/TB[b];[a][b]psnr=shortest=1",
         "-f", "null", "-"], stdin=source or subprocess.DEVNULL, capture_output=True)
    found = re.search(rb"PSNR y:([\d.]+|inf)", done.stderr)
    if not found:
        raise Failed("no PSNR: " + done.stderr.decode(errors="replace")[-300:])
    return float(found[1])


def of_talkie(limit: Path, script: Path, film: Path) -> Quality:
    """Against every frame as it was painted."""
    with subprocess.Popen([str(limit), str(script), "--y4m"], stdout=subprocess.PIPE) as painter:
        measured = psnr(film, "-", painter.stdout)
    return Quality(measured, video_bytes(film))


def of_ffmpeg(pictures: commands.Pictures, folder: Path) -> list[Quality]:
    """With several qualities, each against the same film without loss."""
    graph = commands.joined(pictures)
    lossless = folder / "lossless.mp4"
    run(commands.ffmpeg(pictures, graph, lossless, ["-c:v", "libx264", "-preset", "ultrafast",
                                                    "-qp", "0"]), folder / "lossless.log")
    qualities = []
    for crf in CRF:
        film = folder / f"crf-{crf}.mp4"
        run(commands.ffmpeg(pictures, graph, film, commands.FFMPEG_VIDEO + ["-crf", str(crf)]),
            folder / "crf.log")
        qualities.append(Quality(psnr(film, str(lossless)), video_bytes(film)))
        film.unlink()
    lossless.unlink()
    return qualities


def size_at(qualities: list[Quality], wanted: float) -> float | None:
    """Bytes at that PSNR, between the two nearest by their logarithm; None beyond them all."""
    points = sorted(qualities, key=lambda quality: quality.psnr)
    for low, high in zip(points, points[1:]):
        if low.psnr <= wanted <= high.psnr:
            share = (wanted - low.psnr) / (high.psnr - low.psnr)
            return math.exp((1 - share) * math.log(low.bytes) + share * math.log(high.bytes))
    return None
