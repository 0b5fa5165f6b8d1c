// Sends attachments from a real browser over a network that breaks: node upload.mjs BASE COOKIES.json PAGE FOLDER. PAGE is a form page
// with the file question att.estimates and the box d.true. Prints what went wrong, one line each; silence is success.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './browser.mjs';

const [base, cookieFile, path, folder] = process.argv.slice(2);
const cookies = Object.entries(JSON.parse(readFileSync(cookieFile, 'utf8'))).map(([name, value]) => ({ name, value, url: base }));
const wrong = [];
const want = (ok, words) => { if (!ok) wrong.push(words); };

// paper is a file of this many bytes that begins like a PDF.
const paper = (name, size) => {
  const content = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size - 9)]);
  writeFileSync(join(folder, name), content);
  return { path: join(folder, name), sum: createHash('sha256').update(content).digest('hex').slice(0, 12) };
};

const browser = await launch();
const context = await browser.newContext({ locale: 'ja', viewport: { width: 1280, height: 900 } });
await context.addCookies(cookies);
const page = await context.newPage();
page.on('pageerror', (e) => wrong.push(`the page broke: ${e.message}`));
page.on('dialog', (d) => d.accept());
const pieces = [];
page.on('request', (r) => { const m = /\/upload\/.*\?offset=(\d+)$/.exec(r.url()); if (m) pieces.push(Number(m[1])); });

const question = page.locator('[id="f-att-estimates"]');
const sending = page.locator('[id="f-att-estimates-sending"]');
const stored = page.locator('[id="f-att-estimates-stored"]');
const until = async (what, check) => {
  for (let i = 0; i < 300; i++) {
    if (await check()) return true;
    await page.waitForTimeout(50);
  }
  wrong.push(`waited in vain: ${what}`);
  return false;
};
const shot = (name) => page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });

try {
  await page.goto(base + path);
  await page.evaluate(() => { globalThis.here = true; });
  await page.locator('[name="d.true"]').check();

  // The connection breaks after two pieces and comes back.
  let let_ = 2;
  await page.route(/\?offset=/, async (route) => { if (let_-- > 0) await route.continue(); else await route.abort('internetdisconnected'); });
  const first = paper('見積書その1.pdf', (5 << 20) + 12345);
  await question.setInputFiles(first.path);
  await until('the words about the lost connection', async () => (await sending.innerText()).includes('通信が切れました'));
  want((await sending.innerText()).includes('2.0 MB / 5.0 MB'), `how much was sent is not said: ${await sending.innerText()}`);
  want(await sending.locator('progress').evaluate((p) => p.value === 39), 'the bar does not stand at 39');
  await shot('upload-waiting');
  await page.setViewportSize({ width: 320, height: 700 });
  want(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page scrolls sideways at 320 px');
  await shot('upload-waiting-320');
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.unroute(/\?offset=/);
  await until('the first file', async () => (await stored.innerText()).includes('見積書その1.pdf'));
  want((await stored.innerText()).includes(first.sum), 'the fingerprint is not shown');
  want(await page.evaluate(() => globalThis.here === true), 'the page was left');
  want(await page.locator('[name="d.true"]').isChecked(), 'what was ticked is lost');
  want(pieces.includes(2 << 20) && pieces.filter((o) => o === 0).length === 1, `sending did not go on from the middle: ${pieces}`);

  // The page is left in the middle; the same file goes on where it stood.
  pieces.length = 0;
  let_ = 1;
  await page.route(/\?offset=/, async (route) => { if (let_-- > 0) await route.continue(); else await route.abort('internetdisconnected'); });
  const second = paper('見積書その2.pdf', 3 << 20);
  await question.setInputFiles(second.path);
  await until('the break', async () => (await sending.innerText()).includes('通信が切れました'));
  await page.unroute(/\?offset=/);
  await page.route(/\?offset=/, (route) => route.abort('internetdisconnected'));
  await page.reload();
  await until('the unfinished file', async () => (await sending.innerText()).includes('同じファイルをもう一度選ぶと'));
  await shot('upload-unfinished');
  await page.unroute(/\?offset=/);
  pieces.length = 0;
  await question.setInputFiles(second.path);
  await until('the second file', async () => (await stored.innerText()).includes('見積書その2.pdf'));
  want(pieces.length > 0 && !pieces.includes(0), `after the reload sending began anew: ${pieces}`);
  want((await stored.innerText()).includes('見積書その1.pdf'), 'the first file is gone');
  want(!(await sending.locator('ul').innerText()).includes('見積書その2.pdf'), 'the finished file is still shown as on its way');

  await page.locator('[name="d.true"]').check(); // what was typed before the page was left is offered by the page itself

  // What may not be attached is said at the question; a file called PDF that is none, after it arrived.
  writeFileSync(join(folder, '手順.txt'), 'text');
  await question.setInputFiles(join(folder, '手順.txt'));
  await until('the refusal', async () => (await question.getAttribute('aria-invalid')) === 'true');
  const about = await question.evaluate((el) => el.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id)?.textContent ?? `nothing is called ${id}`).join(' '));
  want(about.includes('手順.txt'), `the refusal does not describe the question: ${about}`);
  await shot('upload-refused');
  writeFileSync(join(folder, '偽物.pdf'), 'no paper');
  await question.setInputFiles(join(folder, '偽物.pdf'));
  await until('the second refusal', async () => (await page.locator('.msg-err').allInnerTexts()).some((x) => x.includes('偽物.pdf')));
  want((await page.locator('.msg-err').count()) === 1, 'the first refusal stayed');

  // Sending the page waits for the file; the next page opens by itself.
  await page.route(/\?offset=/, async (route) => { await new Promise((done) => { setTimeout(done, 400); }); await route.continue(); });
  const third = paper('見積書その3.pdf', (2 << 20) + 5);
  await question.setInputFiles(third.path);
  await until('sending', async () => (await sending.innerText()).includes('送信中'));
  await page.locator('button[name="draft"]').click();
  want((await sending.innerText()).includes('送り終えしだい'), 'it is not said that the page waits');
  await page.waitForURL((u) => !u.pathname.includes('/form/'), { timeout: 15000 });
  await page.goto(base + path);
  want((await stored.innerText()).includes('見積書その3.pdf'), 'the third file was not attached');
  want(await page.locator('[name="d.true"]').isChecked(), 'the tick was not saved with it');
} catch (e) {
  wrong.push(e.message.split('\n')[0]);
  await shot('upload-broken');
}
await browser.close();
for (const words of wrong) console.log(words);
process.exitCode = wrong.length ? 1 : 0;
