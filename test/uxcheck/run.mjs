// Checks a list of pages: node run.mjs LIST.json [OUT]. The list is {base, workers, pages:[…], markup:[…]} (check.mjs says what a page
// is; markup are further pages {name, url, html} for the HTML checker alone). Writes OUT/report.json, prints what was found page by page, and ends with "N passed, N failed" counted in pages.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPage } from './check.mjs';
import { checkMarkup } from './markup.mjs';
import { checkLinks } from './crawl.mjs';
import { launch } from './browser.mjs';

// How often the ring of each kind of control was looked at, at each width and theme.
class Rings {
  constructor() { this.at = new Map(); }
  of(where) {
    if (!this.at.has(where)) this.at.set(where, new Map());
    return this.at.get(where);
  }
}

const [listFile, out = 'out'] = process.argv.slice(2);
if (!listFile) {
  console.error('usage: node run.mjs LIST.json [OUT]');
  process.exit(2);
}
const list = JSON.parse(readFileSync(listFile, 'utf8'));
mkdirSync(out, { recursive: true });
const report = await checkAll(list, out);
writeFileSync(join(out, 'report.json'), JSON.stringify(report, null, 1));
for (const page of report.pages) {
  console.log(`${page.found.length ? 'FAIL' : 'ok  '} ${page.name} ${page.figures.total ? `${Math.ceil(page.figures.total / 1024)} KB` : ''} ${page.ms} ms`);
  const times = new Map();
  for (const f of page.found) {
    times.set(f.rule, (times.get(f.rule) ?? 0) + 1);
    if (times.get(f.rule) <= 8) console.log(`     ${f.rule}  ${f.at}  ${f.say}${f.where.length ? `  [${f.where.join('; ')}]` : ''}`);
  }
  for (const [rule, n] of times) if (n > 8) console.log(`     ${rule}  … and ${n - 8} more`);
}
const failed = report.pages.filter((p) => p.found.length).length;
console.log(`${report.pages.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;

async function checkAll({ base, pages, workers = 2, markup }, out) {
  const results = new Array(pages.length);
  const rings = new Rings();
  const kept = pages.filter((p) => p.html).map((p) => ({ kind: 'html', text: p.html, address: new URL(p.url, base).href, page: p.name }));
  const html = checkMarkup([...kept, ...(markup ?? []).map((m) => ({ kind: 'html', text: m.html, address: new URL(m.url, base).href, page: m.name }))], out);
  html.catch(() => 0); // told when it is awaited
  let next = 0;
  const browser = await launch();
  const one = async () => {
    const windows = new Map();
    while (next < pages.length) {
      const i = next++;
      results[i] = await timed(() => checkPage(browser, base, pages[i], { out, rings, windows }), pages[i]);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(workers, pages.length) }, one));
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
  return { date: new Date().toISOString(), pages: [
    ...results.map((r, i) => ({ name: pages[i].name, url: pages[i].url, lang: pages[i].lang ?? 'ja', found: r.found, figures: r.figures, incomplete: [...new Set(r.incomplete ?? [])], ms: r.ms })),
    ...[...other].map(([name, found]) => ({ name, url: '', lang: '', found, figures: {}, incomplete: [], ms: 0 })),
  ] };
}

async function timed(work, page) {
  const start = Date.now();
  try {
    return { ...(await work()), ms: Date.now() - start };
  } catch (e) {
    return { found: [{ rule: 'check', at: '', say: `the page could not be checked: ${e.message.split('\n')[0]}`, where: [] }], figures: {}, sources: new Map(), ms: Date.now() - start, name: page.name };
  }
}
