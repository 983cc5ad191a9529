# SPDX-License-Identifier: LGPL-2.1-or-later
"""Live channels on this machine: a server for them, the programs that send them, and what each of
these takes."""

import json
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmark.measure import Failed

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 20  # seconds for a server to come up, or a channel to end
CONFIG = """load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
{user}daemon off; worker_processes 1; worker_rlimit_nofile 8192;
pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 4096; }}
rtmp {{ server {{
    listen 127.0.0.1:{port}; chunk_size 4096;
    application live {{ live on; }}
    application kept {{ live on; record video; record_path {folder}/kept; }}
}} }}
"""


def cpu_of(pid: int) -> float:
    """Seconds that a process has taken, and those of its children that have ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return 0
    return sum(int(figure) for figure in text.rpartition(")")[2].split()[11:15]) / TICKS


def memory_of(pid: int) -> int:
    """Bytes that would be free without it: what it shares counts in part."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) << 10


@dataclass(frozen=True)
class MachineTime:
    """What all cores together have done so far, in ticks."""
    idle: int
    all: int

    @classmethod
    def now(cls) -> "MachineTime":
        figures = [int(x) for x in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
        return cls(figures[3] + figures[4], sum(figures))

    def idle_since(self, before: "MachineTime") -> float:
        return (self.idle - before.idle) / max(1, self.all - before.all)


class RtmpServer:
    """nginx with its RTMP module, on loopback; what it records of `kept` is in its folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.child = None

    def __enter__(self) -> "RtmpServer":
        (self.folder / "kept").mkdir(parents=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = self.folder / "nginx.conf"
        # Else its workers would be nobody's, who may not write here.
        user = "" if os.geteuid() else "user root; "
        config.write_text(CONFIG.format(folder=self.folder, port=self.port, user=user))
        self.child = subprocess.Popen(
            ["/usr/sbin/nginx", "-e", str(self.folder / "nginx.log"), "-c", str(config)],
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.child.poll() is None:
            with socket.socket() as asking:
                if asking.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        self.__exit__()
        raise Failed("nginx with its RTMP module does not start")

    def __exit__(self, *_) -> None:
        self.child.terminate()
        self.child.wait()

    def url(self, name: str, application: str = "live") -> str:
        return f"rtmp://127.0.0.1:{self.port}/{application}/{name}"

    def cpu(self) -> float:
        children = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children").read_text()
        return sum(cpu_of(int(pid)) for pid in [self.child.pid, *children.split()])

    def has_picture(self, name: str) -> bool:
        """Whether its recording has one."""
        try:
            film = (self.folder / "kept" / f"{name}.flv").read_bytes()
        except FileNotFoundError:
            return False
        place = 13  # behind the file's header; then come tags
        while place + 13 < len(film):
            if film[place] == 9 and film[place + 12] == 1:  # video, a picture and no codec header
                return True
            place += 15 + int.from_bytes(film[place + 1:place + 4], "big")
        return False


@dataclass
class Channel:
    """A program that sends a stream. What it says of itself is in a file, so that nothing has to
    listen; the file's time tells when it said so."""
    command: list[str]
    said: Path
    env: dict = field(default_factory=dict)
    child: subprocess.Popen | None = None

    def start(self) -> "Channel":
        with open(self.said, "wb") as said, open(self.said.with_suffix(".log"), "wb") as log:
            self.child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=said,
                                          stderr=log, env={**os.environ, **self.env},
                                          start_new_session=True)
        return self

    def ask_to_stop(self) -> None:
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGINT)

    def stop(self) -> None:
        self.ask_to_stop()
        try:
            self.child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()

    def is_running(self) -> bool:
        return self.child.poll() is None

    def cpu(self) -> float:
        return cpu_of(self.child.pid)

    def position(self) -> float:
        """Seconds of the stream that were sent when it last said so."""
        raise NotImplementedError

    def behind(self) -> float:
        """The time of day at which the stream would have begun, had it never been slow. It grows by
        what the channel falls behind."""
        return self.said.stat().st_mtime - self.position()

    def is_late(self) -> bool:
        """By its own account, when it has ended."""
        return False

    def _last_lines(self) -> list[str]:
        with open(self.said, "rb") as said:
            said.seek(max(0, said.seek(0, os.SEEK_END) - 4000))
            return said.read().decode(errors="replace").split("\n")[:-1]


class TalkieChannel(Channel):
    MOST_LATE = 0.01  # of its pictures

    def __init__(self, talkie: str, script: Path, cache: Path, url: str, said: Path):
        super().__init__([talkie, "live", str(script), "--loop", "--cache", str(cache), "--rtmp",
                          url, "--progress", "json"], said)

    def status(self) -> dict:
        """The last one; when the channel has ended, its report."""
        for line in reversed(self._last_lines()):
            if line.startswith("{"):
                return json.loads(line)
        return {}

    def position(self) -> float:
        return self.status().get("on_air", 0.0)

    def is_late(self) -> bool:
        done = self.status()
        if done.get("type") != "done" or "error" in done:
            return True
        dropped = sum(output["dropped"] for output in done["outputs"])
        return (done["late"] > self.MOST_LATE * done["pictures"] or done["stalls"] > 0 or
                dropped > 0)


class FfmpegChannel(Channel):
    """What people write by hand: one slide, and its sound again and again."""

    def __init__(self, slide: Path, voice: Path, url: str, said: Path):
        super().__init__(
            ["ffmpeg", "-nostdin", "-v", "error", "-progress", "pipe:1",
             "-re", "-loop", "1", "-framerate", "30", "-i", str(slide),
             "-re", "-stream_loop", "-1", "-i", str(voice),
             "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "60",
             "-c:a", "aac", "-b:a", "64k", "-ac", "1", "-f", "flv", url], said)

    def position(self) -> float:
        for line in reversed(self._last_lines()):
            if line.startswith("out_time_us=") and line[12:].isdigit():
                return int(line[12:]) / 1e6
        return 0.0
