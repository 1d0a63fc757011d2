// Arrays: their shapes, and the operations on them.

import { FORMULAS } from "./formulas.js";

// All arrays of a program lie in one Float64Array, the memory. An operand says where. An operation
// answers the shape of its result, whose place is `out`, and `run`, which computes it and allocates
// nothing.

/** @typedef {import("./formulas.js").Formula} Formula */
/** @typedef {number[]} Shape */
/** @typedef {Float64Array} Memory */
/** @typedef {{ at: number, shape: Shape, size: number }} Operand */
/** @typedef {(m: Memory) => void} Run */
/** @typedef {{ shape: Shape, run: Run }} Step */
/** @typedef {(operands: Operand[], attributes: any, out: number) => Step} Operation */
/** @typedef {[Float64Array, Float64Array]} Pair */
/** @typedef {(m: Memory, start: number, re: Float64Array, im: Float64Array, length: number) => void} Fill */
/** @typedef {(re: Float64Array, im: Float64Array) => Pair} Transform */

/** @param {Shape} shape */
export function sizeOf(shape) {
  let n = 1;
  for (const length of shape) n *= length;
  return n;
}

/**
 * How far apart neighbours along each axis lie in an array stored row by row.
 * @param {Shape} shape
 */
function stridesOf(shape) {
  const strides = [];
  let stride = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    strides[k] = stride;
    stride *= shape[k];
  }
  return strides;
}

/**
 * Where the elements of a strided view of `shape` lie, row by row.
 * @param {Shape} shape
 * @param {number[]} strides
 */
function positions(shape, strides, start = 0) {
  const where = new Int32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  let position = start;
  for (let i = 0; i < where.length; i++) {
    where[i] = position;
    for (let k = shape.length - 1; k >= 0; k--) {
      position += strides[k];
      if (++index[k] < shape[k]) break;
      position -= strides[k] * shape[k];
      index[k] = 0;
    }
  }
  return where;
}

/**
 * NumPy's rule: align on the right; lengths agree or are one.
 * @param {Shape[]} shapes
 * @returns {Shape}
 */
function broadcastShapes(shapes) {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, k) => {
    let length = 1;
    for (const shape of shapes) {
      const own = shape[k - rank + shape.length] ?? 1;
      if (own === 1 || own === length) continue;
      if (length !== 1) throw new Error(`shapes [${shapes.join("] and [")}] do not broadcast`);
      length = own;
    }
    return length;
  });
}

/**
 * The strides that read an array of `shape` as if it had the shape `target`.
 * @param {Shape} shape
 * @param {Shape} target
 */
function broadcastStrides(shape, target) {
  const strides = stridesOf(shape);
  const missing = target.length - shape.length;
  return target.map((_, k) => (k < missing || shape[k - missing] === 1 ? 0 : strides[k - missing]));
}

/**
 * @param {number} axis
 * @param {number} rank
 */
function axisOf(axis, rank) {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new Error(`no axis ${axis} in ${rank} dimension(s)`);
  }
  return axis < 0 ? axis + rank : axis;
}

/**
 * An array seen as `count` lanes of `length` elements along some axes (all, when `axis` is
 * undefined). `order` lists the elements lane by lane, or is null where they lie in that order.
 * @param {Shape} shape
 * @param {number | number[]} [axis]
 */
function lanesOf(shape, axis) {
  const rank = shape.length;
  const all = shape.map((_, k) => k);
  const along = axis === undefined ? all : [axis].flat().map((a) => axisOf(a, rank));
  const kept = all.filter((k) => !along.includes(k));
  const axes = [...kept, ...all.filter((k) => along.includes(k))];
  const strides = stridesOf(shape);
  const straight = axes.every((a, k) => a === k);
  return {
    kept: kept.map((k) => shape[k]),
    withOnes: shape.map((length, k) => (along.includes(k) ? 1 : length)),
    count: sizeOf(kept.map((k) => shape[k])),
    length: sizeOf(along.map((k) => shape[k])),
    order: straight ? null : positions(axes.map((k) => shape[k]), axes.map((k) => strides[k])),
  };
}

// --------------------------------------------------------------------- Operations on arrays
/**
 * Calling a formula costs ten times what adding two numbers does, so arithmetic has its own loops.
 * @type {Record<string, (m: Memory, n: number, out: number, a: number, stepA: number, b: number,
 *   stepB: number) => void>}
 */
const ARITHMETIC = {
  // @ts-expect-error: that is the prototype, so that no name is known but these
  __proto__: null,
  add(m, n, out, a, stepA, b, stepB) {
    for (let i = 0; i < n; i++) m[out + i] = m[a + i * stepA] + m[b + i * stepB];
  },
  subtract(m, n, out, a, stepA, b, stepB) {
    for (let i = 0; i < n; i++) m[out + i] = m[a + i * stepA] - m[b + i * stepB];
  },
  multiply(m, n, out, a, stepA, b, stepB) {
    for (let i = 0; i < n; i++) m[out + i] = m[a + i * stepA] * m[b + i * stepB];
  },
  divide(m, n, out, a, stepA, b, stepB) {
    for (let i = 0; i < n; i++) m[out + i] = m[a + i * stepA] / m[b + i * stepB];
  },
};

/**
 * Apply a formula element by element. It is given three arguments and ignores the superfluous.
 * @param {string} name
 * @param {Operand[]} operands
 * @param {number} out
 * @returns {Step}
 */
export function elementwise(name, operands, out) {
  const formula = FORMULAS[name];
  const shape = broadcastShapes(operands.map((x) => x.shape));
  const n = sizeOf(shape);
  const three = [0, 1, 2].map((k) => operands[k] ?? operands[0]);
  if (operands.every((x) => x.size === n || x.size === 1)) {
    const [a, b, c] = three.map((x) => x.at);
    const [stepA, stepB, stepC] = three.map((x) => (x.size === 1 ? 0 : 1));
    const loop = ARITHMETIC[name];
    if (loop) return { shape, run: (m) => loop(m, n, out, a, stepA, b, stepB) };
    /** @type {Run} */
    const run = (m) => {
      for (let i = 0; i < n; i++) {
        m[out + i] = formula(m[a + i * stepA], m[b + i * stepB], m[c + i * stepC]);
      }
    };
    return { shape, run };
  }
  const [a, b, c] = three.map((x) => positions(shape, broadcastStrides(x.shape, shape), x.at));
  /** @type {Run} */
  const run = (m) => {
    for (let i = 0; i < n; i++) m[out + i] = formula(m[a[i]], m[b[i]], m[c[i]]);
  };
  return { shape, run };
}

/**
 * Copy elements from the places listed in `from`.
 * @param {Shape} shape
 * @param {Int32Array} from
 * @param {number} out
 * @returns {Step}
 */
function gather(shape, from, out) {
  /** @type {Run} */
  const run = (m) => {
    for (let i = 0; i < from.length; i++) m[out + i] = m[from[i]];
  };
  return { shape, run };
}

// Buffers are shared: an operation is through with one before the next begins.
/** @type {Map<string, any>} */
const buffers = new Map();

/**
 * @template {Float64Array | Int32Array} [T=Float64Array]
 * @param {string} kind
 * @param {number} n
 * @param {new (n: number) => T} [Type]
 * @returns {T}
 */
function buffer(kind, n, Type) {
  const key = `${kind} ${n}`;
  if (!buffers.has(key)) buffers.set(key, new (Type ?? Float64Array)(n));
  return buffers.get(key);
}

/**
 * Copy lane number `j` of an array into `lane`.
 * @param {Memory} m
 * @param {number} at
 * @param {number} j
 * @param {Int32Array | null} order
 * @param {Float64Array} lane
 */
function collect(m, at, j, order, lane) {
  const start = j * lane.length;
  for (let k = 0; k < lane.length; k++) lane[k] = m[at + (order?.[start + k] ?? start + k)];
}

/**
 * Reduce axes to one number each: `summary(lane, straight)`, straight where it lies in a row.
 * @param {(lane: Float64Array, straight: boolean) => number} summary
 * @param {boolean} [needsOne]
 * @returns {Operation}
 */
function reduction(summary, needsOne) {
  return ([x], { axis, keepdims }, out) => {
    const { kept, withOnes, count, length, order } = lanesOf(x.shape, axis);
    if (needsOne && length === 0 && count > 0) throw new Error("nothing to choose from");
    const lane = buffer("lane", length);
    /** @type {Run} */
    const run = (m) => {
      for (let j = 0; j < count; j++) {
        collect(m, x.at, j, order, lane);
        m[out + j] = summary(lane, order === null);
      }
    };
    return { shape: keepdims ? withOnes : kept, run };
  };
}

/**
 * Replace every lane along an axis by `change(lane, result)`, of the same length.
 * @param {(lane: Float64Array, result: Float64Array) => void} change
 * @returns {Operation}
 */
function alongAxis(change) {
  return ([x], { axis }, out) => {
    const { count, length, order } = lanesOf(x.shape, axis);
    const lane = buffer("lane", length);
    const result = buffer("result", length);
    /** @type {Run} */
    const run = (m) => {
      for (let j = 0; j < count; j++) {
        collect(m, x.at, j, order, lane);
        change(lane, result);
        const start = j * length;
        for (let k = start; k < start + length; k++) m[out + (order?.[k] ?? k)] = result[k - start];
      }
    };
    return { shape: x.shape, run };
  };
}

/**
 * Start from `first` and take in one element after the other.
 * @type {(formula: Formula, first: number) => (lane: Float64Array) => number}
 */
const fold = (formula, first) => (lane) => {
  let value = first;
  for (let k = 0; k < lane.length; k++) value = formula(value, lane[k], NaN);
  return value;
};

/** @type {(formula: Formula) => (lane: Float64Array, result: Float64Array) => void} */
const cumulate = (formula) => (lane, result) => {
  for (let k = 0; k < lane.length; k++) result[k] = k ? formula(result[k - 1], lane[k], NaN) : lane[k];
};

const eightSums = new Float64Array(8);

/**
 * NumPy's order of adding along a row, which keeps rounding small.
 * @param {Float64Array} lane
 * @param {number} start
 * @param {number} end
 * @returns {number}
 */
function sumPairwise(lane, start, end) {
  const n = end - start;
  if (n > 128) {
    const middle = start + 8 * Math.floor(n / 16);
    return sumPairwise(lane, start, middle) + sumPairwise(lane, middle, end);
  }
  let total = 0;
  let k = start;
  if (n >= 8) {
    const s = eightSums.fill(0);
    for (; k + 8 <= end; k += 8) for (let i = 0; i < 8; i++) s[i] += lane[k + i];
    total = s[0] + s[1] + (s[2] + s[3]) + (s[4] + s[5] + (s[6] + s[7]));
  }
  for (; k < end; k++) total += lane[k];
  return total;
}

const sumInOrder = fold(FORMULAS.add, 0);
const largest = fold(FORMULAS.maximum, -Infinity);

/** @param {Float64Array} lane */
function logSumExp(lane) {
  const top = largest(lane);
  if (!(Math.abs(top) < Infinity)) return top;
  let total = 0;
  for (let k = 0; k < lane.length; k++) total += Math.exp(lane[k] - top);
  return top + Math.log(total);
}

/**
 * Where the best element is: the first of ties, or the first NaN.
 * @type {(isBetter: Formula) => (lane: Float64Array) => number}
 */
const findBest = (isBetter) => (lane) => {
  let best = 0;
  for (let k = 0; k < lane.length; k++) {
    if (lane[k] !== lane[k]) return k;
    if (isBetter(lane[k], lane[best], NaN)) best = k;
  }
  return best;
};

/**
 * x comes strictly before y in NumPy's order: NaN last, the zeros equal.
 * @type {(x: number, y: number) => boolean}
 */
const isBefore = (x, y) => x < y || (y !== y && x === x);

/**
 * The order that sorts `values`, stable, by merging runs.
 * @param {Float64Array} values
 */
function sortOrder(values) {
  const n = values.length;
  let from = buffer("from", n, Int32Array);
  let to = buffer("to", n, Int32Array);
  for (let k = 0; k < n; k++) from[k] = k;
  for (let width = 1; width < n; width *= 2) {
    for (let left = 0; left < n; left += 2 * width) {
      const middle = Math.min(left + width, n);
      const end = Math.min(left + 2 * width, n);
      let i = left;
      let j = middle;
      for (let k = left; k < end; k++) {
        const second = i === middle || (j < end && isBefore(values[from[j]], values[from[i]]));
        to[k] = second ? from[j++] : from[i++];
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

/**
 * How many of n sorted values come before `value`, or not after it.
 * @param {Memory} m
 * @param {number} at
 * @param {number} n
 * @param {number} value
 * @param {boolean} orEqual
 */
function countBefore(m, at, n, value, orEqual) {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    const left = orEqual ? !isBefore(value, m[at + middle]) : isBefore(m[at + middle], value);
    if (left) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @type {Operation} */
function searchsorted([a, v], { side = "left" }, out) {
  /** @type {Run} */
  const run = (m) => {
    for (let i = 0; i < v.size; i++) {
      m[out + i] = countBefore(m, a.at, a.size, m[v.at + i], side === "right");
    }
  };
  return { shape: v.shape, run };
}

/** @type {Operation} */
function interp([x, xp, fp, left, right], _, out) {
  const n = xp.size;
  if (n === 0 || fp.size !== n) throw new Error(`${n} points with ${fp.size} values`);
  /** @type {(m: Memory, value: number) => number} */
  const at = (m, value) => {
    if (value !== value) return n === 1 ? m[fp.at] : NaN;
    if (value < m[xp.at]) return m[left.at];
    if (value > m[xp.at + n - 1]) return m[right.at];
    const k = countBefore(m, xp.at, n, value, true) - 1;
    const x0 = m[xp.at + k];
    const y0 = m[fp.at + k];
    if (k === n - 1 || x0 === value) return y0;
    const x1 = m[xp.at + k + 1];
    const y1 = m[fp.at + k + 1];
    const slope = (y1 - y0) / (x1 - x0);
    const result = slope * (value - x0) + y0;
    if (result === result) return result;
    const fromRight = slope * (value - x1) + y1;
    return fromRight !== fromRight && y0 === y1 ? y0 : fromRight;
  };
  /** @type {Run} */
  const run = (m) => {
    for (let i = 0; i < x.size; i++) m[out + i] = at(m, m[x.at + i]);
  };
  return { shape: x.shape, run };
}

/**
 * Elements at live positions along an axis.
 * @type {Operation}
 */
function take([x, where], { axis }, out) {
  const k = axisOf(axis, x.shape.length);
  const before = x.shape.slice(0, k);
  const after = x.shape.slice(k + 1);
  const length = x.shape[k];
  const inner = sizeOf(after);
  const outer = sizeOf(before);
  /** @type {Run} */
  const run = (m) => {
    let to = out;
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < where.size; i++) {
        const asked = m[where.at + i];
        const index = asked < 0 ? asked + length : asked;
        const inside = index >= 0 && index < length;
        const from = x.at + (o * length + Math.trunc(index)) * inner;
        for (let e = 0; e < inner; e++) m[to++] = inside ? m[from + e] : NaN;
      }
    }
  };
  return { shape: [...before, ...where.shape, ...after], run };
}

/**
 * Whole numbers, slices [start, stop, step] and new axes (null).
 * @type {Operation}
 */
export function index([x], { index: entries }, out) {
  const strides = stridesOf(x.shape);
  const shape = [];
  const steps = [];
  let start = x.at;
  let axis = 0;
  for (const entry of entries) {
    if (entry === null) {
      shape.push(1);
      steps.push(0);
      continue;
    }
    if (axis === x.shape.length) throw new Error("more indices than dimensions");
    if (typeof entry === "number") {
      start += axisOf(entry, x.shape[axis]) * strides[axis];
    } else {
      const [first, stop, step] = entry;
      start += first * strides[axis];
      shape.push(Math.max(0, Math.ceil((stop - first) / step)));
      steps.push(step * strides[axis]);
    }
    axis++;
  }
  shape.push(...x.shape.slice(axis));
  steps.push(...strides.slice(axis));
  return gather(shape, positions(shape, steps, start), out);
}

/** @type {Operation} */
function reshape([x], { shape }, out) {
  if (sizeOf(shape) !== x.size) throw new Error(`[${x.shape}] does not reshape to [${shape}]`);
  return { shape, run: (m) => void m.copyWithin(out, x.at, x.at + x.size) };
}

/** @type {Operation} */
function broadcastTo([x], { shape }, out) {
  const joint = broadcastShapes([x.shape, shape]);
  if (`${joint}` !== `${shape}`) throw new Error(`[${x.shape}] does not broadcast to [${shape}]`);
  return gather(shape, positions(shape, broadcastStrides(x.shape, shape), x.at), out);
}

/**
 * @param {Operand[]} operands
 * @param {{ axes: number[] }} attributes
 * @param {number} out
 */
function transpose([x], { axes }, out) {
  const strides = stridesOf(x.shape);
  const order = axes.map((a) => axisOf(a, x.shape.length));
  const shape = order.map((a) => x.shape[a]);
  return gather(shape, positions(shape, order.map((a) => strides[a]), x.at), out);
}

/** @type {Operation} */
function concatenate(operands, { axis }, out) {
  const first = operands[0].shape;
  const k = axisOf(axis, first.length);
  const inner = sizeOf(first.slice(k + 1));
  const outer = sizeOf(first.slice(0, k));
  for (const x of operands) {
    const fits = x.shape.length === first.length;
    if (!fits || x.shape.some((length, i) => i !== k && length !== first[i])) {
      throw new Error(`[${x.shape}] does not join [${first}] along axis ${k}`);
    }
  }
  const total = operands.reduce((n, x) => n + x.shape[k], 0);
  /** @type {Run} */
  const run = (m) => {
    let to = out;
    for (let o = 0; o < outer; o++) {
      for (const x of operands) {
        const width = x.shape[k] * inner;
        m.copyWithin(to, x.at + o * width, x.at + (o + 1) * width);
        to += width;
      }
    }
  };
  return { shape: first.map((length, i) => (i === k ? total : length)), run };
}

/** @type {Operation} */
function matmul([x, y], _, out) {
  if (!x.shape.length || !y.shape.length) throw new Error("a scalar has no matrix product");
  const left = x.shape.length === 1 ? [1, ...x.shape] : x.shape;
  const right = y.shape.length === 1 ? [...y.shape, 1] : y.shape;
  const [rows, inner] = left.slice(-2);
  const [innerY, columns] = right.slice(-2);
  if (inner !== innerY) throw new Error(`[${x.shape}] and [${y.shape}] do not multiply`);
  const batchX = left.slice(0, -2);
  const batchY = right.slice(0, -2);
  const batch = broadcastShapes([batchX, batchY]);
  const fromX = positions(batch, broadcastStrides(batchX, batch));
  const fromY = positions(batch, broadcastStrides(batchY, batch));
  /** @type {Run} */
  const run = (m) => {
    let to = out;
    for (let g = 0; g < fromX.length; g++) {
      for (let i = 0; i < rows; i++) {
        const row = x.at + (fromX[g] * rows + i) * inner;
        for (let j = 0; j < columns; j++) {
          let total = 0;
          let cell = y.at + fromY[g] * inner * columns + j;
          for (let k = 0; k < inner; k++, cell += columns) total += m[row + k] * m[cell];
          m[to++] = total;
        }
      }
    }
  };
  const shape = [...batch];
  if (x.shape.length > 1) shape.push(rows);
  if (y.shape.length > 1) shape.push(columns);
  return { shape, run };
}

/** @type {Map<number, Transform>} */
const transforms = new Map();

/**
 * The discrete Fourier transform of n points, one prime factor after the other (Stockham's way):
 * a function of (real, imaginary) that returns such a pair.
 * @param {number} n
 * @returns {Transform}
 */
function fourier(n) {
  const known = transforms.get(n);
  if (known) return known;
  /** @type {number[]} */
  const factors = [];
  for (let p = 2, rest = n; rest > 1; p++) for (; rest % p === 0; rest /= p) factors.push(p);
  const cosine = Float64Array.from({ length: n }, (_, k) => Math.cos((2 * Math.PI * k) / n));
  const sine = Float64Array.from({ length: n }, (_, k) => -Math.sin((2 * Math.PI * k) / n));
  /** @type {Pair} */
  const spare = [new Float64Array(n), new Float64Array(n)];
  /** @type {Transform} */
  const transform = (re, im) => {
    /** @type {Pair} */
    let [toRe, toIm] = spare;
    let done = 1; // for all k < done, j < n/done: the transform of every (n/done)-th point from j
    for (const p of factors) {
      const from = n / done;
      const step = from / p;
      toRe.fill(0);
      toIm.fill(0);
      for (let k = 0; k < done * p; k++) {
        for (let u = 0; u < p; u++) {
          const c = cosine[(k * u * step) % n];
          const s = sine[(k * u * step) % n];
          let read = (k % done) * from + u * step;
          for (let to = k * step; to < (k + 1) * step; to++, read++) {
            toRe[to] += re[read] * c - im[read] * s;
            toIm[to] += re[read] * s + im[read] * c;
          }
        }
      }
      done *= p;
      [re, toRe] = [toRe, re];
      [im, toIm] = [toIm, im];
    }
    return [re, im];
  };
  transforms.set(n, transform);
  return transform;
}

/**
 * Along the last axis: `fill` the buffers from a lane, transform them, `read` the result.
 * @param {Operand[]} operands
 * @param {number} n
 * @param {number} width
 * @param {number} out
 * @param {Fill} fill
 * @param {(result: Pair, k: number) => number} read
 * @returns {Step}
 */
function realFourier(operands, n, width, out, fill, read) {
  const { shape } = operands[0];
  const length = shape[shape.length - 1];
  if (!(n >= 1) || shape.length === 0) throw new Error(`no transform of ${n} points of [${shape}]`);
  const transform = fourier(n);
  const re = buffer("real", n);
  const im = buffer("imaginary", n);
  const count = sizeOf(shape.slice(0, -1));
  /** @type {Run} */
  const run = (m) => {
    for (let lane = 0; lane < count; lane++) {
      re.fill(0);
      im.fill(0);
      fill(m, lane * length, re, im, length);
      const result = transform(re, im);
      for (let k = 0; k < width; k++) m[out + lane * width + k] = read(result, k);
    }
  };
  return { shape: [...shape.slice(0, -1), width], run };
}

/**
 * @param {(result: Pair, k: number) => number} read
 * @returns {Operation}
 */
function rfft(read) {
  return ([x], { n }, out) => {
    /** @type {Fill} */
    const fill = (m, start, re, im, length) => {
      for (let k = 0; k < Math.min(n, length); k++) re[k] = m[x.at + start + k];
    };
    return realFourier([x], n, Math.floor(n / 2) + 1, out, fill, read);
  };
}

/** @type {Operation} */
function irfft([real, imaginary], { n }, out) {
  if (`${real.shape}` !== `${imaginary.shape}`) {
    throw new Error(`real parts [${real.shape}], imaginary parts [${imaginary.shape}]`);
  }
  // The transform of the conjugate is the conjugate of the inverse, whose real part is wanted.
  /** @type {Fill} */
  const fill = (m, start, re, im, length) => {
    for (let k = 0; k < Math.min(Math.floor(n / 2) + 1, length); k++) {
      const mirror = (n - k) % n;
      re[k] = re[mirror] = m[real.at + start + k];
      im[mirror] = m[imaginary.at + start + k];
      im[k] = -im[mirror];
    }
  };
  return realFourier([real, imaginary], n, n, out, fill, ([re], k) => re[k] / n);
}

/** @type {Record<string, Operation>} */
export const OPERATIONS = {
  // @ts-expect-error: that is the prototype, so that no name is known but these
  __proto__: null,
  sum: reduction((lane, straight) =>
    straight ? sumPairwise(lane, 0, lane.length) : sumInOrder(lane)),
  prod: reduction(fold(FORMULAS.multiply, 1)),
  max: reduction(largest, true),
  min: reduction(fold(FORMULAS.minimum, Infinity), true),
  any: reduction(fold(FORMULAS.logical_or, 0)),
  all: reduction(fold(FORMULAS.logical_and, 1)),
  logaddexp_reduce: reduction(logSumExp),
  argmax: reduction(findBest(FORMULAS.greater), true),
  argmin: reduction(findBest(FORMULAS.less), true),
  cumsum: alongAxis(cumulate(FORMULAS.add)),
  cumprod: alongAxis(cumulate(FORMULAS.multiply)),
  sort: alongAxis((values, result) => {
    const order = sortOrder(values);
    for (let k = 0; k < order.length; k++) result[k] = values[order[k]];
  }),
  argsort: alongAxis((values, result) => result.set(sortOrder(values))),
  searchsorted,
  interp,
  take,
  index,
  reshape,
  broadcast_to: broadcastTo,
  transpose,
  concatenate,
  matmul,
  rfft_real: rfft(([re], k) => re[k]),
  rfft_imag: rfft(([, im], k) => im[k]),
  irfft,
};
