#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Plays a film in headless Chromium and prints what it saw, as JSON.

play_in_chromium.py FILM TIME...   seeks to each time, then plays from the start for a while

{"duration", "width", "height", "played": seconds, "error", "samples": [{"time", "blocks"}]}
blocks: the mean of red, green and blue in each of 8 x 6 blocks, row by row.
"""
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading

TIMEOUT_SECONDS = 60
PAGE = """<!doctype html><video muted src="film.mp4"></video><script>
const video = document.querySelector('video');
const until = name => new Promise(done => video.addEventListener(name, done, {once: true}));
function blocks() {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  const {data, width, height} = context.getImageData(0, 0, canvas.width, canvas.height);
  const sums = new Float64Array(48), counts = new Float64Array(48);
  for (let y = 0; y < height; ++y)
    for (let x = 0; x < width; ++x) {
      const at = 4 * (y * width + x);
      const block = 8 * Math.floor(y * 6 / height) + Math.floor(x * 8 / width);
      sums[block] += (data[at] + data[at + 1] + data[at + 2]) / 3;
      ++counts[block];
    }
  return Array.from(sums, (sum, i) => sum / counts[i]);
}
async function look() {
  const seen = {samples: [], played: 0, error: ''};
  if (video.readyState < 2) await until('loadeddata');
  Object.assign(seen, {duration: video.duration, width: video.videoWidth,
                       height: video.videoHeight});
  for (const time of TIMES) {
    // The event comes before the frame can be drawn, the callback where there is a new frame.
    const shown = new Promise(done => video.requestVideoFrameCallback(done));
    const seeked = until('seeked');
    video.currentTime = time;
    await seeked;
    await Promise.race([shown, new Promise(done => setTimeout(done, 500))]);
    seen.samples.push({time: time, blocks: blocks()});
  }
  const seeked = until('seeked');
  video.currentTime = 0;
  await seeked;
  await video.play();
  await new Promise(done => setTimeout(done, 1500));
  seen.played = video.currentTime;
  return seen;
}
const failed = new Promise((_, fail) => video.addEventListener('error',
    () => fail(new Error(video.error.message))));
Promise.race([look(), failed]).catch(error => ({error: String(error)}))
    .then(seen => fetch('seen', {method: 'POST', body: JSON.stringify(seen)}));
</script>"""


def make_handler(film, times, seen, done):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def send(self, status, kind, body, **headers):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            if self.path == "/":
                page = PAGE.replace("TIMES", json.dumps(times))
                self.send(200, "text/html", page.encode())
            elif self.path == "/film.mp4":
                self.send_film()
            else:
                self.send(404, "text/plain", b"")

        def send_film(self):
            """Whole or a range of it: without ranges a browser does not seek."""
            wanted = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            if not wanted:
                self.send(200, "video/mp4", film, Accept_Ranges="bytes")
                return
            begin = int(wanted[1])
            end = min(int(wanted[2] or len(film) - 1), len(film) - 1)
            self.send(206, "video/mp4", film[begin:end + 1], Accept_Ranges="bytes",
                      Content_Range=f"bytes {begin}-{end}/{len(film)}")

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            seen.update(json.loads(self.rfile.read(length)))
            self.send(200, "text/plain", b"")
            done.set()

        def log_message(self, *_):
            pass

    return Handler


def main():
    with open(sys.argv[1], "rb") as file:
        film = file.read()
    seen, done = {}, threading.Event()
    handler = make_handler(film, [float(time) for time in sys.argv[2:]], seen, done)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--autoplay-policy=no-user-gesture-required",
             f"--user-data-dir={profile}", f"http://127.0.0.1:{server.server_port}/"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": profile})
        finished = done.wait(TIMEOUT_SECONDS)
        browser.terminate()
        try:
            browser.wait(10)
        except subprocess.TimeoutExpired:
            browser.kill()
            browser.wait()
    if not finished:
        sys.exit("Chromium did not answer")
    print(json.dumps(seen))


main()
