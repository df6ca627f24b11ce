"use strict";
/* Elements and numbers. Text only ever becomes text: nothing here, or anywhere in this page, parses HTML. */

const thalweg = {};

/** An element: `h("p", {class: "read"}, "text", child, …)`. Attributes that are functions become listeners. */
function h(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
function s(name, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) element.append(child);
  }
  return element;
}

/** What a CSS variable's colour is in the scheme that holds now, for canvases. */
function colour(name) {
  const probe = h("i", { style: `color: var(--${name}); display: none` });
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const known = (x) => x !== null && x !== undefined;

const format = {
  count: (x) => (known(x) ? x.toLocaleString("en") : "–"),
  percent: (x) => (known(x) ? `${(100 * x).toFixed(2)} %` : "–"),
  share: (x) => (known(x) ? `${(100 * x).toFixed(x > 0 && x < 0.1 ? 1 : 0)} %` : "–"),
  /** Four digits that count. */
  number: (x) => {
    if (!known(x)) return "–";
    if (x === 0) return "0";
    const size = Math.abs(x);
    if (size < 1e-3 || size >= 1e6) return x.toExponential(2).replace("e+", "e");
    return String(Number(x.toPrecision(4)));
  },
  /** As short as it goes, for an axis. */
  tick: (x) => (!known(x) ? "" : x !== 0 && Math.abs(x) < 1e-4 ? x.toExponential() : String(Number(x.toPrecision(6)))),
  seconds: (x) => {
    if (!known(x)) return "–";
    if (x < 60) return `${x.toFixed(x < 10 ? 2 : 1)} s`;
    const t = Math.round(x);
    const two = (n) => String(n).padStart(2, "0");
    return t < 3600 ? `${Math.floor(t / 60)}:${two(t % 60)} min` : `${Math.floor(t / 3600)}:${two(Math.floor(t / 60) % 60)} h`;
  },
};
