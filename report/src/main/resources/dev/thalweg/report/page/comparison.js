/* Several runs on one page: their curves over each other, their numbers and what their recipes do not share. */

const comparison = (() => {
  const COLOURS = ["blue", "orange", "green", "purple", "gold", "sky"];

  const value = (epoch, key) => epoch[key] ?? epoch.iteration?.[key];

  function overlaid(runs, steps, epochs) {
    return runs.flatMap((run, i) => {
      const style = { label: run.name, colour: COLOURS[i % COLOURS.length], dashed: i >= COLOURS.length };
      const minimized = run.unit === "iteration";
      const byEpoch = epochs && run.epochs.some((e) => known(value(e, epochs)));
      // A minimizer's iterations are its epochs, all of which are there, and not only samples.
      if (steps && run.steps && run.steps[steps].some(known) && !(minimized && byEpoch)) return [{ ...style, x: run.steps.epoch, y: run.steps[steps], noisy: !minimized }];
      return byEpoch ? [{ ...style, x: run.epochs.map((e) => e.end), y: run.epochs.map((e) => value(e, epochs)), points: true }] : [];
    });
  }

  const panel = (name, title, read, steps, epochs, spec) => ({
    name, title, read,
    of: (all) => (overlaid(all.runs, steps, epochs).length ? all.runs : null),
    update: (view, all) => {
      const given = { label: title, axis: curves.counted(all.runs), lines: overlaid(all.runs, steps, epochs), ...spec };
      if (view.chart) view.chart.set(given);
      else {
        view.chart = new curves.Chart(view.body, given);
        view.tools.append(...view.chart.switches());
      }
    },
  });

  function rows(all, list) {
    return h("div", { class: "scroll", tabindex: "0", style: "max-height: none" }, h("table", { class: "full" },
      h("thead", {}, h("tr", {}, h("th", {}), all.runs.map((run, i) => h("th", { scope: "col" },
        h("i", { class: "dot", style: `background: var(--${COLOURS[i % COLOURS.length]})` }), run.name)))),
      h("tbody", {}, list.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name),
        row.values.map((value, i) => h("td", { class: row.best.includes(i) ? "best" : null }, value)))))));
  }

  return {
    list: [
      { name: "numbers", title: "Final numbers", wide: true, read: "The best of each row has a dot.",
        of: (all) => all.numbers, draw: (body, all) => body.append(rows(all, all.numbers)) },
      { name: "differences", title: "What their recipes do differently", wide: true, read: "Everything else is the same in all of them.",
        of: (all) => (all.differences.length ? all.differences : null), draw: (body, all) => body.append(rows(all, all.differences)) },
      panel("loss", "Training loss", "Lower is better. Runs that augment differently have losses that do not compare.", "loss", "trainLoss", { format: format.number, floor: 0, mayBeLogarithmic: true }),
      panel("validationLoss", "Validation loss", "Lower is better: the fairest comparison of how well they learn, where they share the validation part.", null, "validationLoss", { format: format.number, floor: 0, mayBeLogarithmic: true }),
      panel("accuracy", "Training accuracy", "On training pictures, as they were augmented where a recipe says so.", null, "trainAccuracy", { format: format.percent, tick: format.share, floor: 0, ceiling: 1 }),
      panel("validationAccuracy", "Validation accuracy", "Higher is better.", null, "validationAccuracy", { format: format.percent, tick: format.share, floor: 0, ceiling: 1 }),
      panel("rate", "Learning rate", "How far each step may go.", "learningRate", "learningRate", { format: format.number, floor: 0, mayBeLogarithmic: true }),
      panel("gradient", "Gradient norm", "How steep the loss is where the network stands.", "gradientNorm", "gradientNorm", { format: format.number, mayBeLogarithmic: true, logarithmic: true }),
      panel("update", "Update-to-weight ratio", "By what part of itself each step changes the weights.", "update", null, { format: format.number, mayBeLogarithmic: true, logarithmic: true }),
    ],
  };
})();
