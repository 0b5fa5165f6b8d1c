// The rules of My Timeline (マイ・タイムライン): from the answers about a home, its people and where they can go, to the moment they
// leave. The page runs this on the reader's device; the command has the same rules in Go, and a test holds the two together. It reads
// nothing but its input and touches no network. Minutes are counted from the nominal hour of the flood (level 5 = 0).
var timeline = (function () {
  "use strict";
  var AT = { L2: -720, L3: -300, L4: -180, L5: 0 };
  var NEXT = { L2: "L3", L3: "L4", L4: "L5" };
  var EARLIER = { L4: "L3", L3: "L2" };
  var DEPTH_FLOOR = { "<0.5": 2, "0.5-3": 2, "3-5": 3 }; // lowest floor that stays dry; deeper water: leave the area

  function any(list, f) { return (list || []).some(f); }
  function needs(input, name) {
    return any(input.people, function (p) { return (p.needs || []).indexOf(name) >= 0; });
  }

  // Dangers of the hazards in play. known: coloured on the map; unknown: the resident has not looked yet.
  function dangers(input) {
    var h = input.home || {}, hazard = input.hazard, known = [], unknown = [];
    var water = hazard === "flood" || hazard === "inland-flood" || hazard === "typhoon";
    function look(value, safe, name) {
      if (value === undefined || value === null || value === "" || value === "unknown") unknown.push(name);
      else if (value !== safe) known.push(name);
    }
    if (water) {
      look(h.collapse, "no", "collapse-zone");
      look(h.depth, "none", "depth");
    }
    if (water || hazard === "landslide") look(h.landslide, "none", "landslide-zone");
    if (hazard === "surge" || hazard === "typhoon") look(h.surge, "none", "surge-zone");
    if (hazard === "tsunami" || hazard === "quake") look(h.tsunami, "none", "tsunami-zone");
    return { known: known, unknown: unknown };
  }

  // What speaks against staying at home although the map is coloured (屋内安全確保 needs all of it to be empty).
  function againstStaying(input) {
    var h = input.home || {}, out = [], dry = DEPTH_FLOOR[h.depth];
    if (h.collapse === "yes") out.push("collapse-zone");
    if (h.depth && h.depth !== "none" && h.depth !== "unknown") {
      if (!dry) out.push("depth-over-5m");
      else if (!(h.floor >= dry)) out.push("depth-over-floor");
      if (!(h.drain_hours >= 0) || !(h.supplies_days * 24 >= h.drain_hours)) out.push("supplies-too-short");
    }
    if (needs(input, "dialysis") || needs(input, "oxygen")) out.push("medical-device");
    return out;
  }

  function decide(input) {
    var d = dangers(input), has = function (name) { return d.known.indexOf(name) >= 0; };
    if (input.hazard === "snow") return { decision: "stay-possible", reasons: ["snow-stay-inside"] };
    var zones = d.known.filter(function (n) { return n === "landslide-zone" || n === "surge-zone" || n === "tsunami-zone"; });
    var water = has("depth") || has("collapse-zone"), against = water ? againstStaying(input) : [];
    if (zones.length || against.length) return { decision: "leave", reasons: against.concat(zones) };
    if (d.unknown.length) return { decision: "ask", reasons: d.unknown.map(function (n) { return n.replace("-zone", "") + "-unknown"; }) };
    if (water) return { decision: "stay-possible", reasons: ["above-water", "outside-collapse-zone", "supplies-enough"] };
    return { decision: "stay-possible", reasons: [input.hazard === "quake" ? "quake-card" : "not-coloured"] };
  }

  // Why a household needs more time than others.
  function slow(input, destination) {
    var out = [], people = input.people || [];
    if (any(people, function (p) { return p.age >= 65; })) out.push("older-person");
    if (any(people, function (p) { return p.age <= 6; })) out.push("small-child");
    ["pregnant", "wheelchair", "walking", "dialysis", "oxygen", "insulin", "hearing", "seeing"].forEach(function (n) {
      if (needs(input, n)) out.push(n);
    });
    if (any(input.pets, function (p) { return !p.carrier; })) out.push("pet-without-carrier");
    var far = destination && (destination.means === "public" || destination.means === "walk" && destination.minutes > 15);
    if (!input.car && far) out.push("no-car-and-far");
    var readers = people.filter(function (p) { return !(p.age < 13); });
    if (readers.length && readers.every(function (p) { return (p.needs || []).indexOf("no-japanese") >= 0; })) out.push("no-japanese-reader");
    return out;
  }

  // May the household go there in this hazard? Empty: yes.
  function unfit(d, input) {
    var suits = d.suits || [], hazard = input.hazard === "typhoon" ? "flood" : input.hazard;
    if (d.kind === "site" && suits.indexOf(hazard) < 0 && suits.indexOf(input.hazard) < 0) return "not-for-this-hazard";
    if (d.kind === "shelter" && suits.length && suits.indexOf(hazard) < 0) return "not-for-this-hazard";
    if ((d.kind === "relative" || d.kind === "hotel" || d.kind === "work") && d.outside_zone !== true) return "not-outside-the-zone";
    if ((input.pets || []).length && !d.pets) return "no-pets";
    if (d.means === "car" && !input.car) return "no-car";
    if (!(d.minutes >= 0)) return "no-travel-time";
    return "";
  }

  function prep(input) { return input.prep_minutes >= 0 ? input.prep_minutes : 60; }

  // One step earlier for hazards that come fast, when night or strong wind comes before.
  function hurry(input, trigger) {
    var h = input.home || {}, fast = ["landslide", "surge", "inland-flood"].indexOf(input.hazard) >= 0 ||
      input.hazard === "typhoon" && (h.surge === "yes" || h.landslide === "warning" || h.landslide === "special");
    return fast && (input.night || input.wind_before_hours > 0) ? EARLIER[trigger] || trigger : trigger;
  }

  // Trigger for one destination: the first, from the usual one backwards, that arrives before the level after it. "" if none does.
  function trigger(input, d) {
    var why = slow(input, d), t = why.length || prep(input) + d.minutes > 120 ? "L3" : "L4";
    for (t = hurry(input, t); t; t = EARLIER[t]) {
      if (AT[t] + d.minutes < AT[NEXT[t]]) return { trigger: t, why: why };
    }
    return null;
  }

  function clock(input, t, minutes) {
    return { prep_start: AT[t] - prep(input), leave: AT[t], arrive: AT[t] + minutes, latest_leave: AT.L4 - minutes };
  }

  // Leaving at a level: the resident's own order of destinations, those that do not serve left out.
  function leaving(input, plan) {
    var list = input.destinations || [];
    plan.passed_over = [];
    for (var i = 0; i < list.length; i++) {
      if (list[i].kind === "stay") continue;
      var no = unfit(list[i], input), found = no ? null : trigger(input, list[i]);
      if (found) {
        plan.trigger = found.trigger;
        plan.destination = i;
        plan.slow = found.why;
        plan.clock = clock(input, found.trigger, list[i].minutes);
        return;
      }
      plan.passed_over.push({ destination: i, why: no || "too-far" });
    }
    plan.slow = slow(input, null);
    plan.trigger = hurry(input, plan.slow.length || prep(input) > 120 ? "L3" : "L4");
    plan.clock = { prep_start: AT[plan.trigger] - prep(input), leave: AT[plan.trigger], arrive: null, latest_leave: null };
    plan.reasons.push("no-destination");
  }

  // Tsunami: now, on foot first, then the nearest. Nothing is prepared.
  function running(input, plan) {
    var list = input.destinations || [], best = -1;
    var as = Object.assign({}, input, { hazard: "tsunami", pets: [] });
    plan.passed_over = [];
    list.forEach(function (d, i) {
      var no = d.kind === "stay" ? "not-for-this-hazard" : unfit(d, as);
      if (no) { plan.passed_over.push({ destination: i, why: no }); return; }
      var b = list[best], foot = d.means === "walk", bFoot = b && b.means === "walk";
      if (!b || foot && !bFoot || foot === bFoot && d.minutes < b.minutes) best = i;
    });
    plan.trigger = "now";
    plan.slow = slow(input, null);
    if (best < 0) plan.reasons.push("no-destination");
    else plan.destination = best;
    plan.clock = { prep_start: 0, leave: 0, arrive: best < 0 ? null : list[best].minutes, latest_leave: 0 };
  }

  function add(list, at, code) {
    list.push({ at: at, code: code });
    if (code === "you-may-use" && list.status_not_asked) list.push({ at: at, code: "no-status" });
  }

  // What to do when, by code; the words are data. "leave" never stands at or after level 5.
  function actions(input, plan) {
    var out = [], hazard = input.hazard, c = plan.clock;
    out.status_not_asked = input.status_asked !== true; // a municipality that does ask says so
    if (plan.decision === "ask") add(out, -4320, "ask-city");
    if (plan.trigger === "now") {
      if (hazard === "quake") { add(out, 0, "quake-cover"); }
      add(out, 0, "tsunami-run");
      add(out, 0, "no-river");
      if (c.arrive !== null) add(out, c.arrive, "tsunami-no-return");
      add(out, c.arrive === null ? 0 : c.arrive, "you-may-use");
      return out;
    }
    if (hazard === "quake") {
      ["quake-cover", "quake-fire", "quake-house", "you-may-use"].forEach(function (x, i) { add(out, [0, 2, 5, 10][i], x); });
      return out;
    }
    before(input, out);
    if (hazard === "snow") {
      ["snow-home", "snow-car", "snow-heat"].forEach(function (x) { add(out, 0, x); });
      return out;
    }
    if (plan.trigger === "none") {
      add(out, AT.L2, "watch-level");
      add(out, AT.L3, plan.reasons[0] === "not-coloured" ? "watch-level" : "stay-up");
      add(out, AT.L4, "no-river");
    } else {
      going(input, plan, out);
    }
    add(out, AT.L5, "protect");
    return out.sort(function (a, b) { return a.at - b.at; });
  }

  function before(input, out) {
    ["check-map", "check-forecast", "stock"].forEach(function (x) { add(out, -4320, x); });
    if (needs(input, "insulin") || any(input.people, function (p) { return p.medicines; })) add(out, -4320, "medicine");
    if (needs(input, "dialysis") || needs(input, "oxygen")) add(out, -1440, "call-hospital");
    ["charge", "pack"].forEach(function (x) { add(out, -1440, x); });
    if (needs(input, "formula") || any(input.people, function (p) { return p.age <= 2; })) add(out, -1440, "pack-baby");
    if ((input.pets || []).length) add(out, -1440, "pack-pet");
    if (needs(input, "wheelchair") || needs(input, "walking") || needs(input, "seeing")) add(out, -1440, "helper");
    if (input.hazard === "typhoon" || input.wind_before_hours > 0) add(out, -1440, "wind");
  }

  function going(input, plan, out) {
    var c = plan.clock;
    add(out, -1440, "tell-family");
    add(out, Math.min(AT.L2, c.prep_start), "check-road");
    if (c.leave > AT.L2) add(out, AT.L2, "watch-level");
    add(out, c.prep_start, "prepare");
    add(out, c.leave, "leave");
    add(out, c.leave, "no-river");
    if (c.arrive !== null) add(out, c.arrive, "arrive");
    add(out, c.arrive === null ? c.leave : c.arrive, "you-may-use");
    if (c.leave < AT.L4) add(out, AT.L4, "last-call");
  }

  function run(input) {
    var plan = decide(input), zone = plan.reasons.indexOf("tsunami-zone") >= 0 || plan.reasons.indexOf("tsunami-unknown") >= 0;
    plan.trigger = "none";
    plan.destination = null;
    plan.clock = null;
    plan.slow = [];
    plan.passed_over = [];
    if (zone) running(input, plan);
    else if (plan.decision !== "stay-possible") leaving(input, plan);
    plan.actions = actions(input, plan);
    return plan;
  }
  return { run: run };
})();
