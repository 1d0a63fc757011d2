// The picture of one case: its scales, and its artists, moved to where the program has them.

import { fillTemplate, typeset } from "./text.js";
import { mapping, portion } from "./drawing.js";
import { addShape, put } from "./elements.js";
import { kindOf, nodesOf, refsOf } from "./artists.js";

/** @typedef {import("./format.js").Artist} Artist */
/** @typedef {import("./format.js").Coords} Coords */
/** @typedef {import("./format.js").Ref} Ref */
/** @typedef {import("./format.js").Scene} Scene */
/** @typedef {import("./program.js").Program} Program */
/** @typedef {import("./drawing.js").Map1} Map1 */
/** @typedef {import("./drawing.js").Mapping} Mapping */
/** @typedef {import("./artists.js").Group} Group */

/** @typedef {{ x: Mapping, y: Mapping }} Frame */
/**
 * @typedef {object} Drawn an artist of the picture
 * @property {Artist} artist
 * @property {import("./artists.js").Kind} kind
 * @property {Record<string, Ref>} refs
 * @property {number[]} nodes on which it hangs
 * @property {Group[]} groups
 */

const SLACK = 1e-6; // user units by which rounding may put a point out of its frame

export class Picture {
  /**
   * @param {Element} place that holds the SVG
   * @param {Scene} scene
   * @param {string} name of the figure
   * @param {string} uid the prefix of its ids
   */
  constructor(place, scene, name, uid) {
    const svg = place.querySelector("svg");
    const size = svg?.getAttribute("viewBox")?.split(/[\s,]+/).map(Number);
    if (!svg || !size) throw new Error("the page has no picture");
    this.scene = scene;
    this.name = name;
    this.uid = uid;
    this.svg = svg;
    const [, , width, height] = size;
    this.size = [width, height];
    const whole = { x: portion(0, width), y: portion(height, 0) };
    /** @type {Record<Coords, Frame>[]} */
    this.frames = scene.axes.map(({ box: [x, y, w, h], x: xAxis, y: yAxis }) => ({
      data: { x: mapping(xAxis, x, x + w), y: mapping(yAxis, y + h, y) },
      axes: { x: portion(x, x + w), y: portion(y + h, y) },
      figure: whole,
    }));
    /** @type {Record<Coords, Frame>} */
    this.whole = { data: whole, axes: whole, figure: whole };
    /** @type {Program | undefined} */
    this.program = undefined; // as of the last drawing
    /** @type {Drawn[]} */
    this.artists = scene.artists.map((artist) => {
      const kind = kindOf(artist);
      const refs = refsOf(artist, kind);
      const nodes = nodesOf(artist, kind, scene.texts);
      const groups = (artist.ids ?? [artist.id ?? ""]).map((id) => this.group(id));
      return { artist, kind, refs, nodes, groups };
    });
  }

  /** What the picture shows, in words. */
  label() {
    return this.svg.getAttribute("aria-label") ?? "";
  }

  /** @param {string} id */
  group(id) {
    const found = this.find(id);
    if (!found) throw new Error(`the picture has no "${id}"`);
    return found;
  }

  /**
   * @param {string} id
   * @returns {Group | null}
   */
  find(id) {
    return this.svg.querySelector(`[id="${CSS.escape(this.uid + id)}"]`);
  }

  /**
   * Draw the artists whose values have changed, or all.
   * @param {Program} program
   * @param {boolean} all
   */
  redraw(program, all) {
    this.program = program;
    for (const drawn of this.artists) {
      if (all || drawn.nodes.some((node) => program.changed(node))) this.draw(drawn, program);
    }
  }

  /**
   * @param {Drawn} drawn
   * @param {Program} program
   */
  draw({ artist, kind, refs, groups }, program) {
    if (artist.clip && artist.axes !== null && !kind.hides) {
      for (const group of groups) put(group, "clip-path", this.clip(artist.axes));
    }
    /** @type {Record<string, Float64Array>} */
    const data = {};
    for (const name in refs) data[name] = program.data(refs[name]);
    kind.draw(data, artist, groups, this);
  }

  /**
   * The functions from an artist's coordinates to user units.
   * @param {Artist} artist
   * @param {[Coords, Coords]} [coords]
   * @returns {[Map1, Map1]}
   */
  scales(artist, coords = artist.coords ?? ["data", "data"]) {
    const frame = artist.axes === null ? this.whole : this.frames[artist.axes];
    return [frame[coords[0]].x.to, frame[coords[1]].y.to];
  }

  /**
   * The words of one of the scene's texts.
   * @param {number} text
   */
  words(text) {
    return this.program ? typeset(fillTemplate(this.scene.texts[text], this.program)) : "";
  }

  /**
   * A reference to the shape that cuts drawings at an axes' frame.
   * @param {number} axes
   */
  clip(axes) {
    const id = `${this.name}-frame${axes}`;
    if (!this.find(id)) {
      const [x, y, width, height] = this.scene.axes[axes].box;
      const shape = addShape(this.svg, "clipPath");
      shape.id = this.uid + id;
      const rect = addShape(shape, "rect");
      for (const [name, value] of Object.entries({ x, y, width, height })) put(rect, name, String(value));
    }
    return `url(#${this.uid}${id})`;
  }

  /**
   * A dashed line across the first panel at a value of one axis, with a word to it; none where the
   * value is not on the axis.
   * @param {"x" | "y"} axis
   * @param {number} value
   * @param {string} words
   */
  mark(axis, value, words) {
    const id = `${this.name}-mark`;
    this.find(id)?.remove();
    if (!this.scene.axes.length) return;
    const [x, y, width, height] = this.scene.axes[0].box;
    const place = this.frames[0].data[axis].to(value);
    const [low, high] = axis === "x" ? [x, x + width] : [y, y + height];
    if (!(place >= low - SLACK && place <= high + SLACK)) return;
    const group = addShape(this.svg, "g");
    group.id = this.uid + id;
    group.setAttribute("class", "xp-mark");
    const line = addShape(group, "path");
    put(line, "d", axis === "x" ? `M${place} ${y}v${height}` : `M${x} ${place}h${width}`);
    const text = addShape(group, "text");
    const left = axis === "x" ? place + (place > x + width / 2 ? -4 : 4) : x + width - 4;
    put(text, "x", String(left));
    put(text, "y", String(axis === "x" ? y + 12 : place - 4));
    put(text, "text-anchor", axis === "x" && place <= x + width / 2 ? "start" : "end");
    text.textContent = words;
  }

  /**
   * Whether a point is outside an artist's axes.
   * @param {Artist} artist
   * @param {number} u
   * @param {number} v
   */
  outside(artist, u, v) {
    if (artist.axes === null) return false;
    const [x, y, width, height] = this.scene.axes[artist.axes].box;
    return u < x - SLACK || u > x + width + SLACK || v < y - SLACK || v > y + height + SLACK;
  }
}
