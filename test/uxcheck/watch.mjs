// Watches what a page does while it is open: what it asks of whom, what it logs, which policy it breaks, which cookies it sets,
// how heavy it is and how much it jumps.

const observer = () => {
  globalThis.kkPolicy = [];
  globalThis.kkShift = 0;
  globalThis.kkPaint = 0;
  document.addEventListener('securitypolicyviolation', (e) => globalThis.kkPolicy.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sample ?? ''}`));
  try {
    new PerformanceObserver((list) => list.getEntries().forEach((e) => { if (!e.hadRecentInput) globalThis.kkShift += e.value; })).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => list.getEntries().forEach((e) => { globalThis.kkPaint = e.startTime; })).observe({ type: 'largest-contentful-paint', buffered: true });
  } catch { /* a browser without these measures leaves them at 0 */ }
};

export class Watch {
  constructor(page, base, known = new Set()) {
    this.known = known; // files whose text was kept for another page
    this.page = page;
    this.host = new URL(base).host;
    this.findings = [];
    this.sources = new Map(); // address → text of HTML, CSS and SVG as sent
    this.reset();
  }

  // fresh forgets everything: another page is opened in the same window.
  fresh() {
    this.findings = [];
    this.sources = new Map();
    this.reset();
  }

  reset() {
    this.weight = { total: 0, css: 0, js: 0, files: 0 };
    this.kinds = new Map();
  }

  async start() {
    const { page } = this;
    await page.addInitScript(observer);
    page.on('console', (m) => {
      if (m.location().url === page.url() && /^Failed to load resource: the server responded with a status of 4/.test(m.text())) return; // Chromium's own line about a page that is a refusal
      if (m.type() === 'error' || m.type() === 'warning') this.find('console', m.text());
    });
    page.on('pageerror', (e) => this.find('console', `script failed: ${e.message}`));
    page.on('response', (r) => this.keep(r));
    await page.route((url) => url.host !== this.host && /^https?:$/.test(url.protocol), (route) => {
      this.find('foreign-request', `asks ${route.request().url()}`);
      return route.abort();
    });
    const debug = (this.debug = await page.context().newCDPSession(page));
    await debug.send('Network.enable');
    await debug.send('Network.setCacheDisabled', { cacheDisabled: true });
    debug.on('Network.responseReceived', (e) => this.kinds.set(e.requestId, e.type));
    debug.on('Network.loadingFinished', (e) => {
      const kind = { Stylesheet: 'css', Script: 'js' }[this.kinds.get(e.requestId)];
      this.weight.total += e.encodedDataLength;
      this.weight.files++;
      if (kind) this.weight[kind] += e.encodedDataLength;
    });
  }

  find(rule, say, at = '') { this.findings.push({ rule, say, at }); }

  async keep(response) {
    const type = response.headers()['content-type'] ?? '';
    const kind = /^text\/html/.test(type) ? 'html' : /^text\/css/.test(type) ? 'css' : /^image\/svg/.test(type) ? 'svg' : '';
    if (response.status() >= 400 && response.request().resourceType() !== 'document') this.find('dead-file', `${response.status()} for ${response.url()}`);
    if (!kind || kind !== 'html' && this.known.has(response.url())) return;
    this.known.add(response.url());
    try { this.sources.set(response.url(), { kind, text: await response.text() }); } catch { /* a redirect has no body */ }
  }

  // painted waits until the browser says when the largest thing was seen, three seconds at most: a page can be loaded before it is drawn.
  async painted() {
    for (let i = 0; i < 60 && !await this.page.evaluate(() => globalThis.kkPaint); i++) await this.page.waitForTimeout(50);
  }

  // Call after the page has settled.
  async figures() {
    const seen = await this.page.evaluate(() => ({ policy: globalThis.kkPolicy ?? [], shift: globalThis.kkShift ?? 0, paint: globalThis.kkPaint ?? 0 }));
    seen.policy.forEach((p) => this.find('policy', p));
    return { ...this.weight, shift: seen.shift, paint: Math.round(seen.paint) };
  }
}

const budgets = { public: 100, work: 150, resident: 60, any: Infinity }; // any: a page made heavy on purpose

// Limits in kilobytes as sent (compressed); layout shift as the browser measures it.
export function overweight(kind, f) {
  const kb = (n) => Math.ceil(n / 1024);
  const list = [];
  const limit = budgets[kind] ?? budgets.public;
  if (kb(f.total) > limit) list.push({ rule: 'weight', say: `${kb(f.total)} KB sent, ${limit} allowed` });
  if (kb(f.css) > 25) list.push({ rule: 'weight', say: `${kb(f.css)} KB of CSS, 25 allowed` });
  if (kb(f.js) > 30) list.push({ rule: 'weight', say: `${kb(f.js)} KB of script, 30 allowed` });
  if (f.shift > 0.02) list.push({ rule: 'layout-shift', say: `the page jumps while loading (${f.shift.toFixed(3)}, 0.02 allowed)` });
  return list;
}

// The largest thing on the page is to be seen within a second of asking a service on the same machine. Wall-clock: only where it is asked
// for, and what is late is opened again alone (all.mjs).
export const late = (f) => (f.paint > 1000 ? [{ rule: 'late-paint', say: `the largest thing on the page is seen after ${f.paint} ms, 1000 allowed` }] : []);
