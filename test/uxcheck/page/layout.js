// Rules about what is cut off, too small or wider than the screen.

const paper = '.a4,.letter,.sheet,[data-paper-preview]';

const measure = document.createElement('canvas').getContext('2d');
const widthOf = (text, style) => {
  measure.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  return measure.measureText(text).width;
};

// A choice, a number or a button whose words do not fit its box. Free text may be longer than its field; it scrolls.
kk.rule('clipped-text', () => kk.all('select,input,button').filter(kk.shown).flatMap((el) => {
  const style = getComputedStyle(el);
  const inner = el.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  if (el.localName === 'select' && !el.multiple && el.size < 2) {
    if (el.hasAttribute('data-names')) return []; // names, of people, things and countries, may be longer than any field, as free text may
    const arrow = style.appearance === 'none' ? 0 : 16;
    const widest = [...el.options].map((o) => kk.words(o.label)).sort((a, b) => widthOf(b, style) - widthOf(a, style))[0] ?? '';
    return widthOf(widest, style) > inner - arrow + 1 ? [{ at: el, say: `the choice ${kk.quote(widest)} does not fit (${Math.ceil(widthOf(widest, style))} px in ${Math.floor(inner - arrow)})` }] : [];
  }
  if (el.localName === 'input') {
    const number = el.inputMode === 'numeric' || el.inputMode === 'decimal' || ['number', 'date', 'month', 'time', 'tel'].includes(el.type);
    return number && el.value && el.scrollWidth > el.clientWidth + 1 ? [{ at: el, say: `the value ${kk.quote(el.value)} does not fit its field` }] : [];
  }
  return el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 1 ? [{ at: el, say: `the words ${kk.quote(kk.name(el))} do not fit the button` }] : [];
}));

// Text that a box with overflow:hidden hides.
kk.rule('content-cut', () => {
  const found = new Map();
  for (const { node, el } of kk.texts()) {
    if (el.closest('svg,select,textarea') || kk.whispered(el)) continue;
    for (let box = el; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      const x = /hidden|clip/.test(style.overflowX);
      const y = /hidden|clip/.test(style.overflowY);
      if (!x && !y) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      const edge = box.getBoundingClientRect();
      const cutX = x && (text.right > edge.right + 1 || text.left < edge.left - 1);
      const cutY = y && (text.bottom > edge.bottom + 4 || text.top < edge.top - 4);
      if ((cutX || cutY) && !found.has(box)) found.set(box, { at: box, say: `${kk.quote(node.data)} is cut off` });
    }
  }
  return [...found.values()];
});

// Targets under 24 px. A link in running text is exempt; a checkbox counts with its label.
kk.rule('small-target', () => kk.all(kk.interactive).filter(kk.shown).filter((el) => !el.closest(paper)).flatMap((el) => {
  const style = getComputedStyle(el);
  if (el.localName === 'a' && style.display === 'inline') return [];
  const boxes = [el, ...(el.labels ?? [])].map((e) => e.getBoundingClientRect());
  const width = Math.max(...boxes.map((b) => b.width));
  const height = Math.max(...boxes.map((b) => b.height));
  return width < 23.5 || height < 23.5 ? [{ at: el, say: `${kk.quote(kk.name(el))} is ${Math.round(width)}×${Math.round(height)} px, 24 are needed` }] : [];
}));

// Text under 14 px, ruby and paper excepted.
kk.rule('small-text', () => {
  const found = new Map();
  for (const { node, el } of kk.texts()) {
    if (el.closest(`${paper},rt,rp,option`) || kk.whispered(el)) continue;
    const scale = el.closest('svg') && el.getScreenCTM ? Math.hypot(el.getScreenCTM().a, el.getScreenCTM().b) : 1;
    const size = parseFloat(getComputedStyle(el).fontSize) * scale;
    if (size < 13.9 && !found.has(el)) found.set(el, { at: el, say: `${kk.quote(node.data)} is ${size.toFixed(1)} px, 14 are needed` });
  }
  for (const el of kk.all('input:not([type=checkbox],[type=radio],[type=range]),select,button,textarea').filter(kk.shown)) {
    if (!el.closest(paper) && parseFloat(getComputedStyle(el).fontSize) < 13.9) found.set(el, { at: el, say: 'the control\'s text is under 14 px' });
  }
  return [...found.values()];
});

// No page scrolls sideways. What does, named.
kk.rule('page-scroll', () => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = kk.all('body *').filter((el) => kk.shown(el) && el.getBoundingClientRect().right > room + 1 && !el.closest('svg *'));
  const leaf = wide.find((el) => !wide.some((other) => other !== el && el.contains(other))) ?? document.body;
  return [{ at: leaf, say: `the page is ${document.documentElement.scrollWidth} px wide on a screen of ${room}` }];
});

// What scrolls sideways by itself is a named region the keyboard reaches, and never holds fields.
kk.rule('scroll-region', () => kk.all('body *').filter((el) => !el.matches('input,textarea,select') && /auto|scroll/.test(getComputedStyle(el).overflowX) && el.scrollWidth > el.clientWidth + 1 && kk.shown(el)).flatMap((el) => {
  const list = [];
  if (!(el.getAttribute('role') === 'region' && el.tabIndex === 0 && kk.name(el))) list.push({ at: el, say: 'scrolls sideways and is no named region with tabindex=0' });
  if (el.querySelector('input:not([type=hidden]),select,textarea')) list.push({ at: el, say: 'scrolls sideways and holds fields' });
  return list;
}));
