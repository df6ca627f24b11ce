/* The panels of one run, in the order in which they stand. Each has a name, which is also the key of its sentences in
   `says` and `missing`; a title and a sentence on how to read it; `of`, what it is drawn from; and `draw`. */

const panels = (() => {
  const percent = format.percent;

  /** Whether a minimizer trains: its steps are iterations over all examples, and as good as epochs. */
  const minimized = (run) => run.unit === "iteration";

  /** Single steps and whole epochs as lines. */
  function lines(run, step, train, validation) {
    const all = [];
    const steps = minimized(run) ? null : run.steps;
    if (step && steps && steps[step].some(known))
      all.push({ label: "training, single batches", x: steps.epoch, y: steps[step], colour: "blue", noisy: true });
    const ends = run.epochs.map((e) => e.end);
    if (train && run.epochs.some((e) => known(e[train])))
      all.push({ label: minimized(run) ? "training" : "training, mean of the epoch", x: ends, y: run.epochs.map((e) => e[train]), colour: "purple", dashed: all.length > 0, points: true });
    if (validation && run.epochs.some((e) => known(e[validation])))
      all.push({ label: "validation", x: ends, y: run.epochs.map((e) => e[validation]), colour: "orange", points: true });
    return all;
  }

  const sampled = (run, key) => (run.steps && run.steps[key].some(known) ? run.steps : null);

  /** What every iteration of a minimizer has, and not only those that were sampled. */
  const iterated = (run, key) => (run.epochs.some((e) => known(e.iteration?.[key])) ? run.epochs : null);

  const chart = (spec) => ({
    update: (view, run) => {
      const given = { axis: curves.counted([run]), ...spec(run) };
      given.label += ` over ${given.axis.label}`;
      if (view.chart) view.chart.set(given);
      else {
        view.chart = new curves.Chart(view.body, given);
        view.tools.append(...view.chart.switches());
      }
    },
  });

  const table = (heads, rows, attributes = { class: "full" }) => h("table", attributes,
    h("thead", {}, h("tr", {}, heads.map(([text, kind]) => h("th", { scope: "col", class: kind }, text)))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell, i) => h("td", { class: heads[i][1] }, cell))))));

  function epochTable(run) {
    const validation = run.epochs.some((e) => known(e.validationLoss));
    const heads = [[run.unit, "number"], ["training loss", "number"], ["accuracy", "number"]];
    if (validation) heads.push(["validation loss", "number"], ["accuracy", "number"]);
    const count = (x) => (known(x) ? format.count(Math.round(x)) : "–");
    if (minimized(run)) heads.push(["gradient norm", "number"], ["evaluations", "number"], ["seconds", "number"]);
    else heads.push(["learning rate", "number"], ["images/s", "number"]);
    return h("details", {}, h("summary", {}, `The numbers of every ${run.unit}`), h("div", { class: "scroll" }, table(heads, run.epochs.map((e) => [
      format.number(e.end), format.number(e.trainLoss), percent(e.trainAccuracy),
      ...(validation ? [format.number(e.validationLoss), percent(e.validationAccuracy)] : []),
      ...(minimized(run) ? [format.number(e.iteration?.gradientNorm), count(e.iteration?.evaluations), format.number(e.seconds)] : [format.number(e.learningRate), count(e.imagesPerSecond)]),
    ]))));
  }

  const facts = (list) => h("table", {}, h("tbody", {}, list.map((f) => h("tr", {},
    h("th", { scope: "row" }, f.name), h("td", {}, f.value, f.note ? h("span", { class: "soft" }, ` ${f.note}`) : null)))));

  const meter = (share) => h("span", { class: "meter" }, h("i", { style: `width: ${100 * (share || 0)}%` }));

  /** A table of classes whose columns sort when their heads are pressed. */
  function classTable(e) {
    const columns = [
      ["class", (c) => c.name, (c) => c.name],
      ["examples", (c) => c.examples, (c) => format.count(c.examples)],
      ["precision", (c) => c.precision, (c) => percent(c.precision)],
      ["recall", (c) => c.recall, (c) => percent(c.recall)],
      ["F1", (c) => c.f1, (c) => percent(c.f1)],
    ];
    const body = h("tbody", {});
    const order = (i, up) => {
      const value = columns[i][1];
      const rank = (c) => (known(value(c)) ? value(c) : -1);
      const sorted = [...e.classes].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0) * (up ? 1 : -1));
      body.replaceChildren(...sorted.map((c) => h("tr", {}, columns.map(([, , text], k) =>
        h("td", { class: k ? "number" : null }, text(c), k === 4 ? meter(c.f1) : null)))));
      heads.forEach((head, k) => head.setAttribute("aria-sort", k === i ? (up ? "ascending" : "descending") : "none"));
    };
    const heads = columns.map(([name], i) => h("th", { scope: "col", class: i ? "number" : null },
      h("button", { type: "button", title: "Sort by this column", click: () => order(i, heads[i].getAttribute("aria-sort") !== "ascending") }, name)));
    order(4, true);
    return h("div", { class: "scroll", tabindex: "0" }, h("table", { class: "full" }, h("thead", {}, h("tr", {}, heads)), body));
  }

  /** A recipe's entries, one a row: `training.epochs 8`. */
  function entries(value, path = "") {
    if (value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length)
      return Object.entries(value).flatMap(([key, inner]) => entries(inner, path ? `${path}.${key}` : key));
    return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
  }

  return {
    entries, facts, table,
    list: [
      { name: "loss", title: "Loss: how wrong the network is while it learns",
        read: "Lower is better. Where the validation curve rises while the training curve still falls, the network has begun to learn its examples by heart.",
        of: (run) => (run.epochs.length || run.steps ? [run.epochs, run.steps] : null),
        ...chart((run) => ({ label: "Loss", lines: lines(run, "loss", "trainLoss", "validationLoss"), format: format.number, floor: 0, mayBeLogarithmic: true })) },
      { name: "accuracy", title: "Accuracy: the share of right answers",
        read: "Higher is better.",
        of: (run) => (run.epochs.length ? run.epochs : null),
        ...chart((run) => ({ label: "Accuracy", lines: lines(run, null, "trainAccuracy", "validationAccuracy"), format: percent, tick: format.share, floor: 0, ceiling: 1 })) },
      { name: "rate", title: "Learning rate: how far each step may go",
        read: "The schedule of the recipe. Most schedules warm up, then come down to almost nothing.",
        of: (run) => sampled(run, "learningRate") || (run.epochs.some((e) => known(e.learningRate)) ? run.epochs : null),
        ...chart((run) => ({ label: "Learning rate", lines: sampled(run, "learningRate")
          ? [{ label: "learning rate", x: run.steps.epoch, y: run.steps.learningRate, colour: "green" }]
          : [{ label: "learning rate", x: run.epochs.map((e) => e.end), y: run.epochs.map((e) => e.learningRate), colour: "green", points: true }],
          format: format.number, floor: 0, mayBeLogarithmic: true })) },
      { name: "gradient", title: "Gradient norm: how steep the loss is where the network stands",
        read: "Spikes are batches that pull hard; a curve that explodes is a learning rate too high, one that goes to zero is a network that has stopped learning.",
        of: (run) => iterated(run, "gradientNorm") || sampled(run, "gradientNorm"),
        ...chart((run) => ({ label: "Gradient norm", lines: [iterated(run, "gradientNorm")
          ? { label: "gradient norm", x: run.epochs.map((e) => e.end), y: run.epochs.map((e) => e.iteration?.gradientNorm), colour: "blue" }
          : { label: "gradient norm", x: run.steps.epoch, y: run.steps.gradientNorm, colour: "blue", noisy: true }], format: format.number, floor: 0, mayBeLogarithmic: true, logarithmic: true })) },
      { name: "update", title: "Update-to-weight ratio: by what part of itself each step changes the weights",
        read: "Healthy runs spend most of their time around a thousandth (0.001). Far above 0.01 steps overshoot; far below 0.0001 little is learned.",
        of: (run) => sampled(run, "update"),
        ...chart((run) => ({ label: "Update-to-weight ratio", lines: [{ label: "‖Δθ‖ / ‖θ‖", x: run.steps.epoch, y: run.steps.update, colour: "green", noisy: !minimized(run) }], format: format.number, mayBeLogarithmic: true, logarithmic: true })) },
      { name: "layers", title: "The same for each layer: who learns, and when",
        read: "One row for each layer's weights, the first layer on top, time from left to right. Rows of one colour learn alike; a row much darker than the others is hardly being trained.",
        of: (run) => (run.steps && run.steps.layers.length ? run.steps.layers : null),
        draw: (body, run) => body.append(drawings.layerKey(), h("div", { class: "scroll", tabindex: "0" }, drawings.layers(run.steps, run.unit))) },
      { name: "confusion", title: "Confusion matrix: what is taken for what", wide: true,
        read: "A row for each true class, a column for each answer. Blue on the diagonal is right; orange elsewhere is a mix-up, the stronger the more of the row it is.",
        of: (run) => run.evaluation && run.evaluation.confusion,
        draw: (body, run) => {
          const e = run.evaluation, c = e.confusion;
          if (c.classes.length < e.classCount) body.append(h("p", { class: "soft" }, `The ${c.classes.length} classes with the most mistakes, of ${format.count(e.classCount)}.`));
          const mixups = h("div", {}, h("h3", {}, "Most frequent mix-ups"), table([["is", ""], ["taken for", ""], ["how often", "number"], ["of its examples", "number"]],
            e.confusions.map((k) => [k.label, k.predicted, format.count(k.count), format.share(k.count / k.examples)]), {}));
          body.append(h("div", { class: "beside" }, drawings.confusion(c), e.confusions.length ? mixups : null));
        } },
      { name: "classes", title: "Each class: how often its answers are right, how many of its pictures are found", 
        read: "Precision: of the pictures called this class, how many are. Recall: of the pictures of this class, how many are called so. F1 is their harmonic mean. Weakest first.",
        of: (run) => run.evaluation && run.evaluation.classes,
        draw: (body, run) => {
          const e = run.evaluation;
          if (e.classes.length < e.classCount) body.append(h("p", { class: "soft" }, `The ${format.count(e.classes.length)} weakest classes of ${format.count(e.classCount)}.`));
          body.append(classTable(e));
        } },
      { name: "reliability", title: "Reliability: can its confidence be believed?",
        read: "Of predictions made with 80 % confidence, 80 % should be right: bars that end on the dashed line. Orange is missing accuracy, where the network claims more than it keeps; pale bars rest on fewer than ten predictions.",
        of: (run) => run.evaluation && run.evaluation.reliability,
        draw: (body, run) => {
          const r = run.evaluation.reliability;
          body.append(h("p", {}, "Expected calibration error ", h("b", {}, percent(r.error)), `: confidence ${percent(r.confidence)} on average, accuracy ${percent(run.evaluation.accuracy)}.`), drawings.reliability(r));
        } },
      { name: "mistakes", title: "The most confident mistakes", wide: true,
        read: "Pictures, as the network sees them, on which it was surest and wrong. Look for wrong labels, for pictures that hold both things, and for what the network may have looked at instead.",
        of: (run) => run.evaluation && (run.evaluation.mistakes.length ? run.evaluation.mistakes : null),
        draw: (body, run) => body.append(drawings.tiles(run.evaluation.sheet, run.evaluation.mistakes.map((m) => ({
          tile: m.tile, label: `${m.name}: is ${m.label}, taken for ${m.predicted}`,
          under: [h("div", { title: m.name }, "is ", h("b", {}, m.label)), h("div", {}, "taken for ", h("b", {}, m.predicted), ` at ${format.share(m.confidence)}`), h("div", { class: "soft" }, h("code", {}, m.name))],
        })))) },
      { name: "batch", title: "What the network is shown: pictures of the first batch", wide: true,
        read: "You should recognise every one: what you cannot recognise, the network cannot learn.",
        of: (run) => run.batch,
        draw: (body, run) => body.append(drawings.tiles(run.batch.sheet, run.batch.labels.map((label, tile) => ({ tile, label, under: [h("div", {}, label)] })))) },
      { name: "filters", title: "What the first layer looks for",
        read: "Each square is one filter of the first layer: what pattern it answers to most. Smooth edges and colour blobs are learned; pure noise is not (yet).",
        of: (run) => run.filters,
        draw: (body, run) => {
          const f = run.filters;
          body.append(h("p", { class: "soft" }, `${f.count < f.total ? `${f.count} of ${f.total}` : f.total} filters of ${f.height}×${f.width}${f.channels === 3 ? " in colour" : ""}, `, h("code", {}, f.layer)), drawings.filters(f));
        } },
      { name: "data", title: "The data it learned from",
        read: "How many pictures of each class there are. A class with far fewer than the others is learned less well.",
        of: (run) => run.data,
        draw: (body, run) => {
          const d = run.data, most = Math.max(1, ...d.classes.map((c) => c.train));
          body.append(facts(d.facts), ...d.notes.map((n) => h("p", { class: "soft" }, n)));
          if (d.classes.length < d.classCount) body.append(h("p", { class: "soft" }, `The ${format.count(d.classes.length)} smallest classes of ${format.count(d.classCount)}.`));
          if (d.classes.length) body.append(h("div", { class: "scroll", tabindex: "0" }, table([["class", ""], ["train", "number"], ["validation", "number"], ["test", "number"]],
            d.classes.map((c) => [c.name, h("span", {}, format.count(c.train), meter(c.train / most)), format.count(c.validation), format.count(c.test)]))));
        } },
      { name: "time", title: "Where the time went", wide: true,
        read: "All seconds of the run by what they were spent on, then one batch by the operations that it goes through.",
        of: (run) => run.time,
        draw: (body, run) => {
          const t = run.time;
          body.append(...drawings.parts(t.parts, t.total));
          if (t.operations.length) body.append(h("h3", {}, `One batch: ${format.number(t.stepMilliseconds)} ms, the mean of ${t.profiled} that were timed operation by operation`),
            h("div", { class: "scroll", tabindex: "0" }, table([["layer", ""], ["operation", ""], ["", ""], ["ms", "number"], ["share", "number"], ["Gflop/s", "number"], ["kernel", ""]],
              t.operations.map((o) => [h("code", {}, o.layer), o.kind, o.phase, format.number(o.milliseconds), format.share(o.milliseconds / t.stepMilliseconds), o.gflops ? format.count(Math.round(o.gflops)) : "", h("code", { class: "soft" }, o.implementation)]))));
        } },
      { name: "recipe", title: "The recipe: everything that determines the run",
        read: "The same recipe on the same data and kind of machine gives the same model, byte for byte.",
        of: (run) => run.recipe,
        draw: (body, run) => body.append(h("div", { class: "scroll", tabindex: "0" }, table([["entry", ""], ["value", ""]], entries(run.recipe).map(([key, value]) => [h("code", {}, key), h("code", {}, value)])))) },
      { name: "machine", title: "The machine, and when",
        read: "What the run ran on: needed to compare speeds, and to repeat it to the bit.",
        of: (run) => (run.machine.length ? run.machine : null),
        draw: (body, run) => body.append(facts(run.machine)) },
    ],
    epochTable,
  };
})();
