// Checks a list of pages: node run.mjs LIST.json [OUT]. The list is {base, workers, pages:[…], markup:[…]} (check.mjs says what a page
// is; markup are further pages {name, url, html} for the HTML checker alone). Writes OUT/report.json, prints what was found page by page, and ends with "N passed, N failed" counted in pages.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAll } from './all.mjs';

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
