// upload.js sends attachments in pieces while the form is filled in: input[data-upload] names the address, the element beside it
// (…-sending) holds every word. A lost connection pauses and goes on at the offset the service names, also after the page was left:
// the browser remembers name, size and date of the file. Without it the form carries the files. Kakehashi, Apache-2.0.
(() => {
  "use strict";
  const note = "kk:up:", longest = 120000, hashable = 64 << 20;
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
  const amount = (n) => (n >= 1 << 20 ? `${(n / (1 << 20)).toFixed(1)} MB` : `${Math.ceil(n / 1024)} KB`);
  const store = {
    get(k) { try { return JSON.parse(localStorage.getItem(k)); } catch { return null; } },
    put(k, v) { try { localStorage.setItem(k, JSON.stringify(v)); } catch { } },
    drop(k) { try { localStorage.removeItem(k); } catch { } },
    keys(prefix) { try { return Object.keys(localStorage).filter((k) => k.startsWith(prefix)); } catch { return []; } },
  };
  // Final is what sending again will not mend; Away is a network or service that may come back.
  class Final extends Error { }
  class Away extends Error { constructor(signin) { super(); this.signin = signin; } }

  const digest = async (file) => {
    if (!globalThis.crypto?.subtle || file.size > hashable) return "";
    const sum = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(sum)].map((b) => b.toString(16).padStart(2, "0")).join("");
  };
  const rest = (ms, job) => new Promise((done) => {
    const end = () => { clearTimeout(timer); removeEventListener("online", end); done(); };
    const timer = setTimeout(end, ms);
    addEventListener("online", end);
    job.wake = end;
  });

  const enhance = (input) => {
    const url = input.dataset.upload, box = document.getElementById(`${input.id}-sending`), stored = document.getElementById(`${input.id}-stored`);
    if (!url || !box || !stored) return;
    const form = input.form, words = box.dataset, list = box.querySelector("ul"), sample = box.querySelector("template");
    const said = box.querySelector("[data-said]"), holding = box.querySelector("[data-held]"), prefix = `${note}${url}:`;
    const keyOf = (f) => `${prefix}${f.name}:${f.size}:${f.lastModified}`;
    const queue = [];
    let running = false, held = null, spoke = 0;

    const say = (text, now) => { if (now || Date.now() - spoke > 5000) { spoke = Date.now(); said.textContent = text; } };

    // row is one file on its way.
    const row = (name, size) => {
      const el = sample.content.firstElementChild.cloneNode(true);
      el.querySelectorAll("[data-name]").forEach((x) => { x.textContent = name; });
      el.querySelector("progress").setAttribute("aria-label", fill(words.label, { name }));
      list.append(el);
      list.hidden = false;
      return {
        el, name, size, onStop: null,
        show(text, done) {
          const values = { name, done: amount(done ?? 0), total: amount(size), percent: Math.floor(((done ?? 0) / size) * 100) };
          if (done !== undefined) el.querySelector("progress").value = values.percent;
          el.querySelector("[data-state]").textContent = fill(text, values);
          return fill(text, values);
        },
        end() {
          const focused = el.contains(document.activeElement);
          el.remove();
          list.hidden = !list.children.length;
          if (focused) input.focus();
        },
      };
    };

    // refuse says at the question what is wrong; clear takes it away.
    const clear = () => {
      form.querySelectorAll(`[data-refused="${CSS.escape(input.id)}"]`).forEach((p) => p.remove());
      input.removeAttribute("aria-invalid");
      describe([]);
    };
    const describe = (ids) => {
      const kept = (input.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && !id.startsWith(`${input.id}-refused`) && document.getElementById(id));
      const all = [...kept, ...ids];
      if (all.length) input.setAttribute("aria-describedby", all.join(" ")); else input.removeAttribute("aria-describedby");
    };
    const refuse = (text) => {
      const p = document.createElement("p");
      p.className = "msg-err";
      p.id = `${input.id}-refused${form.querySelectorAll("[data-refused]").length || ""}`;
      p.dataset.refused = input.id;
      p.textContent = text;
      input.before(p);
      input.setAttribute("aria-invalid", "true");
      describe([...form.querySelectorAll(`[data-refused="${CSS.escape(input.id)}"]`)].map((x) => x.id));
      say(text, true);
    };

    // call sends one request. It throws Away when there is no answer to work with, Final when the answer is no.
    const call = async (job, path, body, type) => {
      job.abort = new AbortController();
      const timer = setTimeout(() => job.abort.abort(), longest);
      let r;
      try {
        r = await fetch(url + path, { method: body === undefined ? "GET" : "POST", body, headers: type ? { "Content-Type": type } : {}, redirect: "manual", signal: job.abort.signal });
      } catch {
        throw new Away();
      } finally {
        clearTimeout(timer);
      }
      if (r.status === 401 || r.type === "opaqueredirect") throw new Away(true);
      if (r.status >= 500 || r.status === 429 || r.status === 400) throw new Away();
      const answer = (r.headers.get("Content-Type") || "").startsWith("application/json") ? await r.json().catch(() => ({})) : {};
      if (r.status === 403 || r.status === 413 || r.status === 422) throw new Final(answer.words || fill(words.failed, { name: job.file.name }));
      return { ...answer, ok: r.ok, gone: r.status === 404 };
    };
    const lost = (job) => {
      store.drop(job.key);
      job.id = "";
      if (++job.lost > 3) throw new Final(fill(words.failed, { name: job.file.name }));
    };

    const begin = async (job) => {
      const a = await call(job, "", new URLSearchParams({ name: job.file.name, size: job.file.size }));
      if (!a.id) throw new Final(fill(words.failed, { name: job.file.name }));
      Object.assign(job, { id: a.id, offset: 0, piece: a.piece || 1 << 20, sure: true });
      store.put(job.key, { id: a.id, name: job.file.name, size: job.file.size, at: Date.now() });
    };
    const locate = async (job) => {
      const a = await call(job, `/${job.id}`);
      if (!a.ok || a.size !== job.file.size) { lost(job); return; }
      Object.assign(job, { offset: a.offset, sure: true });
    };
    const append = async (job) => {
      const end = Math.min(job.offset + job.piece, job.file.size);
      let bytes;
      try {
        bytes = await job.file.slice(job.offset, end).arrayBuffer();
      } catch {
        throw new Final(fill(words.failed, { name: job.file.name }));
      }
      const a = await call(job, `/${job.id}?offset=${job.offset}`, bytes, "application/octet-stream");
      if (a.gone) { lost(job); return; }
      if (typeof a.offset === "number") job.offset = a.offset; else job.sure = false;
    };
    const finish = async (job) => {
      say(job.row.show(words.checking, job.file.size), true);
      const a = await call(job, `/${job.id}/finish`, new URLSearchParams({ sha256: await digest(job.file), base: form.elements.base?.value || "" }));
      if (a.gone) { lost(job); return false; }
      if (!a.ok) { job.sure = false; lost(job); return false; }
      attached(a);
      return true;
    };
    const attached = (a) => {
      const focused = stored.contains(document.activeElement);
      stored.innerHTML = a.html;
      if (focused) input.focus();
      for (const [name, value] of Object.entries(a.set || {})) if (form.elements[name]) form.elements[name].value = value;
      say(a.words, true);
      form.dispatchEvent(new Event("input", { bubbles: true }));
    };

    // send brings one file over, however often the connection breaks.
    const send = async (job) => {
      for (let wait = 1000; !job.stopped;) {
        try {
          if (!job.id) await begin(job);
          if (job.id && !job.sure) await locate(job);
          while (!job.stopped && job.id && job.sure && job.offset < job.file.size) {
            say(job.row.show(words.sending, job.offset));
            await append(job);
            wait = 1000;
          }
          if (!job.stopped && job.id && job.sure && await finish(job)) break;
        } catch (e) {
          if (job.stopped) break;
          if (!(e instanceof Away)) { refuse(e instanceof Final ? e.message : fill(words.failed, { name: job.file.name })); break; }
          job.sure = false;
          say(job.row.show(e.signin ? words.signin : words.waiting, job.offset || 0), wait === 1000);
          await rest(wait, job);
          wait = Math.min(wait * 2, 30000);
        }
      }
      store.drop(job.key);
      job.row.end();
    };

    const work = async () => {
      if (running) return;
      running = true;
      while (queue.length) await send(queue.shift());
      running = false;
      const button = held;
      held = null;
      holding.hidden = true;
      if (button !== null && !form.querySelector("[data-refused]")) form.requestSubmit(button || undefined);
    };

    const take = (files) => {
      clear();
      for (const file of files) {
        const key = keyOf(file), kept = store.get(key);
        waiting.get(key)?.end();
        waiting.delete(key);
        const job = { file, key, id: kept?.id || "", offset: 0, piece: 1 << 20, sure: false, lost: 0, stopped: false, row: row(file.name, Math.max(file.size, 1)) };
        job.row.show(words.queued, 0);
        job.row.el.querySelector("button").addEventListener("click", () => {
          job.stopped = true;
          job.abort?.abort();
          job.wake?.();
          const at = queue.indexOf(job);
          if (at >= 0) { queue.splice(at, 1); store.drop(job.key); job.row.end(); }
          if (job.id) fetch(`${url}/${job.id}/drop`, { method: "POST", body: new URLSearchParams() }).catch(() => { });
        });
        queue.push(job);
      }
      work();
    };

    // What an earlier visit to this page left half-way waits for its file.
    const waiting = new Map();
    for (const key of store.keys(prefix)) {
      const kept = store.get(key);
      if (!kept?.id || Date.now() - kept.at > 7 * 24 * 3600e3) { store.drop(key); continue; }
      fetch(`${url}/${kept.id}`, { redirect: "manual" }).then(async (r) => {
        if (r.status === 404) { store.drop(key); return; }
        if (!r.ok || queue.some((j) => j.key === key) || !store.get(key)) return;
        const { offset } = await r.json(), shown = row(kept.name, kept.size);
        shown.show(words.rest, offset);
        shown.el.querySelector("button").addEventListener("click", () => {
          store.drop(key);
          waiting.delete(key);
          shown.end();
          fetch(`${url}/${kept.id}/drop`, { method: "POST", body: new URLSearchParams() }).catch(() => { });
        });
        waiting.set(key, shown);
      }).catch(() => { });
    }

    input.addEventListener("change", () => {
      const files = [...input.files];
      input.value = "";
      if (files.length) take(files);
    });
    form.addEventListener("submit", (e) => {
      if (!running || held !== null) return;
      e.preventDefault();
      e.stopImmediatePropagation();
      held = e.submitter || "";
      holding.textContent = words.hold;
      holding.hidden = false;
      say(words.hold, true);
    }, true);
    addEventListener("beforeunload", (e) => { if (running && held === null) e.preventDefault(); });
  };

  document.querySelectorAll("input[type=file][data-upload]").forEach(enhance);
})();
