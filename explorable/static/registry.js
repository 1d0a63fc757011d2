// What all figures of a window share, whichever copy of this script came first: figures on a page,
// widgets in a notebook and links between them meet here.

import { FORMAT_VERSION } from "./format.js";

/** @typedef {import("./figure.js").LiveFigure} LiveFigure */
/** @typedef {ReturnType<LiveFigure["makeHandle"]>} Handle */

/**
 * @typedef {object} Registry
 * @property {number} version
 * @property {Map<string, Handle>} figures by name: what tests and other scripts may use of each
 * @property {Set<LiveFigure>} live
 * @property {number} views how many widgets were shown
 * @property {boolean} [listening]
 */

const KEY = Symbol.for("explorable");
/** @type {any} */
const place = window;

/** @type {Registry} */
export const shared = (place[KEY] ??= {
  version: FORMAT_VERSION,
  figures: new Map(),
  live: new Set(),
  views: 0,
});

// Others find it under its name as well, which an element with that id would answer to, unless a
// script of the page has a variable of that name.
if (Object.getOwnPropertyDescriptor(window, "explorable")?.value === undefined) {
  place.explorable = shared;
}
