// The start: brings figures and questions to life on a page, or in a notebook.

import { shared } from "./registry.js";
import { applyFragment, bringIntoView, listen } from "./address.js";
import { prefixIds } from "./elements.js";
import { LiveFigure, tellFault } from "./figure.js";
import { bindPredict, bindQuiz } from "./questions.js";

/** @typedef {import("./figure.js").Options} Options */

/**
 * Do something with each of some elements; where it fails, the others do not suffer.
 * @param {ParentNode} root
 * @param {string} selector
 * @param {string} what fails then
 * @param {(element: HTMLElement) => void} bind
 */
function each(root, selector, what, bind) {
  /** @type {NodeListOf<HTMLElement>} */
  const found = root.querySelectorAll(`${selector}:not(.xp-live)`);
  for (const element of found) {
    try {
      bind(element);
    } catch (error) {
      tellFault(element, what, error);
    }
  }
}

/**
 * Bring every figure and question under `root` to life.
 * @param {ParentNode} root
 * @param {Options} options
 * @param {AddEventListenerOptions} until of the questions' listeners
 */
function hydrate(root, options = {}, until = {}) {
  /** @type {LiveFigure[]} */
  const figures = [];
  each(root, "figure[data-figure]", "This figure stays as it is", (element) => {
    const spec = options.spec
      ?? JSON.parse(element.querySelector("script[data-spec]")?.textContent ?? "");
    figures.push(new LiveFigure(element, spec, options));
  });
  const question = "This question cannot be answered here";
  each(root, "[data-predict]", question, (element) => bindPredict(element, until));
  each(root, "[data-quiz]", question, (element) => bindQuiz(element, until));
  listen();
  return figures;
}

/** Start on a page of its own. */
export function start() {
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start, { once: true });
    return;
  }
  hydrate(document);
  const figure = applyFragment(location.hash);
  /** @type {any} */
  const [navigation] = performance.getEntriesByType("navigation");
  const again = navigation?.type;
  if (figure && again !== "reload" && again !== "back_forward") bringIntoView(figure);
}

const SAVE_DELAY = 50; // ms in which what moves is collected for Python

/**
 * What this script uses of anywidget's model.
 * @typedef {object} Model
 * @property {(name: string) => any} get
 * @property {(name: string, value: unknown) => void} set
 * @property {() => void} save_changes
 * @property {(event: string, callback: () => void) => void} on
 * @property {(event: string, callback: () => void) => void} off
 */

/**
 * Show a widget in a notebook (anywidget calls this); its values stay in step with Python.
 * @param {{ model: Model, el: HTMLElement }} view
 */
export function render({ model, el }) {
  const uid = `view${(shared.views += 1)}-`;
  const listeners = new AbortController();
  const until = { signal: listeners.signal };
  el.innerHTML = model.get("markup"); // the author's, from Python
  for (const child of el.children) prefixIds(child, uid);
  /** @type {NodeListOf<HTMLElement>} */
  const places = el.querySelectorAll("figure[data-figure]");
  for (const figure of places) figure.dataset.uid = uid;
  // JupyterLab would take the arrow keys; it looks at the very element that has the focus.
  /** @type {NodeListOf<HTMLElement>} */
  const controls = el.querySelectorAll("input, select, button, summary");
  for (const control of controls) control.dataset.lmSuppressShortcuts = "true";
  el.addEventListener("keydown", (event) => event.stopPropagation(), until); // and the enter key
  const spec = model.get("spec") ? JSON.parse(model.get("spec")) : undefined;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let saving;
  let hearing = false; // whether Python moves the figure; told so, it would be pulled back
  const figures = hydrate(el, {
    spec,
    address: false,
    onchange(values) {
      if (hearing) return;
      model.set("values", { ...values });
      saving ??= setTimeout(() => {
        saving = undefined;
        model.save_changes();
      }, SAVE_DELAY);
    },
  }, until);
  const follow = () => {
    hearing = true;
    figures.forEach((figure) => figure.change(model.get("values"), { quiet: true }));
    hearing = false;
  };
  model.on("change:values", follow);
  follow();
  return () => {
    model.off("change:values", follow);
    listeners.abort();
    figures.forEach((figure) => figure.close());
  };
}
