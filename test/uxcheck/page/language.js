// Rules about the words themselves: broken encodings, keys nobody translated, sentences in the wrong language.

const language = (el) => (el.closest('[lang]')?.lang ?? '').toLowerCase();
const literal = 'code,kbd,samp,pre,var,textarea,[translate=no]';
const everything = () => [...kk.texts(), ...kk.spoken()];

kk.rule('lang', () => {
  const lang = document.documentElement.lang;
  return lang && (!globalThis.kkLang || lang === globalThis.kkLang) ? [] : [{ at: document.documentElement, say: `lang="${lang}", want "${globalThis.kkLang ?? 'ja'}"` }];
});

// U+FFFD; UTF-8 read as Latin-1 or Windows-1252; UTF-8 read as Shift_JIS.
const broken = [/\uFFFD/u, /(?:[\u00C2-\u00EF][\u0080-\u00BF\u0152-\u0178\u02C6\u02DC\u2013-\u203A\u20AC\u2122]{1,2}){2}/u, /[縺繧繝譁蜷][^\p{Script=Hiragana}、。]{0,2}[縺繧繝譁蜷]/u];
kk.rule('mojibake', () => everything().filter(({ say }) => broken.some((b) => b.test(say))).map(({ el, say }) => ({ at: el, say: `broken characters: ${kk.quote(say)}` })));

// ⟦missing.key⟧, unfilled {placeholders}, and dotted keys; file names, hosts and addresses are no keys.
const key = /(?<![\w@/.:-])[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+(?![\w@/(-])/gu;
const notKey = /\.(?:pdf|xlsx|docx|csv|ics|json|xml|zip|txt|png|jpe?g|html|yaml|md|jp|com|org|net|example|test|invalid|local|localhost|[a-z]{2})$|^(?:e\.g|i\.e|a\.m|p\.m|no\.\d+|v\d.*|www\..*)$/u;
kk.rule('raw-key', () => everything().flatMap(({ el, say }) => {
  if (/⟦[^⟧]*⟧?/u.test(say)) return [{ at: el, say: `untranslated: ${kk.quote(say)}` }];
  if (el.closest(literal)) return [];
  if (/(?<![「“])\{[a-z][\w.]*\}/iu.test(say)) return [{ at: el, say: `unfilled: ${kk.quote(say)}` }];
  if (/%!\w\(|\[object Object\]|\bundefined\b|<nil>|\bNaN\b/u.test(say)) return [{ at: el, say: `a program's words: ${kk.quote(say)}` }];
  const keys = (say.match(key) ?? []).filter((k) => !notKey.test(k));
  return keys.length ? [{ at: el, say: `a key instead of words: ${keys[0]}` }] : [];
}));

// Four English words in a row in Japanese, or a Japanese sentence in English, without a lang of their own.
const english = /(?:\b[A-Za-z][a-z'’]+[ ,]+){3,}[A-Za-z][a-z'’]+/u;
const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー、]{8,}(?:。|です|ます|ください)/u;
kk.rule('foreign-sentence', () => everything().filter(({ el, say }) => {
  if (el.closest(literal)) return false;
  const lang = language(el);
  if (lang.startsWith('ja')) return english.test(kk.words(say)) && !/https?:|@/u.test(say);
  if (lang.startsWith('en')) return japanese.test(say);
  return false;
}).map(({ el, say }) => ({ at: el, say: `${kk.quote(say)} stands in lang="${language(el)}"` })));

// An English sentence can hide in pieces; a block without a single Japanese letter in a Japanese page is told too.
kk.rule('foreign-block', () => kk.all('p,li,h1,h2,h3,label,legend,button,th,td,dt,dd,summary').filter((el) => {
  if (!language(el).startsWith('ja') || !kk.shown(el) || el.closest(literal) || el.querySelector('[lang],p,li,table,ul,ol,dl,code')) return false;
  const say = kk.words(el.textContent);
  return !/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(say) && english.test(say) && !/https?:|@/u.test(say);
}).map((at) => ({ at, say: `${kk.quote(at.textContent)} stands in lang="ja"` })));
