// What readers set for themselves: their own colours, no motion, wide text spacing, zoom, a larger font. Layout holds under each.
import { addStyle, dropStyle } from './browser.mjs';

export const layoutRules = ['content-cut', 'clipped-text', 'page-scroll'];
const height = 900;

// WCAG 1.4.12 as its own text gives it. 1.4.4 at 200 % is a browser's zoom: half as many CSS pixels.
const spacing = '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important} p{margin-bottom:2em!important}';
// null = every rule.
export const rules = (page, only) => page.evaluate((ids) => kk.run(ids ?? Object.keys(kk.rules)), only);

// With thorough every rule looks at forced colours, not only those of the layout, and letters are made larger.
export async function underModes(page, debug, add, thorough) {
  await page.setViewportSize({ width: 1280, height });
  await page.emulateMedia({ forcedColors: 'active' });
  add(await rules(page, thorough ? null : layoutRules), 'forced colours');
  add(await page.evaluate(invisible), 'forced colours');
  await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'reduce' });
  add(await page.evaluate(moving), 'reduced motion');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await addStyle(page, spacing);
  add(await rules(page, layoutRules), 'text spacing');
  await page.setViewportSize({ width: 320, height });
  add(await rules(page, ['content-cut', 'page-scroll']), '320 text spacing');
  await dropStyle(page);
  await page.setViewportSize({ width: 640, height: height / 2 });
  add(await rules(page, layoutRules), 'zoom 200 %');
  if (!thorough) return;
  await page.setViewportSize({ width: 1280, height });
  add(await largeFont(page, debug), 'font 200 %');
}

// A reader who set the browser's letters twice as large: everything grows with them, and fits.
async function largeFont(page, debug) {
  const before = new Map(await page.evaluate(sizes));
  await debug.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } });
  const after = new Map(await page.evaluate(sizes));
  const found = [...after].filter(([at, size]) => size < (before.get(at) ?? 0) * 1.5).slice(0, 5).map(([at, size]) => ({ rule: 'fixed-font', at, say: `the text stays at ${size} px for a reader who set letters twice as large` }));
  found.push(...await rules(page, layoutRules));
  await debug.send('Page.setFontSizes', { fontSizes: { standard: 16, fixed: 13 } });
  return found;
}

// The size of every text, by where it stands; paper keeps its own.
const sizes = () => kk.texts().filter(({ el }) => !el.closest('svg,option,.a4,.letter,.sheet,[data-paper-preview]') && !kk.whispered(el)).map(({ el }) => [kk.place(el), parseFloat(getComputedStyle(el).fontSize)]);

// With the reader's own colours a control keeps an edge or an underline.
const invisible = () => kk.all('button,input:not([type=hidden],[type=checkbox],[type=radio],[type=range]),select,textarea').filter(kk.shown).filter((el) => {
  const style = getComputedStyle(el);
  const edged = ['Top', 'Right', 'Bottom', 'Left'].some((s) => parseFloat(style[`border${s}Width`]) > 0 && style[`border${s}Style`] !== 'none');
  const cell = el.closest('td');
  return !edged && style.outlineStyle === 'none' && !(cell && parseFloat(getComputedStyle(cell).borderBottomWidth) > 0) && !/underline/.test(style.textDecorationLine) && style.boxShadow === 'none';
}).map((el) => ({ rule: 'forced-colors', at: kk.place(el), say: `${kk.quote(kk.name(el))} has no edge in the reader's own colours` }));

const moving = () => kk.all('*').filter((el) => {
  const style = getComputedStyle(el);
  const longest = (list) => Math.max(...list.split(',').map((t) => (/ms$/.test(t.trim()) ? parseFloat(t) / 1000 : parseFloat(t))));
  return (style.animationName !== 'none' && longest(style.animationDuration) > 0.01) || (style.transitionProperty !== 'none' && longest(style.transitionDuration) > 0.01);
}).map((el) => ({ rule: 'reduced-motion', at: kk.place(el), say: 'moves although the reader asked for no motion' }));

