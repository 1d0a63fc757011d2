// Predictions and quizzes.

import { parseNumber, typed } from "./controls.js";
import { partOf, put } from "./elements.js";
import { shared } from "./registry.js";

const CLOSE = 2; // the factor up to which a guess is

/**
 * The guess kept for this session; a given one is kept first. Without storage it is null.
 * @param {HTMLElement} element
 * @param {string} [guess]
 */
function keptGuess(element, guess) {
  const key = `explorable:${location.pathname}:${element.dataset.predict}`;
  try {
    if (guess !== undefined) sessionStorage.setItem(key, guess);
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * A guess as a number, or null.
 * @param {string} text
 */
function guessed(text) {
  const number = parseNumber(text);
  return number !== null && Number.isFinite(number) ? number : null;
}

/**
 * How far a guess was off, in words.
 * @param {number} guess
 * @param {number} answer
 */
function verdict(guess, answer) {
  if (guess === answer) return "Exactly right.";
  if (Math.sign(guess) !== Math.sign(answer)) return `Off by ${readable(Math.abs(guess - answer))}.`;
  const factor = Math.max(guess / answer, answer / guess);
  if (factor < 1.05) return "As good as exact.";
  const way = `too ${Math.abs(guess) > Math.abs(answer) ? "high" : "low"} by a factor of`;
  return `${factor <= CLOSE ? "Close" : "Off"}: ${way} ${readable(factor, 3)}.`;
}

/**
 * A number for reading: 50,000 and 1.2e25.
 * @param {number} value
 */
function readable(value, digits = 6) {
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e9
    ? typed(Number(value.toPrecision(digits)))
    : value.toLocaleString("en-US", { maximumSignificantDigits: digits });
}

/**
 * A question to be answered before a figure opens.
 * @param {HTMLElement} element
 * @param {AddEventListenerOptions} until
 */
export function bindPredict(element, until) {
  const [form, outcome, skip] = ["guess", "outcome", "skip"].map((name) => partOf(element, name));
  /** @type {HTMLElement | null} */
  const cover = element.querySelector("[data-cover]");
  /** @type {HTMLInputElement | null} */
  const box = element.querySelector("[data-number]");
  /** @type {NodeListOf<HTMLElement>} */
  const found = element.querySelectorAll("[data-choice]");
  const choices = [...found];
  /** @param {boolean} on */
  const shut = (on) => {
    if (!cover) return;
    cover.inert = on;
    put(cover, "aria-hidden", on ? "true" : null);
    partOf(element, "curtain").hidden = !on;
    element.classList.toggle("xp-shut", on);
  };
  /** @param {string} guess */
  const settle = (guess) => {
    const right = Number(element.dataset.answer);
    const unit = element.dataset.unit ? ` ${element.dataset.unit}` : "";
    /** @param {number} number */
    const said = (number) => choices[number]?.textContent ?? `${readable(number)}${unit}`;
    const number = guessed(guess);
    let words = "Skipped.";
    if (number !== null) {
      const score = choices.length ? (number === right ? "Right." : "") : verdict(number, right);
      words = `You said ${said(number)}. ${score}`.trim();
    }
    outcome.textContent = `${words} The answer is ${said(right)}.`;
    const why = partOf(element, "why");
    why.hidden = !why.textContent;
    const { mark } = element.dataset;
    if (number !== null && (mark === "x" || mark === "y")) {
      const place = element.querySelector("figure[data-figure]");
      const figure = [...shared.live].find((one) => one.element === place);
      figure?.markGuess(mark, number);
    }
    form.hidden = true;
    shut(false);
  };
  /** @param {string} guess */
  const commit = (guess) => {
    keptGuess(element, guess);
    settle(guess);
    outcome.tabIndex = -1;
    outcome.focus(); // for what had it is gone
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!box) return;
    if (guessed(box.value) !== null) return commit(box.value);
    outcome.textContent = "Write a number, for example 500 or 2e6.";
    box.focus();
  }, until);
  for (const choice of choices) {
    choice.addEventListener("click", () => commit(choice.dataset.choice ?? ""), until);
  }
  skip.addEventListener("click", () => commit(""), until);
  element.classList.add("xp-live");
  const before = keptGuess(element);
  if (before === null) shut(true);
  else settle(before);
}

/** @type {Record<string, number>} */
const ARROWS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/**
 * Questions with feedback for each answer and a count at the end.
 * @param {HTMLElement} element
 * @param {AddEventListenerOptions} until
 */
export function bindQuiz(element, until) {
  const questions = [...element.querySelectorAll("[data-question]")];
  const score = partOf(element, "score");
  /** @type {Map<Element, boolean>} */
  const firsts = new Map(); // question -> whether the first answer was right
  for (const question of questions) {
    const feedback = partOf(question, "feedback");
    const notes = [...question.querySelectorAll("[data-note]")];
    const inputs = [...question.querySelectorAll("input")];
    inputs.forEach((input, i) => {
      input.checked = false;
      input.addEventListener("change", () => {
        const right = "correct" in input.dataset;
        if (!firsts.has(question)) firsts.set(question, right);
        feedback.replaceChildren(...notes[i].cloneNode(true).childNodes);
        feedback.className = `xp-feedback ${right ? "xp-right" : "xp-wrong"}`;
        if (firsts.size < questions.length) return;
        const count = [...firsts.values()].filter(Boolean).length;
        score.textContent = `${count} of ${questions.length} right at the first try.`;
      }, until);
    });
    // Arrow keys would answer with every option on the way; here the space bar answers.
    question.addEventListener("keydown", (event) => {
      if (!(event instanceof KeyboardEvent)) return;
      const step = ARROWS[event.key];
      const here = inputs.findIndex((input) => input === event.target);
      if (!step || here < 0) return;
      event.preventDefault();
      inputs.at((here + step) % inputs.length)?.focus();
    }, until);
  }
  element.classList.add("xp-live");
}
