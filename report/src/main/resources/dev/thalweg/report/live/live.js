/* The page while the run goes on. `live` says which server made the page, which version of the run it holds, and, where
   the run may be steered, with which token. */

(() => {
  const style = document.createElement("style");
  style.textContent = `
    #live { position: sticky; top: 0; z-index: 5; background: var(--panel); border-bottom: 1px solid var(--edge); }
    #live > div { max-width: 84rem; margin: 0 auto; padding: .45rem 1rem; display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: center; font-size: .9rem; font-variant-numeric: tabular-nums; }
    #live .meter { width: 12rem; margin: 0; }
    #live .grow { flex: 1; }
    #live .broken { color: var(--bad); font-weight: 600; }
    #live input { width: 5.5rem; font: inherit; font-size: .82rem; padding: .1rem .3rem; color: var(--ink); background: var(--page); border: 1px solid var(--edge); border-radius: .4rem; }
    #live output { color: var(--soft); }
    #live output.refused { color: var(--bad); }
    .state.died { color: var(--bad); }
    .state.paused { color: var(--gold); }
    #live form, #live .handles { display: inline-flex; gap: .4rem; align-items: center; }`;
  document.head.append(style);

  const clock = (x) => {
    if (!known(x)) return "–";
    const t = Math.round(x), two = (n) => String(n).padStart(2, "0");
    return t < 3600 ? `${Math.floor(t / 60)}:${two(t % 60)}` : `${Math.floor(t / 3600)}:${two(Math.floor(t / 60) % 60)}:${two(t % 60)}`;
  };

  const done = h("i", {});
  const meter = h("span", { class: "meter", role: "progressbar", "aria-label": "steps done" }, done);
  const now = h("span", { id: "live-now" }, "waiting for the next step …");
  const connection = h("span", { id: "live-connection", role: "status" });
  const bar = h("div", {}, meter, now, h("span", { class: "grow" }), connection);
  document.body.prepend(h("div", { id: "live" }, bar));

  let run = thalweg.data();
  const minimized = run.unit === "iteration"; // each iteration is one step, and has no learning rate
  let over = false;
  let pulsed = false;

  // What happens now.
  function pulse(p) {
    pulsed = true;
    meter.setAttribute("aria-valuenow", String(Math.round(100 * p.step / p.steps)));
    done.style.width = `${100 * p.step / p.steps}%`;
    const factor = p.factor === 1 ? "" : ` (× ${format.number(p.factor)})`;
    const learnt = `loss ${format.number(p.epochLoss)} · accuracy ${format.percent(p.epochAccuracy)}`;
    now.textContent = (minimized
      ? `iteration ${format.count(p.step)} of ${format.count(p.steps)} at most · ${learnt}`
      : `epoch ${p.epoch} of ${Math.ceil(p.epochs)} · step ${format.count(p.step)} of ${format.count(p.steps)} · ${learnt} · rate ${format.number(p.learningRate)}${factor}`
        + ` · ${format.count(known(p.imagesPerSecond) ? Math.round(p.imagesPerSecond) : null)} images/s`)
      + (p.paused ? " · paused" : minimized ? ` · ${clock(p.seconds)} so far` : ` · ${clock(p.secondsLeft)} left`) + (p.stopsAfterEpoch ? ` · stops after this ${run.unit}` : "");
    handles?.show(p);
  }

  const ends = {
    finished: "The run is finished. This page stays as it is.",
    stopped: "The run was stopped; it can be resumed. This page stays as it is.",
    diverged: "Training diverged; the last good state is kept. This page stays as it is.",
    died: "The process has ended before the run did; the run can be resumed.",
  };

  /** What the files say: all there is where another process trains, and before the first pulse. */
  function progress() {
    const last = (list) => (list && list.length ? list[list.length - 1] : 0);
    const epochs = Math.max(last(run.epochs.map((e) => e.end)), last(run.steps?.epoch));
    const total = run.recipe?.training?.epochs;
    if (pulsed || !epochs || !total) return;
    meter.setAttribute("aria-valuenow", String(Math.round(100 * epochs / total)));
    done.style.width = `${100 * epochs / total}%`;
    const loss = last(run.steps?.loss) || last(run.epochs.map((e) => e.trainLoss));
    now.textContent = `${format.number(epochs)} of ${format.number(total)} ${run.unit}s${minimized ? " at most" : ""} · loss ${format.number(loss)}`;
  }

  function state() {
    const ended = ends[run.state];
    connection.textContent = ended || "live";
    connection.className = run.state === "died" ? "broken" : "";
    if (ended) handles?.end();
    progress();
  }

  // News.
  let source;
  function connect() {
    source = new EventSource(`events?${live.instance}-${live.version}`);
    source.addEventListener("hello", (e) => {
      if (e.data !== live.instance) location.reload(); // another process serves here now
      state();
    });
    source.addEventListener("run", (e) => {
      run = { ...run, ...JSON.parse(e.data) };
      thalweg.render(run);
      document.documentElement.dataset.version = e.lastEventId;
      state();
    });
    source.addEventListener("pulse", (e) => pulse(JSON.parse(e.data)));
    source.addEventListener("over", () => {
      over = true;
      source.close();
      state();
      if (!ends[run.state]) connection.textContent = "The server has ended. This page stays as it is.";
      document.documentElement.dataset.live = "over";
    });
    source.addEventListener("error", () => {
      if (over) return;
      connection.textContent = "No connection: the process has ended or died. It is looked for …";
      connection.className = "broken";
      document.documentElement.dataset.live = "broken";
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
    });
    source.addEventListener("open", () => { document.documentElement.dataset.live = "open"; });
  }

  // Steering.
  function steering() {
    const says = h("output", { id: "live-says" });
    async function ask(request) {
      try {
        const answer = await fetch("control", { method: "POST", headers: { "Content-Type": "application/json", "X-Thalweg-Token": live.token }, body: JSON.stringify(request) });
        says.textContent = await answer.text();
        says.className = answer.ok ? "" : "refused";
      } catch {
        says.textContent = "No answer from the process.";
        says.className = "refused";
      }
    }
    const button = (name, id, action) => h("button", { type: "button", id, click: () => ask({ do: action }) }, name);
    const pause = button("Pause", "live-pause", "pause");
    const proceed = button("Go on", "live-proceed", "proceed");
    const epoch = button("Stop after this epoch", "live-epoch", "stop-after-epoch");
    const stop = button("Stop now", "live-stop", "stop");
    const factor = h("input", { id: "live-factor", type: "number", min: "0", max: "1000", step: "any", value: "1", "aria-label": "factor of the learning rate" });
    const set = h("button", { type: "submit" }, "Set");
    const form = h("form", { submit: (e) => { e.preventDefault(); ask({ do: "learning-rate", value: factor.value === "" ? null : Number(factor.value) }); } },
      h("label", { for: "live-factor" }, "learning rate ×"), factor, set);
    form.noValidate = true; // the process says what it does not take
    proceed.hidden = true;
    const all = h("div", { class: "handles" }, pause, proceed, minimized ? null : epoch, stop, minimized ? null : form, says);
    bar.after(h("div", {}, all));
    return {
      show: (p) => {
        pause.hidden = p.paused;
        proceed.hidden = !p.paused && !p.stopsAfterEpoch;
        epoch.hidden = p.stopsAfterEpoch;
      },
      end: () => { for (const control of all.querySelectorAll("button, input")) control.disabled = true; },
    };
  }

  const handles = live.token ? steering() : null;
  state();
  if (!ends[run.state]) connection.textContent = "connecting …";
  connect();
})();
