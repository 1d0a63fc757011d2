// Drawing: from an axis's numbers to the picture's user units, and the paths of what is drawn.
// Nothing here touches the document.

/** @typedef {import("./format.js").Axis} Axis */
/** @typedef {ArrayLike<number>} Numbers */
/** @typedef {(v: number) => number} Map1 */
/** @typedef {{ to: Map1, from: Map1 }} Mapping */
/** @typedef {[number, number]} Point */

// User units; nothing farther out can show in a frame, and a browser draws with fewer digits there.
export const FAR = 1e5;
const LOWEST = -1000; // where matplotlib puts what a log axis cannot show, in powers of its base

// ---------------------------------------------------------------- scales

/**
 * The functions that straighten an axis and bend it back.
 * @param {Axis} axis
 * @returns {[Map1, Map1]}
 */
function scale(axis) {
  if (axis.scale === "log") {
    const lowest = LOWEST * Math.log(axis.base);
    return [(v) => (v > 0 ? Math.log(v) : v <= 0 ? lowest : NaN), Math.exp];
  }
  if (axis.scale === "symlog") {
    const { base, linthresh, linscale } = axis;
    const inner = linscale / (1 - 1 / base);
    return [
      (v) => Math.abs(v) <= linthresh
        ? v * inner
        : Math.sign(v) * linthresh * (inner + Math.log(Math.abs(v) / linthresh) / Math.log(base)),
      (t) => Math.abs(t) <= linthresh * inner
        ? t / inner
        : Math.sign(t) * linthresh * base ** (Math.abs(t) / linthresh - inner),
    ];
  }
  return [(v) => v, (t) => t];
}

/**
 * From an axis's data to user units and back: `start` and `end` are where its limits lie.
 * @param {Axis} axis
 * @param {number} start
 * @param {number} end
 * @returns {Mapping}
 */
export function mapping(axis, start, end) {
  const [straighten, bend] = scale(axis);
  const first = straighten(axis.lim[0]);
  const factor = (end - start) / (straighten(axis.lim[1]) - first);
  return {
    to: (v) => start + (straighten(v) - first) * factor,
    from: (u) => bend(first + (u - start) / factor),
  };
}

/**
 * From a part of a length to user units and back.
 * @param {number} start
 * @param {number} end
 * @returns {Mapping}
 */
export const portion = (start, end) => ({
  to: (v) => start + v * (end - start),
  from: (u) => (u - start) / (end - start),
});

// ---------------------------------------------------------------- far away

/** @param {number} u */
export const cut = (u) => Math.round(u * 100) / 100;
/** @param {number} u */
export const isNear = (u) => Math.abs(u) <= FAR;
/** @param {number} u */
export const clamp = (u) => Math.max(-FAR, Math.min(FAR, u));

/** @type {(p: Point, axis: number, side: number) => boolean} */
const isBeyond = (p, axis, side) => side * p[axis] > FAR;

/**
 * Where the segment between two points crosses the border of what is near.
 * @param {Point} p
 * @param {Point} q
 * @param {number} axis
 * @param {number} side
 * @returns {Point}
 */
function crossing(p, q, axis, side) {
  // From the nearer end, whose digits are not lost in the size of the other.
  const [a, b] = Math.abs(p[axis]) < Math.abs(q[axis]) ? [p, q] : [q, p];
  const border = side * FAR;
  const part = (border - a[axis]) / (b[axis] - a[axis]);
  const other = a[1 - axis] + (b[1 - axis] - a[1 - axis]) * part;
  return axis ? [other, border] : [border, other];
}

const BORDERS = [[0, -1], [0, 1], [1, -1], [1, 1]];

/**
 * The near part of a segment, or null where all of it is far.
 * @param {Point} p
 * @param {Point} q
 * @returns {[Point, Point] | null}
 */
export function nearSegment(p, q) {
  for (const [axis, side] of BORDERS) {
    const [first, second] = [isBeyond(p, axis, side), isBeyond(q, axis, side)];
    if (first && second) return null;
    if (first) p = crossing(p, q, axis, side);
    if (second) q = crossing(p, q, axis, side);
  }
  return [p, q];
}

/**
 * The near part of a polygon, border by border (Sutherland and Hodgman's way).
 * @param {Point[]} points
 */
export function nearPolygon(points) {
  if (points.every(([u, v]) => isNear(u) && isNear(v))) return points; // as nearly always
  for (const [axis, side] of BORDERS) {
    /** @type {Point[]} */
    const kept = [];
    let before = points[points.length - 1];
    for (const point of points) {
      const beyond = isBeyond(point, axis, side);
      if (beyond !== isBeyond(before, axis, side)) kept.push(crossing(before, point, axis, side));
      if (!beyond) kept.push(point);
      before = point;
    }
    points = kept;
    if (!points.length) break;
  }
  return points;
}

// ---------------------------------------------------------------- paths

/**
 * The value at index i of something that may be a single number.
 * @param {Numbers} values
 * @param {number} i
 */
export const at = (values, i) => (values.length === 1 ? values[0] : values[i]);

/** @param {Numbers[]} all */
export const longest = (...all) =>
  all.some((values) => values.length === 0) ? 0 : Math.max(...all.map((values) => values.length));

/** @param {Point} p */
const written = ([u, v]) => `${cut(u)} ${cut(v)}`;

/**
 * A segment's path; nothing where it is far, or somewhere is no number.
 * @param {Point} p
 * @param {Point} q
 */
export function segmentPath(p, q) {
  const piece = [...p, ...q].every(Number.isFinite) ? nearSegment(p, q) : null;
  return piece ? `M${written(piece[0])}L${written(piece[1])}` : "";
}

/**
 * A line's path; what is not finite breaks it.
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {Map1} toX
 * @param {Map1} toY
 */
export function linePath(x, y, toX, toY) {
  const count = longest(x, y);
  let d = "";
  let isDown = false; // whether the pen is on the paper, at the point before
  let isKnown = false; // whether there is a point before
  let lastU = 0;
  let lastV = 0;
  for (let i = 0; i < count; i++) {
    const u = toX(at(x, i));
    const v = toY(at(y, i));
    if (!(Math.abs(u) < Infinity && Math.abs(v) < Infinity)) {
      isDown = isKnown = false;
      continue;
    }
    const near = isNear(u) && isNear(v);
    if (near && (isDown || !isKnown)) d += `${isDown ? "L" : "M"}${cut(u)} ${cut(v)}`;
    else if (isKnown) {
      const piece = nearSegment([lastU, lastV], [u, v]);
      if (piece) d += `${isDown ? "" : `M${written(piece[0])}`}L${written(piece[1])}`;
    }
    isDown = near;
    isKnown = true;
    lastU = u;
    lastV = v;
  }
  return d;
}

/**
 * The corners of a line that goes in steps, as matplotlib sets them: "pre", "post" or "mid".
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {string} steps
 * @returns {[number[], number[]]}
 */
export function staircase(x, y, steps) {
  const count = longest(x, y);
  /** @type {number[]} */
  const xs = [];
  /** @type {number[]} */
  const ys = [];
  for (let i = 0; i < count; i++) {
    if (i && steps === "pre") xs.push(at(x, i - 1)), ys.push(at(y, i));
    if (i && steps === "post") xs.push(at(x, i)), ys.push(at(y, i - 1));
    if (i && steps === "mid") {
      const middle = (at(x, i - 1) + at(x, i)) / 2;
      xs.push(middle, middle);
      ys.push(at(y, i - 1), at(y, i));
    }
    xs.push(at(x, i));
    ys.push(at(y, i));
  }
  return [xs, ys];
}

/**
 * The path of the area between two edges, or of its parts.
 * @param {Numbers} along
 * @param {Numbers} one
 * @param {Numbers} two
 * @param {Numbers | undefined} where
 * @param {Map1} toAlong
 * @param {Map1} toAcross
 * @param {boolean} across whether it lies on its side
 */
export function bandPath(along, one, two, where, toAlong, toAcross, across) {
  const count = longest(along, one, two);
  let d = "";
  /** @type {Point[]} */
  let there = [];
  /** @type {Point[]} */
  let back = [];
  const close = () => {
    const points = nearPolygon([...there, ...back.reverse()]);
    if (points.length) d += `M${points.map(written).join("L")}Z`;
    there = [];
    back = [];
  };
  for (let i = 0; i < count; i++) {
    const u = toAlong(at(along, i));
    const v1 = toAcross(at(one, i));
    const v2 = toAcross(at(two, i));
    const isGap = where !== undefined && !at(where, i);
    if (isGap || !Number.isFinite(u) || !Number.isFinite(v1) || !Number.isFinite(v2)) close();
    else {
      there.push(across ? [v1, u] : [u, v1]);
      back.push(across ? [v2, u] : [u, v2]);
    }
  }
  close();
  return d;
}

/**
 * A rectangle's path; nothing where a side of it is no number.
 * @param {number} left
 * @param {number} right
 * @param {number} low
 * @param {number} high
 */
export function barPath(left, right, low, high) {
  const sides = [left, low, right, high];
  if (!sides.every(Number.isFinite)) return "";
  const [u, v, farU, farV] = sides.map((side) => cut(clamp(side)));
  return `M${u} ${v}H${farU}V${farV}H${u}Z`;
}

/**
 * @typedef {object} ArrowStyle
 * @property {[number, number, number, number]} around the text's box about its anchor
 * @property {[number, number]} shrink how far both ends are held back
 * @property {[string, number, number]} head
 */

/**
 * An annotation's arrow: from the edge of the text's box towards the tip, ends held back.
 * @param {Point} tip
 * @param {Point} anchor
 * @param {ArrowStyle} style
 */
export function arrowPath(tip, anchor, { around, shrink, head }) {
  const [left, top, right, bottom] = around;
  const start = [anchor[0] + (left + right) / 2, anchor[1] + (top + bottom) / 2];
  const [dx, dy] = [tip[0] - start[0], tip[1] - start[1]];
  const whole = Math.hypot(dx, dy);
  const out = Math.min((right - left) / 2 / Math.abs(dx), (bottom - top) / 2 / Math.abs(dy));
  const first = out * whole + shrink[0];
  const last = whole - shrink[1];
  if (!(last > first)) return ""; // the tip is under the text, or somewhere is NaN
  const [x, y] = [dx / whole, dy / whole];
  /** @type {(along: number, aside: number) => Point} */
  const on = (along, aside) =>
    [start[0] + x * along - y * aside, start[1] + y * along + x * aside];
  const [kind, length, width] = head;
  const shaft = segmentPath(on(first, 0), on(last, 0));
  if (kind === "-" || !tip.every(isNear)) return shaft;
  const wings = [on(last - length, width), on(last, 0), on(last - length, -width)];
  return `${shaft}M${wings.map(written).join("L")}${kind === "-|>" ? "Z" : ""}`;
}
