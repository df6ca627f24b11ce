/* Update rules compared: a table, their curves over each other, how each did at each learning rate. */

const contest = (() => {
  /* Ten colours; the next ten rules have them again, dashed. */
  const COLOURS = ["blue", "orange", "green", "purple", "red", "gold", "sky", "brown", "lime", "slate"];
  const style = (i) => ({ colour: COLOURS[i % COLOURS.length], dashed: i % (2 * COLOURS.length) >= COLOURS.length });

  /** The colour of rule `i`, filled for a line and hollow for a dashed one. */
  function dot(i) {
    const { colour, dashed } = style(i);
    return h("i", { class: "dot", style: dashed ? `border: 2px dotted var(--${colour})` : `background: var(--${colour})` });
  }

  /* What is switched off, in all charts alike. */
  const hidden = new Set();
  const charts = [];
  function show(name, on) {
    if (on) hidden.delete(name);
    else hidden.add(name);
    for (const chart of charts) chart.show(name, on);
  }

  /* The table. */

  /** Each seed as a dot, the mean as a line; what lies too far to the left is drawn at the edge. */
  function strip(rule, i, from, to) {
    const W = 150, H = 18, x = (v) => 4 + (W - 8) * Math.max(0, (v - from) / (to - from || 1));
    const { colour } = style(i);
    return s("svg", { viewBox: `0 0 ${W} ${H}`, width: W, height: H, role: "img", class: "strip", "aria-label": rule.each.map(format.percent).join(", ") },
      s("line", { x1: 4, x2: W - 4, y1: H / 2, y2: H / 2, stroke: "var(--grid)" }),
      known(rule.accuracy.mean) ? s("line", { x1: x(rule.accuracy.mean), x2: x(rule.accuracy.mean), y1: 2, y2: H - 2, stroke: `var(--${colour})`, "stroke-width": 2 }) : null,
      rule.each.map((v) => s("circle", { cx: x(v), cy: H / 2, r: 3.2, fill: `var(--${colour})`, "fill-opacity": v < from ? 0.25 : 0.55 }, s("title", {}, format.percent(v)))));
  }

  function results(body, all) {
    const means = all.rules.map((r) => r.accuracy.mean).filter(known).sort((a, b) => a - b);
    const every = all.rules.flatMap((r) => r.each);
    const to = Math.max(...every, 0), middle = means.length ? means[Math.floor((means.length - 1) / 2)] : 0;
    const from = Math.max(Math.min(...every, to), middle - 3 * Math.max(to - middle, 0.005));
    const ends = `${format.share(from)} to ${format.share(to)}`;
    const columns = [
      ["rule", (r) => r.name, (r, i) => [dot(i), r.name], ""],
      [`${all.measure} accuracy, %`, (r) => r.accuracy.mean, (r) => [r.accuracy.text, r.alike && all.rules.length > 1 ? h("span", { class: "alike", title: "the best, or not to be told apart from it" }, " ≈") : null], "number"],
      [known(means[0]) ? `each seed, ${ends}` : null, (r) => r.accuracy.mean, (r, i) => strip(r, i, from, to), ""],
      ["runs", (r) => r.accuracy.runs, (r) => format.count(r.accuracy.runs), "number"],
      [all.target && `epochs to ${all.target.text}`, (r) => r.epochs.mean, (r) => [r.epochs.text, r.reached ? h("small", {}, ` ${r.reached}`) : null], "number"],
      [all.target && `seconds to ${all.target.text}`, (r) => r.seconds.mean, (r) => [r.seconds.text, r.reached ? h("small", {}, ` ${r.reached}`) : null], "number"],
      ["seconds of a run", (r) => r.runSeconds.mean, (r) => r.runSeconds.text, "number"],
      ["learning rate", (r) => r.rate, (r) => (known(r.rate) ? format.number(r.rate) : "–"), "number"],
      ["weight decay", (r) => r.decay, (r) => r.decay, ""],
    ].filter(([name]) => name);
    const rows = all.rules.map((rule, i) => ({ rule, i }));
    const tbody = h("tbody", {});
    const order = (k, up) => {
      const value = ({ rule }) => columns[k][1](rule);
      const sorted = [...rows].sort((a, b) => {
        const x = value(a), y = value(b);
        if (!known(x) || !known(y)) return known(x) ? -1 : known(y) ? 1 : a.i - b.i; // what has none comes last
        return (x < y ? -1 : x > y ? 1 : 0) * (up ? 1 : -1) || a.i - b.i;
      });
      tbody.replaceChildren(...sorted.flatMap(({ rule, i }) => [
        h("tr", { mouseenter: () => charts.forEach((c) => c.focus(rule.name)), mouseleave: () => charts.forEach((c) => c.focus(null)) },
          columns.map(([, , text, kind]) => h("td", { class: kind || null }, text(rule, i)))),
        rule.remark ? h("tr", { class: "remark" }, h("td", { colspan: columns.length }, `${rule.name}: ${rule.remark}.`)) : null,
      ]).filter(Boolean));
      heads.forEach((head, n) => head.setAttribute("aria-sort", n === k ? (up ? "ascending" : "descending") : "none"));
    };
    const heads = columns.map(([name, , , kind], k) => h("th", { scope: "col", class: kind || null },
      h("button", { type: "button", title: "Sort by this column", click: () => {
        const now = heads[k].getAttribute("aria-sort");
        order(k, now === "none" ? !name.includes("accuracy") && !name.includes("seed,") && name !== "runs" : now !== "ascending");
      } }, name)));
    order(1, false);
    body.append(h("div", { class: "scroll", tabindex: "0", style: "max-height: none" }, h("table", { class: "full contest" }, h("thead", {}, h("tr", {}, heads)), tbody)));
  }

  /* Curves. */

  function lines(all, over) {
    return all.rules.map((rule, i) => (rule.curve ? {
      ...style(i), label: rule.name, x: rule.curve[over], y: rule.curve.mean, low: rule.curve.low, high: rule.curve.high,
      points: rule.curve.epoch.length <= 12, hidden: hidden.has(rule.name),
    } : null)).filter(Boolean);
  }

  /** Where a close look begins: what lies far below the middle of where rules end is left out. */
  function close(all) {
    const ends = all.rules.filter((r) => r.curve).map((r) => r.curve.mean.at(-1)).sort((a, b) => a - b);
    if (!ends.length) return 0;
    const middle = ends[Math.floor((ends.length - 1) / 2)], best = ends.at(-1);
    return Math.max(0, middle - Math.max(0.03, 3 * (best - middle)));
  }

  const curve = (name, title, read, over, axis, main) => ({
    name, title, read,
    of: (all) => (all.rules.some((r) => r.curve) ? all.rules.map((r) => [r.name, r.curve]) : null),
    update: (view, all) => {
      const given = { label: title, lines: lines(all, over), axis, height: 360, format: format.percent, tick: format.share,
        floor: 0, ceiling: 1, close: close(all), bands: true, dim: true, toggled: show,
        mark: all.target ? { y: all.target.accuracy, label: `target, ${all.target.text}` } : undefined };
      if (view.chart) return view.chart.set(given);
      view.chart = new curves.Chart(view.body, given);
      charts.push(view.chart);
      const button = (text, title, click) => h("button", { type: "button", title, click }, text);
      const every = (on) => () => all.rules.forEach((r) => show(r.name, on(r)));
      if (main) view.tools.append(
        button("all", "Show every rule, in both charts", every(() => true)),
        button("none", "Hide every rule; then press names below to show some", every(() => false)),
        button("leaders", "Show only the best and those that cannot be told apart from it", every((r) => r.alike)));
      view.tools.append(...view.chart.switches());
    },
  });

  /* A small chart for each rule: validation accuracy over the learning rates that were tried. */

  function searched(rule, i, from, to) {
    const W = 210, H = 150, L = 40, R = 10, T = 24, B = 30;
    const rates = rule.search.map((t) => Math.log10(t.rate));
    const first = Math.min(...rates) - 0.25, last = Math.max(...rates) + 0.25;
    const x = (rate) => L + (W - L - R) * (Math.log10(rate) - first) / (last - first);
    const y = (v) => T + (H - T - B) * (1 - (v - from) / (to - from || 1));
    const { colour } = style(i);
    const drawing = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label":
      `${rule.name}: ${rule.search.map((t) => `${format.number(t.rate)} ${known(t.accuracy) ? format.percent(t.accuracy) : "diverged"}`).join(", ")}` },
      s("text", { x: 0, y: 14, class: "name" }, rule.name));
    for (const v of [from, (from + to) / 2, to]) drawing.append(
      s("line", { x1: L, x2: W - R, y1: y(v), y2: y(v), stroke: "var(--grid)" }),
      s("text", { x: L - 5, y: y(v) + 4, "text-anchor": "end" }, format.share(v)));
    for (let power = Math.ceil(first); power <= last; power++) drawing.append(
      s("line", { x1: x(10 ** power), x2: x(10 ** power), y1: T, y2: H - B, stroke: "var(--grid)" }),
      s("text", { x: x(10 ** power), y: H - B + 15, "text-anchor": "middle" }, format.tick(10 ** power)));
    const held = rule.search.filter((t) => known(t.accuracy));
    const points = held.map((t) => `${x(t.rate)},${y(Math.max(from, t.accuracy))}`).join(" ");
    drawing.append(s("polyline", { points, fill: "none", stroke: `var(--${colour})`, "stroke-width": 1.5, "stroke-opacity": 0.6 }));
    for (const t of rule.search) {
      const taken = t.rate === rule.rate;
      const says = s("title", {}, `learning rate ${format.number(t.rate)}: ${known(t.accuracy) ? format.percent(t.accuracy) : "diverged"}`);
      if (!known(t.accuracy))
        drawing.append(s("text", { x: x(t.rate), y: H - B - 3, "text-anchor": "middle", class: "diverged" }, "×", says));
      else {
        const below = t.accuracy < from; // hollow at the edge
        drawing.append(s("circle", { cx: x(t.rate), cy: y(Math.max(from, t.accuracy)), r: taken ? 5.5 : 3,
          fill: below ? "var(--panel)" : `var(--${colour})`, stroke: taken ? "var(--ink)" : `var(--${colour})`, "stroke-width": taken ? 1.5 : 1 }, says));
      }
    }
    return h("li", {}, drawing);
  }

  function search(body, all) {
    const values = all.rules.flatMap((r) => r.search.map((t) => t.accuracy)).filter(known);
    const bests = all.rules.map((r) => Math.max(...r.search.map((t) => t.accuracy).filter(known))).filter(Number.isFinite).sort((a, b) => a - b);
    const to = Math.max(...values), middle = bests[Math.floor((bests.length - 1) / 2)];
    const from = Math.max(Math.min(...values), middle - Math.max(0.1, 3 * (to - middle)));
    body.append(h("ul", { class: "small" }, all.rules.map((r, i) => (r.search.length ? searched(r, i, from, to) : null))));
  }

  return {
    list: [
      { name: "results", title: "What each rule comes to, the best first", wide: true,
        read: "Mean ± standard deviation over the seeds. Each dot is one seed’s run, the upright line their mean; ≈ marks the best and every rule that cannot be told apart from it. Press a column’s head to sort by it.",
        of: (all) => all.rules, draw: results },
      curve("epochs", "Accuracy after each epoch: who learns fastest from the same pictures",
        "Validation accuracy; each line is the mean over seeds, the band one standard deviation to either side. Point at a line to single it out; press a name below to hide or show it.",
        "epoch", { label: "epochs", name: "epoch", key: "epochs" }, true),
      curve("seconds", "The same over the time it took: who learns fastest by the clock",
        "A rule whose steps are costly is drawn out to the right. Seconds of training on this machine, without evaluation.",
        "seconds", { label: "seconds of training", name: "seconds", key: "seconds" }, false),
      { name: "search", title: "How each rule did at each learning rate that was tried", wide: true,
        read: "Validation accuracy after a short run at each rate; the large dot is the rate that was taken (by accuracy, and by loss among those that accuracy cannot tell apart), × one at which training diverged, a hollow dot one that lies below the scale. A flat top is a rule that forgives a wrong rate, a sharp one a rule that must be tuned.",
        of: (all) => (all.rules.some((r) => r.search.length) ? all.rules.map((r) => [r.name, r.search, r.rate]) : null), draw: search },
      { name: "how", title: "How it was done", wide: true,
        read: "What all rules share, what each has of its own, and on what they ran.",
        of: (all) => all.how, draw: (body, all) => body.append(panels.facts(all.how)) },
      { name: "recipe", title: "The recipe of every run", wide: true,
        read: "Its rule, learning rate and weight decay are each rule’s own instead; the seed is the first.",
        of: (all) => all.recipe, draw: (body, all) => body.append(h("details", {}, h("summary", {}, "All of its entries"),
          h("div", { class: "scroll", tabindex: "0" }, panels.table([["entry", ""], ["value", ""]], panels.entries(all.recipe).map(([key, value]) => [h("code", {}, key), h("code", {}, value)]))))) },
    ],
    clear: () => { charts.length = 0; hidden.clear(); },
  };
})();
