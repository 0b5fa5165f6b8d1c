// The harness's own test: nothing found on the clean page, every seeded defect found by a rule made for it, no rule without a defect.
// Prints one line per page and ends with "N rules, N defects, N passed, N failed". A word after the command looks at the pages with it in
// their name only.
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAll } from './all.mjs';
import { late } from './watch.mjs';
import { names, twenty } from './seeded/defects.mjs';
import { keyboard, layout, modesOfReaders, paper } from './seeded/looks.mjs';
import { service } from './seeded/service.mjs';

const only = process.argv[2];
const here = new URL('.', import.meta.url);
const read = (name) => readFileSync(new URL(`seeded/${name}`, here), 'utf8');
const clean = read('clean.html');
const seeded = [...twenty, ...names, ...layout, ...keyboard, ...modesOfReaders, ...paper, ...service];
// The clean page passes everything there is, at every width and in every way; a seeded one needs what finds it.
const pages = [
  { name: 'clean page', html: clean, rules: [], spec: { print: { pages: 2 }, thorough: true, cookieFree: true } },
  ...seeded.map((d) => ({ ...d, html: [d.change, d.also].filter(Boolean).reduce((html, change) => change(html), clean), spec: { widths: [1280], themes: ['light'], keyboard: false, extras: false, axe: d.rules.some((r) => r.startsWith('axe')), ...d.spec } })),
].map((p, i) => ({ ...p, at: i })).filter((p) => p.at === 0 || !only || p.name.includes(only));

// A picture that can be drawn: of one that cannot, the browser does not fetch the rest.
const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

// /0 is the clean page, /1… the seeded ones; links of the page itself lead to the clean page.
const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname.slice(1);
  const page = pages.find((p) => String(p.at) === path) ?? (path === '' ? pages[0] : null);
  const say = (type, text, status = 200) => { response.writeHead(status, { 'Content-Type': type, ...page?.serve?.headers }); response.end(text); };
  if (page?.serve?.nothing) return request.socket.destroy();
  if (page) return say('text/html; charset=utf-8', page.html, page.serve?.status);
  const [, size, kind] = /^heavy\/(\d+)(?:\.(\w+))?$/u.exec(path) ?? [];
  if (size) return say({ css: 'text/css', js: 'text/javascript' }[kind] ?? 'image/png', kind ? `/*${'x'.repeat(size * 1024)}*/` : Buffer.concat([dot, Buffer.alloc(size * 1024)]));
  if (path === 'clean.css') return say('text/css; charset=utf-8', read('clean.css'));
  if (path === 'slow.css') return setTimeout(() => say('text/css', ''), 1100);
  if (path === 'slow.svg') return setTimeout(() => say('image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"></svg>'), 1000);
  return say('text/plain', 'not here', 404);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}`;
const out = mkdtempSync(join(tmpdir(), 'kakehashi-calibrate-'));
const report = await checkAll({ base, alone: true, pages: pages.map((p) => ({ name: p.name, url: `/${p.at}`, lang: 'ja', ...p.spec })) }, out);
server.closeAllConnections();
server.close();
rmSync(out, { recursive: true });

// The rules are read from the source: whatever a finding can be called. A rule whose name is put together ends in *.
export function rulesOf(sources) {
  const found = new Set();
  for (const text of sources) {
    for (const m of text.matchAll(/(?:\brule: |kk\.rule\(|\bfind\()(['"`])([a-z][\w:-]*)(\$\{)?/gu)) found.add(m[2] + (m[3] ? '*' : ''));
  }
  return [...found].sort();
}

// Rules no defect is made for.
const bare = (rules, defects) => rules.filter((r) => !defects.some((d) => (d.all ? d.rules : d.rules.slice(0, 1)).some((own) => (r.endsWith('*') ? own.startsWith(r.slice(0, -1)) : own === r))));

const mine = readdirSync(here).filter((f) => f.endsWith('.mjs') && f !== 'calibrate.mjs').map((f) => new URL(f, here));
const inPage = readdirSync(new URL('page/', here)).map((f) => new URL(`page/${f}`, here));
const rules = rulesOf([...mine, ...inPage].map((f) => readFileSync(f, 'utf8')));

let failed = 0;
const fail = (say) => { failed++; console.log(`FAIL ${say}`); };
pages.forEach(({ name, rules: own, all, where, at }, i) => {
  const list = report.pages[i].found.filter((f) => !where || f.where.includes(where));
  const found = new Set(list.map((f) => f.rule));
  const good = at === 0 ? found.size === 0 : own[all ? 'every' : 'some']((r) => found.has(r));
  if (good) console.log(`ok   ${name}: ${[...found].join(', ') || 'nothing found'} ${report.pages[i].ms} ms`);
  else {
    fail(`${name}: ${[...found].join(', ') || 'nothing found'}`);
    list.forEach((f) => console.log(`     ${f.rule}  ${f.at}  ${f.say}  [${f.where.join('; ')}]`));
  }
});
for (const rule of bare(rules, seeded)) fail(`the rule ${rule} has no seeded defect`);
if (bare(rulesOf(["kk.rule('new-one', () => [])"]), seeded).length !== 1) fail('a rule without a seeded defect is not noticed');
if (late({ paint: 1000 }).length) fail('a page seen within a second is called late');
const asked = pages.length + rules.length + 2;
console.log(`${rules.length} rules, ${seeded.length} defects, ${asked - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
