// Compares what pages look like with what was approved: node looks.mjs LIST.json RECORD OUT [approve]. The list is {base, pages:[{name, url,
// lang, html, headers}]}; the record has a line for every page, width and theme. Looks that differ go to OUT with what was approved
// beside them (sheet.html); approve writes the record anew instead of failing. The last line is "N looks, N differ".
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { launch } from './browser.mjs';
import { openPage, themes, widths } from './check.mjs';
import { changed, differing, drawn, lookOf, read, written } from './picture.mjs';

const [listFile, recordFile, out, approve] = process.argv.slice(2);
const { base, pages } = JSON.parse(readFileSync(listFile, 'utf8'));
const approved = new Map((existsSync(recordFile) ? readFileSync(recordFile, 'utf8') : '').split('\n').filter(Boolean).map((line) => {
  const [, key, rest] = /^(\S+ \S+ \S+) (.*)$/u.exec(line);
  return [key, rest];
}));
mkdirSync(out, { recursive: true });

const seen = new Map(); // as a line of the record
const rows = [];
// The record of a look that differs no more than it may stays as it was approved.
function compare(key, { png, ...look }) {
  const old = approved.has(key) ? read(approved.get(key)) : null;
  const same = old && !changed(old, look);
  seen.set(key, same ? approved.get(key) : written(look));
  if (same) return;
  const name = key.replaceAll(' ', '-');
  const marked = old ? differing(old, look) : [];
  if (old) writeFileSync(join(out, `${name}.approved.png`), drawn(old, marked));
  if (old) writeFileSync(join(out, `${name}.marked.png`), drawn(look, marked));
  writeFileSync(join(out, `${name}.png`), PNG.sync.write(png));
  rows.push({ key, name, old, say: old ? `${marked.length} of ${look.wide * look.high} squares differ` : 'not approved yet' });
}

const browser = await launch();
const windows = new Map();
for (const spec of pages) {
  const page = await openPage(browser, base, spec, windows);
  for (const theme of themes) {
    await page.emulateMedia({ media: 'screen', colorScheme: theme, reducedMotion: 'reduce' });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      compare(`${spec.name} ${width} ${theme}`, await lookOf(page, theme));
    }
  }
}
await browser.close();

for (const key of approved.keys()) if (!seen.has(key)) rows.push({ key, say: 'is no longer there' });
writeFileSync(join(out, 'sheet.html'), `<!doctype html><meta charset="utf-8"><title>Looks</title><style>img{width:30%;vertical-align:top;border:1px solid #999;margin:4px}</style>${
  rows.map((r) => `<h2>${r.key}: ${r.say}</h2>${r.name ? `${r.old ? `<img src="${r.name}.approved.png" alt="approved"><img src="${r.name}.marked.png" alt="marked">` : ''}<img src="${r.name}.png" alt="now">` : ''}`).join('\n')}`);
if (approve) writeFileSync(recordFile, [...seen].map((line) => `${line.join(' ')}\n`).sort().join(''));
for (const r of rows) console.log(`${r.key}: ${r.say}`);
console.log(`${seen.size} looks, ${rows.length} differ`);
process.exitCode = rows.length && !approve ? 1 : 0;
