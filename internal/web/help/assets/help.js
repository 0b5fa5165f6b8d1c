// The page of My Timeline: reads the answers, runs the rules (timeline.js) and draws the plan. Nothing is sent anywhere; the
// answers are kept on this device only.
(function () {
  "use strict";
  var words = JSON.parse(document.getElementById("words").textContent), t = words.ui, ja = words.ja;
  var form = document.getElementById("ask"), plan = document.getElementById("plan"), KEY = "kk-timeline";
  function el(tag, text, cls) { var e = document.createElement(tag); if (text) e.textContent = text; if (cls) e.className = cls; return e; }
  function japanese(e, text) { var s = el("span", text); s.lang = "ja"; e.appendChild(s); return e; }

  function answers() {
    var d = new FormData(form), n = function (k) { var v = d.get(k); return v === null || v === "" ? null : Number(v); };
    var on = function (k) { return d.get(k) === "on"; }, needs = [], people = [];
    ["pregnant", "wheelchair", "dialysis", "insulin"].forEach(function (k) { if (on(k)) needs.push(k); });
    if (on("nojapanese")) needs.push("no-japanese");
    people.push({ age: 30, needs: needs });
    if (on("child")) people.push({ age: 3, needs: ["formula"] });
    if (on("older")) people.push({ age: 70, needs: on("nojapanese") ? ["no-japanese"] : [] });
    var zone = function (k) { return d.get(k) || "unknown"; }, hazard = d.get("hazard");
    var home = { floor: n("floor") || 1, depth: d.get("depth") || "unknown", collapse: zone("collapse"),
      landslide: { yes: "warning", no: "none", unknown: "unknown" }[zone("landslide")],
      surge: zone("surge") === "no" ? "none" : zone("surge"), tsunami: zone("tsunami") === "no" ? "none" : zone("tsunami") };
    if (n("drain") !== null) home.drain_hours = n("drain");
    if (n("supplies") !== null) home.supplies_days = n("supplies");
    var to = { kind: d.get("dest"), minutes: n("minutes"), means: d.get("means"), outside_zone: true, pets: true,
      suits: ["flood", "inland-flood", "landslide", "surge", "tsunami", "typhoon"] };
    return { hazard: hazard, home: home, people: people, pets: on("pet") ? [{ kind: "pet", carrier: !on("nocage") }] : [],
      car: on("car"), prep_minutes: n("prep"), destinations: to.minutes === null ? [] : [to] };
  }

  function clock(m) {
    var a = Math.abs(m), h = Math.floor(a / 60), s = h + ":" + ("0" + a % 60).slice(-2);
    return m < 0 ? "−" + s : m > 0 ? "+" + s : "0:00";
  }

  function row(body, at, mine, theirs) {
    var tr = el("tr");
    tr.appendChild(el("td", at, "at"));
    tr.appendChild(el("td", mine));
    if (words.lang !== "ja") tr.appendChild(japanese(el("td"), theirs));
    body.appendChild(tr);
  }

  function draw(p) {
    plan.textContent = "";
    var said = [p.decision === "leave" ? "leave" : p.decision === "ask" ? "ask" : "stay"];
    if (p.trigger !== "none") said.push("when-" + p.trigger);
    plan.appendChild(el("h2", t.title));
    var big = el("p", said.map(function (k) { return t[k]; }).join(" ・ "), "say");
    if (words.lang !== "ja") { big.appendChild(el("br")); japanese(big, said.map(function (k) { return ja[k]; }).join(" ・ ")); }
    plan.appendChild(big);
    if (words.mark) plan.appendChild(el("p", words.mark + " / unverified", "mark"));
    plan.appendChild(el("p", t.guide));
    var table = el("table", "", "plan"), body = el("tbody");
    p.actions.forEach(function (a) { row(body, clock(a.at), words.act[a.code], words.actja[a.code]); });
    table.appendChild(body);
    plan.appendChild(table);
    plan.appendChild(el("p", words.vocabulary));
    plan.hidden = false;
    document.getElementById("after").hidden = false;
  }

  function keep() { try { localStorage.setItem(KEY, JSON.stringify(Array.from(new FormData(form)))); } catch (e) { /* private mode: the answers live as long as the page */ } }
  function recall() {
    try {
      JSON.parse(localStorage.getItem(KEY) || "[]").forEach(function (kv) {
        var c = form.elements[kv[0]];
        if (!c) return;
        if (c.type === "checkbox") c.checked = true; else c.value = kv[1];
      });
    } catch (e) { localStorage.removeItem(KEY); }
  }

  function reminder() {
    var day = new Date(), next = "" + (day.getFullYear() + 1) + "0601";
    var text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kakehashi//My Timeline//JA", "BEGIN:VEVENT", "UID:" + Date.now() + "@my-timeline",
      "DTSTAMP:" + day.toISOString().replace(/[-:]|\.\d+/g, ""), "DTSTART;VALUE=DATE:" + next, "RRULE:FREQ=YEARLY", "SUMMARY:" + t.title,
      "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
    var a = el("a");
    a.href = URL.createObjectURL(new Blob([text], { type: "text/calendar" }));
    a.download = "my-timeline.ics";
    a.click();
    setTimeout(function () { URL.revokeObjectURL(a.href); }, 1000);
  }

  recall();
  form.addEventListener("submit", function (e) { e.preventDefault(); keep(); draw(timeline.run(answers())); plan.scrollIntoView(); });
  document.getElementById("print").addEventListener("click", function () { window.print(); });
  document.getElementById("ics").addEventListener("click", reminder);
  if ("serviceWorker" in navigator && form.dataset.worker) {
    navigator.serviceWorker.register(form.dataset.worker).then(function () { return navigator.serviceWorker.ready; }).then(function (r) {
      var list = [location.pathname].concat(Array.from(document.querySelectorAll("link[rel=stylesheet],script[src]")).map(function (x) { return x.href || x.src; }));
      r.active.postMessage({ keep: list });
      document.getElementById("offline").hidden = false;
    }, function () { /* no worker here: the downloaded file serves instead */ });
  }
})();
