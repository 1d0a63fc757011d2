// Numbers as text, as Python writes them, and the templates they stand in.

import { isNegative } from "./formulas.js";

/** @typedef {import("./format.js").Template} Template */
/** @typedef {import("./program.js").Program} Program */

/**
 * The fraction [top, bottom] of whole numbers that x is exactly.
 * @param {number} x
 * @returns {[bigint, bigint]}
 */
function exactFraction(x) {
  let top = x;
  let twos = 0;
  while (!Number.isInteger(top)) {
    top *= 2;
    twos++;
  }
  return [BigInt(top), 1n << BigInt(twos)];
}

/**
 * x 10^decimals rounded to a whole number, ties to even, as a string of digits; x >= 0.
 * @param {number} x
 * @param {number} decimals
 */
function scaledDigits(x, decimals) {
  let [top, bottom] = exactFraction(x);
  if (decimals >= 0) top *= 10n ** BigInt(decimals);
  else bottom *= 10n ** BigInt(-decimals);
  const whole = top / bottom;
  const twice = 2n * (top % bottom);
  const up = twice > bottom || (twice === bottom && whole % 2n === 1n);
  return String(up ? whole + 1n : whole);
}

/**
 * x as `count` significant digits and the exponent of the first; all it takes without `count`.
 * @param {number} x
 * @param {number} [count]
 * @returns {[string, number]}
 */
function significantDigits(x, count) {
  if (x === 0) return ["0".repeat(count ?? 1), 0];
  const [digits, power] = x.toExponential().split("e");
  const exponent = Number(power);
  if (count === undefined) return [digits.replace(".", ""), exponent];
  // The exponent is that of the shortest form, which rounding may have carried up by one.
  const long = scaledDigits(x, count - exponent);
  if (long.length > count) {
    const exact = scaledDigits(x, count - 1 - exponent);
    return exact.length > count ? [exact.slice(0, count), exponent + 1] : [exact, exponent];
  }
  return [long, exponent - 1];
}

const FORMAT =
  /^(?:(.)?([<>=^]))?([ +-])?(0)?(\d+)?([,_])?(?:(?:\.(\d+))?([eEfFgG%]))?$/su;

/**
 * A non-negative finite number as [whole, fraction, suffix], before padding.
 * @param {number} x
 * @param {string} type
 * @param {number} precision
 * @returns {[string, string, string]}
 */
function layOut(x, type, precision) {
  if (type === "f" || type === "%") {
    const digits = scaledDigits(x, precision).padStart(precision + 1, "0");
    const point = digits.length - precision;
    return [digits.slice(0, point), digits.slice(point), ""];
  }
  const count = type === "e" ? precision + 1 : precision || 1;
  const [digits, exponent] = significantDigits(x, type ? count : undefined);
  if (type === "e" || exponent < -4 || exponent >= (type ? count : 16)) {
    const fraction = digits.slice(1);
    const power = String(Math.abs(exponent)).padStart(2, "0");
    return [
      digits[0],
      type === "e" ? fraction : fraction.replace(/0+$/, ""),
      `e${exponent < 0 ? "-" : "+"}${power}`,
    ];
  }
  const padded = exponent < 0 ? "0".repeat(-exponent) + digits : digits.padEnd(exponent + 1, "0");
  const point = Math.max(exponent, 0) + 1;
  const fraction = padded.slice(point).replace(/0+$/, "");
  return [padded.slice(0, point), type ? fraction : fraction || "0", ""];
}

/** @type {(digits: string, separator: string) => string} */
const groupDigits = (digits, separator) => digits.replace(/\B(?=(\d{3})+$)/g, separator);

/**
 * A number as Python's format(value, spec) writes it.
 * @param {number} value
 * @param {string} spec
 */
export function formatNumber(value, spec) {
  const match = FORMAT.exec(spec);
  if (!match) throw new Error(`unknown number format "${spec}"`);
  const [, fillGiven, alignGiven, signs = "-", zero, wide, separator = ""] = match;
  const [precision = 6, letter = ""] = match.slice(7);
  const width = Number(wide ?? 0);
  const fill = fillGiven ?? (zero ? "0" : " ");
  const align = alignGiven ?? (zero ? "=" : ">");
  const type = letter.toLowerCase();

  const x = type === "%" ? value * 100 : value;
  let whole = "";
  let rest = "";
  if (Math.abs(x) < Infinity) {
    const [digits, fraction, suffix] = layOut(Math.abs(x), type, Number(precision));
    whole = digits;
    rest = (fraction && ".") + fraction + suffix;
  } else {
    rest = x === x ? "inf" : "nan";
  }
  if (type === "%") rest += "%";
  if (letter !== type) rest = rest.toUpperCase();
  const sign = isNegative(x) ? "-" : signs === "-" ? "" : signs;

  let grouped = groupDigits(whole, separator);
  if (whole && fill === "0" && align === "=") {
    const room = width - sign.length - rest.length;
    while (grouped.length < room) {
      whole = `0${whole}`;
      grouped = groupDigits(whole, separator);
    }
  }
  const body = grouped + rest;
  const padding = Math.max(0, width - sign.length - body.length);
  if (align === "=") return sign + fill.repeat(padding) + body;
  const before = align === "<" ? 0 : align === ">" ? padding : Math.floor(padding / 2);
  return fill.repeat(before) + sign + body + fill.repeat(padding - before);
}

export const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const EXPONENT = /(?<![\p{L}\p{N}_.])([-+\u2212]?\d+(?:\.\d+)?)e([-+]?\d+)(?![\p{L}\p{N}_]|\.\d)/gu;

/**
 * A text with numbers as a page sets them, 4.9e+27 as 4.9 × 10²⁷: `typeset` of text.py.
 * @param {string} text
 */
export const typeset = (text) => /\de[-+\d]/.test(text) ? text.replace(EXPONENT, raise) : text;

/** @type {(_: string, digits: string, power: string) => string} */
function raise(_, digits, power) {
  const raised = String(Number(power)).replace("-", "⁻").replace(/\d/g, (d) => SUPERSCRIPTS[Number(d)]);
  return digits.replace(/^[-+\u2212]/, "") === "1"
    ? `${digits.slice(0, -1)}10${raised}`
    : `${digits}\u00a0×\u00a010${raised}`;
}

/**
 * A template's text with its numbers and choices as the program has them now.
 * @param {Template} template
 * @param {Program} program
 * @returns {string}
 */
export function fillTemplate(template, program) {
  return template
    .map((part) => {
      if (typeof part === "string") return part;
      if ("v" in part) return formatNumber(program.scalar(part.v), part.f);
      if ("if" in part) {
        return fillTemplate(program.scalar(part.if) !== 0 ? part.then : part.else, program);
      }
      const position = program.scalar(part.pick);
      const chosen = part.of[position < 0 ? position + part.of.length : position];
      return fillTemplate(chosen ?? [], program);
    })
    .join("");
}
