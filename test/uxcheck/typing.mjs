// Types into an application in a real browser: node typing.mjs BASE COOKIES.json CASE. CASE is the path of a draft's page. Rows and totals of
// the cost table follow without a save; a page that is left and opened again at once never clashes with itself; two windows are merged
// by field, and what both changed is told. Prints what went wrong, one line each; silence is success.
import { readFileSync } from 'node:fs';
import { launch } from './browser.mjs';

const [base, cookieFile, at] = process.argv.slice(2);
const cookies = Object.entries(JSON.parse(readFileSync(cookieFile, 'utf8'))).map(([name, value]) => ({ name, value, url: base }));
const wrong = [];
const want = (ok, words) => { if (!ok) wrong.push(words); };

const browser = await launch();
const context = await browser.newContext({ locale: 'ja', viewport: { width: 1280, height: 900 } });
await context.addCookies(cookies);
const open = async () => {
  const page = await context.newPage();
  page.on('pageerror', (e) => wrong.push(`the page broke: ${e.message}`));
  page.on('dialog', (d) => { wrong.push(`asked on leaving: ${d.message()}`); d.accept(); });
  return page;
};
const until = async (what, check) => {
  for (let i = 0; i < 200; i++) {
    if (await check()) return true;
    await new Promise((go) => setTimeout(go, 50));
  }
  wrong.push(`waited in vain: ${what}`);
  return false;
};
const project = `${base}${at}/form/application/project`;
const title = '[name="p.title"]', english = '[name="p.title_en"]', saved = '[data-saved]';
const said = (page) => page.locator(saved).innerText();

try {
  const page = await open();
  await page.goto(`${base}${at}/form/application/cost`);
  await page.locator('[name="cost.lines.0.item"]').selectOption('委託料');
  await page.locator('[name="cost.lines.0.detail"]').fill('設営');
  await page.locator('[name="cost.lines.0.where"]').selectOption('abroad');
  await page.locator('[name="cost.lines.0.qty"]').fill('２');
  await page.locator('[name="cost.lines.0.unit"]').fill('3,000,000円');
  const cell = (id) => page.locator(`[id="f-cost-lines${id}"]`).innerText();
  await until('the amount of the line', async () => (await cell('-0-amount-is')) === '6,000,000');
  want(await cell('-eligible') === '6,000,000' && await cell('-abroad') === '6,000,000', `totals: ${await cell('-eligible')}, ${await cell('-abroad')}`);
  want(!(await page.locator('[name="cost.lines.0.reason"]').isVisible()), 'a reason is asked for an eligible line');
  await page.locator('[name="cost.lines.0.eligible"]').selectOption('false');
  await until('the total without the line', async () => (await cell('-eligible')) === '0' && (await cell('-excluded')) === '6,000,000');
  await until('the reason', () => page.locator('[name="cost.lines.0.reason"]').isVisible());
  await page.locator('[name="cost.lines.0.eligible"]').selectOption('true');
  await until('the total with the line', async () => (await cell('-total')) === '6,000,000' && !(await page.locator('[name="cost.lines.0.reason"]').isVisible()));

  // The save of the page that is left arrives after the same page was opened again.
  await page.goto(project);
  await page.locator(title).fill('離れるときの題');
  await page.goto(`${base}${at}`);
  await page.goto(project);
  want(await page.locator(title).inputValue() === '離れるときの題', `opened again: ${await page.locator(title).inputValue()}`);
  want(!(await page.locator('[data-unsent]').isVisible()), 'what was typed a moment ago is offered, not there');
  await until('the saved words', async () => (await said(page)).includes('保存しました'));
  await page.locator(title).fill('戻ってからの題');
  await page.locator(english).fill('English');
  await until('the second save', async () => (await page.locator('[name="base"]').inputValue()) && (await said(page)).includes('保存しました'));
  await page.goto(`${base}${at}`);
  await page.goto(project);
  want(await page.locator(title).inputValue() === '戻ってからの題', `after going back and forth: ${await page.locator(title).inputValue()}`);
  want(!(await said(page)).includes('別の画面'), `clashes with itself: ${await said(page)}`);

  // Nothing is on its way any more: what this browser keeps of the page's unsaved input is gone.
  await until('everything to be saved', () => page.evaluate((key) => !localStorage.getItem(key), `kk:${at}/form/application/project`));

  // Two windows: what only one changed is merged, what both changed is told.
  const saves = async (p, control, value, then) => {
    const answer = p.waitForResponse((r) => r.request().method() === 'POST' && r.url() === project);
    await p.locator(control).fill(value);
    await p.locator(then).focus();
    await (await answer).finished();
  };
  const other = await open();
  await other.goto(project);
  await saves(other, english, 'From the other window', title);
  await saves(page, '[name="p.summary"]', '概要', title);
  await until('the merged answer', async () => (await page.locator(english).inputValue()) === 'From the other window');
  want((await said(page)).includes('取り込みました'), `merged without a word: ${await said(page)}`);
  await saves(other, title, 'あちらの題', english);
  await saves(page, title, 'こちらの題', english);
  await until('the clash', async () => (await said(page)).includes('あなたの別の画面'));
  await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: '下書きを保存' }).click()]);
  const words = await page.locator('main').innerText();
  want(words.includes('あちらの題') && words.includes('こちらの題'), 'a clash does not show both texts');
} catch (e) {
  wrong.push(e.message);
}
await browser.close();
if (wrong.length) { console.log(wrong.join('\n')); process.exit(1); }
