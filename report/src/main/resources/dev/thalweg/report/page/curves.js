/* Curves over epochs or seconds, with uPlot: a read-out under the pointer, zoom by dragging, keys, smoothing, a logarithmic scale. */

const curves = (() => {
  const HEIGHT = 250;
  const charts = new Set();

  /** The axis of runs that count epochs, or iterations. */
  function counted(runs) {
    const units = [...new Set(runs.map((run) => run.unit))];
    return { label: units.map((unit) => `${unit}s`).join(" or "), name: units.join(" or "), key: "epochs" };
  }

  /** Exponential average over about `window` points, without the pull towards the first. */
  function smooth(values, window) {
    const keep = 1 - 1 / Math.max(1, window);
    let sum = 0, weight = 0;
    return values.map((v) => {
      if (!known(v)) return null;
      sum = keep * sum + v;
      weight = keep * weight + 1;
      return sum / weight;
    });
  }

  /** Lines as uPlot wants them, over one axis that has every line's places. */
  function aligned(lines, smoothing, logarithmic) {
    const drawn = [];
    for (const given of lines) {
      // Zero has no place on a logarithmic scale.
      const line = logarithmic ? { ...given, y: given.y.map((v) => (v > 0 ? v : null)) } : given;
      const noisy = line.noisy && smoothing && line.y.length > 20;
      if (noisy) drawn.push({ ...line, label: `${line.label}, each`, faint: true, quiet: true });
      drawn.push(noisy ? { ...line, y: smooth(line.y, line.y.length / 25) } : line);
    }
    return { drawn, data: uPlot.join(drawn.map((l) => [l.x, l.y]), drawn.map((l) => l.x.map(() => 2))) };
  }

  /** The nearest place at which a line has a value. */
  function nearest(u, series, index) {
    const values = u.data[series];
    if (!series || known(values[index])) return index;
    for (let d = 1; d < values.length; d++) {
      if (known(values[index - d])) return index - d;
      if (known(values[index + d])) return index + d;
    }
    return index;
  }

  /** Whether a few values are so much larger than most that nothing else would be seen beside them. */
  function wide(lines) {
    const values = lines.flatMap((l) => l.y).filter((v) => known(v) && v > 0).sort((a, b) => a - b);
    return values.length > 0 && values[values.length - 1] > 20 * values[Math.floor(values.length / 2)];
  }

  /** The read-out of a chart that nobody points at has each line's last value. */
  function atRest(u) {
    if (u.cursor.left >= 0) return;
    const last = (values) => values.reduce((found, v, i) => (known(v) ? i : found), null);
    u.setLegend({ idxs: u.data.map(last) }, false);
  }

  /** Behind each line that has one, the band from `low` to `high`. */
  function bands(u, lines) {
    const context = u.ctx;
    context.save();
    context.beginPath();
    context.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
    context.clip();
    lines.forEach((line, i) => {
      const series = u.series[i + 1];
      if (!line.low || !series.show || line.x.length < 2) return;
      const at = (k, side) => [u.valToPos(line.x[k], "x", true), u.valToPos(line[side][k], "y", true)];
      const places = line.x.map((_, k) => k).filter((k) => known(line.low[k]));
      context.beginPath();
      places.forEach((k) => context.lineTo(...at(k, "high")));
      places.reverse().forEach((k) => context.lineTo(...at(k, "low")));
      context.fillStyle = translucent(colour(line.colour), 0.16 * (series.alpha ?? 1));
      context.fill();
    });
    context.restore();
  }

  /** From the lowest to the highest that is to be seen, bands included. */
  function reach(u, lines, min, max) {
    const from = u.scales.x.min ?? -Infinity, to = u.scales.x.max ?? Infinity;
    lines.forEach((line, i) => {
      if (!line.low || !u.series[i + 1].show) return;
      line.x.forEach((x, k) => {
        if (x < from || x > to || !known(line.low[k])) return;
        min = Math.min(min, line.low[k]);
        max = Math.max(max, line.high[k]);
      });
    });
    return [min, max];
  }

  /** A height that lines are to reach, with its name. */
  function mark(u, { y, label }) {
    if (y < u.scales.y.min || y > u.scales.y.max) return;
    const context = u.ctx, place = Math.round(u.valToPos(y, "y", true));
    context.save();
    context.strokeStyle = context.fillStyle = colour("soft");
    context.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    context.beginPath();
    context.moveTo(u.bbox.left, place);
    context.lineTo(u.bbox.left + u.bbox.width, place);
    context.stroke();
    context.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(label, u.bbox.left + 4 * devicePixelRatio, place - 4 * devicePixelRatio);
    context.restore();
  }

  class Chart {
    constructor(body, spec) {
      this.body = body;
      this.box = h("div", { class: "chart", tabindex: "0", role: "img", keydown: (e) => this.key(e) });
      this.smoothing = true;
      this.bands = Boolean(spec.bands);
      this.close = Boolean(spec.close);
      this.logarithmic = Boolean(spec.logarithmic) || (spec.mayBeLogarithmic && wide(spec.lines));
      this.buttons = [];
      body.append(this.box);
      this.set(spec);
      new ResizeObserver(() => this.resize()).observe(this.box);
      charts.add(this);
    }

    /** The switches for a panel's header. */
    switches() {
      const make = (label, title, key) =>
        h("button", { type: "button", title, "aria-pressed": String(this[key]), click: (e) => {
          this[key] = !this[key];
          e.currentTarget.setAttribute("aria-pressed", String(this[key]));
          this.draw();
        } }, label);
      const all = [];
      if (this.spec.lines.some((l) => l.noisy)) all.push(make("smooth", "Draw a running average over the single steps", "smoothing"));
      if (this.spec.bands) all.push(make("bands", "Draw one standard deviation to either side", "bands"));
      if (this.spec.close) all.push(make("close-up", "Leave out what lies far below where most rules end", "close"));
      if (this.spec.mayBeLogarithmic) all.push(make("log", "Logarithmic scale", "logarithmic"));
      return all;
    }

    /** New lines: where they are the same ones grown longer, zoom and cursor stay. */
    set(spec) {
      const before = this.spec;
      this.spec = spec;
      const same = before && this.plot && before.lines.map((l) => l.label).join("|") === spec.lines.map((l) => l.label).join("|");
      const { drawn, data } = aligned(spec.lines, this.smoothing, this.logarithmic);
      if (same && drawn.length + 1 === this.plot.series.length) this.plot.setData(data, !this.zoomed());
      else this.draw();
      this.box.setAttribute("aria-label", `${spec.label}. ${this.summary()} Left and right arrows move along the curve.`);
    }

    /** Shows or hides the line of that name. */
    show(label, on) {
      const i = this.spec.lines.findIndex((l) => l.label === label);
      if (i < 0) return;
      this.spec.lines[i].hidden = !on;
      if (this.plot.series[i + 1].show !== on) this.plot.setSeries(i + 1, { show: on }, false);
    }

    /** Dims all lines but the one of that name; none if there is no such. */
    focus(label) {
      const i = this.spec.lines.findIndex((l) => l.label === label);
      this.plot.setSeries(i < 0 ? null : i + 1, { focus: true }, false);
    }

    zoomed() {
      const x = this.plot.scales.x, all = this.plot.data[0];
      return all.length > 1 && (x.min > all[0] || x.max < all[all.length - 1]);
    }

    summary() {
      return this.spec.lines.filter((l) => l.y.some(known)).map((l) => {
        const values = l.y.filter(known);
        return `${l.label}: from ${this.spec.format(values[0])} to ${this.spec.format(values[values.length - 1])}.`;
      }).join(" ");
    }

    draw() {
      if (this.plot) this.plot.destroy();
      const { drawn, data } = aligned(this.spec.lines, this.smoothing, this.logarithmic);
      const grid = { stroke: colour("grid"), width: 1 };
      const axis = { stroke: colour("soft"), grid, ticks: grid, font: "11px system-ui, sans-serif" };
      const value = this.spec.format;
      const x = this.spec.axis;
      const options = {
        width: Math.max(200, this.box.clientWidth || 560),
        height: this.height(),
        hooks: {
          setCursor: [atRest], ready: [atRest], setData: [atRest],
          drawAxes: [(u) => {
            if (this.bands) bands(u, drawn);
            if (this.spec.mark) mark(u, this.spec.mark);
          }],
          setSeries: [(u, i, change) => { if (i && this.spec.toggled && known(change.show)) this.spec.toggled(this.spec.lines[i - 1].label, change.show); }],
        },
        cursor: { sync: { key: x.key }, dataIdx: nearest, points: { size: 6 }, drag: { x: true, y: false }, ...(this.spec.dim ? { focus: { prox: 24 } } : {}) },
        focus: { alpha: 0.15 },
        legend: { markers: { dash: (u, i) => (drawn[i - 1]?.dashed ? "dotted" : "solid") } },
        scales: { x: { time: false, range: (u, min, max) => (min === max ? [min - 0.5, max + 0.5] : [min, max]) }, y: this.scale(drawn) },
        axes: [
          { ...axis, label: x.label, labelSize: 18, labelFont: "11px system-ui, sans-serif", size: 32 },
          { ...axis, size: 58, values: (u, ticks) => ticks.map((t) => (known(t) ? (this.spec.tick || format.tick)(t) : "")) },
        ],
        series: [
          { label: x.name, value: (u, v) => (known(v) ? String(Number(v.toFixed(2))) : "–") },
          ...drawn.map((l) => ({
            label: l.label,
            stroke: l.faint ? translucent(colour(l.colour), 0.3) : colour(l.colour),
            width: l.faint ? 1 : 2,
            dash: l.dashed ? [6, 4] : undefined,
            spanGaps: true,
            show: !l.hidden,
            points: { show: l.points && l.x.length <= 60, size: 5 },
            value: (u, v) => value(v),
          })),
        ],
      };
      this.plot = new uPlot(options, data, this.box);
      // A line that only repeats another's single values is in the way in the read-out.
      drawn.forEach((l, i) => { if (l.quiet) this.plot.root.querySelectorAll(".u-series")[i + 1].style.display = "none"; });
      this.drawnScheme = getComputedStyle(document.body).backgroundColor;
    }

    scale(drawn) {
      const values = drawn.flatMap((l) => l.y).filter((v) => known(v) && v > 0);
      if (this.logarithmic && values.length) return { distr: 3 };
      const spec = this.spec;
      return { range: (u, min, max) => {
        if (!known(min)) return [0, 1];
        if (this.bands) [min, max] = reach(u, drawn, min, max);
        if (this.close && spec.close < max) min = Math.max(min, spec.close);
        const room = (max - min || Math.abs(max) || 1) * 0.06;
        const low = spec.floor !== undefined && min - room < spec.floor ? spec.floor : min - room;
        return [low, spec.ceiling !== undefined ? Math.min(spec.ceiling, max + room) : max + room];
      } };
    }

    height() {
      return this.spec.height || HEIGHT;
    }

    resize() {
      const width = this.box.clientWidth;
      if (this.plot && width > 0 && Math.abs(width - this.plot.width) > 1) this.plot.setSize({ width, height: this.height() });
    }

    key(event) {
      const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!move || !this.plot) return;
      event.preventDefault();
      const all = this.plot.data[0];
      const now = known(this.plot.cursor.idx) ? this.plot.cursor.idx : move > 0 ? -1 : all.length;
      const index = Math.min(all.length - 1, Math.max(0, now + move * Math.max(1, Math.round(all.length / 100))));
      this.plot.setCursor({ left: this.plot.valToPos(all[index], "x"), top: this.height() / 3 });
    }
  }

  function translucent(rgb, alpha) {
    return rgb.replace(/^rgb\((.*)\)$/, (all, parts) => `rgba(${parts}, ${alpha})`);
  }

  return {
    Chart, counted,
    /** After the colour scheme has changed. */
    redraw() {
      for (const chart of charts) if (chart.box.isConnected) chart.draw();
    },
    clear() {
      for (const chart of charts) if (chart.plot) chart.plot.destroy();
      charts.clear();
    },
  };
})();
