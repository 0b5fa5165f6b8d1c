// kk.js makes pages that already work smoother: forms save themselves, sections are judged while one types, focus goes where
// something changed, print buttons print. Every word comes from the page. Kakehashi, Apache-2.0.
(() => {
  "use strict";
  const rest = 10000, note = "kk:";
  const $ = (sel, from = document) => from.querySelector(sel);
  const all = (sel, from = document) => [...from.querySelectorAll(sel)];

  // What a form holds, without files and passwords; typed leaves out what nobody types and what is marked private.
  const values = (form, typed) => {
    const out = [];
    for (const el of form.elements) {
      if (!el.name || el.disabled || el.type === "file" || el.type === "password" || el.type === "submit") continue;
      if (typed && (el.type === "hidden" || el.closest("[data-private]"))) continue;
      if (el.tagName === "BUTTON" || ((el.type === "checkbox" || el.type === "radio") && !el.checked)) continue;
      out.push([el.name, el.value]);
    }
    return out;
  };
  const body = (form) => new URLSearchParams(values(form));

  // Store is the browser's own, when it lets us.
  const store = {
    get(k) { try { return JSON.parse(localStorage.getItem(note + k)); } catch { return null; } },
    put(k, v) { try { localStorage.setItem(note + k, JSON.stringify(v)); } catch { } },
    drop(k) { try { localStorage.removeItem(note + k); } catch { } },
    clear() { try { Object.keys(localStorage).filter((k) => k.startsWith(note)).forEach((k) => localStorage.removeItem(k)); } catch { } },
  };

  const autosave = (form) => {
    const url = form.dataset.autosave, state = $("[data-saved]", form), offer = $("[data-unsent]", form);
    const now = () => JSON.stringify(values(form, true));
    let sent = now(), timer = 0, busy = false, leaving = false, typing = 0;
    const dirty = () => now() !== sent;
    const say = (words) => { if (state && words) state.textContent = words; };
    const keep = () => { if (dirty()) store.put(url, { at: Date.now(), values: values(form, true) }); };

    const save = async () => {
      clearTimeout(timer);
      if (busy || !dirty()) return;
      busy = true;
      const going = now(), data = body(form);
      say(state?.dataset.saving);
      try {
        const r = await fetch(url, { method: "POST", body: data, headers: { "KK-Autosave": "1" }, redirect: "manual", keepalive: String(data).length < 60000 });
        if (r.ok) {
          const a = await r.json();
          for (const [name, value] of Object.entries(a.set || {})) for (const el of all(`[name="${CSS.escape(name)}"]`, form)) el.value = value;
          sent = going;
          say(a.words);
          if (!dirty()) store.drop(url); else later();
        } else {
          keep();
          say(r.status === 401 || r.type === "opaqueredirect" ? state?.dataset.signin : r.status === 409 ? state?.dataset.clash : state?.dataset.kept);
          if (r.status !== 409) later();
        }
      } catch {
        keep();
        say(state?.dataset.kept);
        later();
      } finally {
        busy = false;
      }
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(save, rest); };

    form.addEventListener("input", () => { later(); clearTimeout(typing); typing = setTimeout(keep, 400); });
    form.addEventListener("focusout", (e) => { if (!form.contains(e.relatedTarget) || e.relatedTarget !== e.target) later(), dirty() && setTimeout(save, 0); });
    form.addEventListener("submit", () => { leaving = true; keep(); clearTimeout(timer); });
    addEventListener("online", save);
    addEventListener("beforeunload", (e) => { if (!leaving && dirty()) { keep(); e.preventDefault(); } });
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && !leaving && dirty()) { keep(); save(); } });

    const kept = store.get(url);
    if (kept && offer) {
      if (JSON.stringify(kept.values) === now()) { store.drop(url); return; }
      form.prepend(offer);
      offer.hidden = false;
      const at = $("[data-unsent-at]", offer);
      if (at) at.textContent = new Date(kept.at).toLocaleString(document.documentElement.lang);
      $("[data-unsent-take]", offer)?.addEventListener("click", () => { put(form, kept.values); offer.hidden = true; save(); form.dispatchEvent(new Event("input", { bubbles: true })); });
      $("[data-unsent-drop]", offer)?.addEventListener("click", () => { store.drop(url); offer.hidden = true; });
    }
  };

  // put writes kept values back into their controls.
  const put = (form, kept) => {
    const byName = new Map();
    for (const [n, v] of kept) byName.set(n, [...(byName.get(n) || []), v]);
    for (const el of form.elements) {
      if (!el.name || el.type === "hidden" || el.type === "file" || el.tagName === "BUTTON") continue;
      const v = byName.get(el.name);
      if (el.type === "checkbox" || el.type === "radio") el.checked = !!v && v.includes(el.value);
      else if (v) el.value = v.shift() ?? el.value;
    }
  };

  // live posts a section while it is filled in and shows the judgement that comes back: data-live is the address,
  // data-live-into the id of what it replaces.
  const live = (form) => {
    let timer = 0, run = 0;
    const ask = async () => {
      const me = ++run, into = document.getElementById(form.dataset.liveInto);
      try {
        const r = await fetch(form.dataset.live, { method: "POST", body: body(form), headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
        if (r.ok && me === run && into) into.innerHTML = await r.text();
      } catch { /* the judgement stays as it was; saving tells about the network */ }
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 600); });
    form.addEventListener("change", () => { clearTimeout(timer); timer = setTimeout(ask, 100); });
  };

  // poll shows long work while it goes on: data-poll is the address of the piece, [data-going] in it says that it does, [data-said] what
  // is told to a screen reader, every five seconds at most. When it has ended the page is loaded anew.
  const poll = (el) => {
    const status = document.getElementById(el.dataset.pollSay);
    let spoke = Date.now();
    const step = async () => {
      try {
        const r = await fetch(el.dataset.poll, { headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
        if (r.ok) {
          el.innerHTML = await r.text();
          const words = $("[data-said]", el)?.dataset.said;
          if (status && words && Date.now() - spoke >= 5000) { spoke = Date.now(); status.textContent = words; }
          if (!$("[data-going]", el)) { location.reload(); return; }
        }
      } catch { /* the next turn tells */ }
      setTimeout(step, 1500);
    };
    setTimeout(step, 1000);
  };

  // reach puts the focus on a control, or on the first control of a group.
  const reach = (id) => {
    const el = id && document.getElementById(id);
    if (!el) return false;
    const to = el.matches("fieldset,div,ul,dl") ? $("input:not([type=hidden]),select,textarea", el) || el : el;
    to.focus();
    return true;
  };

  const start = (root) => {
    all("form[data-autosave]", root).forEach(autosave);
    all("form[data-live]", root).forEach(live);
    all("[data-poll]", root).forEach(poll);
    all("[data-print]", root).forEach((b) => { b.hidden = false; b.addEventListener("click", () => print()); });
    all("select[data-go]", root).forEach((s) => s.addEventListener("change", () => s.form.requestSubmit()));
    all("form[action$='/signout']", root).forEach((f) => f.addEventListener("submit", () => store.clear()));
  };

  document.addEventListener("click", (e) => {
    const a = e.target.closest?.(".errsum a[href^='#']");
    if (a && reach(decodeURIComponent(a.hash.slice(1)))) e.preventDefault();
  });
  // After htmx swapped a piece, the focus goes to what asks for it, never to nowhere.
  document.addEventListener("htmx:after:swap", (e) => {
    const target = e.detail?.ctx?.target || e.target;
    if (target?.isConnected) start(target);
    const to = $("[data-focus]", target?.isConnected ? target : document);
    if (to) to.focus(); else if (document.activeElement === document.body) $("#main")?.focus();
  });
  start(document);
  const summary = $("[data-focus]");
  if (summary) summary.focus(); else if (location.hash.startsWith("#f-")) reach(decodeURIComponent(location.hash.slice(1)));
})();
