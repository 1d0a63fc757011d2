// The state in the page's address: written, read, followed.

import { FORMAT_VERSION } from "./format.js";
import { shared } from "./registry.js";
import { nearest, parseNumber, typed } from "./controls.js";

/** @typedef {import("./registry.js").LiveFigure} LiveFigure */

const ADDRESS_DELAY = 300; // ms of rest before the address follows
const PREFIX = `#explore=${FORMAT_VERSION}`;

/**
 * What differs from the defaults, as a fragment; `whole` names the figure in any case.
 * @param {LiveFigure[]} figures
 */
export function fragmentOf(figures, whole = false) {
  const parts = [];
  const byName = new Map(figures.map((figure) => [figure.spec.name, figure]));
  for (const { spec, values } of byName.values()) {
    let named = spec.controls.filter(({ name, value }) => values[name] !== value);
    if (whole && !named.length) named = spec.controls.slice(0, 1);
    for (const control of named) {
      const value = values[control.name];
      const text = control.kind === "select" ? control.options[value] : typed(value);
      parts.push(`&${encodeURIComponent(`${spec.name}.${control.name}`)}=${encodeURIComponent(text)}`);
    }
  }
  return parts.length ? PREFIX + parts.join("") : "";
}

/**
 * A fragment as a map from figure names to values; unreadable parts are left out.
 * @param {string} hash
 */
function readFragment(hash) {
  /** @type {Map<string, Map<string, string>>} */
  const found = new Map();
  const [head, ...pairs] = hash.slice(0, 20000).split("&");
  if (head !== PREFIX) return found;
  for (const pair of pairs) {
    let name, value;
    try {
      [name, value] = pair.split("=").map(decodeURIComponent);
    } catch {
      continue; // a stray percent sign
    }
    const [figure, control] = name.split(".");
    if (!control || value === undefined) continue;
    const values = found.get(figure) ?? new Map();
    found.set(figure, values.set(control, value));
  }
  return found;
}

/**
 * All values of a figure where an address wants some of them.
 * @param {LiveFigure} figure
 * @param {Map<string, string>} wanted
 */
function valuesOf(figure, wanted) {
  const values = figure.defaults();
  for (const control of figure.spec.controls) {
    const text = wanted.get(control.name) ?? "";
    const value = control.kind === "select" ? text : parseNumber(text);
    values[control.name] = nearest(control, value) ?? control.value;
  }
  return values;
}

/**
 * Set the figures that a fragment names; return the first.
 * @param {string} hash
 */
export function applyFragment(hash) {
  /** @type {LiveFigure | null} */
  let first = null;
  for (const [name, wanted] of readFragment(hash)) {
    for (const figure of shared.live) {
      if (figure.spec.name !== name) continue;
      figure.change(valuesOf(figure, wanted));
      first ??= figure;
    }
  }
  return first;
}

/**
 * The states of a figure that the page leads to: its start, and what its links set, in their order.
 * @param {LiveFigure} figure
 */
export function statesOf(figure) {
  const states = [{ words: "the start", values: figure.defaults() }];
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll(`a[href*="${PREFIX}&"]`);
  for (const link of links) {
    const wanted = readFragment(link.hash).get(figure.spec.name);
    if (wanted) states.push({ words: link.textContent ?? "", values: valuesOf(figure, wanted) });
  }
  return states;
}

/**
 * Bring a figure whole onto the screen, or its head where it is higher than the screen.
 * @param {LiveFigure} figure
 */
export function bringIntoView({ element }) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const margin = parseFloat(getComputedStyle(element).scrollMarginTop) || 0;
  const fits = element.getBoundingClientRect().height + margin <= innerHeight;
  element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: fits ? "nearest" : "start" });
}

/**
 * Put an address in the browser's bar, where the page has one of its own (an about:srcdoc frame has
 * not); whether it took it.
 * @param {string} address
 */
export function showAddress(address) {
  try {
    history.replaceState(history.state, "", address);
    return true;
  } catch {
    return false;
  }
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let addressTimer;

export function writeAddressSoon() {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    const fragment = fragmentOf([...shared.live].filter(({ address }) => address));
    if (fragment === location.hash || (!fragment && !location.hash.startsWith(PREFIX))) return;
    showAddress(fragment || location.pathname + location.search);
  }, ADDRESS_DELAY);
}

/** Listen once a window for links and new fragments. */
export function listen() {
  if (shared.listening) return;
  shared.listening = true;
  addEventListener("hashchange", () => {
    const figure = applyFragment(location.hash);
    if (figure) bringIntoView(figure);
  });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    /** @type {HTMLAnchorElement | null | undefined} */
    const link = target?.closest("a[href]");
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey;
    // A link inside a picture is SVG's, and has no hash.
    if (!link?.hash?.startsWith(PREFIX) || elsewhere) return;
    const figure = applyFragment(link.hash);
    if (!figure) return;
    event.preventDefault();
    event.stopPropagation();
    bringIntoView(figure);
  }, true);
  addEventListener("beforeprint", () => {
    for (const figure of shared.live) if (figure.stale) figure.update();
  });
}
