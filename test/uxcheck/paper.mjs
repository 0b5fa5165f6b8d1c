// What comes out of a printer.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// On paper: no navigation, nothing wider than the sheet, the expected number of pages.
export async function printed(page, spec, out) {
  const paper = await page.evaluate(() => 'paper' in document.documentElement.dataset); // brings its own margins
  await page.setViewportSize({ width: paper ? 794 : 718, height: 1000 });
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  const found = await page.evaluate(() => [
    ...kk.all('nav,.skip,.toolbar,form .acts').filter(kk.shown).map((el) => ({ rule: 'print-nav', at: kk.place(el), say: `${el.localName} is printed` })),
    ...kk.all('thead').filter((el) => kk.shown(el) && getComputedStyle(el).display !== 'table-header-group').map((el) => ({ rule: 'print-head', at: kk.place(el), say: 'the table head is not repeated on each sheet' })),
    ...kk.run(['content-cut', 'page-scroll']).map((f) => ({ ...f, rule: `print-${f.rule}` })),
  ]);
  const pdf = await page.pdf({ preferCSSPageSize: true, format: 'A4' });
  await page.emulateMedia({ media: 'screen' });
  if (out) {
    mkdirSync(join(out, 'print'), { recursive: true });
    const file = join(out, 'print', `${spec.name}.pdf`);
    writeFileSync(file, pdf);
    const pages = Number(/^Pages:\s+(\d+)/m.exec(execFileSync('pdfinfo', [file], { encoding: 'utf8' }))?.[1]);
    const want = spec.print.pages;
    if (want && pages !== want) found.push({ rule: 'print-pages', at: '', say: `${pages} sheets, want ${want}` });
    if (spec.print.most && pages > spec.print.most) found.push({ rule: 'print-pages', at: '', say: `${pages} sheets, at most ${spec.print.most}` });
  }
  return found;
}
