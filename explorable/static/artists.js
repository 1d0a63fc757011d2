// The kinds of artists, as explorable/artists.py has them: which fields each has and how it is
// drawn. A drawing gets the values of the fields in `refs` and nothing else that moves, and an
// artist is drawn anew when one of these or a text of it changes: what is not in the table cannot
// be forgotten, it cannot be drawn.

import {
  arrowPath, at, bandPath, barPath, cut, isNear, linePath, longest, segmentPath, staircase,
} from "./drawing.js";
import { addShape, put } from "./elements.js";

/** @typedef {import("./format.js").Artist} Artist */
/** @typedef {import("./format.js").Coords} Coords */
/** @typedef {import("./format.js").Template} Template */
/** @typedef {import("./drawing.js").Map1} Map1 */
/** @typedef {import("./drawing.js").Point} Point */

/**
 * @typedef {object} Page what a drawing asks of the figure
 * @property {(artist: any, coords?: [Coords, Coords]) => [Map1, Map1]} scales
 * @property {(artist: any, u: number, v: number) => boolean} outside the axes' frame
 * @property {(text: number) => string} words of one of the scene's texts
 */

/**
 * @typedef {object} Kind
 * @property {boolean} [hides] whether it is hidden outside the axes' frame, not cut at it
 * @property {string[]} refs the fields that hold live values; a point leads inside a field
 * @property {string[]} [texts] the fields that hold the number of a text
 * @property {string[]} plain the fields that stay what they are
 * @property {(data: Record<string, Float64Array>, artist: any, groups: Group[], page: Page) => void}
 *   draw
 */

const COMMON = ["id", "kind", "axes", "coords", "clip"];

/** @typedef {SVGElement & { ownPaths?: SVGElement[] }} Group */

/**
 * Fill a group with `count` paths of its own, keeping the shapes that others may use.
 * @param {Group} group
 * @param {number} count
 */
function paths(group, count) {
  if (!group.ownPaths) {
    for (const child of [...group.children]) if (child.tagName !== "defs") child.remove();
    group.ownPaths = [];
  }
  const own = group.ownPaths;
  while (own.length < count) own.push(addShape(group, "path"));
  while (own.length > count) own.pop()?.remove();
  return own;
}

/**
 * Fill a group with one path.
 * @param {Group} group
 * @param {string} style
 * @param {string} d
 */
function putPath(group, style, d) {
  const [path] = paths(group, 1);
  put(path, "style", style);
  put(path, "d", d);
}

/** @type {(styles: string | string[], i: number) => string} */
const cycle = (styles, i) => (Array.isArray(styles) ? styles[i % styles.length] : styles);

/**
 * Where points lie, in user units; null where they do not show.
 * @param {Float64Array} x
 * @param {Float64Array} y
 * @param {[Map1, Map1]} scales
 */
function spots(x, y, [toX, toY]) {
  return Array.from({ length: longest(x, y) }, (_, i) => {
    const [u, v] = [toX(at(x, i)), toY(at(y, i))];
    return isNear(u) && isNear(v) ? `translate(${cut(u)} ${cut(v)})` : null;
  });
}

/**
 * @param {Element[]} elements
 * @param {(string | null)[]} places
 * @param {{ d: string | string[], style: string | string[] }} marks
 */
function putMarks(elements, places, { d, style }) {
  elements.forEach((element, i) => {
    put(element, "d", places[i] ? cycle(d, i) : "");
    put(element, "style", cycle(style, i));
    put(element, "transform", places[i]);
  });
}

/** @type {Record<string, Kind>} */
export const KINDS = {
  line: {
    refs: ["x", "y"],
    plain: ["steps", "style", "marks"],
    draw({ x, y }, artist, [group], page) {
      const { steps, style, marks } = artist;
      const scales = page.scales(artist);
      const places = marks ? spots(x, y, scales) : [];
      const all = paths(group, (style ? 1 : 0) + places.length);
      if (style) {
        const [xs, ys] = steps ? staircase(x, y, steps) : [x, y];
        put(all[0], "style", style);
        put(all[0], "d", linePath(xs, ys, ...scales));
      }
      if (marks) putMarks(all.slice(style ? 1 : 0), places, marks);
    },
  },
  marks: {
    refs: ["x", "y"],
    plain: ["marks"],
    draw({ x, y }, artist, [group], page) {
      const places = spots(x, y, page.scales(artist));
      putMarks(paths(group, places.length), places, artist.marks);
    },
  },
  band: {
    refs: ["x", "y1", "y2", "where"],
    plain: ["style", "across"],
    draw({ x, y1, y2, where }, artist, [group], page) {
      const { style, across } = artist;
      const [toX, toY] = page.scales(artist);
      const [toAlong, toAcross] = across ? [toY, toX] : [toX, toY];
      putPath(group, style, bandPath(x, y1, y2, where, toAlong, toAcross, across));
    },
  },
  bars: {
    refs: ["x0", "x1", "y0", "y1"],
    plain: ["ids", "style"],
    draw({ x0, x1, y0, y1 }, artist, groups, page) {
      const [toX, toY] = page.scales(artist);
      groups.forEach((group, i) => {
        const d = barPath(toX(at(x0, i)), toX(at(x1, i)), toY(at(y0, i)), toY(at(y1, i)));
        putPath(group, cycle(artist.style, i), d);
      });
    },
  },
  segments: {
    refs: ["x0", "y0", "x1", "y1"],
    plain: ["style"],
    draw({ x0, y0, x1, y1 }, artist, [group], page) {
      const [toX, toY] = page.scales(artist);
      let d = "";
      for (let i = 0; i < longest(x0, y0, x1, y1); i++) {
        d += segmentPath([toX(at(x0, i)), toY(at(y0, i))], [toX(at(x1, i)), toY(at(y1, i))]);
      }
      putPath(group, artist.style, d);
    },
  },
  text: {
    hides: true,
    refs: ["x", "y"],
    texts: ["text"],
    plain: ["anchor"],
    draw({ x, y }, artist, [group], page) {
      const element = group.tagName === "text" ? group : group.querySelector("text");
      const text = page.words(artist.text);
      if (element && element.textContent !== text) element.textContent = text;
      if (!x) return;
      const [toX, toY] = page.scales(artist);
      const [u, v] = [toX(x[0]), toY(y[0])];
      const shows = isNear(u) && isNear(v) && !(artist.clip && page.outside(artist, u, v));
      put(group, "visibility", shows ? null : "hidden");
      const [left, top] = artist.anchor;
      if (shows) put(group, "transform", `translate(${cut(u - left)} ${cut(v - top)})`);
    },
  },
  arrow: {
    hides: true,
    refs: ["x", "y", "from.x", "from.y"],
    plain: ["from.coords", "from.offset", "around", "shrink", "head", "style"],
    draw({ x, y, "from.x": fromX, "from.y": fromY }, artist, [group], page) {
      const { from } = artist;
      const [toX, toY] = page.scales(artist);
      /** @type {Point} */
      const tip = [toX(x[0]), toY(y[0])];
      /** @type {Point} */
      let anchor;
      if (from.offset) anchor = [tip[0] + from.offset[0], tip[1] + from.offset[1]];
      else {
        const [toU, toV] = page.scales(artist, from.coords);
        anchor = [toU(fromX[0]), toV(fromY[0])];
      }
      const hides = artist.clip && page.outside(artist, ...tip);
      putPath(group, artist.style, hides ? "" : arrowPath(tip, anchor, artist));
    },
  },
};

/** @type {(artist: any, path: string) => any} */
const fieldOf = (artist, path) => path.split(".").reduce((part, key) => part?.[key], artist);

/**
 * An artist's kind, once it is sure that this script knows all that the artist has.
 * @param {Artist} artist
 */
export function kindOf(artist) {
  const kind = Object.hasOwn(KINDS, artist.kind) ? KINDS[artist.kind] : undefined;
  if (!kind) throw new Error(`this script draws no artist of kind "${artist.kind}"`);
  const known = [...COMMON, ...kind.refs, ...(kind.texts ?? []), ...kind.plain];
  for (const [name, value] of Object.entries(artist)) {
    const inside = !known.includes(name) && typeof value === "object" && value !== null;
    for (const path of inside ? Object.keys(value).map((key) => `${name}.${key}`) : [name]) {
      if (!known.includes(path)) {
        throw new Error(`this script knows no field "${path}" of kind "${artist.kind}"`);
      }
    }
  }
  return kind;
}

/**
 * The fields of an artist that hold live values, by name.
 * @param {Artist} artist
 * @param {Kind} kind
 * @returns {Record<string, import("./format.js").Ref>}
 */
export function refsOf(artist, kind) {
  const pairs = kind.refs.map((path) => [path, fieldOf(artist, path)]);
  return Object.fromEntries(pairs.filter(([, ref]) => ref !== undefined));
}

/**
 * The nodes that a template hangs on.
 * @param {any} template
 * @returns {number[]}
 */
function nodesIn(template) {
  if (Array.isArray(template)) return template.flatMap(nodesIn);
  if (typeof template !== "object" || template === null) return [];
  const own = ["v", "if", "pick"].map((key) => template[key]);
  const inner = ["then", "else", "of"].flatMap((key) => nodesIn(template[key]));
  return [...own.filter((ref) => typeof ref === "number"), ...inner];
}

/**
 * The nodes that an artist hangs on: where one changes, it is drawn anew.
 * @param {Artist} artist
 * @param {Kind} kind
 * @param {Template[]} texts
 */
export function nodesOf(artist, kind, texts) {
  const places = Object.values(refsOf(artist, kind)).filter((ref) => typeof ref === "number");
  const words = (kind.texts ?? []).map((path) => texts[fieldOf(artist, path)]);
  return [...places, ...nodesIn(words)];
}
