// The way of somebody who has no mouse: Tab to what is meant, one stop after the other, watching each; typing, Space, Enter and arrows.

// Where the focus stands after a key: on the target or not, before or behind it, and what is wrong about the stop.
const stop = ([target, backward]) => {
  const el = document.activeElement;
  const before = globalThis.kkBefore;
  globalThis.kkBefore = el;
  if (!el || el === document.body || el === document.documentElement) return { nowhere: true };
  const group = target.type === 'radio' && el.type === 'radio' && el.name === target.name && el.form === target.form;
  const place = `${el.localName}${el.id ? `#${el.id}` : ''} “${(el.labels?.[0]?.textContent ?? el.getAttribute('aria-label') ?? el.textContent).replace(/\s+/gu, ' ').trim().slice(0, 30)}”`;
  const wrong = [];
  if (before && before !== document.body && before.isConnected) {
    const follows = Boolean(before.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (before === el) wrong.push(`the focus stays on ${place}`);
    else if (follows === backward) wrong.push(`the focus goes the wrong way, to ${place}`);
  }
  const box = [...el.getClientRects()].find((r) => r.width > 0 && r.height > 0) ?? el.getBoundingClientRect();
  const spots = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]].map(([x, y]) => document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
  const clear = spots.filter((hit) => hit && (hit === el || el.contains(hit) || hit.contains(el) || [...(el.labels ?? [])].some((l) => l.contains(hit)))).length;
  if (clear < 3) wrong.push(`the focus on ${place} is covered or off the screen`);
  const style = getComputedStyle(el);
  if (!el.matches(':focus-visible') || style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.push(`the focus on ${place} has no ring`);
  return { here: el === target || group, wrong };
};

export class Way {
  constructor(page) {
    this.page = page;
    this.wrong = [];
    this.stops = 0; // all that were made and watched
  }

  // to goes to an element the shorter way; a folded part on the way is unfolded.
  async to(target, words) {
    const fold = (await target.evaluateHandle((el) => { const d = el.closest('details:not([open])'); return d && !el.matches('summary') ? d.querySelector('summary') : null; })).asElement();
    if (fold) {
      await this.to(fold, `the fold of ${words}`);
      await this.page.keyboard.press('Enter');
    }
    if (await target.evaluate((el) => el === document.activeElement)) return;
    const backward = await target.evaluate((el) => {
      globalThis.kkBefore = null;
      const at = document.activeElement;
      return Boolean(at && at !== document.body && at.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_PRECEDING);
    });
    for (let i = 0, nowhere = 0; i < 400; i++) {
      await this.page.keyboard.press(backward ? 'Shift+Tab' : 'Tab');
      const here = await this.page.evaluate(stop, [target, backward]);
      if (here.nowhere) {
        if (++nowhere > 1) break;
        continue;
      }
      this.stops++;
      this.wrong.push(...here.wrong.map((w) => `${w} (${new URL(this.page.url()).pathname})`));
      if (here.here) return;
    }
    throw new Error(`the keyboard does not reach ${words} on ${this.page.url()}`);
  }

  async type(value) {
    if (await this.page.evaluate(() => document.activeElement.localName === 'select')) return this.choose(await this.page.evaluateHandle(() => document.activeElement), value);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(value);
  }

  // choose: an option of a list by arrows, one of a row of radios by arrows, a box by Space.
  async choose(target, words) {
    const [kind, away] = await target.evaluate((el, w) => {
      if (el.localName !== 'select') return [el.type, 0];
      const wanted = [...el.options].findIndex((o) => o.label.replace(/\s+/gu, ' ').trim() === w || o.value === w);
      return ['select', wanted < 0 ? null : wanted - el.selectedIndex];
    }, words);
    if (kind !== 'select') return this.tick(target);
    if (away === null) throw new Error(`there is no choice ${words}`);
    for (let i = 0; i < Math.abs(away); i++) await this.page.keyboard.press(away > 0 ? 'ArrowDown' : 'ArrowUp');
    if (!(await target.evaluate((el, w) => [el.value, el.selectedOptions[0]?.label.replace(/\s+/gu, ' ').trim()].includes(w), words))) throw new Error(`the arrows do not choose ${words}`);
  }

  // tick: a box or a radio that has, or whose group has, the focus.
  async tick(target) {
    for (let i = 0; i < 30; i++) {
      const [set, here] = await target.evaluate((el) => [el.checked, el === document.activeElement]);
      if (set) return;
      await this.page.keyboard.press(here ? 'Space' : 'ArrowDown');
    }
    throw new Error('the keyboard cannot set the choice');
  }

  // attach opens the system's own chooser by Enter, and waits until what is sent at once was sent.
  async attach(target, files) {
    let chooser = null; // on a busy machine a key can come before the page is ready for it; a person presses again
    for (let i = 0; i < 5 && !chooser; i++) {
      if (!await target.evaluate((el) => el === document.activeElement)) throw new Error('the focus was taken from the file control');
      [chooser] = await Promise.all([this.page.waitForEvent('filechooser', { timeout: 6000 }).catch(() => null), this.page.keyboard.press('Enter')]);
    }
    if (!chooser) throw new Error('Enter opens no chooser of files');
    await chooser.setFiles(files);
    const going = () => [...document.querySelectorAll('progress')].some((p) => p.checkVisibility());
    for (let i = 0; i < 400 && await this.page.evaluate(going); i++) await this.page.waitForTimeout(50);
  }
}
