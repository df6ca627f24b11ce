/* The drawings that are not curves. */

const drawings = (() => {
  const pictures = [];

  /** A picture, once it can be drawn; the page waits for all of them before it says that it is ready. */
  function load(source) {
    const image = new Image();
    image.src = source;
    const loaded = image.decode().then(() => image, () => null);
    pictures.push(loaded);
    return loaded;
  }

  /** Tiles of a sheet with what stands under each. */
  function tiles(sheet, items) {
    const loaded = sheet ? load(sheet.source) : null;
    return h("ul", { class: !sheet || sheet.width < 64 ? "tiles" : "tiles smooth" }, items.map(({ tile, label, under }) => {
      const item = h("li", {});
      if (sheet && tile >= 0) {
        const canvas = h("canvas", { width: sheet.width, height: sheet.height, role: "img", "aria-label": label });
        loaded.then((image) => image && canvas.getContext("2d").drawImage(image,
          (tile % sheet.columns) * sheet.width, Math.floor(tile / sheet.columns) * sheet.height, sheet.width, sheet.height,
          0, 0, sheet.width, sheet.height));
        item.append(canvas);
      }
      item.append(...under);
      return item;
    }));
  }

  /** Each filter as a small picture. */
  function filters(f) {
    const bytes = Uint8Array.from(atob(f.pixels), (c) => c.charCodeAt(0));
    const size = f.width * f.height * f.channels;
    return h("div", { class: "filters", role: "img", "aria-label": `${f.count} filters of ${f.width} by ${f.height}` },
      Array.from({ length: f.count }, (_, k) => {
        const canvas = h("canvas", { width: f.width, height: f.height, title: `filter ${k}` });
        const image = new ImageData(f.width, f.height);
        for (let p = 0; p < f.width * f.height; p++) {
          for (let c = 0; c < 3; c++) image.data[4 * p + c] = bytes[k * size + p * f.channels + (f.channels === 3 ? c : 0)];
          image.data[4 * p + 3] = 255;
        }
        canvas.getContext("2d").putImageData(image, 0, 0);
        return canvas;
      }));
  }

  /** Rows are what it is, columns what the network says; each cell is shaded by its share of the row. */
  function confusion(c) {
    const others = c.outside.some((n) => n > 0);
    const cell = (count, total, right, title) => {
      const share = total ? count / total : 0;
      const strength = count === 0 ? 0 : Math.round(12 + 88 * share);
      return h("td", {
        title,
        style: `background: color-mix(in oklab, var(--${right ? "blue" : "orange"}) ${strength}%, var(--grid)); color: ${
          count === 0 ? "var(--soft)" : strength > 55 ? "light-dark(#fff, #000)" : "var(--ink)"}`,
      }, count === 0 ? "·" : format.count(count));
    };
    return h("div", { class: "matrix" },
      h("table", {},
        h("thead", {}, h("tr", {}, h("th", {}), c.classes.map((name) => h("th", { scope: "col" }, h("span", { title: name }, name))),
          others ? h("th", { scope: "col" }, h("span", {}, "another")) : null)),
        h("tbody", {}, c.counts.map((row, i) => {
          const total = row.reduce((a, b) => a + b, 0) + c.outside[i];
          const says = (what, count) => `${format.count(count)} of ${format.count(total)} “${c.classes[i]}” ${what} (${format.share(total ? count / total : 0)})`;
          return h("tr", {}, h("th", { scope: "row", title: c.classes[i] }, c.classes[i]),
            row.map((count, j) => cell(count, total, i === j, says(i === j ? "recognised" : `taken for “${c.classes[j]}”`, count))),
            others ? cell(c.outside[i], total, false, says("taken for a class that is not shown", c.outside[i])) : null);
        }))));
  }

  /** Bars of accuracy over confidence, with the diagonal that they should reach. */
  function reliability(r, examples) {
    const W = 440, H = 330, L = 46, T = 10, S = 250, low = H - 14;
    const x = (v) => L + v * (W - L - 24), y = (v) => T + (1 - v) * S;
    const most = Math.max(1, ...r.bins.map((b) => b.examples));
    const drawing = s("svg", { viewBox: `0 0 ${W} ${H}`, role: "img", style: "width: 34rem",
      "aria-label": `Reliability diagram: calibration error ${format.percent(r.error)}` });
    for (const v of [0, 0.25, 0.5, 0.75, 1]) {
      drawing.append(s("line", { x1: x(0), x2: x(1), y1: y(v), y2: y(v), stroke: "var(--grid)" }),
        s("text", { x: L - 6, y: y(v) + 4, "text-anchor": "end" }, `${100 * v} %`),
        s("text", { x: x(v), y: T + S + 14, "text-anchor": "middle" }, `${100 * v} %`));
    }
    for (const b of r.bins) {
      if (!b.examples) continue;
      const left = x(b.from) + 1, width = x(b.to) - x(b.from) - 2;
      const says = `${format.count(b.examples)} predictions, ${format.share(b.confidence)} confident on average: ${format.share(b.accuracy)} right`;
      const faint = b.examples < 10 ? 0.45 : 1;
      drawing.append(s("g", { opacity: faint }, s("title", {}, says),
        s("rect", { x: left, width, y: y(b.accuracy), height: Math.max(1, y(0) - y(b.accuracy)), fill: "var(--blue)" }),
        b.confidence > b.accuracy
          ? s("rect", { x: left, width, y: y(b.confidence), height: y(b.accuracy) - y(b.confidence), fill: "var(--orange)", opacity: 0.55 })
          : s("line", { x1: left, x2: left + width, y1: y(b.confidence), y2: y(b.confidence), stroke: "var(--orange)", "stroke-width": 2 }),
        s("rect", { x: left, width, y: low - 30 * b.examples / most, height: Math.max(1, 30 * b.examples / most), fill: "var(--soft)", opacity: 0.7 })));
    }
    drawing.append(s("line", { x1: x(0), y1: y(0), x2: x(1), y2: y(1), stroke: "var(--ink)", "stroke-dasharray": "4 4" }),
      s("line", { x1: x(0), x2: x(1), y1: low, y2: low, stroke: "var(--soft)" }),
      s("text", { x: x(0), y: H - 2 }, "confidence of the prediction; grey: how many predictions"));
    return drawing;
  }

  const COLOURS = ["soft", "sky", "blue", "green", "gold", "purple", "orange", "edge"];

  /** One bar in parts, and what each is. */
  function parts(list, total) {
    return [
      h("div", { class: "bar", role: "img", "aria-label": list.map((p) => `${p.name} ${format.share(p.seconds / total)}`).join(", ") },
        list.map((p, i) => h("i", { title: `${p.name}: ${format.seconds(p.seconds)}`,
          style: `flex: ${p.seconds} 0 0; background: var(--${COLOURS[i % COLOURS.length]})` }))),
      h("table", { class: "full" }, h("tbody", {}, list.map((p, i) => h("tr", {},
        h("td", {}, h("i", { class: "dot", style: `background: var(--${COLOURS[i % COLOURS.length]})` }), p.name),
        h("td", { class: "number" }, format.seconds(p.seconds)),
        h("td", { class: "number" }, format.share(p.seconds / total)),
        h("td", { class: "soft" }, p.note))))),
    ];
  }

  /** ‖Δθ‖/‖θ‖ of each layer over time: a row of colours each, dark for little and bright for much. */
  function layers(steps, unit) {
    const rows = steps.layers;
    const from = -5, to = -1;
    const shade = (v) => {
      if (!known(v) || v <= 0) return [128, 128, 128, 40];
      const t = Math.min(1, Math.max(0, (Math.log10(v) - from) / (to - from)));
      return [...viridis(t), 255];
    };
    return h("div", { class: "heatrows" }, rows.flatMap((row) => {
      const canvas = h("canvas", { class: "heat", width: row.update.length, height: 1, style: "height: 1.05rem", role: "img",
        "aria-label": `${row.name}: from ${format.number(row.update[0])} to ${format.number(row.update[row.update.length - 1])}` });
      const context = canvas.getContext("2d");
      row.update.forEach((v, i) => {
        const [r, g, b, a] = shade(v);
        context.fillStyle = `rgba(${r}, ${g}, ${b}, ${a / 255})`;
        context.fillRect(i, 0, 1, 1);
      });
      canvas.addEventListener("mousemove", (e) => {
        const i = Math.min(row.update.length - 1, Math.floor(row.update.length * e.offsetX / canvas.clientWidth));
        canvas.title = `${unit} ${format.number(steps.layerEpoch[i])}: ${format.number(row.update[i])}`;
      });
      return [h("span", {}, row.name), canvas];
    }));
  }

  /** Matplotlib's viridis at five places, in between by straight lines: even for every kind of colour vision. */
  function viridis(t) {
    const stops = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
    const i = Math.min(3, Math.floor(4 * t)), f = 4 * t - i;
    return stops[i].map((c, k) => Math.round(c + f * (stops[i + 1][k] - c)));
  }

  function layerKey() {
    const ticks = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1];
    return h("div", { class: "key" }, ticks.map((v, i) =>
      h("span", {}, h("i", { style: `background: rgb(${viridis(i / 4).join(", ")})` }), ["0.00001", "0.0001", "0.001", "0.01", "0.1 and more"][i])));
  }

  return {
    tiles, filters, confusion, reliability, parts, layers, layerKey,
    /** When every picture begun so far has been drawn. */
    settled: () => Promise.all(pictures),
  };
})();
