// Gives every page, style sheet and drawing as sent to the HTML checker, in one run of its virtual machine.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const jar = require.resolve('vnu-jar/build/dist/vnu.jar');

// What the checker does not know yet although browsers and the standards do; each with its reason.
const known = JSON.parse(readFileSync(new URL('markup-known.json', import.meta.url), 'utf8')).map(({ message }) => new RegExp(message, 'u'));

// sources: [{kind, text, address, page}]; the same text is checked once, for the first page that uses it. The checker works beside
// the browser; its findings are promised.
export async function checkMarkup(sources, out) {
  const dir = mkdtempSync(join(out ?? tmpdir(), 'kakehashi-markup-'));
  const names = new Map();
  const seen = new Set();
  for (const { kind, text, address, page } of sources) {
    if (seen.has(text)) continue;
    seen.add(text);
    const file = join(dir, `${String(names.size).padStart(4, '0')}.${kind}`);
    writeFileSync(file, text);
    names.set(file, { page, address });
  }
  if (!names.size) return [];
  const said = await java(['-Xss2m', '-XX:+UseSerialGC', '-jar', jar, '--format', 'json', '--exit-zero-always', '--also-check-css', '--also-check-svg', ...names.keys()]);
  const report = JSON.parse(said || '{"messages":[]}');
  return report.messages.filter((m) => !known.some((k) => k.test(m.message))).map((m) => {
    const file = decodeURIComponent(new URL(m.url).pathname);
    const { page, address } = names.get(file);
    return { page, rule: `markup:${m.subType ?? m.type}`, at: `${new URL(address).pathname}:${m.lastLine ?? 0}`, say: m.message, where: [] };
  });
}

// What the checker says, on its standard error.
function java(args) {
  return new Promise((done, fail) => {
    execFile('java', args, { maxBuffer: 1 << 28 }, (error, out, said) => {
      if (error) fail(new Error(`the HTML checker needs Java: ${error.message.slice(0, 300)}`));
      else done(said);
    });
  });
}
