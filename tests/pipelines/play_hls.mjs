// SPDX-License-Identifier: LGPL-2.1-or-later
// play_hls.mjs PACKAGES FOLDER: plays FOLDER/playlist.m3u8 with hls.js in Chromium while it grows,
// and prints what it saw, as JSON:
// {"width", "height", "looks": [{"time", "frames", "sound_bytes"}], "errors": []}
import {createReadStream, existsSync, readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {basename, join} from 'node:path';

const [packages, folder] = process.argv.slice(2);
const require = createRequire(join(packages, 'package.json'));
const {chromium} = require('playwright-core');
const LOOKS = 4;
const PATIENCE = 40_000;

const page = `<!doctype html><video muted></video><script src="hls.js"></script><script>
const video = document.querySelector('video'), errors = [];
const hls = new Hls();
hls.on(Hls.Events.ERROR, (_, {fatal, details}) => { if (fatal) errors.push(details); });
hls.on(Hls.Events.MANIFEST_PARSED, () => video.play());
hls.loadSource('playlist.m3u8');
hls.attachMedia(video);
const look = () => ({time: video.currentTime,
                     frames: video.getVideoPlaybackQuality().totalVideoFrames,
                     sound_bytes: video.webkitAudioDecodedByteCount});
</script>`;

const server = createServer((request, response) => {
  const name = basename(new URL(request.url, 'http://local/').pathname);
  if (!name) {
    response.setHeader('Content-Type', 'text/html');
    response.end(page);
  } else if (name === 'hls.js') {
    response.end(readFileSync(require.resolve('hls.js/dist/hls.min.js')));
  } else if (existsSync(join(folder, name))) {
    response.setHeader('Cache-Control', 'no-store');
    createReadStream(join(folder, name)).pipe(response);
  } else {
    response.statusCode = 404;
    response.end();
  }
});
await new Promise(done => server.listen(0, '127.0.0.1', done));

async function until(condition) {
  const deadline = Date.now() + PATIENCE;
  while (!await condition()) {
    if (Date.now() > deadline) throw new Error('it takes too long');
    await new Promise(done => setTimeout(done, 100));
  }
}

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'],
});
try {
  await until(() => existsSync(join(folder, 'playlist.m3u8')));
  const tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${server.address().port}/`);
  const looks = [];
  while (looks.length < LOOKS) {
    const last = looks.at(-1) ?? {time: 0, frames: 0};
    let now;
    await until(async () => {
      now = await tab.evaluate('look()');
      return now.time >= last.time + 0.5 && now.frames > last.frames;
    });
    looks.push(now);
  }
  console.log(JSON.stringify({
    looks,
    ...await tab.evaluate('({width: video.videoWidth, height: video.videoHeight, errors})'),
  }));
} finally {
  await browser.close();
  server.close();
}
