// Defects of what the service answers and a page does: what it asks for, logs, weighs, where its links lead. serve is how the page is
// answered: further headers, a status, or no answer at all.
import { swap } from './defects.mjs';

const script = (code) => swap('</body>', `<script>${code}</script></body>`);
const link = (to) => swap('href="/?help"', `href="${to}"`);
const image = (from) => swap('<footer>', `<footer><img src="${from}" alt="見本" width="20" height="20">`);

export const service = [
  { name: 'line in the log', rules: ['console'], change: script('console.warn("old");') },
  { name: 'script that breaks', rules: ['console'], change: script('missing();') },
  { name: 'policy broken', rules: ['policy'], serve: { headers: { 'Content-Security-Policy': "default-src 'self'; img-src 'self' data:" } }, change: swap('<p class="note">', '<p class="note" style="color:#333">') },
  { name: 'file of another host', rules: ['foreign-request'], change: image('https://elsewhere.example/a.png') },
  { name: 'file that is not there', rules: ['dead-file'], change: image('/none.png') },
  { name: 'link to a page that is not there', rules: ['dead-link'], change: link('/gone') },
  { name: 'link to a place that is not on that page', rules: ['dead-fragment'], change: link('/0#nowhere') },
  { name: 'heavy page', rules: ['weight'], spec: { kind: 'public' }, change: image('/heavy/101') },
  { name: 'page for residents too heavy for them', rules: ['weight'], spec: { kind: 'resident' }, change: image('/heavy/62') },
  { name: 'heavy style sheet', rules: ['weight'], spec: { kind: 'work' }, change: swap('</head>', '<link rel="stylesheet" href="/heavy/26.css"></head>') },
  { name: 'heavy script', rules: ['weight'], spec: { kind: 'work' }, change: swap('</body>', '<script src="/heavy/31.js"></script></body>') },
  { name: 'jumps while it loads', rules: ['layout-shift'], change: (html) => image('/slow.svg')(script('setTimeout(()=>{document.querySelector("main").style.paddingTop="20rem";},100);')(html)) },
  { name: 'seen late', rules: ['late-paint'], spec: { paint: true }, change: swap('</head>', '<link rel="stylesheet" href="/slow.css"></head>') },
  { name: 'cookie for a visitor', rules: ['cookie'], spec: { cookieFree: true }, serve: { headers: { 'Set-Cookie': 'seen=1; Path=/' } }, change: (html) => html },
  { name: 'wrong status', rules: ['status'], serve: { status: 500 }, change: (html) => html },
  { name: 'no answer', rules: ['check'], serve: { nothing: true }, change: (html) => html },
];
