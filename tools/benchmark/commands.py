# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same film by other tools, each as somebody who knows the tool well would write it by hand.

All get the same pictures, one for each state of a page, and the same speech as one WAV; both are
there before the clock starts. All make H.264 with libx264's preset veryfast at its default quality,
crf 23, and AAC with 128 kbit/s in MP4, with the faster of the encoder's methods where the tool can
be told so."""

import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Still:
    file: Path
    start: int  # frame of the film at which it begins to come in
    fade_in: int  # for how many frames it comes in
    fade_out: int  # for how many the next one does
    length: int  # frames, fades included

    @property
    def hold(self) -> int:
        """For how many frames it stands alone."""
        return self.length - self.fade_in - self.fade_out


@dataclass(frozen=True)
class Pictures:
    stills: list[Still]
    width: int
    height: int
    rate: tuple[int, int]
    frames: int
    scenes: int
    sound: Path

    def seconds(self, frames: int) -> float:
        return frames * self.rate[1] / self.rate[0]


def read_pictures(folder: Path, sound: Path) -> Pictures:
    """What `bench-limit --pictures` wrote."""
    data = json.loads((folder / "pictures.json").read_text())
    end = {"start": data["frames"], "fade": 0}
    stills = []
    for one, after in zip(data["stills"], data["stills"][1:] + [end]):
        length = after["start"] + after["fade"] - one["start"]
        stills.append(Still(folder / one["file"], one["start"], one["fade"], after["fade"], length))
    if any(still.hold < 0 for still in stills):
        raise ValueError("two pictures fade into a third one: no peer is asked to do that")
    return Pictures(stills, data["width"], data["height"], tuple(data["frame_rate"]),
                    data["frames"], data["scenes"], sound)


# A still is decoded and converted once; the loop filter repeats it without copying. xfade of
# ffmpeg 5.1 works in 4:4:4 alone.
TO_YUV = "scale=out_color_matrix=bt709:out_range=tv,format="


def one_chain(pictures: Pictures) -> str:
    """Every still is crossfaded with what came before, as the documentation of xfade has it."""
    graph = [f"[{i}:v]{TO_YUV}yuv444p,loop={still.length - 1}:1[s{i}]"
             for i, still in enumerate(pictures.stills)]
    shown = "s0"
    for i, still in enumerate(pictures.stills[1:], 1):
        if still.fade_in:
            graph.append(f"[{shown}][s{i}]xfade=duration={pictures.seconds(still.fade_in):.6f}"
                         f":offset={pictures.seconds(still.start):.6f}[x{i}]")
        else:
            graph.append(f"[{shown}][s{i}]concat[x{i}]")
        shown = f"x{i}"
    return ";".join(graph + [f"[{shown}]format=yuv420p[film]"])


def joined(pictures: Pictures) -> str:
    """What stands still never meets xfade, and is 4:2:0 from the beginning: the faster way."""
    graph, parts = [], []
    for i, still in enumerate(pictures.stills):
        uses = [(f"[in{i}]", still.fade_in, "yuv444p"), (f"[hold{i}]", still.hold, "yuv420p"),
                (f"[out{i}]", still.fade_out, "yuv444p")]
        uses = [use for use in uses if use[1] > 0]
        graph.append(f"[{i}:v]split={len(uses)}" + "".join(f"[{i}.{n}]" for n in range(len(uses))))
        for n, (label, frames, pixels) in enumerate(uses):
            graph.append(f"[{i}.{n}]{TO_YUV}{pixels},loop={frames - 1}:1{label}")
        if still.fade_in:
            graph.append(f"[out{i - 1}][in{i}]xfade=offset=0:duration="
                         f"{pictures.seconds(still.fade_in):.6f},format=yuv420p[x{i}]")
            parts.append(f"[x{i}]")
        if still.hold:
            parts.append(f"[hold{i}]")
    return ";".join(graph) + f";{''.join(parts)}concat=n={len(parts)}[film]"


FFMPEG_VIDEO = ["-c:v", "libx264", "-preset", "veryfast"]


def ffmpeg(pictures: Pictures, graph: str, output: Path, video=FFMPEG_VIDEO) -> list[str]:
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
    for still in pictures.stills:
        command += ["-framerate", f"{pictures.rate[0]}/{pictures.rate[1]}", "-i", str(still.file)]
    return command + ["-i", str(pictures.sound), "-filter_complex", graph,
                      "-map", "[film]", "-map", f"{len(pictures.stills)}:a", *video,
                      "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
                      "-c:a", "aac", "-b:a", "128k", "-aac_coder", "fast", str(output)]


def melt(pictures: Pictures, output: Path) -> list[str]:
    """`pixbuf:`, because MLT would otherwise ask for Qt, which wants an X server. real_time=-N:
    N threads for frames, and none of them dropped; as many as cores was the fastest."""
    profile = output.with_suffix(".profile")
    profile.write_text(
        f"description=bench\nframe_rate_num={pictures.rate[0]}\nframe_rate_den={pictures.rate[1]}\n"
        f"width={pictures.width}\nheight={pictures.height}\nprogressive=1\n"
        "sample_aspect_num=1\nsample_aspect_den=1\ndisplay_aspect_num=16\ndisplay_aspect_den=9\n"
        "colorspace=709\n")
    command = ["melt", "-silent", "-profile", str(profile)]
    for still in pictures.stills:
        command += [f"pixbuf:{still.file}", f"out={still.length - 1}"]
        if still.fade_in:
            command += ["-mix", str(still.fade_in), "-mixer", "luma"]
    return command + ["-audio-track", str(pictures.sound), "-consumer", f"avformat:{output}",
                      "vcodec=libx264", "preset=veryfast", "crf=23", "acodec=aac", "ab=128k",
                      "aac_coder=fast", "channels=1", f"real_time=-{os.cpu_count()}"]


def ges_launch(pictures: Pictures, output: Path) -> tuple[list[str], dict[str, str]]:
    """Clips that overlap on a layer are crossfaded. The profile's element-properties do not reach
    x264enc in GStreamer 1.22; a preset file does."""
    presets = output.with_suffix(".presets")
    presets.mkdir(exist_ok=True)
    (presets / "GstX264Enc.prs").write_text(
        "[_presets_]\nversion=1.0\nelement-name=GstX264Enc\n\n"
        "[bench]\nspeed-preset=veryfast\npass=qual\nquantizer=23\n")
    command = ["ges-launch-1.0", "--no-interactive", "--track-types=video+audio",
               f"--video-caps=video/x-raw,format=I420,width={pictures.width},"
               f"height={pictures.height},framerate={pictures.rate[0]}/{pictures.rate[1]},"
               "colorimetry=bt709",
               "--audio-caps=audio/x-raw,rate=48000,channels=1"]
    for still in pictures.stills:
        command += ["+clip", str(still.file), "layer=0",
                    f"start={pictures.seconds(still.start):.9f}",
                    f"duration={pictures.seconds(still.length):.9f}"]
    command += ["+clip", str(pictures.sound), "start=0.0", "layer=1", "track-types=audio",
                "-o", f"file://{output}", "-f", "video/quicktime,variant=iso:"
                "video/x-h264,profile=high+bench:audio/mpeg,mpegversion=4"]
    return command, {"GST_PRESET_PATH": str(presets)}
