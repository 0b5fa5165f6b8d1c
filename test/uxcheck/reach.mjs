// Finds what a person means by words: a field by its label or name, a choice by its group and its label, a button or a link by what it
// says. Exact words go before a part of them, the content before the frame around it. Returns a handle of the element.
export async function find(page, kind, words, value) {
  const handle = await page.evaluateHandle(look, [kind, words, value]);
  const el = handle.asElement();
  if (!el) throw new Error(`there is no ${kind} ${words}${kind === 'choice' ? ` = ${value}` : ''} on ${page.url()}`);
  return el;
}

const look = ([kind, words, value]) => {
  const fold = (s) => (s ?? '').replace(/\s+/gu, ' ').trim();
  const named = (el) => fold(el.getAttribute('aria-labelledby')?.split(' ').map((id) => document.getElementById(id)?.textContent).join(' ')
    ?? el.getAttribute('aria-label') ?? (el.labels?.length ? [...el.labels].map((l) => l.textContent).join(' ') : el.textContent));
  const usable = (el) => !el.matches(':disabled') && (el.checkVisibility({ checkVisibilityCSS: true }) || el.closest('details:not([open])')?.checkVisibility());
  const best = (list, says) => {
    const rank = (el) => {
      const said = says(el);
      return (said.includes(words) ? 0 : said.some((s) => s.includes(words)) ? 2 : 9) + (el.closest('main') ? 0 : 1);
    };
    return list.filter(usable).map((el, i) => [rank(el), i, el]).filter(([r]) => r < 9).sort((a, b) => a[0] - b[0] || a[1] - b[1])[0]?.[2] ?? null;
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const fields = 'input:not([type=hidden],[type=submit],[type=button],[type=image],[type=reset]),select,textarea';
  const field = () => best(all(fields), (el) => [el.name, el.id, named(el)]);
  if (kind === 'field') return field();
  if (kind === 'button') return best(all('button:not([type=button]),input[type=submit]'), (el) => [named(el) || el.value, el.name, `${el.name}=${el.value}`]);
  if (kind === 'link') return best(all('a[href]'), (el) => [named(el)]);
  const group = (el) => [el.name, fold(el.closest('fieldset')?.querySelector('legend')?.textContent)];
  return best(all('input[type=radio],input[type=checkbox]').filter((el) => el.value === value || named(el) === value), group) ?? field();
};
