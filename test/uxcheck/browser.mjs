// Starts Debian's Chromium and loads the rules that run inside a page.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const here = new URL('.', import.meta.url);
const require = createRequire(import.meta.url);

export const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

// dom.js first, then the rules in any order.
const files = readdirSync(new URL('page/', here)).filter((f) => f !== 'dom.js').sort();
export const ruleSource = ['dom.js', ...files].map((f) => `{\n${readFileSync(new URL(`page/${f}`, here), 'utf8').replaceAll('const kk = (', 'var kk = (')}\n}`).join('\n');

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none', '--lang=ja', '--disable-background-networking', '--disable-component-update'],
  });
}

// Evaluating through the debugger is not subject to the page's content security policy; styles are added as constructed
// sheets for the same reason.
export const inject = (page, source) => page.evaluate(source + '\n;0');

export const addStyle = (page, css) => page.evaluate((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  globalThis.kkSheet = sheet;
}, css);

export const dropStyle = (page) => page.evaluate(() => {
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== globalThis.kkSheet);
});
