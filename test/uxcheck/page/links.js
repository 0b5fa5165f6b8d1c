// Rules about what elements refer to and what can be operated.

const exists = (id) => document.getElementById(id) !== null;

kk.rule('dead-fragment', () => kk.all('a[href]').filter((a) => {
  const raw = a.getAttribute('href');
  if (raw === '#') return true;
  if (!a.hash || a.origin !== location.origin || a.pathname !== location.pathname || a.search !== location.search) return false;
  const id = decodeURIComponent(a.hash.slice(1));
  return id !== 'top' && !exists(id) && !document.getElementsByName(id).length;
}).map((at) => ({ at, say: `the link ${kk.quote(at.textContent)} leads to ${at.getAttribute('href')}, which is not on the page` })));

kk.rule('dead-reference', () => ['for', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-errormessage', 'aria-owns', 'headers', 'list', 'form'].flatMap((name) => kk.all(`[${name}]`)
  .filter((el) => el.getAttribute(name).split(/\s+/).filter(Boolean).some((id) => !exists(id)))
  .map((at) => ({ at, say: `${name}="${at.getAttribute(name)}" names an element that is not there` }))));

kk.rule('duplicate-id', () => {
  const seen = new Map();
  for (const el of kk.all('[id]')) seen.set(el.id, [...(seen.get(el.id) ?? []), el]);
  return [...seen].filter(([, list]) => list.length > 1).map(([id, list]) => ({ at: list[1], say: `id="${id}" stands ${list.length} times` }));
});

kk.rule('clickable-div', () => kk.all('body *').filter((el) => {
  if (el.matches(kk.interactive) || el.closest(`${kk.interactive},label,option`) || el.matches('label,option,area')) return false;
  if (el.hasAttribute('onclick') || el.hasAttribute('hx-get') || el.hasAttribute('hx-post')) return !el.matches('form,[hx-trigger]');
  if (!kk.shown(el) || el.querySelector(kk.interactive)) return false;
  return getComputedStyle(el).cursor === 'pointer' && getComputedStyle(el.parentElement).cursor !== 'pointer';
}).map((at) => ({ at, say: `${at.localName} acts on a click and no keyboard reaches it` })));

kk.rule('positive-tabindex', () => kk.all('[tabindex]').filter((el) => el.tabIndex > 0).map((at) => ({ at, say: `tabindex=${at.tabIndex} breaks the order of the page` })));

kk.rule('nested-control', () => kk.all(kk.interactive).filter((el) => el.parentElement?.closest('a[href],button')).map((at) => ({ at, say: 'a control inside a control' })));
