// The harness's own test of looks: the clean page looks like itself, also after its record was written and read, and every seeded change of
// what it looks like is seen. Ends with "N changes, N passed, N failed".
import { readFileSync } from 'node:fs';
import { launch } from './browser.mjs';
import { widths } from './check.mjs';
import { changed, lookOf, read, written } from './picture.mjs';
import { style } from './seeded/defects.mjs';

const from = (name) => readFileSync(new URL(`seeded/${name}`, import.meta.url), 'utf8');
const clean = from('clean.html').replace('<link rel="stylesheet" href="/clean.css">', `<style>${from('clean.css')}</style>`);
const seeded = [
  { name: 'button moved by 12 pixels', css: '.btn{margin-left:12px}' },
  { name: 'button without its colour', css: '.btn{background:none;color:inherit}' },
  { name: 'error message in the colour of other words', css: '.msg{color:inherit}' },
  { name: 'column cut off', css: 'td.n,th:last-child{max-width:2.5rem;overflow:hidden;white-space:nowrap}table{table-layout:fixed}' },
  { name: 'field without its border', css: 'input,select{border-color:transparent!important}' },
  { name: 'line of text lost', css: '#title-hint{visibility:hidden}' },
  { name: 'heading a little smaller', css: 'h1{font-size:1.5rem}' },
  { name: 'button without its colour in the dark', theme: 'dark', css: '@media (prefers-color-scheme:dark){.btn{background:none;color:inherit}}' },
  { name: 'link in the colour of other words', css: 'main a{color:inherit}' },
  { name: 'light page in the dark', theme: 'dark', css: '@media (prefers-color-scheme:dark){main{background:#fff;color:#000}}' },
  { name: 'moved on the narrow screen only', width: 320, css: '@media (max-width:400px){.acts{text-align:end}}' },
  { name: 'moved on the middle screen only', width: 768, css: '@media (min-width:700px) and (max-width:900px){.acts{text-align:end}}' },
];

const browser = await launch();
const page = await browser.newPage({ reducedMotion: 'reduce' });
const look = async (html, width, theme) => {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height: 900 });
  await page.setContent(html);
  return lookOf(page, theme);
};
let failed = 0;
const want = (good, say) => {
  console.log(`${good ? 'ok  ' : 'FAIL'} ${say}`);
  if (!good) failed++;
};
const approved = new Map();
for (const theme of ['light', 'dark']) for (const width of widths) approved.set(`${width} ${theme}`, read(written(await look(clean, width, theme))));
for (const [key, old] of approved) {
  const [width, theme] = key.split(' ');
  want(!changed(old, await look(clean, Number(width), theme)), `clean page ${key}`);
}
for (const { name, css, width = 1280, theme = 'light' } of seeded) {
  want(changed(approved.get(`${width} ${theme}`), await look(style(css)(clean), width, theme)), name);
}
const other = style('@media (max-width:400px){.acts{text-align:end}}')(clean);
want(!changed(approved.get('1280 light'), await look(other, 1280, 'light')), 'a change on the narrow screen is none on the wide one');
await browser.close();
console.log(`${seeded.length} changes, ${approved.size + seeded.length + 1 - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
