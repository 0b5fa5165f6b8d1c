// Checks one page: every width and theme, keyboard, forced colours, larger text, print, weight. Returns what was found and the
// page's sources for the HTML checker.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addStyle, axeSource, dropStyle, inject, ruleSource } from './browser.mjs';
import { walk } from './keyboard.mjs';
import { act } from './steps.mjs';
import { overweight, Watch } from './watch.mjs';

export const widths = [320, 768, 1280];
export const themes = ['light', 'dark'];
const height = 900;
const layoutRules = ['content-cut', 'clipped-text', 'page-scroll'];
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

// WCAG 1.4.12 as its own text gives it. 1.4.4 at 200 % is a browser's zoom: half as many CSS pixels.
const spacing = '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important} p{margin-bottom:2em!important}';
// spec: {name, url, lang, kind, status, html, headers, widths, themes, keyboard, extras, print, steps, byKeyboard, cookies, cookieFree}.
// rings remembers, over all pages, how often the ring of a kind of control was looked at; without it every page is looked at anew. windows
// keeps windows open for further pages that were answered earlier: such a page cannot change the next one, and a window that has its
// fonts and styles at hand is quick.
export async function checkPage(browser, base, spec, { out, rings, windows } = {}) {
  const kept = spec.html && !spec.cookies && !spec.steps ? windows : null;
  const language = spec.lang === 'en' ? 'en-GB' : 'ja-JP';
  const { context, page, watch, showing } = kept?.get(language) ?? await newWindow(browser, base, language);
  kept?.delete(language); // it comes back when all went well
  const found = [];
  const add = (list, where) => found.push(...list.map((f) => ({ ...f, where })));
  let good = false;
  try {
    watch.fresh();
    showing.spec = spec;
    await page.setViewportSize({ width: (spec.widths ?? widths)[0], height });
    await page.emulateMedia({ media: 'screen', colorScheme: 'light', reducedMotion: 'no-preference', forcedColors: 'none' });
    if (spec.cookies) await context.addCookies(Object.entries(spec.cookies).map(([name, value]) => ({ name, value, url: base })));
    const status = await open(page, watch, base, spec);
    if (status !== (spec.status ?? 200)) {
      add([{ rule: 'status', at: '', say: `status ${status}, want ${spec.status ?? 200} at ${page.url()}` }], '');
      return { found, figures: {}, sources: new Map() };
    }
    await ready(page, spec);
    const figures = await watch.figures();
    if (!spec.steps) add(overweight(spec.kind, figures), '');
    if (spec.cookieFree) {
      const set = (await context.cookies()).map((c) => c.name);
      if (set.length) add([{ rule: 'cookie', at: '', say: `a public page sets ${set.join(', ')}` }], '');
    }
    const incomplete = [];
    await everyWidth(page, spec, add, incomplete, out);
    if (spec.keyboard ?? true) await byKeyboard(page, watch, spec, add, rings);
    if (spec.extras ?? true) await extras(page, add);
    if (spec.print) add(await printed(page, spec, out), 'print');
    add(await watch.figures().then(() => unique(watch.findings)), '');
    good = true;
    return { found: merge(found), figures, sources: watch.sources, incomplete };
  } finally {
    if (good && kept && !kept.has(language)) {
      await page.evaluate(() => { localStorage.clear(); sessionStorage.clear(); });
      await context.clearCookies();
      kept.set(language, { context, page, watch, showing });
    } else {
      await context.close();
    }
  }
}

// A window with its watch. What it is showing decides what its requests are answered with.
async function newWindow(browser, base, locale) {
  const context = await browser.newContext({ viewport: { width: widths[0], height }, locale, timezoneId: 'Asia/Tokyo', reducedMotion: 'no-preference' });
  const page = await context.newPage();
  page.on('dialog', (d) => d.accept());
  const watch = new Watch(page, base);
  await watch.start();
  const showing = {};
  await replay(page, base, showing);
  return { context, page, watch, showing };
}

// The page is opened once and its window changed in place. Every rule looks at the narrowest and the widest window, layout at every
// one, contrast once in the dark. axe looks where every rule does; at a page answered earlier, which comes in two languages, at the
// widest window or, with fewWays, at the narrowest.
async function everyWidth(page, spec, add, incomplete, out) {
  const list = spec.widths ?? widths;
  const dark = (spec.themes ?? themes).includes('dark');
  const axeAt = spec.html ? [spec.fewWays ? list[0] : list.at(-1)] : [list[0], list.at(-1)];
  for (const width of list) {
    await page.setViewportSize({ width, height });
    const edge = width === list[0] || width === list.at(-1);
    add(await rules(page, edge ? null : layoutRules), `${width} light`);
    if (axeAt.includes(width)) add(await axe(page, incomplete), `${width} light`);
    if (out && spec.shot) await picture(page, out, `${spec.name}-${width}-light`);
  }
  if (!dark) return;
  await page.emulateMedia({ colorScheme: 'dark' });
  add(await axe(page, incomplete, ['color-contrast']), `${list.at(-1)} dark`);
  if (out && spec.shot) await picture(page, out, `${spec.name}-${list.at(-1)}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}

// A page with html is shown as it was answered earlier, at its address and under its policy; only its files are asked for.
async function replay(page, base, showing) {
  const host = new URL(base).host;
  await page.route((url) => showing.spec?.html && url.host === host && !/\.(?:css|js|svg)$/.test(url.pathname), (route) => (route.request().isNavigationRequest()
    ? route.fulfill({ status: showing.spec.status ?? 200, headers: showing.spec.headers, body: showing.spec.html })
    : route.fulfill({ status: 204 })));
}

async function open(page, watch, base, spec) {
  const answer = await page.goto(new URL(spec.url, base).href, { waitUntil: 'load' });
  let status = answer.status();
  for (const step of spec.steps ?? []) {
    watch.reset();
    status = (await act(page, base, step, spec.byKeyboard)) ?? status;
  }
  return status;
}

async function ready(page, spec) {
  await page.evaluate(() => document.fonts.ready.then(() => 0));
  await inject(page, `globalThis.kkLang=${JSON.stringify(spec.lang ?? 'ja')};\n${ruleSource}`);
  await inject(page, axeSource);
}

// null = every rule.
const rules = (page, only) => page.evaluate((ids) => kk.run(ids ?? Object.keys(kk.rules)), only);

async function axe(page, incomplete, only) {
  const result = await page.evaluate((wanted) => axe.run(document, { runOnly: wanted, resultTypes: ['violations', 'incomplete'], elementRef: false, preload: false })
    .then((r) => ({ violations: r.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map((n) => ({ at: n.target.join(' '), why: (n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? '' })) })), incomplete: r.incomplete.map((v) => v.id) })), only ? { type: 'rule', values: only } : { type: 'tag', values: axeTags });
  incomplete.push(...result.incomplete);
  return result.violations.flatMap((v) => v.nodes.map((n) => ({ rule: `axe:${v.id}`, at: n.at, say: `${v.help} – ${n.why}` })));
}

// Order, reach and cover at the widest and the narrowest window; the ring of each kind of control in light and dark.
async function byKeyboard(page, watch, spec, add, rings) {
  const list = spec.widths ?? widths;
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
  for (const width of new Set([list.at(-1), list[0]])) {
    await page.setViewportSize({ width, height: width < 400 ? 640 : height });
    add(await walk(page, watch.debug, { rings: rings?.of(`${width} light`), fast: !!spec.html }), `${width} keyboard`);
  }
  const dark = rings?.of('dark');
  if (dark && rings.of(`${list.at(-1)} light`).size === dark.size) return; // no kind of control that was not looked at
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: list.at(-1), height });
  add((await walk(page, watch.debug, { ringsPerStyle: 1, rings: dark, fast: !!spec.html })).filter((f) => f.rule === 'focus-ring'), 'dark keyboard');
  await page.emulateMedia({ reducedMotion: 'no-preference', colorScheme: 'light' });
}

// Forced colours, reduced motion, wider text spacing, zoom.
async function extras(page, add) {
  await page.setViewportSize({ width: 1280, height });
  await page.emulateMedia({ forcedColors: 'active' });
  add(await rules(page, layoutRules), 'forced colours');
  add(await page.evaluate(invisible), 'forced colours');
  await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'reduce' });
  add(await page.evaluate(moving), 'reduced motion');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await addStyle(page, spacing);
  add(await rules(page, layoutRules), 'text spacing');
  await page.setViewportSize({ width: 320, height });
  add(await rules(page, ['content-cut', 'page-scroll']), '320 text spacing');
  await dropStyle(page);
  await page.setViewportSize({ width: 640, height: height / 2 });
  add(await rules(page, layoutRules), 'zoom 200 %');
}

// With the reader's own colours a control keeps an edge or an underline.
const invisible = () => kk.all('button,input:not([type=hidden],[type=checkbox],[type=radio],[type=range]),select,textarea').filter(kk.shown).filter((el) => {
  const style = getComputedStyle(el);
  const edged = ['Top', 'Right', 'Bottom', 'Left'].some((s) => parseFloat(style[`border${s}Width`]) > 0 && style[`border${s}Style`] !== 'none');
  const cell = el.closest('td');
  return !edged && style.outlineStyle === 'none' && !(cell && parseFloat(getComputedStyle(cell).borderBottomWidth) > 0) && !/underline/.test(style.textDecorationLine) && style.boxShadow === 'none';
}).map((el) => ({ rule: 'forced-colors', at: kk.place(el), say: `${kk.quote(kk.name(el))} has no edge in the reader's own colours` }));

const moving = () => kk.all('*').filter((el) => {
  const style = getComputedStyle(el);
  const longest = (list) => Math.max(...list.split(',').map((t) => (/ms$/.test(t.trim()) ? parseFloat(t) / 1000 : parseFloat(t))));
  return (style.animationName !== 'none' && longest(style.animationDuration) > 0.01) || (style.transitionProperty !== 'none' && longest(style.transitionDuration) > 0.01);
}).map((el) => ({ rule: 'reduced-motion', at: kk.place(el), say: 'moves although the reader asked for no motion' }));

// On paper: no navigation, nothing wider than the sheet, the expected number of pages.
async function printed(page, spec, out) {
  const paper = await page.evaluate(() => 'paper' in document.documentElement.dataset); // brings its own margins
  await page.setViewportSize({ width: paper ? 794 : 718, height: 1000 });
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  const found = await page.evaluate(() => [
    ...kk.all('nav,.skip,.toolbar,form .acts').filter(kk.shown).map((el) => ({ rule: 'print-nav', at: kk.place(el), say: `${el.localName} is printed` })),
    ...kk.all('thead').filter((el) => kk.shown(el) && getComputedStyle(el).display !== 'table-header-group').map((el) => ({ rule: 'print-head', at: kk.place(el), say: 'the table head is not repeated on each sheet' })),
    ...kk.run(['content-cut', 'page-scroll']).map((f) => ({ ...f, rule: `print-${f.rule}` })),
  ]);
  const pdf = await page.pdf({ preferCSSPageSize: true, format: 'A4' });
  await page.emulateMedia({ media: 'screen' });
  if (out) {
    mkdirSync(join(out, 'print'), { recursive: true });
    const file = join(out, 'print', `${spec.name}.pdf`);
    writeFileSync(file, pdf);
    const pages = Number(/^Pages:\s+(\d+)/m.exec(execFileSync('pdfinfo', [file], { encoding: 'utf8' }))?.[1]);
    const want = spec.print.pages;
    if (want && pages !== want) found.push({ rule: 'print-pages', at: '', say: `${pages} sheets, want ${want}` });
    if (spec.print.most && pages > spec.print.most) found.push({ rule: 'print-pages', at: '', say: `${pages} sheets, at most ${spec.print.most}` });
  }
  return found;
}

async function picture(page, out, name) {
  mkdirSync(join(out, 'shots'), { recursive: true });
  await page.screenshot({ path: join(out, 'shots', `${name}.png`), fullPage: true, animations: 'disabled' });
}

const unique = (list) => [...new Map(list.map((f) => [`${f.rule} ${f.at} ${f.say}`, f])).values()];

// The same finding at several widths is one finding.
function merge(list) {
  const byKey = new Map();
  for (const f of list) {
    const key = `${f.rule} ${f.at}`;
    const old = byKey.get(key);
    if (!old) byKey.set(key, { rule: f.rule, at: f.at, say: f.say, where: f.where ? [f.where] : [] });
    else if (f.where && !old.where.includes(f.where)) old.where.push(f.where);
  }
  return [...byKey.values()];
}
