// Checks a list of pages: node run.mjs LIST.json [OUT]. The list is {base, workers, quick, pages:[…]} (check.mjs says what a page
// is). Writes OUT/report.json, prints what was found page by page, and ends with "N passed, N failed" counted in pages.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPage } from './check.mjs';
import { checkMarkup } from './markup.mjs';
import { checkLinks } from './crawl.mjs';
import { launch } from './browser.mjs';

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

async function checkAll({ base, pages, workers = 2, quick = false }, out) {
  const results = new Array(pages.length);
  let next = 0;
  const one = async () => {
    const browser = await launch();
    try {
      while (next < pages.length) {
        const i = next++;
        results[i] = await timed(() => checkPage(browser, base, pages[i], { out, quick }), pages[i]);
      }
    } finally {
      await browser.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, pages.length) }, one));
  const sources = results.flatMap((r, i) => [...r.sources].map(([address, source]) => ({ ...source, address, page: pages[i].name })));
  const late = [...checkMarkup(sources, out), ...await checkLinks(base, pages, results)];
  for (const f of late) results[pages.findIndex((p) => p.name === f.page)]?.found.push(f);
  return { date: new Date().toISOString(), pages: results.map((r, i) => ({ name: pages[i].name, url: pages[i].url, lang: pages[i].lang ?? 'ja', found: r.found, figures: r.figures, incomplete: [...new Set(r.incomplete ?? [])], ms: r.ms })) };
}

async function timed(work, page) {
  const start = Date.now();
  try {
    return { ...(await work()), ms: Date.now() - start };
  } catch (e) {
    return { found: [{ rule: 'check', at: '', say: `the page could not be checked: ${e.message.split('\n')[0]}`, where: [] }], figures: {}, sources: new Map(), ms: Date.now() - start, name: page.name };
  }
}
