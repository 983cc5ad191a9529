# SPDX-License-Identifier: LGPL-2.1-or-later
"""Running a command and looking at what it took."""

import os
import re
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

LONGEST = 3600  # seconds that a command may take


@dataclass(frozen=True)
class Cost:
    wall: float  # seconds
    cpu: float  # seconds, user and system, of the command and its children
    memory: int | None = None  # bytes, of the largest process at its peak


class Failed(Exception):
    pass


def run(command: list[str], log: Path, output: Path | None = None, env: dict = {}) -> Cost:
    """What the command says goes to `log`; its standard output to `output`, if there is one."""
    with open(log, "wb") as errors, open(output or os.devnull, "wb") as said:
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                 stdout=said if output else errors, stderr=errors,
                                 env={**os.environ, **env}, start_new_session=True)
        timer = threading.Timer(LONGEST, os.killpg, (child.pid, signal.SIGKILL))
        timer.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        finally:
            timer.cancel()
        wall = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise Failed(f"ended with {child.returncode}: {last_lines(log)}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def last_lines(log: Path) -> str:
    text = re.sub(r"\x1b\[[\d;]*m", "", log.read_text(errors="replace"))
    lines = [line.strip() for line in text.splitlines()]
    return " / ".join([line for line in lines if line][-3:])[-400:]


def text_of(command: list[str]) -> str:
    """What a command says, on either stream; empty if it cannot be run."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60)
    except OSError:
        return ""
    return done.stdout.decode(errors="replace")


def frames_in(film: Path) -> int:
    said = text_of(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries",
                    "stream=nb_frames", "-of", "csv=p=0", str(film)]).strip().strip(",")
    return int(said) if said.isdigit() else 0


def video_bytes(film: Path) -> int:
    said = text_of(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries",
                    "packet=size", "-of", "csv=p=0", str(film)])
    return sum(int(line.strip(",")) for line in said.split())
