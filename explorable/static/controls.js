// Controls: their values, and these as a person types, reads or hears them.

import { SUPERSCRIPTS, formatNumber } from "./text.js";

/** @typedef {import("./format.js").Control} Control */
/** @typedef {import("./format.js").Slider} Slider */

const ROUNDING = 1e-12; // of a value: 10 ** 23 is a little above 1e23

/** @type {(control: Control) => control is Slider} */
export const isSlider = (control) => control.kind === "slider";
/** @type {(control: Slider, value: number) => number} */
export const toScale = (control, value) =>
  control.scale === "log" ? Math.log(value) / Math.log(control.base) : value;
/** @type {(control: Slider, position: number) => number} */
export const fromScale = (control, position) =>
  control.scale === "log" ? control.base ** position : position;

/**
 * The nearest valid value of a control, or null where `value` says nothing.
 * @param {Control} control
 * @param {unknown} value
 */
export function nearest(control, value) {
  if (control.kind === "select" && typeof value === "string") {
    const index = control.options.indexOf(value);
    return index < 0 ? null : index;
  }
  const number = typeof value === "boolean" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) return null;
  const [low, high] = isSlider(control)
    ? [fromScale(control, control.min), fromScale(control, control.max)]
    : [0, control.kind === "select" ? control.options.length - 1 : 1];
  let inside = Math.min(Math.max(number, low), high);
  if (Math.abs(inside - number) <= ROUNDING * Math.abs(inside)) inside = number;
  return !isSlider(control) || control.whole ? Math.round(inside) : inside;
}

/**
 * A number as a person may type it, or null. The keys of many phones have a comma and no point.
 * @param {string} text
 */
export function parseNumber(text) {
  const plain = text.trim().replace(/\u2212/g, "-").replace(/[\s_]/g, "");
  const bare = /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.|$)/.test(plain)
    ? plain.replace(/,/g, "")
    : plain.replace(/^([-+]?(?:0|\d+(?!,\d{3}(?!\d)))),(?=\d)/, "$1.");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,4})?$/i.test(bare) ? Number(bare) : null;
}

/**
 * The shortest way to type a number: 7e10, 0.34.
 * @param {number} value
 */
export function typed(value) {
  const size = Math.abs(value);
  const plain = String(value);
  return size === 0 || (size >= 1e-4 && size < 1e6)
    ? plain
    : value.toExponential().replace("e+", "e");
}

/**
 * What a number box shows: all digits where they are few, else as the control formats them.
 * @param {Slider} control
 * @param {number} value
 */
export function boxText(control, value) {
  if (Number(value.toPrecision(7)) === value) return typed(value);
  // A format that writes more than digits, or none of them, gives way to four digits.
  return typed(Number(formatNumber(value, control.format)) || Number(value.toPrecision(4)));
}

const GROUPS = ["", " thousand", " million", " billion", " trillion", " quadrillion"];

/**
 * A number in words that a screen reader speaks well: "70 billion".
 * @param {number} value
 * @returns {string}
 */
function spoken(value) {
  if (value < 0) return `minus ${spoken(-value)}`;
  const size = Number(value.toPrecision(3));
  if (size === 0 || (size >= 1e-3 && size < 1e4)) {
    const short = Number(value.toPrecision(6)) === value; // a step of a fine slider
    return String(short ? value : Number(value.toPrecision(4)));
  }
  if (size >= 1e4 && size < 1e18) {
    const group = Math.floor(Math.log10(size) / 3);
    return Number((size / 1e3 ** group).toPrecision(3)) + GROUPS[group];
  }
  const [digits, power] = size.toExponential().split("e");
  const raised = `10 to the ${power.replace("+", "").replace("-", "minus ")}`;
  return digits === "1" ? raised : `${digits} times ${raised}`;
}

/**
 * A raised exponent in the digits that a number is read from.
 * @param {string} power
 */
const lowered = (power) => power
  .replace("⁻", "-").replace(/[^-]/g, (sign) => String(SUPERSCRIPTS.indexOf(sign)));

/**
 * Text with the numbers that a screen reader would spell, 4.9e+27 and -0.5, in words.
 * @param {string} text
 */
export const aloud = (text) => text
  .replace(/(?:([\d.]+)\u00a0×\u00a0)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, digits, power) =>
    spoken(Number(`${digits ?? 1}e${lowered(power)}`)))
  .replace(/\b\d+(\.\d+)?e[-+]?\d+\b/g, (number) => spoken(Number(number)))
  .replace(/(^|[\s(])[-\u2212](?=\d)/g, "$1minus ");

/**
 * A control's value in words, with its unit.
 * @param {Control} control
 * @param {number} value
 */
export function valueText(control, value) {
  if (control.kind === "select") return control.options[value];
  if (control.kind === "checkbox") return value ? "on" : "off";
  const words = control.format.endsWith("%") ? formatNumber(value, control.format) : spoken(value);
  return control.unit ? `${words} ${control.unit}` : words;
}

/** @param {string} text */
export const onOneLine = (text) => text.replace(/\s+/g, " ").trim();
