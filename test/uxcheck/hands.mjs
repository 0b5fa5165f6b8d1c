// People at a real browser who are told what to do, line by line: node hands.mjs. The first line of the standard input is {base, keyboard,
// scripts, look, width}; every further one a step of somebody: {who, open|has|fill|choose|tick|attach|press|follow|save, value}. Each is answered
// by one line {url, status, title, heading, text, wrong}; save answers with the file a link gave. With look every page they come to is looked
// at (look.mjs). With keyboard everything after the first open is reached by Tab (or Shift and Tab, where
// that is the shorter way), arrows, Enter and Space, and the way is watched: the focus moves in the page's order, is seen at every
// stop and never lost. With scripts false the browser runs none.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { launch } from './browser.mjs';
import { Look } from './look.mjs';
import { find } from './reach.mjs';
import { Way } from './way.mjs';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { base, keyboard, scripts = true, look = false, width = 1280 } = JSON.parse((await lines.next()).value);
const browser = await launch();
const people = new Map();
const eye = new Look(width, scripts ? null : async () => (await browser.newContext({ viewport: { width, height: 900 }, locale: 'ja-JP' })).newPage());

async function person(who) {
  if (people.has(who)) return people.get(who);
  const context = await browser.newContext({ viewport: { width, height: 900 }, locale: 'ja-JP', timezoneId: 'Asia/Tokyo', reducedMotion: 'reduce', javaScriptEnabled: scripts });
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  const p = { page, way: new Way(page), wrong: [], status: 0 };
  page.on('pageerror', (e) => p.wrong.push(`the page broke: ${e.message}`));
  page.on('dialog', (d) => { p.wrong.push(`the page asked: ${d.message()}`); d.accept(); });
  page.on('console', (m) => {
    const refusal = /^Failed to load resource: the server responded with a status of 4/.test(m.text()) && m.location().url === page.url(); // Chromium's own line about a page that is a refusal
    if (m.type() === 'error' && !refusal) p.wrong.push(`the console says: ${m.text()} (${m.location().url})`);
  });
  page.on('request', (r) => { if (!r.url().startsWith(base) && /^https?:/.test(r.url())) p.wrong.push(`asks ${r.url()}`); });
  people.set(who, p);
  return p;
}

// opens waits for the page that something leads to.
async function opens(p, doing) {
  const [answer] = await Promise.all([p.page.waitForNavigation({ waitUntil: 'load' }), doing()]);
  if (answer) p.status = answer.status();
  if (look) p.wrong.push(...await eye.at(p.page, answer));
}

// saves is a link that gives a file: what is downloaded, or what the browser would show in a window of its own.
async function saves(p, doing) {
  const { page } = p;
  const link = await page.evaluate(() => document.activeElement.href);
  const download = page.waitForEvent('download');
  download.catch(() => {}); // the file may be shown instead
  const [file] = await Promise.all([
    Promise.race([download, page.waitForEvent('response', (r) => r.url() === link && r.request().isNavigationRequest() && r.status() === 200)]),
    doing(),
  ]);
  if (file.path) return file.path();
  const answer = await page.context().request.get(link);
  const path = join(mkdtempSync(join(tmpdir(), 'walk-')), 'file');
  writeFileSync(path, await answer.body());
  await Promise.race([download, page.waitForURL(link)]); // the answer is there before the window shows it
  if (page.url() === link) await page.goBack();
  return path;
}

async function step(p, { open, has, fill, choose, tick, attach, press, follow, save, value }) {
  const { page, way } = p;
  if (open) return opens(p, () => page.goto(new URL(open, base).href));
  if (has) return void (p.has = Boolean(await find(page, 'field', has).catch(() => null)));
  const words = fill ?? choose ?? tick ?? attach ?? press ?? follow ?? save;
  const kind = press ? 'button' : follow || save ? 'link' : choose ? 'choice' : 'field';
  const target = await find(page, kind, words, value);
  if (save && !keyboard) await target.focus();
  if (!keyboard) return save ? void (p.file = await saves(p, () => target.click())) : byPointer(p, target, { fill, choose, tick, attach, value });
  await way.to(target, words);
  if (save) return void (p.file = await saves(p, () => page.keyboard.press('Enter')));
  if (fill) return way.type(value);
  if (choose) return way.choose(target, value);
  if (tick) return way.tick(target);
  if (attach) return way.attach(target, value.split('\n'));
  return opens(p, () => page.keyboard.press('Enter'));
}

async function byPointer(p, target, { fill, choose, tick, attach, value }) {
  const fold = (await target.evaluateHandle((el) => { const d = el.closest('details:not([open])'); return d && !el.matches('summary') ? d.querySelector('summary') : null; })).asElement();
  if (fold) await fold.click();
  const select = (await target.evaluate((el) => el.localName)) === 'select';
  if (select && (fill || choose)) return void await target.selectOption(await option(target, value));
  if (fill) return void await target.fill(value);
  if (choose) return void await target.check();
  if (tick) return void await target.check();
  if (attach) return void await target.setInputFiles(value.split('\n'));
  return opens(p, () => target.click());
}

// option is the value of the option with these words.
function option(select, words) {
  return select.evaluate((el, w) => [...el.options].find((o) => o.label.replace(/\s+/gu, ' ').trim() === w || o.value === w)?.value ?? w, words);
}

for await (const line of lines) {
  if (!line.trim()) break;
  const told = JSON.parse(line);
  const p = await person(told.who ?? '');
  try {
    await step(p, told);
  } catch (e) {
    p.wrong.push(`${JSON.stringify(told)}: ${e.message.split('\n')[0]}`);
  }
  if (keyboard && (told.fill || told.choose || told.tick || told.attach) && await p.page.evaluate(() => document.activeElement === document.body)) p.wrong.push(`the focus is lost after ${JSON.stringify(told)}`);
  const shown = await p.page.evaluate(() => ({ url: location.pathname + location.search, title: document.title, heading: document.querySelector('h1')?.innerText ?? '', text: document.body.innerText })).catch(() => ({}));
  const wrong = [...p.wrong.splice(0), ...p.way.wrong.splice(0)];
  process.stdout.write(`${JSON.stringify({ ...shown, status: p.status, stops: p.way.stops, has: p.has, file: p.file, wrong })}\n`);
}
await browser.close();
