// Checks a list of pages with a few windows at once: every page by itself, then the HTML, style sheets, drawings and links of all.
import { checkPage } from './check.mjs';
import { checkMarkup } from './markup.mjs';
import { checkLinks } from './crawl.mjs';
import { launch } from './browser.mjs';
import { criteria, tools } from './criteria.mjs';

// How often the ring of each kind of control was looked at, at each width and theme.
class Rings {
  constructor() { this.at = new Map(); }
  of(where) {
    if (!this.at.has(where)) this.at.set(where, new Map());
    return this.at.get(where);
  }
}

// alone looks at every page as if it were the only one: nothing a page before it showed is taken as seen.
export async function checkAll({ base, pages, workers = 2, markup, alone }, out) {
  const results = new Array(pages.length);
  const rings = alone ? undefined : new Rings();
  const kept = pages.filter((p) => p.html).map((p) => ({ kind: 'html', text: p.html, address: new URL(p.url, base).href, page: p.name }));
  const html = checkMarkup([...kept, ...(markup ?? []).map((m) => ({ kind: 'html', text: m.html, address: new URL(m.url, base).href, page: m.name }))], out);
  html.catch(() => 0); // told when it is awaited
  let next = 0;
  const browser = await launch();
  const made = tools(browser);
  const one = async () => {
    const windows = new Map();
    while (next < pages.length) {
      const i = next++;
      results[i] = await timed(() => checkPage(browser, base, pages[i], { out, rings, windows }), pages[i]);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, pages.length) }, one));
    await html.catch(() => 0);
    await lateAlone(browser, base, pages, results);
  } finally {
    await browser.close();
  }
  const rest = results.flatMap((r, i) => [...r.sources].filter(([, s]) => !(s.kind === 'html' && pages[i].html)).map(([address, source]) => ({ ...source, address, page: pages[i].name })));
  const live = results.map((r, i) => (pages[i].html ? { sources: [] } : r));
  const late = [...await html, ...await checkMarkup(rest, out), ...await checkLinks(base, pages, live)];
  const other = new Map();
  for (const f of late) {
    const at = pages.findIndex((p) => p.name === f.page);
    if (at >= 0) results[at].found.push(f);
    else other.set(f.page, [...(other.get(f.page) ?? []), f]);
  }
  return { date: new Date().toISOString(), tools: made, criteria: criteria(), pages: [
    ...results.map((r, i) => ({ name: pages[i].name, url: pages[i].url, lang: pages[i].lang ?? 'ja', found: r.found, figures: r.figures, incomplete: r.incomplete, ran: r.ran, ms: r.ms })),
    ...[...other].map(([name, found]) => ({ name, url: '', lang: '', found, figures: {}, incomplete: [], ran: [], ms: 0 })),
  ] };
}

// A page that was late is opened again, up to three times, with nothing beside it: a machine that was busy with other pages is no fault of it.
async function lateAlone(browser, base, pages, results) {
  const is = (f) => f.rule === 'late-paint';
  for (const [i, spec] of pages.entries()) {
    for (let n = 0; n < 3 && results[i].found.some(is); n++) {
      const again = await timed(() => checkPage(browser, base, { ...spec, widths: [1280], themes: ['light'], axe: false, keyboard: false, extras: false, print: null }), spec);
      results[i].found = [...results[i].found.filter((f) => !is(f)), ...again.found.filter(is)];
      results[i].figures.paint = Math.min(results[i].figures.paint, again.figures.paint ?? Infinity);
    }
  }
}

async function timed(work, page) {
  const start = Date.now();
  try {
    return { ...(await work()), ms: Date.now() - start };
  } catch (e) {
    return { found: [{ rule: 'check', at: '', say: `the page could not be checked: ${e.message.split('\n')[0]}`, where: [] }], figures: {}, sources: new Map(), incomplete: [], ran: [], ms: Date.now() - start };
  }
}
