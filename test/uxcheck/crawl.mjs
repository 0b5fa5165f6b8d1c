// Follows every link of the checked pages once per person (same host, GET): none may be dead, and a fragment on another page
// must exist there.

const leave = /\/signout|\/logout/;

// Links are read from the HTML as sent, so that they count without script.
export async function checkLinks(base, pages, results) {
  const host = new URL(base).host;
  const asked = new Map();
  const found = [];
  for (let i = 0; i < pages.length; i++) {
    const who = Object.entries(pages[i].cookies ?? {}).map(([k, v]) => `${k}=${v}`).join('; ');
    for (const [address, source] of results[i].sources) {
      if (source.kind !== 'html') continue;
      for (const href of new Set([...source.text.matchAll(/<a\b[^>]*\shref="([^"#][^"]*)"/gu)].map((m) => m[1].replaceAll('&amp;', '&')))) {
        const to = new URL(href, address);
        if (to.host !== host || !/^https?:$/.test(to.protocol) || leave.test(to.pathname)) continue;
        const key = `${who} ${to.pathname}${to.search}`;
        if (!asked.has(key)) asked.set(key, ask(to, who));
        const answer = await asked.get(key);
        if (answer.status >= 400) found.push({ page: pages[i].name, rule: 'dead-link', at: href, say: `status ${answer.status}`, where: [] });
        else if (to.hash && answer.html && !answer.html.includes(`id="${decodeURIComponent(to.hash.slice(1))}"`)) found.push({ page: pages[i].name, rule: 'dead-fragment', at: href, say: 'the place is not on that page', where: [] });
      }
    }
  }
  return found;
}

async function ask(to, cookie) {
  try {
    const answer = await fetch(to, { headers: cookie ? { cookie } : {}, redirect: 'follow', signal: AbortSignal.timeout(20000) });
    const html = (answer.headers.get('content-type') ?? '').startsWith('text/html') ? await answer.text() : (await answer.body?.cancel(), '');
    return { status: answer.status, html };
  } catch (e) {
    return { status: 599, html: '', why: e.message };
  }
}
