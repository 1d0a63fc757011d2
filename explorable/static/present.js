// A figure on a projector: it fills the screen, and keys walk through the states that the text
// around it links to.

import { statesOf } from "./address.js";
import { partOf } from "./elements.js";

/** @typedef {import("./registry.js").LiveFigure} LiveFigure */

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowLeft: -1, PageDown: 1, PageUp: -1 };

/**
 * Let a figure's button fill the screen with it.
 * @param {LiveFigure} figure
 * @param {AddEventListenerOptions} until
 */
export function bindPresent(figure, until) {
  const { element } = figure;
  const button = partOf(element, "present");
  const step = partOf(element, "step");
  const words = button.textContent ?? "";
  /** @type {ReturnType<typeof statesOf>} */
  let states = [];
  let at = 0;

  const isOn = () => element.classList.contains("xp-presented");
  const show = () => {
    step.textContent = `${at + 1} of ${states.length}: ${states[at].words}`;
  };
  /** @param {boolean} on */
  const turn = (on) => {
    element.classList.toggle("xp-presented", on);
    button.textContent = on ? "Leave full screen" : words;
    if (!on) return;
    states = statesOf(figure);
    at = 0;
    show();
    button.focus();
  };
  button.addEventListener("click", () => {
    const on = !isOn();
    turn(on);
    // Where the browser refuses, the figure fills the window instead.
    if (on) element.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement === element) document.exitFullscreen();
  }, until);
  document.addEventListener("fullscreenchange", () => {
    if (isOn() && document.fullscreenElement !== element) turn(false);
  }, until);
  element.addEventListener("keydown", (event) => {
    if (!isOn()) return;
    if (event.key === "Escape") return turn(false);
    const typing = event.target instanceof HTMLElement && event.target.matches("input, select");
    const move = STEPS[event.key];
    if (!move || (typing && event.key.startsWith("Arrow"))) return;
    event.preventDefault();
    at = Math.max(0, Math.min(states.length - 1, at + move));
    figure.change(states[at].values);
    show();
  }, until);
}
