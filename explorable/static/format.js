// The page's format (FORMAT.md): its version, its types, and how it writes numbers.

export const FORMAT_VERSION = 1;

/** @typedef {number | string} EncodedNumber */
/** @typedef {number | { number: EncodedNumber }} Ref a node, or a number that never moves */

/**
 * @typedef {string | { v: Ref, f: string } | { if: Ref, then: Template, else: Template }
 *   | { pick: Ref, of: Template[] }} TemplatePart
 */
/** @typedef {TemplatePart[]} Template */

/**
 * @typedef {object} Slider
 * @property {"slider"} kind
 * @property {string} name
 * @property {string} label
 * @property {string} unit
 * @property {number} value
 * @property {"linear" | "log"} scale
 * @property {number} base of a logarithmic scale
 * @property {number} min in the scale's own units, as max and step
 * @property {number} max
 * @property {number} step
 * @property {boolean} whole
 * @property {string} format
 */
/**
 * @typedef {object} Choice
 * @property {"select"} kind
 * @property {string} name
 * @property {string} label
 * @property {string} [unit]
 * @property {number} value
 * @property {string[]} options
 */
/**
 * @typedef {object} Check
 * @property {"checkbox"} kind
 * @property {string} name
 * @property {string} label
 * @property {string} [unit]
 * @property {number} value
 */
/** @typedef {Slider | Choice | Check} Control */

/** @typedef {Record<string, number>} Values of a figure's controls; a choice is its index */

/**
 * @typedef {object} Axis
 * @property {"linear" | "log" | "symlog"} scale
 * @property {[number, number]} lim
 * @property {number} base of log and symlog
 * @property {number} linthresh of symlog
 * @property {number} linscale of symlog
 */
/** @typedef {{ box: [number, number, number, number], x: Axis, y: Axis }} Axes */

/** @typedef {"data" | "axes" | "figure"} Coords */
/**
 * @typedef {object} Artist whose other fields are those of its kind
 * @property {string} kind
 * @property {string} [id]
 * @property {string[]} [ids]
 * @property {number | null} axes
 * @property {[Coords, Coords]} [coords]
 * @property {boolean} [clip]
 */

/**
 * @typedef {object} Scene
 * @property {[number, number][]} svg
 * @property {Axes[]} axes
 * @property {Artist[]} artists
 * @property {Template[]} texts
 * @property {string} [title] HTML of one line
 * @property {string} sentence
 * @property {Template | null} alt
 */

/**
 * @typedef {object} NarrowScene what a scene has otherwise on a narrow page
 * @property {[number, number][]} [svg]
 * @property {Axes[]} [axes]
 * @property {Partial<Artist>[]} [artists] for each artist the fields that differ
 */

/**
 * @typedef {object} Recorded a figure's program
 * @property {number} inputs
 * @property {any[]} constants
 * @property {any[][][]} codes
 * @property {{ code: number, constants: (number | { spread: number })[] }[]} cases
 */

/**
 * @typedef {object} Spec
 * @property {number} version
 * @property {string} name
 * @property {Control[]} controls
 * @property {{ label: string, values: Values }[]} presets
 * @property {{ artist: string, x: string | null, y: string | null }[]} [drag]
 * @property {string | null} link
 * @property {string[]} lines
 * @property {Recorded} program
 * @property {Scene[]} scenes
 * @property {NarrowScene[]} [narrow]
 * @property {string} [subtitle]
 */

/**
 * Refuse a figure that was written for another version of this script.
 * @param {number} version
 */
export function checkVersion(version) {
  if (version !== FORMAT_VERSION) {
    throw new Error(`this script reads figures of version ${FORMAT_VERSION}, not ${version}`);
  }
}

/**
 * What an error says.
 * @param {unknown} error
 */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * A number, or one of the strings that stand for what JSON cannot write.
 * @param {EncodedNumber} encoded
 */
export function decodeNumber(encoded) {
  if (typeof encoded === "number") return encoded;
  if (["NaN", "Infinity", "-Infinity", "-0"].includes(encoded)) return Number(encoded);
  throw new Error(`not a number: ${JSON.stringify(encoded)}`);
}
