/* The page: a head, the headline numbers, the panels. `thalweg.render` may be called as often as there is news. */

(() => {
  const root = document.documentElement;
  const page = document.getElementById("page");
  const views = new Map();
  let kind = null;
  let last = null;

  addEventListener("error", (e) => { root.dataset.error = e.message || "error"; });
  addEventListener("unhandledrejection", (e) => { root.dataset.error = String(e.reason); });
  addEventListener("securitypolicyviolation", (e) => { root.dataset.violation = `${e.violatedDirective} ${e.blockedURI}`; });

  // The colour scheme: the system's until somebody presses the switch.
  const remembered = { get: () => { try { return localStorage.getItem("thalweg.theme"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("thalweg.theme", value); } catch { /* a page from a file may have no memory */ } } };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  if (remembered.get()) root.dataset.theme = remembered.get();
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  dark.addEventListener("change", () => curves.redraw());
  const theme = h("button", { type: "button", click: () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remembered.set(root.dataset.theme);
    curves.redraw();
    theme.textContent = isDark() ? "light" : "dark";
  } });
  theme.title = "Change between light and dark";
  addEventListener("beforeprint", () => { if (isDark()) { root.dataset.printing = root.dataset.theme || "auto"; root.dataset.theme = "light"; curves.redraw(); } });
  addEventListener("afterprint", () => {
    const before = root.dataset.printing;
    if (!before) return;
    delete root.dataset.printing;
    if (before === "auto") delete root.dataset.theme; else root.dataset.theme = before;
    curves.redraw();
  });

  const head = h("div", {});
  const headline = h("dl", { class: "headline" });
  const grid = h("div", { class: "panels" });
  const table = h("div", {});

  function view(panel) {
    const made = { tools: h("span", {}), says: h("p", { class: "says" }), body: h("div", {}) };
    made.read = h("p", { class: "read" }, panel.read);
    made.missing = h("p", { class: "missing" });
    made.element = h("section", { class: panel.wide ? "panel wide" : "panel", id: panel.name, "aria-labelledby": `${panel.name}-title` },
      h("header", {}, h("h2", { id: `${panel.name}-title` }, panel.title), made.tools),
      made.read, made.says, made.missing, made.body);
    grid.append(made.element);
    views.set(panel.name, made);
    return made;
  }

  function show(panel, data) {
    const drawn = views.get(panel.name) || view(panel);
    const from = panel.of(data);
    const says = data.says && data.says[panel.name];
    drawn.says.hidden = !says || !from;
    drawn.says.textContent = says || "";
    drawn.read.textContent = data.reads?.[panel.name] || panel.read;
    const why = !from && data.missing && data.missing[panel.name];
    drawn.element.hidden = !from && !why;
    drawn.missing.hidden = !why;
    drawn.missing.textContent = why || "";
    drawn.body.hidden = drawn.tools.hidden = !from;
    if (!from) return;
    // What has not changed is left as it is, with what the reader has done to it.
    const signature = JSON.stringify(from);
    if (signature === drawn.signature) return;
    drawn.signature = signature;
    if (panel.update) panel.update(drawn, data);
    else {
      drawn.body.replaceChildren();
      panel.draw(drawn.body, data);
    }
  }

  const fact = (f) => h("div", {}, h("dt", {}, f.name), h("dd", {}, f.value, f.note ? h("small", {}, f.note) : null));

  function renderRun(run) {
    head.replaceChildren(h("h1", {}, run.name, h("span", { class: `state ${run.state}` }, run.state)), h("p", { class: "soft" }, run.about));
    headline.replaceChildren(...run.headline.map(fact));
    for (const panel of panels.list) show(panel, run);
    const open = table.querySelector("details")?.open;
    table.replaceChildren(...(run.epochs.length ? [panels.epochTable(run)] : []));
    if (open) table.querySelector("details").open = true;
  }

  function renderComparison(all) {
    head.replaceChildren(h("h1", {}, all.title), h("p", { class: "soft" }, all.runs.map((run) => run.about).filter((x, i, list) => list.indexOf(x) === i).join(" · ")));
    for (const panel of comparison.list) show(panel, all);
  }

  function renderContest(all) {
    head.replaceChildren(h("h1", {}, all.title), h("p", { class: "soft" }, all.about));
    headline.replaceChildren(...all.headline.map(fact));
    for (const panel of contest.list) show(panel, all);
  }

  function renderGallery(all) {
    head.replaceChildren(h("h1", {}, all.title), h("p", { class: "soft" }, all.about));
    for (const panel of gallery.list(all)) show(panel, all);
  }

  function renderRates(all) {
    head.replaceChildren(h("h1", {}, all.title), h("p", { class: "soft" }, all.about));
    headline.replaceChildren(...all.headline.map(fact));
    for (const panel of rates.list) show(panel, all);
  }

  /** Draws `data`, a run, a comparison, a contest, a gallery or a search for a learning rate; resolves when the pictures are drawn as well. */
  thalweg.render = (data) => {
    last = data;
    if (kind !== data.kind) {
      kind = data.kind;
      curves.clear();
      contest.clear();
      views.clear();
      grid.replaceChildren();
      theme.textContent = isDark() ? "light" : "dark";
      page.replaceChildren(h("header", { class: "top" }, head, theme), headline, grid, table,
        h("footer", { class: "end" }, "Made by Thalweg.", data.kind === "gallery" || data.kind === "rates" ? "" : " Drag across a curve to zoom, double-click to see all of it."));
      headline.hidden = !["run", "contest", "rates"].includes(data.kind);
    }
    const scroll = [scrollX, scrollY];
    if (data.kind === "run") renderRun(data);
    else if (data.kind === "comparison") renderComparison(data);
    else if (data.kind === "contest") renderContest(data);
    else if (data.kind === "rates") renderRates(data);
    else renderGallery(data);
    scrollTo(...scroll);
    return drawings.settled();
  };

  /** What is drawn now. */
  thalweg.data = () => last;

  thalweg.render(JSON.parse(document.getElementById("run").textContent)).then(() => { root.dataset.ready = "true"; });
})();
