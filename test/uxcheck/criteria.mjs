// Which criterion of WCAG 2.2 (A and AA) which rule speaks of: those of axe by their tags, ours by the list below. A rule checks a part
// of a criterion; one without rules needs a person.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

const ours = {
  '1.3.1': ['label', 'h1', 'placeholder-label'], '1.3.2': ['focus-order'], '1.4.3': [], '1.4.4': ['fixed-font', 'content-cut', 'clipped-text'], '1.4.10': ['page-scroll', 'scroll-region'],
  '1.4.12': ['content-cut', 'clipped-text'], '2.1.1': ['unreachable', 'clickable-div'], '2.1.2': ['focus-trap'], '2.4.1': ['skip-link'], '2.4.2': ['title-h1', 'error-title'],
  '2.4.3': ['focus-order', 'positive-tabindex'], '2.4.4': ['vague-words', 'dead-link', 'dead-fragment'], '2.4.6': ['h1', 'label'], '2.4.7': ['focus-ring'], '2.4.11': ['focus-hidden'], '2.5.8': ['small-target'],
  '3.1.1': ['lang'], '3.1.2': ['foreign-sentence', 'foreign-block'], '3.3.1': ['invalid-text', 'error-link', 'error-title'], '3.3.2': ['label', 'placeholder-label'], '4.1.2': ['dead-reference', 'nested-control', 'label'],
};

// {"1.4.3": ["axe:color-contrast"], …}
export function criteria() {
  const list = {};
  for (const [number, rules] of Object.entries(ours)) list[number] = [...rules];
  for (const { ruleId, tags } of require('axe-core').getRules(levels)) {
    for (const tag of tags) {
      const m = /^wcag(\d)(\d)(\d+)$/u.exec(tag);
      if (m) (list[`${m[1]}.${m[2]}.${m[3]}`] ??= []).push(`axe:${ruleId}`);
    }
  }
  return list;
}

// What the checks were made with.
export function tools(browser) {
  const version = (name) => require(`${name}/package.json`).version;
  return { 'axe-core': version('axe-core'), 'Nu Html Checker': version('vnu-jar'), Chromium: browser.version(), Playwright: version('playwright-core') };
}
