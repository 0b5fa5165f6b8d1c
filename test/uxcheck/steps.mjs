// What a person does on the way to a page, with the pointer or, when asked, with the keyboard alone: then every field, button
// and link is reached by Tab and worked by typing, Space, Enter and the arrows, as somebody without a mouse must.

// {goto} {fill, value} {choose, value} {tick} {press} {follow} {attach, value}; returns the status of the page that opened, if one did.
export async function act(page, base, step, byKeyboard) {
  if (step.goto) return (await page.goto(new URL(step.goto, base).href)).status();
  return byKeyboard ? typed(page, step) : pointed(page, step);
}

const field = (page, label) => page.getByLabel(label, { exact: false }).or(page.locator(`[name=${JSON.stringify(label)}]`)).first();

async function pointed(page, step) {
  if (step.fill) return void await field(page, step.fill).fill(step.value);
  if (step.choose) return void await field(page, step.choose).selectOption(step.value);
  if (step.tick) return void await field(page, step.tick).check();
  if (step.attach) return void await field(page, step.attach).setInputFiles(step.value);
  const target = step.press ? page.getByRole('button', { name: step.press }).first() : page.getByRole('link', { name: step.follow }).first();
  return opens(page, () => target.click());
}

async function typed(page, step) {
  const words = step.fill ?? step.choose ?? step.tick ?? step.attach ?? step.press ?? step.follow;
  await tabTo(page, words, step.press ? 'button,input[type=submit]' : step.follow ? 'a[href]' : 'input,select,textarea');
  if (step.fill) {
    await page.keyboard.press('Control+A');
    return void await page.keyboard.insertText(step.value);
  }
  if (step.choose) return void await selectByArrows(page, step.value);
  if (step.tick) return void await page.keyboard.press('Space');
  if (step.attach) return void await field(page, step.attach).setInputFiles(step.value); // the chooser is the system's own
  return opens(page, () => page.keyboard.press('Enter'));
}

async function selectByArrows(page, words) {
  const away = await page.evaluate((w) => {
    const el = document.activeElement;
    const wanted = [...el.options].findIndex((o) => o.label === w || o.value === w);
    if (wanted < 0) throw new Error(`there is no choice ${w}`);
    return wanted - el.selectedIndex;
  }, words);
  for (let i = 0; i < Math.abs(away); i++) await page.keyboard.press(away > 0 ? 'ArrowDown' : 'ArrowUp');
}

async function opens(page, doing) {
  const [answer] = await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), doing()]);
  return answer?.status();
}

// Tab until the focus stands on what is called so; a radio group is one stop, so its arrows are tried too.
async function tabTo(page, words, kinds) {
  for (let i = 0; i < 400; i++) {
    await page.keyboard.press('Tab');
    const hit = await page.evaluate(([words, kinds]) => {
      const el = document.activeElement;
      if (!el?.matches(kinds)) return el?.type === 'radio' ? 'radio' : '';
      const name = (el.labels?.length ? [...el.labels].map((l) => l.textContent).join(' ') : el.getAttribute('aria-label') ?? el.textContent ?? el.value).replace(/\s+/gu, ' ').trim();
      return name.includes(words) || el.name === words ? 'here' : el.type === 'radio' ? 'radio' : '';
    }, [words, kinds]);
    if (hit === 'here') return;
    if (hit === 'radio' && await arrowTo(page, words)) return;
  }
  throw new Error(`the keyboard does not reach ${words}`);
}

async function arrowTo(page, words) {
  const called = () => page.evaluate((w) => [...(document.activeElement.labels ?? [])].some((l) => l.textContent.replace(/\s+/gu, ' ').includes(w)), words);
  const group = await page.evaluate((w) => [...document.getElementsByName(document.activeElement.name)].findIndex((r) => [...(r.labels ?? [])].some((l) => l.textContent.includes(w))), words);
  for (let i = 0; group >= 0 && i < 30; i++) {
    if (await called()) return true;
    await page.keyboard.press('ArrowDown');
  }
  return false;
}
