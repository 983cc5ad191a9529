// SPDX-License-Identifier: LGPL-2.1-or-later
// talkie preview in Chromium, as a writer uses it: it plays, follows the file, and says what is
// wrong with it. preview.mjs TALKIE
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const [talkie, packages] = process.argv.slice(2);
const {chromium} = createRequire(join(packages, 'none.js'))('playwright-core');
const PATIENCE = 30_000;       // ms, on a machine with other things to do
const HEARD_WITHIN = 10_000;   // likewise; on a machine at rest it is less than one second

const script = ({word = 'first', heading = 'Two', last = 'That is all.'} = {}) => `---
title: A talk
size: 320x180
captions: none
---
# One

The ${word} words.

## ${heading}

Something on this page.

## Three

${last}
`;

const folder = mkdtempSync(join(tmpdir(), 'talkie-preview-'));
const file = join(folder, 'talk.md');
// As editors save: another file takes the place.
const save = text => {
  writeFileSync(`${file}~`, text);
  renameSync(`${file}~`, file);
};

let program, browser;
const start = () => new Promise((resolve, reject) => {
  program = spawn(talkie, ['preview', file], {
    env: {...process.env, XDG_CACHE_HOME: join(folder, 'cache'), XDG_CONFIG_HOME: join(folder, 'none')},
    stdio: ['ignore', 'pipe', 'inherit']});
  program.stdout.once('data', bytes => resolve(String(bytes).trim()));
  program.once('exit', status => reject(new Error(`talkie preview ended with ${status}`)));
});
const ended = () => new Promise(resolve => program.once('exit', (status, signal) =>
  resolve(signal ?? status)));

const text = selector => page.textContent(selector);
const until = (condition, argument) =>
  page.waitForFunction(condition, argument, {timeout: PATIENCE, polling: 20});
const editReady = edit => until(wanted => Number(document.body.dataset.ready) >= wanted, edit);
const allMade = () => until(() => document.querySelectorAll('.scene').length > 0 &&
  [...document.querySelectorAll('.scene')].every(scene => scene.dataset.state === 'made'));
// The mean of each channel in 4 x 4 parts of what the film shows at a time.
const look = time => page.evaluate(async time => {
  video.pause();
  video.currentTime = time;
  const end = Date.now() + 20_000;
  while ((video.seeking || video.readyState < 2) && Date.now() < end)
    await new Promise(resolve => setTimeout(resolve, 20));
  await new Promise(resolve => setTimeout(resolve, 200));
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0);
  return Array.from(context.getImageData(0, 0, canvas.width, canvas.height).data);
}, time);
const difference = (a, b) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
const startOf = scene => page.evaluate(scene => {
  const [minutes, seconds] = document.querySelectorAll('.facts span:first-child')[scene].textContent.split(':');
  return Number(minutes) * 60 + Number(seconds);
}, scene);

let page;
const requested = new Set();  // pieces, since the page was opened
const checks = [];
const check = (name, run) => checks.push([name, run]);

check('plays with picture and sound', async () => {
  await editReady(0);
  assert.equal(await text('#title'), 'A talk');
  const before = await page.evaluate(() => video.currentTime);
  await until(before => video.currentTime > before + 0.5, before);
  const quality = await page.evaluate(() => video.getVideoPlaybackQuality().totalVideoFrames);
  assert.ok(quality > 5, `${quality} frames were decoded`);
  assert.deepEqual(await page.evaluate(() => [video.videoWidth, video.videoHeight]), [320, 180]);
  const decoded = await page.evaluate(() => video.webkitAudioDecodedByteCount);
  assert.ok(decoded > 0, 'sound was decoded');
});

check('shows every scene with its time and its picture', async () => {
  await allMade();
  await until(() => [...document.querySelectorAll('.picture img')].every(
    image => !image.hidden && image.complete && image.naturalWidth > 0));
  assert.deepEqual(await page.$$eval('.name', names => names.map(name => name.textContent)),
                   ['One', 'Two', 'Three']);
  const starts = await page.$$eval('.facts span:first-child', all => all.map(one => one.textContent));
  assert.equal(starts[0], '0:00');
  assert.match(await text('#duration'), /^0:\d\d$/);
  assert.equal(await text('#status'), 'Up to date');
});

check('plays to the end, and over the borders of scenes', async () => {
  const end = await page.evaluate(() => video.duration);
  await page.evaluate(time => { video.currentTime = time; video.play(); }, await startOf(1) - 0.5);
  await until(time => video.currentTime > time + 0.5, await startOf(1));
  await page.evaluate(time => { video.currentTime = time; video.play(); }, end - 1);
  await until(() => video.ended);
});

check('another heading: the new picture is seen, and only what changed is fetched', async () => {
  const before = await look(await startOf(1) + 2);
  const loaded = new Set(requested);
  const fetched = [];
  const note = request => { if (request.url().includes('/pieces/')) fetched.push(request.url()); };
  await page.keyboard.press(' ');
  page.on('request', note);
  save(script({heading: 'Two is a number that has a long heading now'}));
  await editReady(1);
  await allMade();
  await page.waitForTimeout(300);
  page.off('request', note);
  const media = await page.evaluate(async urls => Promise.all(urls.map(async url =>
    (await fetch(url)).headers.get('content-type'))), fetched);
  // The page's scene, and the one after it, which begins with a transition from it; both in parts,
  // more of them where the machine is busy. Never what the page has already.
  const videos = media.filter(type => type === 'video/mp4').length;
  const again = fetched.filter(url => loaded.has(url));
  assert.deepEqual(again, [], 'nothing is fetched twice');
  const sounds = media.filter(type => type === 'audio/mp4').length;
  assert.ok(videos >= 1, 'new pictures were fetched');
  assert.equal(sounds, 0, 'what is said is as it was');
  assert.ok(await page.evaluate(() => document.querySelector('.here .number').textContent === '2'));
  const after = await look(await startOf(1) + 2);
  const changed = difference(before, after);
  assert.ok(changed > 1, `the picture differs by ${changed}`);
});

check('other words are heard', async () => {
  await page.keyboard.press(' ');
  const before = Date.now();
  const at = await page.evaluate(() => performance.timeOrigin);
  const long = 'second and third and fourth and fifth';
  save(script({word: long, heading: 'Two is a number that has a long heading now'}));
  await editReady(2);
  const heard = at + await page.evaluate(() => Number(document.body.dataset.readyAt)) - before;
  console.log(`  heard after ${heard.toFixed(0)} ms`);
  assert.ok(heard < HEARD_WITHIN, `heard after ${heard} ms`);
  assert.ok(await page.evaluate(() => document.querySelector('.here .number').textContent === '1'));
  await until(() => !video.paused && video.currentTime > 0.3);
  await allMade();
  // The scenes that follow have moved.
  await until(start => {
    const {buffered} = video;
    return buffered.length === 1 && video.duration > start;
  }, await startOf(2));
});

check('captions, where they are not in the picture', async () => {
  await page.keyboard.press('c');
  await page.evaluate(() => { video.currentTime = 1; });
  await until(() => document.getElementById('captions').textContent.includes('words') ||
                    document.getElementById('captions').textContent.includes('second'));
  await page.keyboard.press('c');
  await until(() => document.getElementById('captions').hidden);
});

check('a broken script: the film stays, and the place is said', async () => {
  await page.evaluate(() => { video.currentTime = 0.2; video.play(); });
  const broken = script().replace('## Three', '(pause: never)\n\n## Three');
  save(broken);
  await until(() => !document.getElementById('errors').hidden);
  const line = broken.split('\n').indexOf('(pause: never)') + 1;
  assert.ok((await text('#errors .place')).includes(`talk.md:${line}:`), await text('#errors'));
  assert.equal(await page.$$eval('.scene', all => all.length), 3);
  const before = await page.evaluate(() => video.currentTime);
  await until(before => video.currentTime > before + 0.3, before);
  rmSync(file);
  await until(() => /talk\.md/.test(document.getElementById('errors').textContent) &&
                    !document.getElementById('errors').textContent.includes('pause'));
  save(script());
  await until(() => document.getElementById('errors').hidden);
  await allMade();
  assert.equal(await text('#status'), 'Up to date');
});

check('a warning stands beside its scene', async () => {
  save(script({last: 'That is all.\n\n![missing](nowhere.png)'}));
  await until(() => document.querySelectorAll('.scene .warning').length === 1);
  const where = await page.$eval('.scene:nth-child(3) .warning .place', place => place.textContent);
  assert.match(where, /talk\.md:\d+:\d+$/);
  save(script());
  await until(() => document.querySelectorAll('.scene .warning').length === 0);
  await allMade();
});

check('keys', async () => {
  await page.keyboard.press('Home');
  await until(() => document.querySelector('.here .number')?.textContent === '1');
  await page.keyboard.press('ArrowRight');
  await until(() => document.querySelector('.here .number')?.textContent === '2');
  await page.keyboard.press('End');
  await until(() => document.querySelector('.here .number')?.textContent === '3');
  await page.keyboard.press('m');
  assert.ok(await page.evaluate(() => video.muted));
  await page.keyboard.press('m');
  await page.keyboard.press('?');
  await page.waitForSelector('#keys-dialog[open]');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Home');
  await until(() => !video.paused);
  await page.keyboard.press(' ');
  await until(() => video.paused);
});

check('fits a phone, and is light or dark as the reader has it', async () => {
  await page.setViewportSize({width: 375, height: 800});
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(overflow, 0, 'nothing is wider than the phone');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor
    .match(/\d+/g).slice(0, 3).reduce((sum, value) => sum + Number(value), 0) / 3);
  await page.emulateMedia({colorScheme: 'light'});
  assert.ok(await ground() > 200);
  await page.emulateMedia({colorScheme: 'dark'});
  assert.ok(await ground() < 60);
  await page.setViewportSize({width: 1280, height: 800});
});

check('says when the program has ended, which Ctrl-C does at once', async () => {
  const before = Date.now();
  const gone = ended();
  program.kill('SIGINT');
  assert.equal(await gone, 130);
  assert.ok(Date.now() - before < 5000);
  await until(() => document.getElementById('status').dataset.state === 'lost');
});

let failed = false;
try {
  save(script());
  const address = await start();
  assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required']});
  page = await browser.newPage({viewport: {width: 1280, height: 800}});
  page.on('pageerror', error => { console.error(error); failed = true; });
  page.on('request', request => {
    if (request.url().includes('/pieces/')) requested.add(request.url());
  });
  await page.goto(address);
  for (const [name, run] of checks) {
    const began = Date.now();
    await run();
    console.log(`ok ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  }
} catch (error) {
  console.error(error);
  failed = true;
} finally {
  await browser?.close();
  if (program?.exitCode === null) program.kill('SIGKILL');
  rmSync(folder, {recursive: true, force: true});
}
process.exit(failed ? 1 : 0);
