// The harness's own test: nothing found on the clean page, every seeded defect found by a rule made for it. Prints one line per
// page and ends with "N passed, N failed".
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { launch } from './browser.mjs';
import { checkPage } from './check.mjs';
import { checkMarkup } from './markup.mjs';
import { defects } from './seeded/defects.mjs';

const read = (name) => readFileSync(new URL(`seeded/${name}`, import.meta.url), 'utf8');
const clean = read('clean.html');
const pages = [{ name: 'clean page', html: clean, rules: [] }, ...defects.map((d) => ({ ...d, html: [d.change, d.also].filter(Boolean).reduce((html, change) => change(html), clean) }))];

// /0 is the clean page, /1… the seeded ones; links of the page itself lead to the clean page.
const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname.slice(1);
  const css = path === 'clean.css';
  response.setHeader('Content-Type', css ? 'text/css; charset=utf-8' : 'text/html; charset=utf-8');
  response.end(css ? read('clean.css') : (pages[Number(path)] ?? pages[0]).html);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}`;

const results = new Array(pages.length);
let next = 0;
const worker = async () => {
  const browser = await launch();
  try {
    while (next < pages.length) {
      const i = next++;
      // The clean page passes everything there is; a seeded one needs one width, the keyboard and the rules.
      const spec = i === 0 ? { print: { pages: 1 } } : { widths: [1280], themes: ['light'], extras: false };
      results[i] = await checkPage(browser, base, { name: pages[i].name, url: `/${i}`, lang: 'ja', ...spec });
    }
  } finally {
    await browser.close();
  }
};
await Promise.all([worker(), worker()]);
server.close();

const sources = results.flatMap((r, i) => [...r.sources].map(([address, source]) => ({ ...source, address, page: pages[i].name })));
for (const f of await checkMarkup(sources)) results[pages.findIndex((p) => p.name === f.page)].found.push(f);

let failed = 0;
pages.forEach(({ name, rules, all }, i) => {
  const found = new Set(results[i].found.map((f) => f.rule));
  const good = i === 0 ? found.size === 0 : rules[all ? 'every' : 'some']((r) => found.has(r));
  if (!good) failed++;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${name}: ${[...found].join(', ') || 'nothing found'}`);
  if (!good) results[i].found.forEach((f) => console.log(`     ${f.rule}  ${f.at}  ${f.say}  [${f.where.join('; ')}]`));
});
console.log(`${pages.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
