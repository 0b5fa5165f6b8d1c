// Checks one page: every width and theme, keyboard, forced colours, larger text, print, weight. Returns what was found and the
// page's sources for the HTML checker.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { axeSource, inject, ruleSource } from './browser.mjs';
import { walk } from './keyboard.mjs';
import { layoutRules, rules, underModes } from './modes.mjs';
import { printed } from './paper.mjs';
import { act } from './steps.mjs';
import { late, overweight, Watch } from './watch.mjs';

export const widths = [320, 768, 1280];
export const themes = ['light', 'dark'];
const height = 900;
// What axe cannot judge by itself and somebody has looked at, each with the reason why it is right.
const reviewed = JSON.parse(readFileSync(new URL('reviewed.json', import.meta.url), 'utf8')).map((r) => ({ rule: r.rule, why: new RegExp(r.why, 'u') }));
const inDark = ['color-contrast', 'link-in-text-block'];
const modes = ['forced', 'motion', 'spacing', 'zoom'];
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

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
  const incomplete = [];
  const ran = []; // what was really done with this page
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
      return { found, figures: {}, sources: new Map(), incomplete, ran };
    }
    await ready(page, spec);
    if (spec.paint) await watch.painted();
    const figures = await watch.figures();
    if (!spec.steps) add(overweight(spec.kind, figures), '');
    if (spec.paint) add(late(figures), '');
    if (spec.cookieFree) {
      const set = (await context.cookies()).map((c) => c.name);
      if (set.length) add([{ rule: 'cookie', at: '', say: `a public page sets ${set.join(', ')}` }], '');
    }
    await everyWidth(page, spec, add, incomplete, ran, out);
    if (spec.thorough) add(unread(incomplete), '');
    if (spec.keyboard ?? true) {
      await byKeyboard(page, watch, spec, add, rings);
      ran.push('keyboard');
    }
    if (spec.extras ?? true) {
      await underModes(page, watch.debug, add, spec.thorough);
      ran.push(...modes, ...(spec.thorough ? ['font'] : []));
    }
    if (spec.print) {
      add(await printed(page, spec, out), 'print');
      ran.push('print');
    }
    add(await watch.figures().then(() => unique(watch.findings)), '');
    good = true;
    return { found: merge(found), figures, sources: watch.sources, incomplete, ran };
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
// widest window or, with fewWays, at the narrowest and the middle one by turns. With thorough every rule and axe look at every width, and
// axe at every width in the dark.
async function everyWidth(page, spec, add, incomplete, ran, out) {
  const list = spec.widths ?? widths;
  const dark = (spec.themes ?? themes).includes('dark');
  const ends = [list[0], list.at(-1)];
  const few = spec.fewWays ? list[Number(spec.middle ?? 0) % list.length] : list.at(-1);
  const axeAt = spec.thorough ? list : spec.html ? [few] : ends;
  for (const width of list) {
    await page.setViewportSize({ width, height });
    add(await rules(page, spec.thorough || ends.includes(width) ? null : layoutRules), `${width} light`);
    ran.push(`rules ${width}`);
    if (axeAt.includes(width) && (spec.axe ?? true)) {
      add(await axe(page, incomplete), `${width} light`);
      ran.push(`axe ${width} light`);
    }
    if (out && spec.shot) await picture(page, out, `${spec.shot}-${width}-light`);
  }
  if (!dark) return;
  await page.emulateMedia({ colorScheme: 'dark' });
  for (const width of spec.thorough ? list.toReversed() : [list.at(-1)]) {
    await page.setViewportSize({ width, height });
    add(await axe(page, incomplete, spec.thorough ? null : inDark), `${width} dark`);
    ran.push(`${spec.thorough ? 'axe' : 'contrast'} ${width} dark`);
    if (out && spec.shot) await picture(page, out, `${spec.shot}-${width}-dark`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

// openPage shows a page that was answered earlier, in a window kept for its language, and gives the window.
export async function openPage(browser, base, spec, windows) {
  const language = spec.lang === 'en' ? 'en-GB' : 'ja-JP';
  if (!windows.has(language)) windows.set(language, await newWindow(browser, base, language));
  const { page, watch, showing } = windows.get(language);
  showing.spec = spec;
  await page.evaluate(() => { try { localStorage.clear(); sessionStorage.clear(); } catch { /* no page yet */ } });
  await open(page, watch, base, spec);
  await page.evaluate(() => document.fonts.ready.then(() => 0));
  return page;
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
  if (spec.axe ?? true) await inject(page, axeSource);
}

async function axe(page, incomplete, only) {
  const result = await page.evaluate((wanted) => axe.run(document, { runOnly: wanted, resultTypes: ['violations', 'incomplete'], elementRef: false, preload: false })
    .then((r) => ({ violations: r.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map((n) => ({ at: n.target.join(' '), why: (n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? '' })) })), incomplete: r.incomplete.flatMap((v) => v.nodes.map((n) => ({ id: v.id, why: n.any[0]?.data?.messageKey ?? (n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? '', at: n.target.join(' ') }))) })), only ? { type: 'rule', values: only } : { type: 'tag', values: axeTags });
  incomplete.push(...result.incomplete);
  return violations(result);
}

// What nobody has looked at yet, once for every reason.
const unread = (incomplete) => [...new Map(incomplete.filter((v) => !reviewed.some((r) => r.rule === v.id && r.why.test(v.why))).map((v) => [`${v.id} ${v.why}`, v])).values()]
  .map((v) => ({ rule: 'axe-review', at: v.at, say: `axe cannot judge ${v.id} (${v.why}): look, and enter it into reviewed.json` }));

const violations = (result) => result.violations.flatMap((v) => v.nodes.map((n) => ({ rule: `axe:${v.id}`, at: n.at, say: `${v.help} – ${n.why}` })));

// Order, reach and cover at the widest and the narrowest window; the ring of each kind of control in light and dark.
async function byKeyboard(page, watch, spec, add, rings) {
  const list = spec.widths ?? widths;
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
  for (const width of new Set([list.at(-1), list[0]])) {
    await page.setViewportSize({ width, height: width < 400 ? 640 : height });
    add(await walk(page, watch.debug, { rings: rings?.of(`${width} light`), ringsPerStyle: spec.html ? 1 : 2, fast: !!spec.html }), `${width} keyboard`);
  }
  const dark = rings?.of('dark');
  if (dark && rings.of(`${list.at(-1)} light`).size === dark.size) return; // no kind of control that was not looked at
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: list.at(-1), height });
  add((await walk(page, watch.debug, { ringsPerStyle: 1, rings: dark, fast: !!spec.html })).filter((f) => f.rule === 'focus-ring'), 'dark keyboard');
  await page.emulateMedia({ reducedMotion: 'no-preference', colorScheme: 'light' });
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
