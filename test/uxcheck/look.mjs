// What is wrong with a page somebody has come to on their way. (axe waits for timers, which a window without scripts does not have: there it looks at
// the same answer in a window beside it.) Every page: it was answered, it has one h1 and a title, and it does
// not scroll sideways at 320 pixels. Once for every kind of page: axe, and our own rules, at the widest and the narrowest window.
import { axeSource, inject, ruleSource } from './browser.mjs';

const height = 900;
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

export class Look {
  constructor(width, beside) {
    this.width = width;
    this.beside = beside; // opens a window that runs scripts, where the others run none
    this.seen = new Set();
  }

  // at answers with what is wrong, each with the address it was found at. The window has its width and its focus again afterwards.
  async at(page, answer) {
    const status = answer?.status() ?? 200;
    const where = new URL(page.url()).pathname;
    const wrong = await page.evaluate(plain);
    await page.setViewportSize({ width: 320, height });
    wrong.push(...await page.evaluate(sideways));
    const kind = `${where.replace(/\/(cases|letters|transfers)\/[^/]+/g, '/$1/*')} ${status}`;
    if (!this.seen.has(kind)) {
      this.seen.add(kind);
      await inject(page, `globalThis.kkLang=document.documentElement.lang;\n${ruleSource}`);
      wrong.push(...await page.evaluate(rules));
      await page.setViewportSize({ width: this.width, height });
      wrong.push(...await page.evaluate(rules));
      const shown = this.beside ? await this.again(answer) : page;
      await inject(shown, axeSource);
      wrong.push(...await shown.evaluate(axe, tags));
    } else {
      await page.setViewportSize({ width: this.width, height });
    }
    return [...new Set(wrong)].map((w) => `${where}: ${w}`);
  }

  // again shows an answer in the window beside, without its scripts.
  async again(answer) {
    if (!this.twin) {
      this.twin = await this.beside();
      await this.twin.route('**/*', (route) => (route.request().isNavigationRequest() ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: this.html })
        : route.request().resourceType() === 'script' ? route.abort() : route.continue()));
    }
    this.html = await answer.text();
    await this.twin.goto(answer.url());
    return this.twin;
  }
}

const plain = () => {
  const heads = [...document.querySelectorAll('h1')].filter((el) => /\S/u.test(el.textContent));
  return [...heads.length === 1 ? [] : [`${heads.length} headings of the first order`], ...document.title.trim() ? [] : ['no title']];
};

const sideways = () => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const out = [...document.querySelectorAll('main *')].filter((el) => el.getBoundingClientRect().right > innerWidth + 0.5 && el.checkVisibility()).at(-1);
  return [`scrolls sideways at 320 pixels (${document.documentElement.scrollWidth}): ${out?.localName}.${out?.className} “${out?.textContent.trim().slice(0, 40)}”`];
};

const rules = () => kk.run(Object.keys(kk.rules)).map((f) => `${f.rule} at ${f.at}: ${f.say}`);

const axe = (wanted) => globalThis.axe.run(document, { runOnly: { type: 'tag', values: wanted }, resultTypes: ['violations'], elementRef: false, preload: false })
  .then((r) => r.violations.flatMap((v) => v.nodes.slice(0, 3).map((n) => `axe ${v.id} at ${n.target.join(' ')}: ${v.help}`)));
