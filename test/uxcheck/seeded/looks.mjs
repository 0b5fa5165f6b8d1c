// Defects of layout, keyboard, print and of what readers set for themselves: many stand at one width, in one theme or in one mode only,
// so that leaving one of them out is found out: where is the window that must find it.
import { style, swap } from './defects.mjs';

const keys = { keyboard: true };
const modes = { extras: true };
const every = { widths: [320, 768, 1280], themes: ['light', 'dark'], thorough: true };
const script = (code) => swap('</body>', `<script>${code}</script></body>`);
const after = (html) => swap('</footer>', `</footer>${html}`);

export const layout = [
  { name: 'wider than the screen', rules: ['page-scroll'], spec: { widths: [320] }, change: style('.note{width:30rem}') },
  { name: 'wider than the middle screen only', where: '768 light', rules: ['page-scroll'], spec: { widths: [320, 768, 1280] }, change: style('@media (min-width:700px) and (max-width:900px){.note{width:60rem}}') },
  { name: 'number longer than its field', rules: ['clipped-text'], change: swap('id="amount" name="amount"', 'id="amount" name="amount" style="width:3rem"') },
  { name: 'button too narrow for its words', rules: ['clipped-text'], change: style('.btn{width:4rem;white-space:nowrap;overflow:hidden}') },
  { name: 'nameless scrolling region', rules: ['scroll-region'], change: swap('<div class="wide" role="region" aria-label="月ごとの経費" tabindex="0">', '<div class="wide" tabindex="0">') },
  { name: 'scrolling region with a field', rules: ['scroll-region'], change: swap('<td>十二月</td>', '<td><input aria-label="十二月"></td>') },
  { name: 'low contrast on the narrow screen only', where: '320 light', rules: ['axe:color-contrast'], spec: { ...every, themes: ['light'] }, change: style('@media (max-width:400px){.hint{color:#aaa}}') },
  { name: 'low contrast on the middle screen only', where: '768 light', rules: ['axe:color-contrast'], spec: { ...every, themes: ['light'] }, change: style('@media (min-width:700px) and (max-width:900px){.hint{color:#aaa}}') },
  { name: 'low contrast in the dark', where: '1280 dark', rules: ['axe:color-contrast'], spec: { themes: ['light', 'dark'] }, change: style('@media (prefers-color-scheme:dark){.hint{color:#444}}') },
  { name: 'low contrast in the dark on the middle screen only', where: '768 dark', rules: ['axe:color-contrast'], spec: every, change: style('@media (prefers-color-scheme:dark) and (min-width:700px) and (max-width:900px){.hint{color:#444}}') },
  { name: 'contrast nobody can compute', rules: ['axe-review'], spec: { thorough: true }, change: style('.note{background:linear-gradient(#fff,#eee)}') },
];

export const keyboard = [
  { name: 'focus jumps back', rules: ['focus-order'], spec: keys, change: script('const at=(s)=>document.querySelector(s);const to=(from,next)=>at(from).addEventListener("keydown",(e)=>{if(e.key==="Tab"){e.preventDefault();at(next).focus();}},{once:true});to(".skip","#amount");to("#amount","nav a");') },
  { name: 'no link past the navigation', rules: ['skip-link'], spec: keys, change: swap('<a class="skip" href="#main">本文へ移動</a>', '') },
  { name: 'button out of the keyboard’s reach', rules: ['unreachable'], spec: keys, change: swap('<button class="btn"', '<button class="btn" tabindex="-1"') },
  { name: 'ring that cannot be seen in the dark', rules: ['focus-ring'], spec: { keyboard: true }, change: style('@media (prefers-color-scheme:dark){:focus-visible{outline:1px solid #14181b!important;box-shadow:none!important}}') },
];

export const modesOfReaders = [
  { name: 'button without an edge in the reader’s colours', rules: ['forced-colors'], spec: modes, change: style('.btn{border:0!important}') },
  { name: 'movement for whoever wants none', rules: ['reduced-motion'], spec: modes, change: style('.btn{transition:opacity .3s!important}') },
  { name: 'box too low for wide text spacing', where: 'text spacing', rules: ['content-cut'], spec: modes, change: style('.note{white-space:nowrap;overflow:hidden;font-size:.85rem;width:44rem}') },
  { name: 'too wide at 200 %', where: 'zoom 200 %', rules: ['page-scroll'], spec: modes, change: style('@media (min-width:600px) and (max-width:700px){.note{width:50rem}}') },
  { name: 'text that does not grow', rules: ['fixed-font'], spec: { ...modes, thorough: true }, change: style('.hint{font-size:16px}') },
  { name: 'box too small for large letters', where: 'font 200 %', rules: ['content-cut'], spec: { ...modes, thorough: true }, change: style('.note{height:58px;overflow:hidden}') },
  { name: 'too wide in the reader’s colours only', where: 'forced colours', rules: ['page-scroll'], spec: modes, change: style('@media (forced-colors:active){.note{width:99rem}}') },
];

const tall = after('<div style="height:120rem" role="region" aria-label="余白">余白</div>');
const manyRows = swap('<tr><th scope="row">旅費</th>', '<tr><th scope="row">報償費<br>講師<br>通訳<br>翻訳<br>運営</th><td class="n">300,000</td></tr>'.repeat(15) + '<tr><th scope="row">旅費</th>');
export const paper = [
  { name: 'navigation on paper', rules: ['print-nav'], spec: { print: {} }, change: style('@media print{nav{display:block!important}}') },
  { name: 'table head on the first sheet only', rules: ['print-head'], spec: { print: {} }, change: style('thead{display:table-row-group}') },
  { name: 'cut on paper', rules: ['print-content-cut'], spec: { print: {} }, change: style('@media print{.note{height:1.2rem;overflow:hidden}}') },
  { name: 'wider than the sheet', rules: ['print-page-scroll'], spec: { print: {} }, change: style('@media print{.note{width:80rem}}') },
  { name: 'row cut between two sheets', rules: ['print-row'], spec: { print: {} }, change: style('@media print{tr{break-inside:auto}}'), also: manyRows },
  { name: 'entry of a list of answers cut between two sheets', rules: ['print-row'], spec: { print: {} }, change: swap('<table>', `<dl>${'<div><dt>理由</dt><dd>一行目<br>二行目<br>三行目<br>四行目<br>五行目</dd></div>'.repeat(15)}</dl><table>`) },
  { name: 'sheets without their number', rules: ['print-number'], spec: { print: {} }, change: style('@page{@bottom-right{content:none}}') },
  { name: 'number on the first sheet only', rules: ['print-number'], spec: { print: {} }, change: style('@page{@bottom-right{content:none}}@page:first{@bottom-right{content:counter(page) " / " counter(pages)}}') },
  { name: 'one sheet too many', rules: ['print-pages'], spec: { print: { pages: 1 } }, change: tall },
  { name: 'more sheets than allowed', rules: ['print-pages'], spec: { print: { most: 2 } }, change: tall },
];
