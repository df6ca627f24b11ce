/* The search for a learning rate: the loss against the rate on a logarithmic axis, with what it suggests. */

const rates = (() => {
  const COLOURS = { steepest: "purple", minimum: "green", valley: "orange", recipe: "soft" };
  const HEIGHT = 420, LEFT = 58, RIGHT = 18, BOTTOM = 56, LINE = 17;
  /** Keeps text readable that lies over lines. */
  const HALO = "paint-order: stroke; stroke: var(--panel); stroke-width: 4px; stroke-linejoin: round;";

  /** Steps of 1, 2 or 5 times a power of ten between which about `count` fit. */
  function ticks(from, to, count) {
    const rough = (to - from) / count, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough);
    const all = [];
    for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) all.push(Number((k * step).toPrecision(12)));
    return all;
  }

  /** Where things are in a drawing of this width. */
  function frame(all, width) {
    const { curve, marks } = all;
    const near = [...curve.rates, ...marks.map((m) => m.rate)].map(Math.log10);
    const from = Math.min(...near), to = Math.max(...near, from + 0.1);
    const room = (curve.most - curve.least || 1) * 0.06;
    const low = curve.least - room, high = curve.most + room;
    const top = 14 + LINE * marks.length;
    return {
      width, top, low, high, from, to,
      x: (rate) => LEFT + (Math.log10(rate) - from) / (to - from) * (width - LEFT - RIGHT),
      y: (loss) => top + (high - loss) / (high - low) * (HEIGHT - top - BOTTOM),
    };
  }

  /** What rates do, each in its part of the drawing: too small, right, too large. */
  function parts(all, f) {
    const { declines, lowest } = all.curve;
    if (!known(declines)) return [];
    const ends = [LEFT, f.x(declines), f.x(lowest), f.width - RIGHT];
    return ["too small to learn", "the network learns", "too large"]
      .map((name, i) => ({ name, from: ends[i], width: ends[i + 1] - ends[i] })).filter((part) => part.width > 0);
  }

  function shade(all, f) {
    return parts(all, f).filter((part) => part.name === "the network learns").map((part) =>
      s("rect", { x: part.from, y: f.top, width: part.width, height: HEIGHT - f.top - BOTTOM, fill: "var(--blue)", opacity: 0.08 }));
  }

  function partNames(all, f) {
    return parts(all, f).filter((part) => part.width > 6 * part.name.length).map((part) =>
      s("text", { x: part.from + part.width / 2, y: HEIGHT - BOTTOM - 8, "text-anchor": "middle", style: HALO }, part.name));
  }

  function axes(f) {
    const low = f.y(f.low), all = [];
    for (const loss of ticks(f.low, f.high, 6))
      all.push(s("line", { x1: LEFT, x2: f.width - RIGHT, y1: f.y(loss), y2: f.y(loss), stroke: "var(--grid)" }),
        s("text", { x: LEFT - 7, y: f.y(loss) + 4, "text-anchor": "end" }, format.tick(loss)));
    for (let power = Math.floor(f.from); power <= Math.ceil(f.to); power++)
      for (let m = 1; m < 10; m++) {
        const log = power + Math.log10(m);
        if (log < f.from - 1e-9 || log > f.to + 1e-9) continue;
        const x = f.x(10 ** log);
        all.push(s("line", { x1: x, x2: x, y1: m === 1 ? f.top : low, y2: low + (m === 1 ? 6 : 4), stroke: m === 1 ? "var(--grid)" : "var(--edge)" }));
        if (m === 1) all.push(s("text", { x, y: low + 19, "text-anchor": "middle" }, format.tick(Number((10 ** power).toPrecision(3)))));
      }
    all.push(s("line", { x1: LEFT, x2: f.width - RIGHT, y1: low, y2: low, stroke: "var(--soft)" }),
      s("text", { x: (LEFT + f.width - RIGHT) / 2, y: HEIGHT - 16, "text-anchor": "middle" }, "learning rate, growing by the same factor with each step →"),
      s("text", { x: 14, y: (f.top + low) / 2, "text-anchor": "middle", transform: `rotate(-90 14 ${(f.top + low) / 2})` }, "loss"));
    return all;
  }

  /** The losses as dots and their running mean as a line; what is higher than the drawing leaves it at the top. */
  function losses(all, f) {
    const { curve } = all;
    const drawn = s("g", { "clip-path": "url(#inside)" },
      curve.rates.map((rate, i) => s("circle", { cx: f.x(rate), cy: f.y(curve.losses[i]), r: 2.4, fill: "var(--sky)", opacity: 0.75 })),
      s("polyline", { id: "smoothed", fill: "none", stroke: "var(--blue)", "stroke-width": 2.5, "stroke-linejoin": "round",
        points: curve.rates.map((rate, i) => `${f.x(rate).toFixed(1)},${f.y(curve.smoothed[i]).toFixed(1)}`).join(" ") }));
    const inside = s("clipPath", { id: "inside" }, s("rect", { x: LEFT, y: f.top, width: f.width - LEFT - RIGHT, height: HEIGHT - f.top - BOTTOM }));
    const last = curve.smoothed.length - 1;
    const leaves = curve.smoothed.findIndex((v, i) => i > 0 && v > f.high && curve.smoothed[last] > f.high);
    const x = leaves < 0 ? 0 : f.x(curve.rates[leaves]), before = x > f.width - 110;
    const away = leaves < 0 ? null : s("text", { x: before ? x - 12 : x + 5, y: f.top + 12, "text-anchor": before ? "end" : "start", style: HALO },
      `↑ up to ${format.number(curve.smoothed[last])}`);
    return [s("defs", {}, inside), drawn, away];
  }

  /** A line for each rate that is marked, with its name above the drawing: the lower the rate, the higher the name. */
  function marks(all, f) {
    const sorted = [...all.marks].sort((a, b) => a.rate - b.rate).map((mark, row) => ({ ...mark, x: f.x(mark.rate), y: 14 + LINE * row, stroke: `var(--${COLOURS[mark.kind]})` }));
    return [
      sorted.map((mark) => s("line", { class: "mark", x1: mark.x, x2: mark.x, y1: mark.y - 9, y2: HEIGHT - BOTTOM, stroke: mark.stroke,
        "stroke-width": mark.chosen ? 2.5 : 1.5, "stroke-dasharray": mark.chosen ? null : "5 4" }, s("title", {}, `${mark.text}: ${mark.how}`))),
      sorted.filter((mark) => mark.chosen && mark.loss <= f.high && mark.loss >= f.low).map((mark) =>
        s("circle", { cx: mark.x, cy: f.y(mark.loss), r: 6, fill: mark.stroke, stroke: "var(--panel)", "stroke-width": 2 })),
      sorted.map((mark) => {
        const says = `${mark.chosen ? "● " : ""}${mark.text}: ${mark.label}`;
        const left = mark.x + 7 * says.length > f.width;
        return s("text", { x: left ? mark.x - 6 : mark.x + 6, y: mark.y, "text-anchor": left ? "end" : "start",
          style: `${HALO} fill: ${mark.stroke}; font-size: 12px; font-weight: ${mark.chosen ? 700 : 400}` }, says);
      }),
    ].flat();
  }

  function draw(all, width) {
    const f = frame(all, width);
    return { f, drawing: s("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": all.says.curve },
      shade(all, f), axes(f), losses(all, f), marks(all, f), partNames(all, f)) };
  }

  /** The drawing as wide as there is room, with a read-out of the step that is pointed at. */
  function chart(body, all) {
    const { curve } = all;
    const box = h("div", { class: "chart", tabindex: "0", role: "group", "aria-label": "Loss against learning rate; left and right arrows read it step by step" });
    const rest = "Point at the drawing, or use the arrow keys, to read a step.";
    const read = h("p", { class: "read", id: "step", "aria-live": "polite" }, rest);
    let at = null, f = null, pointer = null;
    const show = (i) => {
      at = i;
      pointer.setAttribute("visibility", i === null ? "hidden" : "visible");
      read.textContent = i === null ? rest : `Step ${i + 1}: learning rate ${format.number(curve.rates[i])}, loss ${format.number(curve.losses[i])}, running mean ${format.number(curve.smoothed[i])}.`;
      if (i !== null) for (const end of ["x1", "x2"]) pointer.setAttribute(end, f.x(curve.rates[i]));
    };
    const redraw = () => {
      const width = Math.max(300, box.clientWidth || 1100);
      if (f && Math.abs(width - f.width) < 1) return;
      const made = draw(all, width);
      f = made.f;
      pointer = s("line", { y1: f.top, y2: HEIGHT - BOTTOM, stroke: "var(--soft)", visibility: "hidden" });
      made.drawing.append(pointer);
      box.replaceChildren(made.drawing);
      show(at);
    };
    box.addEventListener("pointermove", (e) => {
      const x = e.clientX - box.getBoundingClientRect().left;
      let nearest = 0;
      curve.rates.forEach((rate, i) => { if (Math.abs(f.x(rate) - x) < Math.abs(f.x(curve.rates[nearest]) - x)) nearest = i; });
      show(nearest);
    });
    box.addEventListener("pointerleave", () => show(null));
    box.addEventListener("keydown", (e) => {
      const move = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
      if (!move) return;
      e.preventDefault();
      const last = curve.rates.length - 1;
      show(at === null ? (move > 0 ? 0 : last) : Math.min(last, Math.max(0, at + move)));
    });
    body.append(h("div", { class: "key" },
      h("span", {}, h("i", { style: "background: var(--sky); border-radius: 50%" }), "loss of one step"),
      h("span", {}, h("i", { style: "background: var(--blue); height: .2rem; vertical-align: .25em" }), "running mean of the losses")), box, read);
    redraw();
    new ResizeObserver(redraw).observe(box);
  }

  function suggestions(all) {
    const heads = [["", null], ["learning rate", "number"], ["loss there", "number"], ["how it was found", null]];
    return h("div", { class: "scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, heads.map(([text, kind]) => h("th", { scope: "col", class: kind }, text)))),
      h("tbody", {}, all.marks.map((mark) => h("tr", {},
        h("th", { scope: "row" }, h("i", { class: "dot", style: `background: var(--${COLOURS[mark.kind]})` }), mark.name),
        h("td", { class: mark.chosen ? "number best" : "number" }, mark.text), h("td", { class: "number" }, format.number(mark.loss)),
        h("td", {}, mark.how))))));
  }

  function steps(curve) {
    const heads = ["step", "learning rate", "loss", "running mean"];
    return h("details", {}, h("summary", {}, "The numbers of every step"), h("div", { class: "scroll", tabindex: "0" }, h("table", {},
      h("thead", {}, h("tr", {}, heads.map((text) => h("th", { scope: "col", class: "number" }, text)))),
      h("tbody", {}, curve.rates.map((rate, i) => h("tr", {}, [format.count(i + 1), format.number(rate), format.number(curve.losses[i]), format.number(curve.smoothed[i])]
        .map((text) => h("td", { class: "number" }, text))))))));
  }

  return {
    list: [
      { name: "curve", title: "The loss while the learning rate rises", wide: true,
        read: "The learning rate says how far each step of training may go. To find a good one, a throw-away copy of the network was trained for a moment, each step at a larger rate than the one before. Too small a rate teaches it nothing, and the loss stays where it is; a good one makes the loss fall; too large a one undoes what was learned, and the loss rises.",
        of: (all) => all.curve, draw: (body, all) => (all.curve.rates.length ? chart(body, all) : null) },
      { name: "suggestions", title: "What that suggests", wide: true,
        read: "Three ways to read a learning rate off the curve, and the one that the recipe had. The one with a dot is followed.",
        of: (all) => (all.marks.length ? all.marks : null),
        draw: (body, all) => body.append(suggestions(all), steps(all.curve)) },
    ],
  };
})();
