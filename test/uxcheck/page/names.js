// Rules about names and messages: what a field, a heading, a title or an error says to whoever cannot see the layout.

kk.rule('label', () => [
  ...kk.fields().filter((el) => !kk.name(el) && !el.placeholder).map((at) => ({ at, say: 'the field has no label' })),
  ...kk.all('a[href],button,summary').filter((el) => kk.shown(el) && !kk.name(el)).map((at) => ({ at, say: 'the control has no name' })),
]);

kk.rule('placeholder-label', () => kk.fields()
  .filter((el) => el.placeholder && !kk.name(el))
  .map((at) => ({ at, say: `the placeholder ${kk.quote(at.placeholder)} is the only label` })));

kk.rule('h1', () => {
  const found = kk.all('h1').filter((el) => el.checkVisibility() && kk.words(el.textContent));
  return found.length === 1 ? [] : [{ at: found[1] ?? document.body, say: `${found.length} h1 on the page, one is needed` }];
});

// The title is heard first: it begins with what the h1 says (or most of it), after "エラー：" when there is one.
kk.rule('title-h1', () => {
  const h1 = document.querySelector('h1');
  if (!h1) return [];
  const bare = (s) => s.replace(/\s+/gu, '');
  const title = bare(document.title).replace(/^(エラー：|Error:)/u, '');
  const head = title.split(/[–|—]/u)[0];
  const heading = bare(h1.textContent);
  if (title.includes(heading) || (head.length >= 2 && kk.shares(head, heading))) return [];
  return [{ at: h1, say: `the title ${kk.quote(document.title)} does not say the heading ${kk.quote(h1.textContent)}` }];
});

kk.rule('error-title', () => {
  const wrong = document.querySelector('[aria-invalid=true]');
  const summary = document.querySelector('.errsum');
  if (!wrong && !summary) return [];
  const list = [];
  if (!/^(エラー：|Error:)/u.test(document.title)) list.push({ at: summary ?? wrong, say: `the page has errors and its title ${kk.quote(document.title)} does not begin with エラー： (Error:)` });
  if (!summary) list.push({ at: wrong, say: 'the page has an invalid field and no error summary' });
  return list;
});

// A field said to be wrong says why, in words that can be seen.
kk.rule('invalid-text', () => kk.all('[aria-invalid=true]').filter((el) => {
  const ids = `${el.getAttribute('aria-describedby') ?? ''} ${el.getAttribute('aria-errormessage') ?? ''}`.split(/\s+/).filter(Boolean);
  return !ids.some((id) => { const m = document.getElementById(id); return m && kk.shown(m) && kk.words(m.textContent); });
}).map((at) => ({ at, say: 'the field is marked wrong and no visible text says why' })));

// Every item of the error summary leads to the field, and the field says the same sentence.
kk.rule('error-link', () => kk.all('.errsum a').flatMap((a) => {
  const target = a.hash ? document.getElementById(decodeURIComponent(a.hash.slice(1))) : null;
  if (!target) return [{ at: a, say: `the error ${kk.quote(a.textContent)} leads nowhere` }];
  if (!target.matches('input,select,textarea,button,fieldset,[tabindex],a[href],summary')) return [{ at: a, say: `the error ${kk.quote(a.textContent)} leads to ${target.localName}, which takes no focus` }];
  const bare = (s) => kk.words(s).replace(/[\s▲]/gu, '').replace(/^(エラー|Error)[:：]/u, '');
  const message = bare(kk.byIds(`${target.getAttribute('aria-describedby') ?? ''} ${target.getAttribute('aria-errormessage') ?? ''}`));
  if (message && !message.includes(bare(a.textContent)) && !bare(a.textContent).includes(message) && !kk.shares(bare(a.textContent), message)) {
    return [{ at: a, say: `the summary says ${kk.quote(a.textContent)} and the field ${kk.quote(message)}` }];
  }
  return [];
}));

// The field's description may hold a hint beside the message, and the summary may name the field first: the longest common
// part must be most of the shorter sentence.
kk.shares = (x, y) => {
  const [short, long] = x.length < y.length ? [x, y] : [y, x];
  const size = Math.ceil(short.length * 0.6);
  for (let i = 0; i + size <= short.length; i++) if (long.includes(short.slice(i, i + size))) return true;
  return false;
};

kk.rule('vague-words', () => kk.all('a[href],button').filter((el) => kk.shown(el) && /^(こちら|ここ|ここをクリック|OK|ＯＫ|here|click here|more|read more)$/iu.test(kk.name(el)))
  .map((at) => ({ at, say: `${kk.quote(kk.name(at))} does not say what happens` })));

// Let people submit and explain; a dead button explains nothing.
kk.rule('disabled-button', () => kk.all('button[disabled],input[type=submit][disabled],[role=button][aria-disabled=true]').filter(kk.shown)
  .map((at) => ({ at, say: `the button ${kk.quote(kk.name(at))} is disabled without a word why` })));
