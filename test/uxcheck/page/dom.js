// What every rule in the page needs: what a person can see, what an element is called, where it stands. Runs inside the page
// under test (through the debugger, so the page's own content security policy stays in force).
const kk = (globalThis.kk = { rules: {} });

// A rule returns the places it objects to: [{at: element, say: sentence}].
kk.rule = (id, look) => { kk.rules[id] = look; };

kk.run = (ids) => ids.flatMap((id) => kk.rules[id]().map(({ at, say }) => ({ rule: id, at: at ? kk.place(at) : '', say })));

kk.all = (selector, root = document) => [...root.querySelectorAll(selector)];

// Words kept for screen readers only (1 px, clipped) and things parked left of the page.
kk.whispered = (el) => {
  for (let e = el; e && e !== document.body; e = e.parentElement) {
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    if (style.position === 'absolute' && (box.width <= 2 || box.height <= 2) && style.overflow !== 'visible') return true;
    if (/inset\((50|100)%/.test(style.clipPath)) return true;
    if ((style.position === 'absolute' || style.position === 'fixed') && box.right + scrollX <= 0) return true;
  }
  return false;
};

kk.shown = (el) => el.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) && el.getClientRects().length > 0 && !kk.whispered(el);

kk.words = (s) => (s ?? '').replace(/\s+/gu, ' ').trim();

kk.byIds = (ids) => kk.words((ids ?? '').split(/\s+/).filter(Boolean).map((id) => document.getElementById(id)?.textContent ?? '').join(' '));

// The accessible name as far as our pages need it; placeholder and title are no names here.
kk.name = (el) => {
  if (el.hasAttribute('aria-labelledby')) return kk.byIds(el.getAttribute('aria-labelledby'));
  if (el.hasAttribute('aria-label')) return kk.words(el.getAttribute('aria-label'));
  if (el.labels?.length) return kk.words([...el.labels].map((l) => l.textContent).join(' '));
  if (el.matches('input[type=submit],input[type=reset],input[type=button]')) return kk.words(el.value) || el.type;
  if (el.matches('input[type=image],img')) return kk.words(el.getAttribute('alt'));
  if (el.matches('input,select,textarea')) return '';
  return kk.words(el.textContent + kk.all('img[alt]', el).map((i) => i.alt).join(' ') + kk.all('svg[aria-label]', el).map((s) => s.getAttribute('aria-label')).join(' '));
};

kk.fields = () => kk.all('input:not([type=hidden],[type=submit],[type=button],[type=image],[type=reset]),select,textarea').filter((el) => kk.shown(el) || kk.all('label').some((l) => l.control === el && kk.shown(l)));

kk.interactive = 'a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button],[role=link],[role=checkbox],[role=tab],[role=menuitem]';

// Every piece of text a person sees, with the element it stands in.
kk.texts = () => {
  const list = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const el = node.parentElement;
    if (!/\S/u.test(node.data) || el.closest('script,style,template,noscript')) continue;
    if (el.checkVisibility({ checkVisibilityCSS: true })) list.push({ node, el, say: node.data });
  }
  return list;
};

// Texts that are said but are no text nodes.
kk.spoken = () => [
  { el: document.querySelector('title') ?? document.documentElement, say: document.title },
  ...['title', 'alt', 'aria-label', 'placeholder'].flatMap((name) => kk.all(`[${name}]`).map((el) => ({ el, say: el.getAttribute(name) }))),
];

// A short address of an element: nearest id, then tags with positions.
kk.place = (el) => {
  const parts = [];
  for (let e = el; e && e !== document.documentElement; e = e.parentElement) {
    if (e.id && document.querySelectorAll(`[id="${CSS.escape(e.id)}"]`).length === 1) {
      parts.unshift(`#${e.id}`);
      break;
    }
    const alike = e.parentElement ? [...e.parentElement.children].filter((c) => c.localName === e.localName) : [e];
    parts.unshift(e.localName + (alike.length > 1 ? `:nth-of-type(${alike.indexOf(e) + 1})` : ''));
  }
  return parts.slice(-5).join(' > ') || el.localName;
};

kk.quote = (s, n = 40) => { const w = kk.words(s); return `“${w.length > n ? w.slice(0, n) + '…' : w}”`; };
