// Walks a page with the Tab key as a person does who has no mouse: everything is reached, in page order, nothing holds the
// focus, the focused thing is seen and its ring is seen (compared as pixels with the same place unfocused).
import { PNG } from 'pngjs';

const expected = () => {
  const radios = new Set();
  const list = kk.all('a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex]').filter((el) => {
    if (el.disabled || el.matches(':disabled') || el.closest('[inert]') || !el.checkVisibility({ checkVisibilityCSS: true })) return false;
    if (el.tabIndex < 0) return false;
    if (el.type === 'radio' && el.name) {
      const group = el.name + '\u0000' + (el.form ? kk.all('form').indexOf(el.form) : '');
      if (radios.has(group)) return false;
      radios.add(group);
    }
    return true;
  });
  globalThis.kkWalk = { list, seen: [], before: null };
  const main = document.querySelector('main');
  const lead = main ? list.filter((el) => !main.contains(el) && main.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_PRECEDING).length : 0;
  const skip = list[0];
  const hops = skip?.matches('a[href^="#"]') && document.getElementById(skip.hash.slice(1));
  const dead = kk.all('a[href],button,input:not([type=hidden]),select,textarea,summary')
    .filter((el) => kk.shown(el) && el.tabIndex < 0 && !el.disabled && !el.closest('[role=tablist],[role=menu],[role=grid]') && el.type !== 'radio')
    .map((el) => ({ rule: 'unreachable', at: kk.place(el), say: `${kk.quote(kk.name(el))} is out of the keyboard's reach (tabindex=-1)` }));
  return { count: list.length, skip: lead > 5 && !hops ? `the first of ${lead} stops before the content is no link to it` : '', dead };
};

// Where the focus is now, and what is wrong about it. Focus may stand inside a radio group on another radio than the first.
const stop = () => {
  const walk = globalThis.kkWalk;
  const el = document.activeElement;
  if (!el || el === document.body || el === document.documentElement) return { end: true };
  const again = walk.seen.includes(el);
  const first = walk.seen[0] === el;
  const problems = [];
  if (!again && walk.before && walk.before.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_PRECEDING) problems.push({ rule: 'focus-order', say: `comes after ${kk.place(walk.before)} and stands before it` });
  if (!again) walk.seen.push(el);
  walk.before = el;
  const box = [...el.getClientRects()].find((r) => r.width > 0 && r.height > 0) ?? el.getBoundingClientRect();
  const spots = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]].map(([x, y]) => [box.left + box.width * x, box.top + box.height * y]);
  const own = (x, y) => {
    const hit = document.elementFromPoint(x, y);
    return hit && (hit === el || el.contains(hit) || hit.contains(el) || [...(el.labels ?? [])].some((l) => l === hit || l.contains(hit)));
  };
  const clear = spots.filter(([x, y]) => own(x, y)).length;
  if (!again && clear < 3) problems.push({ rule: 'focus-hidden', say: `${kk.quote(kk.name(el))} has the focus and is covered or off the screen (${clear} of 5 points show)` });
  const style = [el.localName, el.className, el.parentElement?.className, el.parentElement?.localName, el.closest('nav,header,footer,main')?.localName].join('.');
  return { end: false, again, first, at: kk.place(el), style, problems, box: { x: box.x, y: box.y, width: box.width, height: box.height }, name: kk.quote(kk.name(el)) };
};

// quick watches the keys instead: a row of Tabs is sent at once and every stop is judged in the page, when its key comes up.
const quick = (look) => {
  const walk = globalThis.kkWalk;
  Object.assign(walk, { stops: [], done: false, trapped: false, elements: [] });
  walk.onkey = (e) => {
    if (e.key !== 'Tab' || walk.done) return;
    const here = look();
    if (here.end || here.first && walk.stops.length) walk.done = true;
    else if (here.again) walk.done = walk.trapped = true;
    else { walk.stops.push(here); walk.elements.push(document.activeElement); }
  };
  addEventListener('keyup', walk.onkey, true);
};

const quickEnd = () => {
  const walk = globalThis.kkWalk;
  removeEventListener('keyup', walk.onkey, true);
  const { list, seen } = walk;
  const left = list.filter((el) => !seen.includes(el) && !(el.type === 'radio' && seen.some((s) => s.type === 'radio' && s.name === el.name))).length;
  return { stops: walk.stops, sound: !walk.trapped && left === 0 };
};

const focusOn = (i) => {
  const el = globalThis.kkWalk.elements[i];
  el.focus();
  const box = [...el.getClientRects()].find((r) => r.width > 0 && r.height > 0) ?? el.getBoundingClientRect();
  return document.activeElement === el ? { x: box.x, y: box.y, width: box.width, height: box.height } : null;
};

const missed = () => {
  const { list, seen } = globalThis.kkWalk;
  return list.filter((el) => !seen.includes(el) && !(el.type === 'radio' && seen.some((s) => s.type === 'radio' && s.name === el.name)))
    .map((el) => ({ at: kk.place(el), name: kk.quote(kk.name(el)) }));
};

// walk goes key by key, or, when fast, quickly first: when something then was out of order or not reached it goes again, key by key, and says where.
export async function walk(page, debug, { most = 400, ringsPerStyle = 2, rings = new Map(), fast = false } = {}) {
  const found = [];
  const plan = await toTop(page);
  if (fast && plan.count <= most) {
    const { stops, sound } = await hurry(page, debug, plan.count + 3);
    if (sound) return [...plan.dead, ...skipLink(plan), ...stops.flatMap((s) => s.problems.map((p) => ({ ...p, at: s.at }))), ...await ringsOf(page, debug, stops, ringsPerStyle, rings)];
    await toTop(page);
  }
  found.push(...plan.dead, ...skipLink(plan));
  const limit = Math.min(most, plan.count + 10);
  let trapped = null;
  let stops = 0;
  for (; stops < limit; stops++) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(stop);
    if (here.end || here.first && stops > 0) break;
    if (here.again) { trapped = here; break; }
    found.push(...here.problems.map((p) => ({ ...p, at: here.at })));
    const times = rings.get(here.style) ?? 0;
    if (times < ringsPerStyle && !here.problems.some((p) => p.rule === 'focus-hidden')) {
      rings.set(here.style, times + 1);
      const ring = await ringOf(page, debug, here.box);
      if (ring) found.push({ rule: 'focus-ring', at: here.at, say: `${here.name}: ${ring}` });
    }
  }
  const left = stops >= limit && plan.count > most ? [] : await page.evaluate(missed);
  if ((trapped || left.length) && stops > 0 && await held(page)) {
    found.push({ rule: 'focus-trap', at: trapped?.at ?? await page.evaluate(() => kk.place(document.activeElement)), say: `the focus does not get past ${trapped?.name ?? 'this'}; ${left.length} stops are never reached` });
  } else {
    found.push(...left.slice(0, 5).map((m) => ({ rule: 'unreachable', at: m.at, say: `${m.name} is never reached with Tab` })));
  }
  await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
  return found;
}

// The walk begins at the top, also on a page with errors that put the focus on their summary.
async function toTop(page) {
  await page.evaluate(() => {
    const top = document.createElement('span');
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.remove();
    scrollTo(0, 0);
    getSelection().removeAllRanges();
  });
  return page.evaluate(expected);
}

const skipLink = (plan) => (plan.skip ? [{ rule: 'skip-link', at: '', say: plan.skip }] : []);

// All the Tabs in a row, without waiting for each.
async function hurry(page, debug, times) {
  await page.evaluate(`(${quick})(${stop})`); // as one text: the page's policy forbids making functions of words
  const key = { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 };
  const keys = [];
  for (let i = 0; i < times; i++) keys.push(debug.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key }), debug.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key }));
  await Promise.all(keys);
  return page.evaluate(quickEnd);
}

async function ringsOf(page, debug, stops, ringsPerStyle, rings) {
  const found = [];
  for (const [i, here] of stops.entries()) {
    const times = rings.get(here.style) ?? 0;
    if (times >= ringsPerStyle || here.problems.some((p) => p.rule === 'focus-hidden')) continue;
    rings.set(here.style, times + 1);
    const box = await page.evaluate(focusOn, i);
    const ring = box ? await ringOf(page, debug, box) : '';
    if (ring) found.push({ rule: 'focus-ring', at: here.at, say: `${here.name}: ${ring}` });
  }
  await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
  return found;
}

// Whether Tab keeps the focus where it is, or in a circle that leaves stops out.
async function held(page) {
  const places = new Set();
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => (document.activeElement && document.activeElement !== document.body ? kk.place(document.activeElement) : ''));
    if (!at) return false;
    places.add(at);
  }
  return places.size < 4;
}

async function shot(debug, clip) {
  const { data } = await debug.send('Page.captureScreenshot', { format: 'png', clip: { ...clip, scale: 1 }, optimizeForSpeed: true, captureBeyondViewport: false });
  return PNG.sync.read(Buffer.from(data, 'base64'));
}

// The same clip with and without focus; enough pixels must differ by 3:1. The caret alone is not enough.
async function ringOf(page, debug, box) {
  const view = page.viewportSize();
  const scroll = await page.evaluate(() => [scrollX, scrollY]);
  const left = Math.max(0, Math.floor(box.x - 8));
  const top = Math.max(0, Math.floor(box.y - 8));
  const clip = { x: left + scroll[0], y: top + scroll[1], width: Math.min(view.width - left, Math.ceil(box.width + 16)), height: Math.min(view.height - top, Math.ceil(box.height + 16)) };
  if (clip.width < 1 || clip.height < 1) return 'it is off the screen';
  const focused = await shot(debug, clip);
  await page.evaluate(() => { globalThis.kkHeld = document.activeElement; kkHeld.blur(); });
  const plain = await shot(debug, clip);
  await page.evaluate(() => globalThis.kkHeld.focus({ preventScroll: true }));
  const changed = strongChange(focused, plain);
  const needed = Math.min(2 * (clip.width + clip.height - 32), 600) * 0.75;
  return changed >= needed ? '' : `no visible ring (${changed} pixels change by 3:1, about ${Math.round(needed)} needed)`;
}

function strongChange(a, b) {
  let n = 0;
  const size = Math.min(a.data.length, b.data.length);
  for (let i = 0; i < size; i += 4) {
    if (a.data[i] === b.data[i] && a.data[i + 1] === b.data[i + 1] && a.data[i + 2] === b.data[i + 2]) continue;
    const [x, y] = [light(a.data, i), light(b.data, i)];
    if ((Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05) >= 3) n++;
  }
  return n;
}

const linear = Array.from({ length: 256 }, (_, v) => { const s = v / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; });
const light = (data, i) => 0.2126 * linear[data[i]] + 0.7152 * linear[data[i + 1]] + 0.0722 * linear[data[i + 2]];
