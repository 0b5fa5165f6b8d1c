// Defects of what a page says and shows, each a change to the clean page. `rules` are the rules of which one must find it (with all:
// every one); the first is the one made for it. A change that no longer fits the clean page is an error, not a pass. spec is what the
// page needs to be looked at with, beyond one light window.
export const swap = (from, to) => (html) => {
  if (!html.includes(from)) throw new Error(`the clean page has no ${from}`);
  return html.replace(from, to);
};
export const style = (css) => swap('</head>', `<style>${css}</style></head>`);

export const twenty = [
  { name: 'input without label', rules: ['label', 'axe:label'], change: swap('<label for="title">事業名</label>', '<b>事業名</b>'), also: swap(' placeholder="例：静岡茶の販路開拓"', '') },
  { name: 'low contrast', rules: ['axe:color-contrast'], change: style('.hint{color:#aaa!important}') },
  { name: 'duplicate id', rules: ['duplicate-id', 'markup:error'], change: swap('<footer>', '<footer id="title">') },
  { name: 'select text clipped', rules: ['clipped-text'], change: style('#item{width:6rem}') },
  { name: 'no focus ring', rules: ['focus-ring'], spec: { keyboard: true }, change: style('.btn:focus-visible{outline:0!important;box-shadow:none!important}') },
  { name: 'div with onclick as a button', rules: ['clickable-div'], change: swap('<button class="btn" name="go" value="save">下書きを保存</button>', '<div class="btn" onclick="document.forms[0].submit()">下書きを保存</div>') },
  { name: 'positive tabindex', rules: ['positive-tabindex', 'axe:tabindex'], change: swap('id="item"', 'id="item" tabindex="3"') },
  { name: 'no lang', rules: ['lang', 'axe:html-has-lang'], change: swap('<html lang="ja">', '<html>') },
  { name: 'dead link in the error summary', rules: ['error-link', 'dead-fragment'], change: swap('href="#amount"', 'href="#amount-3"') },
  { name: 'h1 missing', rules: ['h1', 'axe:page-has-heading-one'], change: swap('<h1>経費内訳</h1>', '<p class="h1">経費内訳</p>') },
  { name: 'button 14 px high with 8 px text', rules: ['small-target', 'small-text'], all: true, change: style('.btn{min-height:14px!important;height:14px;padding:0 4px!important;font-size:8px!important;line-height:1!important}') },
  { name: 'overflow hidden cuts content', rules: ['content-cut'], change: style('.note{height:1.2rem;overflow:hidden}') },
  { name: 'title without the h1', rules: ['title-h1'], change: swap('<title>エラー：経費内訳 – 申請 – かけはし</title>', '<title>エラー：かけはし</title>') },
  { name: 'invalid field without text', rules: ['invalid-text'], change: swap('<p class="msg" id="amount-msg">▲ 金額：数字で入力してください。</p>', '<p class="msg" id="amount-msg"></p>') },
  { name: 'mojibake', rules: ['mojibake'], change: swap('自治体の国際業務のための見本のページです。', Buffer.from('自治体の国際業務です。', 'utf8').toString('latin1').replaceAll('<', '')) },
  { name: 'raw i18n key', rules: ['raw-key'], change: swap('海外事務所', 'nav.offices_list') },
  { name: 'English sentence in a Japanese page', rules: ['foreign-sentence'], change: swap('60字まで', 'Enter at most sixty characters here.') },
  { name: 'placeholder as the only label', rules: ['placeholder-label'], change: swap('<label for="title">事業名</label>', '') },
  { name: 'focus trap', rules: ['focus-trap'], spec: { keyboard: true }, change: swap('</body>', '<script>const f=document.getElementById("item");f.addEventListener("keydown",(e)=>{if(e.key==="Tab"){e.preventDefault();f.focus();}});</script></body>') },
  { name: 'sticky bar covers the focus', rules: ['focus-hidden'], spec: { keyboard: true }, change: (html) => style('.bar{position:fixed;inset:auto 0 0 0;height:22rem;background:#006173;color:#fff}html{scroll-padding:0!important}')(swap('</footer>', '</footer><div class="bar" role="region" aria-label="お知らせ">お知らせ</div>')(html)) },
];

// What words and names can have wrong beyond the twenty.
export const names = [
  { name: 'errors without the title saying so', rules: ['error-title'], change: swap('<title>エラー：', '<title>') },
  { name: 'invalid field without a summary', rules: ['error-title'], change: (html) => html.replace(/<div class="errsum".*<\/div>\n/u, '') },
  { name: 'summary says another sentence than the field', rules: ['error-link'], change: swap('金額：数字で入力してください。</a>', '添付した書類の形が違います</a>') },
  { name: 'description that is not there', rules: ['dead-reference'], change: swap('aria-describedby="title-hint"', 'aria-describedby="title-help"') },
  { name: 'button in a link', rules: ['nested-control', 'markup:error'], all: true, change: swap('<a href="#basis">要綱の説明</a>', '<a href="#basis"><button type="button">要綱の説明</button></a>') },
  { name: 'link that says here', rules: ['vague-words'], change: swap('>要綱の説明</a>', '>こちら</a>') },
  { name: 'dead button', rules: ['disabled-button'], change: swap('<button class="btn"', '<button class="btn" disabled') },
  { name: 'button without a name', rules: ['label', 'axe:button-name'], all: true, change: swap('>下書きを保存</button>', '></button>') },
  { name: 'English in pieces', rules: ['foreign-block'], change: swap('自治体の国際業務のための見本のページです。', 'Costs <b>of the</b> project <b>and its</b> partners') },
  { name: 'Japanese sentence in an English part', rules: ['foreign-sentence'], change: swap('A grant covers direct costs of the project only.', '直接かかる経費だけが対象です。') },
  { name: 'UTF-8 read as Shift_JIS', rules: ['mojibake'], change: swap('自治体の国際業務のための', '閾ｪ豐ｻ菴薙ｮ蝗ｽ髫帶･ｭ蜍吶縺ｮ繧ょ譁ｰ縺励＞') },
  { name: 'replacement character', rules: ['mojibake'], change: swap('海外事務所', '海外\uFFFD務所') },
  { name: 'key nobody translated', rules: ['raw-key'], change: swap('海外事務所', '⟦nav.offices⟧') },
  { name: 'placeholder left in a sentence', rules: ['raw-key'], change: swap('60字まで', '{most}字まで') },
  { name: 'words of a program', rules: ['raw-key'], change: swap('60字まで', '%!d(string=60)字まで') },
  { name: 'two headings of the page', rules: ['h1'], change: swap('<h2 id="basis">要綱の説明</h2>', '<h1 id="basis">要綱の説明</h1>') },
  { name: 'link to nowhere', rules: ['dead-fragment'], change: swap('href="#basis"', 'href="#"') },
  { name: 'obsolete markup', rules: ['markup:warning'], change: swap('<p>事業にかかる', '<p align="left">事業にかかる') },
  { name: 'picture without words', rules: ['axe:image-alt'], change: swap('<footer>', '<footer><img src="data:," width="20" height="20">') },
];
