// What comes out of a printer.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// On paper: no navigation, nothing wider than the sheet, no row cut in two, every sheet numbered, the expected number of sheets.
export async function printed(page, spec, out) {
  const paper = await page.evaluate(() => 'paper' in document.documentElement.dataset); // brings its own margins
  await page.setViewportSize({ width: paper ? 794 : 718, height: 1000 });
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  const found = await page.evaluate(() => [
    ...kk.all('nav,.skip,.toolbar,form .acts').filter(kk.shown).map((el) => ({ rule: 'print-nav', at: kk.place(el), say: `${el.localName} is printed` })),
    ...kk.all('thead').filter((el) => kk.shown(el) && getComputedStyle(el).display !== 'table-header-group').map((el) => ({ rule: 'print-head', at: kk.place(el), say: 'the table head is not repeated on each sheet' })),
    ...kk.run(['content-cut', 'page-scroll']).map((f) => ({ ...f, rule: `print-${f.rule}` })),
  ]);
  const rows = await page.evaluate(mark);
  const pdf = await page.pdf({ preferCSSPageSize: true, format: 'A4' });
  await page.evaluate(unmark);
  await page.emulateMedia({ media: 'screen' });
  const dir = out ? join(out, 'print') : mkdtempSync(join(tmpdir(), 'kakehashi-print-'));
  mkdirSync(dir, { recursive: true });
  const file = join(dir, `${spec.name}.pdf`);
  writeFileSync(file, pdf);
  const sheets = textOf(file);
  found.push(...cut(rows, sheets), ...unnumbered(file, sheets.length));
  const { pages, most } = spec.print;
  if (pages && sheets.length !== pages) found.push({ rule: 'print-pages', at: '', say: `${sheets.length} sheets, want ${pages}` });
  if (most && sheets.length > most) found.push({ rule: 'print-pages', at: '', say: `${sheets.length} sheets, at most ${most}` });
  if (!out) rmSync(dir, { recursive: true });
  return found;
}

// The words of every sheet, or those of a strip of it.
const textOf = (file, ...strip) => execFileSync('pdftotext', ['-raw', ...strip, file, '-'], { encoding: 'utf8' }).split('\f').slice(0, -1);

// A mark nobody sees at the head and the foot of every row that fits on a sheet (heads of tables come on every sheet); where each row stands.
function mark() {
  const sheet = 900;
  const rows = kk.all('tbody>tr,dl>div,.jour>li').filter((el) => kk.shown(el) && el.getBoundingClientRect().height < sheet);
  return rows.map((el, i) => {
    const cell = el.localName === 'tr' ? [...el.cells].find((c) => c.rowSpan === 1 && c.getClientRects().length) : el;
    if (!cell) return '';
    if (getComputedStyle(cell).position === 'static') cell.style.position = 'relative';
    for (const [end, side] of [['a', 'top'], ['z', 'bottom']]) {
      const sign = document.createElement('i');
      sign.className = 'kk-mark';
      sign.textContent = `kk${i}${end}`;
      Object.assign(sign.style, { position: 'absolute', left: 0, [side]: 0, font: '2px/1 sans-serif', color: '#fff', whiteSpace: 'nowrap' });
      cell.append(sign);
    }
    return kk.place(el);
  });
}

const unmark = () => kk.all('.kk-mark').forEach((el) => el.remove());

// Rows whose head and foot are on different sheets.
function cut(rows, sheets) {
  const ends = rows.map(() => new Set());
  sheets.forEach((text, n) => [...text.matchAll(/kk(\d+)[az]/gu)].forEach((m) => ends[Number(m[1])].add(n + 1)));
  const seen = ends.filter((e) => e.size).length;
  if (rows.length && !seen) return [{ rule: 'check', at: '', say: 'no row was found on paper' }];
  return rows.flatMap((at, i) => (ends[i].size > 1 ? [{ rule: 'print-row', at, say: `the row is cut between sheets ${[...ends[i]].join(' and ')}` }] : []));
}

// Sheets that do not say, in the lowest two centimetres, which of how many they are.
function unnumbered(file, count) {
  const height = Number(/^Page size:\s+[\d.]+ x ([\d.]+)/m.exec(execFileSync('pdfinfo', [file], { encoding: 'utf8' }))[1]);
  const strip = 57;
  return textOf(file, '-r', '72', '-x', '0', '-y', String(Math.floor(height - strip)), '-W', '2000', '-H', String(strip + 1)).flatMap((text, i) => (
    new RegExp(`(?<!\\d)${i + 1}\\s*[/／]\\s*${count}(?!\\d)`, 'u').test(text) ? [] : [{ rule: 'print-number', at: '', say: `sheet ${i + 1} of ${count} does not say so` }]));
}
