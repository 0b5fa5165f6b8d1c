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

  // Which window this is, and its how-manyeth page: what one window saves never clashes with what it saves later. A window that was
  // copied from another takes a name of its own as soon as the other one answers.
  const tab = (() => {
    const fresh = () => Math.random().toString(36).slice(2, 12) + Date.now().toString(36);
    const me = { id: "", page: 0, save: 0 };
    const put = () => { try { sessionStorage.setItem(note + "tab", JSON.stringify({ id: me.id, page: me.page })); } catch { } };
    const next = () => { me.page++; me.save = 0; put(); };
    try { Object.assign(me, JSON.parse(sessionStorage.getItem(note + "tab"))); } catch { }
    me.id ||= fresh();
    next();
    if (window.BroadcastChannel) {
      const line = new BroadcastChannel(note + "tab"), born = performance.timeOrigin;
      line.addEventListener("message", ({ data }) => {
        if (data.id !== me.id || data.born === born) return;
        if (data.asks) line.postMessage({ id: me.id, born });
        else if (data.born < born) { me.id = fresh(); put(); }
      });
      line.postMessage({ id: me.id, born, asks: true });
    }
    addEventListener("pageshow", (e) => { if (e.persisted) next(); });
    return { get id() { return me.id; }, stamp() { return `${me.id}/${me.page}/${++me.save}`; } };
  })();

  // A form that was sent and answered leaves nothing to offer; one that met a failure or the sign-in page does.
  const sentForm = {
    key: note + "sent",
    mark(url) { try { sessionStorage.setItem(this.key, url); } catch { } },
    settle() {
      let url = null;
      try { url = sessionStorage.getItem(this.key); sessionStorage.removeItem(this.key); } catch { }
      const status = performance.getEntriesByType("navigation")[0]?.responseStatus || 200;
      if (url && status < 500 && status !== 401) store.drop(url);
    },
  };

  const named = (list) => list.reduce((by, [n, v]) => by.set(n, [...(by.get(n) || []), v]), new Map());
  const same = (a, b) => JSON.stringify(a || []) === JSON.stringify(b || []);

  const autosave = (form) => {
    const url = form.dataset.autosave, state = $("[data-saved]", form), offer = $("[data-unsent]", form);
    const base = $('[name="base"]', form), stamp = document.createElement("input");
    stamp.type = "hidden";
    stamp.name = "window";
    form.append(stamp);
    const held = () => values(form, true), now = () => JSON.stringify(held());
    let sent = now(), timer = 0, busy = false, leaving = false, typing = 0;
    const dirty = () => now() !== sent;
    const say = (words) => { if (state && words) state.textContent = words; };
    const keep = () => { if (dirty()) store.put(url, { at: Date.now(), tab: tab.id, base: base?.value, from: JSON.parse(sent), values: held() }); };

    // take puts what others saved meanwhile into controls nobody touched here; false when one was touched while the answer was on its way.
    const take = (merged, going) => {
      const list = Object.entries(merged || {}), had = named(JSON.parse(going)), has = named(held());
      if (list.some(([n]) => !same(had.get(n), has.get(n)))) return false;
      put(form, list.flatMap(([n, vs]) => (vs.length ? vs : [""]).map((v) => [n, v])), list.map(([n]) => n));
      return true;
    };

    const save = async (last) => {
      clearTimeout(timer);
      if ((busy && !last) || !dirty()) return;
      busy = true;
      stamp.value = tab.stamp();
      const going = now(), data = body(form);
      say(state?.dataset.saving);
      try {
        const r = await fetch(url, { method: "POST", body: data, headers: { "KK-Autosave": "1" }, redirect: "manual", keepalive: String(data).length < 60000 });
        if (r.ok) {
          const a = await r.json(), typed = now() !== going;
          if (take(a.merged, going)) for (const [name, value] of Object.entries(a.set || {})) for (const el of all(`[name="${CSS.escape(name)}"]`, form)) el.value = value;
          sent = typed ? going : now();
          say(a.words);
          if (!dirty()) store.drop(url); else later();
        } else {
          keep();
          const clash = r.status === 409 && (await r.json().catch(() => ({}))).words;
          say(r.status === 401 || r.type === "opaqueredirect" ? state?.dataset.signin : r.status === 409 ? clash || state?.dataset.clash : state?.dataset.kept);
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
    let left = "";
    const leave = () => {
      if (leaving || !dirty() || left === now()) return;
      left = now();
      keep();
      save(true);
    };

    form.addEventListener("input", () => { later(); clearTimeout(typing); typing = setTimeout(keep, 400); });
    form.addEventListener("focusout", (e) => { if (!form.contains(e.relatedTarget) || e.relatedTarget !== e.target) later(), dirty() && setTimeout(save, 0); });
    form.addEventListener("submit", () => { leaving = true; stamp.value = tab.stamp(); keep(); sentForm.mark(url); clearTimeout(timer); });
    addEventListener("pageshow", (e) => { if (e.persisted) leaving = false; });
    addEventListener("online", () => save());
    // What is small enough is saved while the page goes; only what could be lost asks.
    addEventListener("beforeunload", (e) => {
      if (leaving || !dirty()) return;
      keep();
      if (!navigator.onLine || String(body(form)).length >= 60000) e.preventDefault();
    });
    addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });

    // What was typed on a page and not saved comes back: by itself when this window left it a moment ago, else when the person says so.
    const kept = store.get(url);
    if (!kept) return;
    const back = () => {
      const was = named(kept.from || []), changed = kept.values.filter(([n]) => !same(was.get(n), named(kept.values).get(n)));
      const emptied = [...was.keys()].filter((n) => !named(kept.values).has(n));
      put(form, changed, [...changed.map(([n]) => n), ...emptied]);
      if (base && kept.base && Number(kept.base) < Number(base.value)) base.value = kept.base;
      form.dispatchEvent(new Event("input", { bubbles: true }));
      save();
    };
    if (same(kept.values, held())) { store.drop(url); return; }
    if (kept.tab === tab.id && (kept.base === base?.value || Date.now() - kept.at < 5000)) { back(); return; }
    if (offer) {
      form.prepend(offer);
      offer.hidden = false;
      const at = $("[data-unsent-at]", offer);
      if (at) at.textContent = new Date(kept.at).toLocaleString(document.documentElement.lang);
      $("[data-unsent-take]", offer)?.addEventListener("click", () => { back(); offer.hidden = true; });
      $("[data-unsent-drop]", offer)?.addEventListener("click", () => { store.drop(url); offer.hidden = true; });
    }
  };

  // put writes values into the controls with these names, and no others.
  const put = (form, list, names) => {
    const by = named(list), meant = new Set(names);
    for (const el of form.elements) {
      if (!meant.has(el.name) || el.type === "hidden" || el.type === "file" || el.tagName === "BUTTON") continue;
      const v = by.get(el.name);
      if (el.type === "checkbox" || el.type === "radio") el.checked = !!v && v.includes(el.value);
      else el.value = v?.shift() ?? "";
    }
  };

  // live posts a section while it is filled in and shows what follows from it: the judgement (into the id data-live-into), computed cells
  // by id, and places that are only asked in some cases. data-live is the address.
  const live = (form) => {
    let timer = 0, run = 0;
    const ask = async () => {
      const me = ++run, into = document.getElementById(form.dataset.liveInto);
      try {
        const r = await fetch(form.dataset.live, { method: "POST", body: body(form), headers: { "HX-Request": "true", "HX-Request-Type": "partial" } });
        if (!r.ok || me !== run) return;
        const a = await r.json();
        if (me !== run) return;
        if (into) into.innerHTML = a.html;
        for (const [id, words] of Object.entries(a.cells)) { const el = document.getElementById(id); if (el) el.textContent = words; }
        for (const [id, yes] of Object.entries(a.shown)) {
          const el = document.getElementById(id);
          if (!el) continue;
          el.hidden = !yes;
          if (el.matches("tr.why")) {
            el.previousElementSibling.classList.toggle("ex", yes);
            all("input,textarea", el).forEach((x) => { x.disabled = !yes; });
          }
        }
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
        if (r.status === 200) {
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
  sentForm.settle();
  start(document);
  const summary = $("[data-focus]");
  if (summary) summary.focus(); else if (location.hash.startsWith("#f-")) reach(decodeURIComponent(location.hash.slice(1)));
})();
