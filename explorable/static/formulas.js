// Formulas: one number out of one, two or three, as NumPy and SciPy have it.

import {
  betainc, betaln, binom, erf, erfc, erfinv, expit, gammaln, incompleteGamma, logExpit, logNdtr,
  logit, ndtr, ndtri, riemannZeta, zeta,
} from "./special.js";

/** @typedef {import("./special.js").Unary} Unary */
/** @typedef {import("./special.js").Binary} Binary */

/** @param {number} x */
export const isNegative = (x) => x < 0 || Object.is(x, -0);
/** @type {Binary} */
const copysign = (x, y) => (isNegative(y) ? -Math.abs(x) : Math.abs(x));

/**
 * The nearest whole number, ties to even.
 * @type {Unary}
 */
function rint(x) {
  if (!(Math.abs(x) < 2 ** 52)) return x;
  return copysign(Math.abs(x) + 2 ** 52 - 2 ** 52, x);
}

/**
 * Floored division: the quotient that goes with `remainder`.
 * @type {Binary}
 */
function floorDivide(x, y) {
  if (y === 0) return x / y;
  const rest = x % y;
  let quotient = (x - rest) / y;
  if (rest !== 0 && rest < 0 !== y < 0) quotient -= 1;
  if (quotient === 0) return copysign(0, x / y);
  const whole = Math.floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

/**
 * The remainder with the sign of the divisor.
 * @type {Binary}
 */
function remainder(x, y) {
  const rest = x % y;
  if (rest === 0) return copysign(0, y);
  return rest < 0 !== y < 0 ? rest + y : rest;
}

/**
 * C's rule, which JavaScript does not follow at 1^NaN and (-1)^Infinity.
 * @type {Binary}
 */
export function power(x, y) {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
}

/** @type {Binary} */
function logaddexp(x, y) {
  if (x === y) return x + Math.LN2;
  return x > y ? x + Math.log1p(Math.exp(y - x)) : y + Math.log1p(Math.exp(x - y));
}

/** @type {Binary} */
function logaddexp2(x, y) {
  if (x === y) return x + 1;
  return x > y ? x + Math.log1p(2 ** (y - x)) * Math.LOG2E : y + Math.log1p(2 ** (x - y)) * Math.LOG2E;
}

/** @typedef {(x: number, y: number, z: number) => number} Formula */

/**
 * A function's number of parameters is the operation's number of arguments.
 * @type {Record<string, Formula>}
 */
export const FORMULAS = {
  // @ts-expect-error: that is the prototype, so that no name is known but these
  __proto__: null,
  negative: (x) => -x,
  absolute: Math.abs,
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : NaN),
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  rint,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  square: (x) => x * x,
  reciprocal: (x) => 1 / x,
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  expm1: Math.expm1,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  arcsinh: Math.asinh,
  arccosh: Math.acosh,
  arctanh: Math.atanh,
  isnan: (x) => (x !== x ? 1 : 0),
  isinf: (x) => (Math.abs(x) === Infinity ? 1 : 0),
  isfinite: (x) => (Math.abs(x) < Infinity ? 1 : 0),
  signbit: (x) => (isNegative(x) ? 1 : 0),
  logical_not: (x) => (x === 0 ? 1 : 0),

  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  floor_divide: floorDivide,
  remainder,
  power,
  minimum: (x, y) => Math.min(x, y),
  maximum: (x, y) => Math.max(x, y),
  fmin: (x, y) => (x !== x ? y : y !== y ? x : Math.min(x, y)),
  fmax: (x, y) => (x !== x ? y : y !== y ? x : Math.max(x, y)),
  hypot: (x, y) => Math.hypot(x, y),
  arctan2: Math.atan2,
  logaddexp,
  logaddexp2,
  copysign,
  heaviside: (x, half) => (x > 0 ? 1 : x < 0 ? 0 : x === 0 ? half : NaN),
  greater: (x, y) => (x > y ? 1 : 0),
  greater_equal: (x, y) => (x >= y ? 1 : 0),
  less: (x, y) => (x < y ? 1 : 0),
  less_equal: (x, y) => (x <= y ? 1 : 0),
  equal: (x, y) => (x === y ? 1 : 0),
  not_equal: (x, y) => (x !== y ? 1 : 0),
  logical_and: (x, y) => (x !== 0 && y !== 0 ? 1 : 0),
  logical_or: (x, y) => (x !== 0 || y !== 0 ? 1 : 0),
  logical_xor: (x, y) => ((x !== 0) !== (y !== 0) ? 1 : 0),

  gammaln,
  erf,
  erfc,
  erfinv,
  ndtr,
  ndtri,
  log_ndtr: logNdtr,
  expit,
  logit,
  log_expit: logExpit,
  zeta1: riemannZeta,
  betaln,
  gammainc: (a, x) => incompleteGamma(a, x, false),
  gammaincc: (a, x) => incompleteGamma(a, x, true),
  xlogy: (x, y) => (x === 0 && y === y ? 0 : x * Math.log(y)),
  xlog1py: (x, y) => (x === 0 && y === y ? 0 : x * Math.log1p(y)),
  binom,
  zeta,
  betainc,
  where: (condition, x, y) => (condition !== 0 ? x : y),
};
