// A figure's program: decodes what was recorded and keeps every value of it up to date.

import { decodeNumber, messageOf } from "./format.js";
import { FORMULAS } from "./formulas.js";
import { OPERATIONS, elementwise, sizeOf } from "./arrays.js";

/** @typedef {import("./format.js").Ref} Ref */
/** @typedef {import("./format.js").Recorded} Recorded */
/** @typedef {import("./formulas.js").Formula} Formula */
/** @typedef {import("./arrays.js").Run} Run */
/** @typedef {import("./arrays.js").Shape} Shape */

/**
 * Element i of the n elements of a regular series from two numbers.
 * @type {Record<string, (i: number, first: number, second: number, n: number) => number>}
 */
const SERIES = {
  // @ts-expect-error: that is the prototype, so that no name is known but these
  __proto__: null,
  arange: (i, first, step) => first + i * step,
  multiples: (i, first, step) => (first + i) * step,
  linspace: (i, first, last, n) =>
    i > 0 && i === n - 1 ? last : i === 0 ? first : first + i * ((last - first) / (n - 1)),
  geomspace(i, first, last, n) {
    if (i === 0 || i === n - 1) return SERIES.linspace(i, first, last, n);
    return 10 ** SERIES.linspace(i, Math.log10(first), Math.log10(last), n);
  },
};

/**
 * The shape and the elements of a constant.
 * @param {any} encoded
 * @returns {{ shape: number[], data: Float64Array }}
 */
export function decodeConstant(encoded) {
  if (Array.isArray(encoded)) {
    return { shape: [encoded.length], data: Float64Array.from(encoded, decodeNumber) };
  }
  if (encoded === null || typeof encoded !== "object") {
    return { shape: [], data: Float64Array.of(decodeNumber(encoded)) };
  }
  const [kind, values] = Object.entries(encoded)[0];
  const series = SERIES[kind];
  if (series) {
    const [a, b, n] = values.map(decodeNumber);
    return { shape: [n], data: Float64Array.from({ length: n }, (_, i) => series(i, a, b, n)) };
  }
  if (!Array.isArray(encoded.shape)) throw new Error(`unknown constant "${kind}"`);
  const n = sizeOf(encoded.shape);
  const data = "full" in encoded
    ? new Float64Array(n).fill(decodeNumber(encoded.full))
    : decodeConstant(encoded.data).data;
  if (data.length !== n) {
    throw new Error(`${data.length} numbers do not fill the shape [${encoded.shape}]`);
  }
  return { shape: encoded.shape, data };
}

const NO_ATTRIBUTES = {};

/**
 * Call `emit(operation, arguments, attributes)` for every instruction of a block, those of repeated
 * blocks as often as they stand for. In copy number `copy`, argument j of entry i is `copy` times
 * strides[i][j] further on.
 * @param {any[][]} block
 * @param {(name: string, args: number[], attributes: object) => void} emit
 * @param {number} copy
 * @param {number[][]} strides
 */
function unroll(block, emit, copy = 0, strides = []) {
  for (let i = 0; i < block.length; i++) {
    const entry = block[i];
    if (entry[0] === "repeat") {
      const [, count, inner, moves = []] = entry;
      /** @type {number[][]} */
      const table = [];
      for (const [k, j, stride] of moves) (table[k] ??= [])[j] = stride;
      for (let r = 0; r < count; r++) unroll(inner, emit, r, table);
      continue;
    }
    /** @type {number[]} */
    const args = [];
    let attributes = NO_ATTRIBUTES;
    for (let j = 1; j < entry.length; j++) {
      const arg = entry[j];
      if (typeof arg === "number") args.push(arg + copy * (strides[i]?.[j - 1] ?? 0));
      else if (Array.isArray(arg)) {
        const [first, n, stride] = arg;
        for (let k = 0; k < n; k++) args.push(first + k * stride);
      } else attributes = arg;
    }
    emit(entry[0], args, attributes);
  }
}

/** @type {Shape} */
const SCALAR = [];

/** One case of a figure's program. After `set` and `update`, every node holds its value. */
export class Program {
  #end = 0; // of the memory that is taken
  #largest = 1; // number of elements of a node

  /**
   * @param {Recorded} program
   * @param {number} caseIndex
   */
  constructor(program, caseIndex) {
    const chosen = program.cases[caseIndex];
    if (!chosen) throw new Error(`no case ${caseIndex} among ${program.cases.length}`);

    /** The number of inputs, which are the first nodes. */
    this.inputs = program.inputs;
    /** @type {Shape[]} */
    this.shapes = [];
    /** @type {number[]} */
    this.places = []; // where each node begins in the memory
    for (let k = 0; k < program.inputs; k++) this.#addNode(SCALAR);
    /** @type {[number, Float64Array][]} */
    const contents = [];
    for (const entry of chosen.constants) {
      const spread = typeof entry === "object";
      const { shape, data } = decodeConstant(program.constants[spread ? entry.spread : entry]);
      contents.push([this.#end, data]);
      if (spread) data.forEach(() => this.#addNode(SCALAR));
      else this.#addNode(shape);
    }

    // Step s computes node firstResult + s from the nodes in args from firstArg[s] on. All is flat,
    // so that long programs of scalars run through without look-ups.
    this.firstResult = this.places.length;
    /** @type {any[]} */
    this.actions = []; // a formula, or an operation's `run`
    /** @type {boolean[]} */
    this.onScalars = []; // whether it is a formula
    /** @type {number[]} */
    this.args = [];
    this.firstArg = [0];
    unroll(program.codes[chosen.code], (name, args, attributes) => {
      try {
        this.#addStep(name, args, attributes);
      } catch (error) {
        throw new Error(`instruction ${this.actions.length} (${name}): ${messageOf(error)}`);
      }
    });
    this.args.push(0, 0); // formulas read three arguments, and ignore what is beyond their own

    /** The number of nodes. */
    this.size = this.places.length;
    this.memory = new Float64Array(this.#end);
    for (const [place, data] of contents) this.memory.set(data, place);
    /** @type {Float64Array[]} */
    this.views = [];
    this.changes = new Uint8Array(this.size);
    this.isFirst = true;
    this.pending = new Float64Array(this.inputs).fill(NaN);
    this.previous = new Float64Array(this.#largest);
  }

  /** @param {Shape} shape */
  #addNode(shape) {
    const size = sizeOf(shape);
    this.shapes.push(shape);
    this.places.push(this.#end);
    this.#end += size;
    this.#largest = Math.max(this.#largest, size);
  }

  /**
   * @param {string} name
   * @param {number[]} args
   * @param {object} attributes
   */
  #addStep(name, args, attributes) {
    /** @type {Formula | undefined} */
    const formula = FORMULAS[name];
    if (!formula && !OPERATIONS[name]) throw new Error("this script does not know the operation");
    if (formula && formula.length !== args.length) {
      throw new Error(`takes ${formula.length} argument(s), not ${args.length}`);
    }
    const node = this.places.length;
    let isOnScalars = formula !== undefined;
    for (const arg of args) {
      const from = arg < 0 ? node + arg : arg;
      if (!(from >= 0 && from < node)) throw new Error("unknown argument");
      this.args.push(from);
      if (this.shapes[from].length > 0) isOnScalars = false;
    }
    /** @type {Formula | Run} */
    let action = formula;
    let shape = SCALAR;
    if (!isOnScalars) {
      const operands = this.args.slice(this.firstArg.at(-1)).map((from) => {
        const own = this.shapes[from];
        return { at: this.places[from], shape: own, size: sizeOf(own) };
      });
      ({ shape, run: action } = formula !== undefined
        ? elementwise(name, operands, this.#end)
        : OPERATIONS[name](operands, attributes, this.#end));
    }
    this.firstArg.push(this.args.length);
    this.actions.push(action);
    this.onScalars.push(isOnScalars);
    this.#addNode(shape);
  }

  /**
   * Hand over the values of the inputs; they take effect with the next `update`.
   * @param {number[]} values
   */
  set(values) {
    if (values.length !== this.inputs) {
      throw new Error(`${values.length} values for ${this.inputs} inputs`);
    }
    this.pending.set(values);
  }

  /** Recompute what depends on inputs that have changed; returns whether any has. */
  update() {
    const { memory, changes, pending } = this;
    let any = this.isFirst;
    changes.fill(0);
    for (let k = 0; k < this.inputs; k++) {
      if (Object.is(memory[k], pending[k])) continue;
      memory[k] = pending[k];
      changes[k] = 1;
      any = true;
    }
    if (any) this.#run();
    // At first there was nothing to differ from.
    if (this.isFirst) changes.fill(1);
    this.isFirst = false;
    return any;
  }

  #run() {
    const { memory, changes, places, firstResult, actions, onScalars, args, firstArg } = this;
    for (let s = 0; s < actions.length; s++) {
      const first = firstArg[s];
      const last = firstArg[s + 1];
      let stale = this.isFirst ? 1 : 0;
      for (let k = first; k < last; k++) stale |= changes[args[k]];
      if (stale === 0) continue;
      const node = firstResult + s;
      if (!onScalars[s]) {
        changes[node] = this.#runOnArrays(node, actions[s]);
        continue;
      }
      const x = memory[places[args[first]]];
      const y = memory[places[args[first + 1]]];
      const z = memory[places[args[first + 2]]];
      const value = actions[s](x, y, z);
      const place = places[node];
      changes[node] = Object.is(memory[place], value) ? 0 : 1;
      memory[place] = value;
    }
  }

  /**
   * Run an operation; whether its result differs from what was there.
   * @param {number} node
   * @param {Run} run
   */
  #runOnArrays(node, run) {
    const { memory, previous } = this;
    const now = this.data(node);
    previous.set(now);
    run(memory);
    for (let i = 0; i < now.length; i++) if (!Object.is(now[i], previous[i])) return 1;
    return 0;
  }

  /**
   * The shape of a ref: a node's number, or {number: x}.
   * @param {Ref} ref
   */
  shape(ref) {
    return typeof ref === "object" ? SCALAR : this.shapes[ref];
  }

  /**
   * The elements of a ref, row by row; a node's array is always the same one.
   * @param {Ref} ref
   */
  data(ref) {
    if (typeof ref === "object") return Float64Array.of(decodeNumber(ref.number));
    const place = this.places[ref];
    this.views[ref] ??= this.memory.subarray(place, place + sizeOf(this.shapes[ref]));
    return this.views[ref];
  }

  /**
   * The value of a ref that holds one number.
   * @param {Ref} ref
   */
  scalar(ref) {
    return typeof ref === "object" ? decodeNumber(ref.number) : this.memory[this.places[ref]];
  }

  /**
   * Whether the last update gave the ref another value; the first one does so to all nodes.
   * @param {Ref} ref
   */
  changed(ref) {
    return typeof ref === "number" && this.changes[ref] === 1;
  }
}
