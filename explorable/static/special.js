// Special functions, as scipy.special has them.
//
// Relative errors are some 1e-14 at most, tails included; coefficients come from their formulas
// where those are short enough to be evaluated when the script loads.

/** @typedef {(x: number) => number} Unary */
/** @typedef {(x: number, y: number) => number} Binary */
/** @typedef {(x: number, y: number, z: number) => number} Ternary */

const { abs, exp, expm1, floor, log, log1p, sqrt, PI } = Math;
const EPSILON = 2 ** -53;
const LOG_SQRT_2PI = log(2 * PI) / 2;

// The Bernoulli numbers B2, B4, ..., B20.
const BERNOULLI = [
  1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798,
  -174611 / 330,
];

/**
 * c[0] + c[1] x + c[2] x^2 + ...
 * @param {ArrayLike<number>} c
 * @param {number} x
 */
function polynomial(c, x) {
  let value = 0;
  for (let k = c.length - 1; k >= 0; k--) value = value * x + c[k];
  return value;
}

/**
 * sin(pi x), exact at whole and half numbers.
 * @type {Unary}
 */
function sinPi(x) {
  let r = x % 2;
  if (abs(r) > 1) r -= 2 * Math.sign(r);
  if (abs(r) > 0.5) r = Math.sign(r) - r;
  return Math.sin(PI * r);
}

/**
 * The sum of (q + k)^-s over k >= 0 by Euler and Maclaurin; q > 0, continued to s < 1.
 * @type {Binary}
 */
function zetaSum(s, q) {
  let sum = 0;
  for (let k = 0; k < 10 || q < 10; k++, q++) {
    const term = q ** -s;
    sum += term;
    if (abs(term) < EPSILON * EPSILON * abs(sum)) return sum;
  }
  const base = q ** -s;
  sum += (base * q) / (s - 1) + base / 2;
  let factor = (base * s) / (2 * q);
  for (let k = 1; k <= BERNOULLI.length; k++) {
    sum += factor * BERNOULLI[k - 1];
    factor *= ((s + 2 * k - 1) * (s + 2 * k)) / ((2 * k + 1) * (2 * k + 2) * q * q);
  }
  return sum;
}

/**
 * Hurwitz's zeta function, the sum of (q + k)^-s.
 * @type {Binary}
 */
export function zeta(s, q) {
  if (s === 1) return Infinity;
  if (!(s > 1) || q !== q) return NaN;
  if (q > 0) return q === Infinity ? 0 : zetaSum(s, q);
  if (q === floor(q)) return Infinity;
  if (s !== floor(s)) return NaN;
  // Negative terms run down to the fraction of -q, positive ones start at the fraction of q.
  const negative = zetaSum(s, -q - floor(-q)) - zetaSum(s, 1 - q);
  return (s % 2 === 0 ? negative : -negative) + zetaSum(s, q - floor(q));
}

/**
 * Riemann's zeta function.
 * @type {Unary}
 */
export function riemannZeta(s) {
  if (s === 1 || s === Infinity) return s === 1 ? Infinity : 1;
  if (s >= 0) return zetaSum(s, 1);
  if (s === -Infinity) return NaN;
  return 2 * (2 * PI) ** (s - 1) * sinPi(s / 2) * exp(gammaln(1 - s)) * zetaSum(1 - s, 1);
}

// log Gamma(2 + z) = (1 - Euler's constant) z + sum over k >= 2 of (zeta(k) - 1) (-z)^k / k.
const LOG_GAMMA_AT_2 = [0, 1 - 0.5772156649015328606];
for (let k = 2; k < 28; k++) LOG_GAMMA_AT_2[k] = ((-1) ** k * zetaSum(k, 2)) / k;

/**
 * log Gamma(1 + z) for |z| <= 1/2, accurate relative to z.
 * @type {Unary}
 */
function logGamma1p(z) {
  return polynomial(LOG_GAMMA_AT_2, z) - log1p(z);
}

const STIRLING = BERNOULLI.map((b, k) => b / ((2 * k + 2) * (2 * k + 1)));

/**
 * log Gamma(x) less Stirling's (x - 1/2) log x - x + log(2 pi)/2, for x >= 10.
 * @type {Unary}
 */
function stirlingError(x) {
  return polynomial(STIRLING, 1 / (x * x)) / x;
}

/**
 * log |Gamma(x)|.
 * @type {Unary}
 */
export function gammaln(x) {
  if (!(abs(x) < Infinity)) return x;
  if (x < 0.5) {
    if (x <= 0 && x === floor(x)) return Infinity;
    return log(PI / abs(sinPi(x))) - gammaln(1 - x);
  }
  if (x >= 10) return (x - 0.5) * (log(x) - 1) + stirlingError(x) + LOG_SQRT_2PI - 0.5;
  if (x < 1.5) return logGamma1p(x - 1);
  let product = 1;
  while (x > 2.5) product *= --x;
  return log(product) + polynomial(LOG_GAMMA_AT_2, x - 2);
}

/** @type {Unary} */
function gammaSign(x) {
  return x > 0 || floor(x) % 2 === 0 ? 1 : -1;
}

/**
 * log |B(a, b)| without cancellation where one or both are large.
 * @type {Binary}
 */
export function betaln(a, b) {
  if (a !== a || b !== b) return NaN;
  const p = Math.min(a, b);
  const q = Math.max(a, b);
  if (p <= 0 && p === floor(p)) return betalnAtPole(p, q);
  if (q <= 0 && q === floor(q)) return betalnAtPole(q, p);
  if (q === Infinity) return p === Infinity ? NaN : p > 0 ? -Infinity : Infinity;
  const sum = p + q;
  if (q < 10 || sum < 10) return gammaln(p) + gammaln(q) - gammaln(sum);
  const ratio = log1p(-p / sum);
  if (p < 10) {
    const correction = stirlingError(q) - stirlingError(sum);
    return gammaln(p) + correction + p * (1 - log(sum)) + (q - 0.5) * ratio;
  }
  const correction = stirlingError(p) + stirlingError(q) - stirlingError(sum);
  return LOG_SQRT_2PI - log(q) / 2 + correction + (p - 0.5) * log(p / sum) + q * ratio;
}

/**
 * Gamma(p) is infinite, but so is Gamma(p + q) when q is whole and p + q <= 0.
 * @type {Binary}
 */
function betalnAtPole(p, q) {
  return q === floor(q) && 1 - p - q > 0 ? betaln(1 - p - q, q) : Infinity;
}

/**
 * The binomial coefficient n over k, continued to real n and k.
 * @type {Binary}
 */
export function binom(n, k) {
  const wholeN = n === floor(n);
  if (n !== n || k !== k || (n < 0 && wholeN)) return NaN;
  if (k === floor(k) && (abs(n) > 1e-8 || n === 0)) {
    const few = wholeN && k > n / 2 && n > 0 ? n - k : k;
    if (few >= 0 && few < 20) {
      let product = 1;
      for (let i = 1; i <= few; i++) product *= (i + n - few) / i;
      return product < 2 ** 53 && wholeN ? Math.round(product) : product;
    }
  }
  if (k > n + 1) {
    // Gamma(1 + n - k) by reflection. The sine of pi (k - n) keeps the digits of a small n.
    const sine = sinPi(k - floor(k) - n) * (floor(k) % 2 === 0 ? 1 : -1);
    const sign = gammaSign(n + 1) * gammaSign(k + 1);
    return (sign * sine * exp(betaln(k - n, n + 1))) / PI;
  }
  const sign = gammaSign(1 + k) * gammaSign(n + 2);
  return (sign * exp(-betaln(1 + n - k, 1 + k))) / (n + 1);
}

// Chebyshev coefficients of exp(x^2) erfc(x) (4 + x)/4 in 2t - 1, where t = 4/(4 + x), x >= 0.
const ERFCX = [
  0.4080244695491314905, 0.3763582356763674336, 0.1475803545722236193, 0.04957131793002758629,
  0.01422710755711717399, 0.003443493262717524128, 0.000682254183283808062,
  0.0001034045197575618815, 9.728545951990149999e-6, -1.198871375841204421e-7,
  -2.174776770344956432e-7, -3.029176773599139e-8, 9.4799175652045e-10, 8.6334116949908e-10,
  6.872156425955e-11, -1.703489843831e-11, -3.392130686908e-12, 2.6158087669e-13,
  1.2127675803e-13, -2.1146895e-15, -4.11734094e-15, -6.32871e-17, 1.43931e-16,
];

/**
 * exp(x^2) erfc(x) for x >= 0.
 * @type {Unary}
 */
function erfcx(x) {
  const t = 4 / (4 + x);
  const u = 2 * (2 * t - 1);
  let now = 0;
  let before = 0;
  for (let k = ERFCX.length - 1; k > 0; k--) {
    const next = u * now - before + ERFCX[k];
    before = now;
    now = next;
  }
  return t * ((u / 2) * now - before + ERFCX[0]);
}

// erf(x) = x times the sum of 2/sqrt(pi) (-x^2)^n / (n! (2n + 1)).
/** @type {number[]} */
const ERF = [];
for (let n = 0, c = 2 / sqrt(PI); n < 17; n++, c /= -n) ERF.push(c / (2 * n + 1));

/** @type {Unary} */
export function erf(x) {
  if (abs(x) < 0.75) return x * polynomial(ERF, x * x);
  return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
}

/** @type {Unary} */
export function erfc(x) {
  if (abs(x) < 0.5) return 1 - erf(x);
  return x < 0 ? 2 - erfc(-x) : exp(-x * x) * erfcx(x);
}

/**
 * z >= 0 with erf(z) = y and erfc(z) = tail, from Winitzki's approximation by iteration.
 * @type {Binary}
 */
function erfRoot(y, tail) {
  const a = 0.147;
  const w = y < 0.5 ? log1p(-y * y) : log(tail * (2 - tail));
  const c = 2 / (PI * a) + w / 2;
  const root = sqrt(c * c - w / a);
  let z = sqrt(c > 0 ? -w / a / (root + c) : root - c);
  for (let k = 0; k < 3; k++) {
    if (y < 0.5) {
      const newton = ((erf(z) - y) * sqrt(PI) * exp(z * z)) / 2;
      z -= newton / (1 + z * newton);
    } else {
      const scaled = erfcx(z);
      z += ((log(scaled / tail) - z * z) * sqrt(PI) * scaled) / 2;
    }
  }
  return z;
}

/** @type {Unary} */
export function erfinv(y) {
  if (!(abs(y) < 1)) return abs(y) === 1 ? y * Infinity : NaN;
  return Math.sign(y) * erfRoot(abs(y), 1 - abs(y));
}

/**
 * The standard normal distribution function.
 * @type {Unary}
 */
export function ndtr(x) {
  if (abs(x) < 1) return 0.5 + erf(x * Math.SQRT1_2) / 2;
  return x > 0 ? 1 - ndtr(-x) : (exp((-x * x) / 2) * erfcx(-x * Math.SQRT1_2)) / 2;
}

/** @type {Unary} */
export function ndtri(p) {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  const tail = 2 * Math.min(p, 1 - p);
  return Math.sign(p - 0.5) * Math.SQRT2 * erfRoot(1 - tail, tail);
}

/** @type {Unary} */
export function logNdtr(x) {
  return x < -1 ? log(erfcx(-x * Math.SQRT1_2) / 2) - (x * x) / 2 : log1p(-ndtr(-x));
}

/**
 * x log(x/m) + m - x, the exponent of Poisson's and the binomial law, after Loader (2000).
 * @type {Binary}
 */
function deviance(x, m) {
  if (!(abs(x - m) < 0.1 * (x + m))) return x * log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let power = 2 * x * v;
  for (let j = 3; ; j += 2) {
    power *= v * v;
    const next = sum + power / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/**
 * x^a exp(-x) / Gamma(a + 1).
 * @type {Binary}
 */
function poisson(a, x) {
  if (a < 10) return exp(a * log(x) - x - gammaln(a + 1));
  return exp(-stirlingError(a) - deviance(a, x)) / sqrt(2 * PI * a);
}

/**
 * b0 + a1/(b1 + a2/(b2 + ...)) after Lentz; `term(k, pair)` puts ak and bk into the pair.
 * @param {number} b0
 * @param {(k: number, pair: [number, number]) => void} term
 */
function continuedFraction(b0, term) {
  const tiny = 1e-300;
  /** @type {[number, number]} */
  const pair = [0, 0];
  let value = b0 || tiny;
  let c = value;
  let d = 0;
  for (let k = 1; k < 100000; k++) {
    term(k, pair);
    d = 1 / (pair[1] + pair[0] * d || tiny);
    c = pair[1] + pair[0] / c || tiny;
    value *= c * d;
    if (abs(c * d - 1) < EPSILON) break;
  }
  return value;
}

// Temme's expansion of the incomplete gamma functions for large a (DLMF 8.12.7 to 8.12.12): the
// coefficients of eta^n in c_k(eta).
const TEMME = (() => {
  const order = 30;
  const alpha = [0, 1, 1 / 3];
  for (let n = 3; n <= order; n++) {
    let sum = 0;
    for (let j = 2; j < n; j++) sum += j * alpha[j] * alpha[n - j + 1];
    alpha[n] = (alpha[n - 1] - sum) / (n + 1);
  }
  const d0 = Array.from({ length: order - 1 }, (_, n) => (n ? (n + 2) * alpha[n + 2] : -1 / 3));
  const rows = [d0];
  [1 / 12, 1 / 288, -139 / 51840].forEach((g, k) => {
    const above = rows[k];
    const sign = k % 2 ? 1 : -1;
    rows.push(above.slice(2).map((d, n) => sign * g * d0[n] + (n + 2) * d));
  });
  return rows;
})();

/**
 * The regularised incomplete gamma functions: lower P(a, x), or upper Q(a, x).
 * @param {number} a
 * @param {number} x
 * @param {boolean} upper
 */
export function incompleteGamma(a, x, upper) {
  if (!(a >= 0 && x >= 0) || (a === 0 && x === 0) || (a === Infinity && x === Infinity)) return NaN;
  const one = upper ? 1 : 0; // Q(a, 0)
  if (x === 0 || a === Infinity) return one;
  if (a === 0 || x === Infinity) return 1 - one;
  if (a > 1e4) {
    const exponent = deviance(a, x);
    const side = upper === x > a ? 1 : -1;
    if (exponent > 750) return side > 0 ? 0 : 1;
    const eta = Math.sign(x - a) * sqrt((2 * exponent) / a);
    const rest = polynomial(TEMME.map((c) => polynomial(c, eta)), 1 / a);
    const density = (exp(-exponent) / sqrt(2 * PI * a)) * rest;
    return erfc(side * sqrt(exponent)) / 2 + (upper ? density : -density);
  }
  if (x > 1.1 && x > a) {
    const fraction = continuedFraction(x + 1 - a, (k, pair) => {
      pair[0] = k * (a - k);
      pair[1] = x + 1 - a + 2 * k;
    });
    const tail = (poisson(a, x) * a) / fraction;
    return upper ? tail : 1 - tail;
  }
  if (upper && a < 0.5 && x <= 1.1) {
    // 1 - x^a/Gamma(a + 1) and the rest of the series, each without cancellation.
    let sum = 0;
    let power = 1;
    for (let n = 1; n < 40; n++) {
      power *= -x / n;
      sum += (a * power) / (a + n);
    }
    const leading = a * log(x) - logGamma1p(a);
    return -expm1(leading) - exp(leading) * sum;
  }
  let sum = 1;
  let term = 1;
  for (let n = 1; term > EPSILON * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  const lower = poisson(a, x) * sum;
  return upper ? 1 - lower : lower;
}

/**
 * The regularised incomplete beta function.
 * @type {Ternary}
 */
export function betainc(a, b, x) {
  if (!(a >= 0 && b >= 0 && x >= 0 && x <= 1) || (a === b && (a === 0 || a === Infinity))) {
    return NaN;
  }
  if (x === 0 || x === 1) return x;
  if (a === 0 || b === Infinity) return 1;
  if (b === 0 || a === Infinity) return 0;
  if (x > (a + 1) / (a + b + 2)) {
    const complement = betaTail(b, a, 1 - x, x);
    if (complement < 0.9) return 1 - complement;
  }
  return betaTail(a, b, x, 1 - x);
}

/**
 * betainc(a, b, x) by its continued fraction (DLMF 8.17.22); y = 1 - x.
 * @param {number} a
 * @param {number} b
 * @param {number} x
 * @param {number} y
 */
function betaTail(a, b, x, y) {
  const n = a + b;
  let front;
  if (Math.min(a, b) < 10) {
    front = exp(a * log(x) + b * (x < 0.5 ? log1p(-x) : log(y)) - betaln(a, b)) / a;
  } else {
    const correction = stirlingError(n) - stirlingError(a) - stirlingError(b);
    const exponent = correction - deviance(a, n * x) - deviance(b, n * y);
    front = exp(exponent) * sqrt(b / (2 * PI * n * a));
  }
  return front / continuedFraction(1, (k, pair) => {
    const m = floor(k / 2);
    const over = k % 2 ? -(a + m) * (n + m) : m * (b - m);
    pair[0] = (over * x) / ((a + (k - 1)) * (a + k));
    pair[1] = 1;
  });
}

/** @type {Unary} */
export function expit(x) {
  if (x > 0) return 1 / (1 + exp(-x));
  const e = exp(x);
  return e / (1 + e);
}

/** @type {Unary} */
export function logit(p) {
  return p > 0.3 && p < 0.7 ? log1p(2 * p - 1) - log1p(1 - 2 * p) : log(p) - log1p(-p);
}

/** @type {Unary} */
export function logExpit(x) {
  return x < 0 ? x - log1p(exp(x)) : -log1p(exp(-x));
}
