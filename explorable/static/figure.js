// One live figure: its controls, words and picture, kept in step with its program.
//
// The page holds the picture at the default settings, the controls and the spec (FORMAT.md). A
// change of a control marks its figure as stale; once a frame every stale figure that is on screen
// evaluates its program and redraws the artists whose data differ from what they show.

import { checkVersion, messageOf } from "./format.js";
import { Program } from "./program.js";
import { fillTemplate, typeset } from "./text.js";
import { shared } from "./registry.js";
import {
  aloud, boxText, fromScale, isSlider, nearest, onOneLine, parseNumber, toScale, typed, valueText,
} from "./controls.js";
import { cut } from "./drawing.js";
import { partOf, prefixIds, put } from "./elements.js";
import { Picture } from "./picture.js";
import { fragmentOf, showAddress, writeAddressSoon } from "./address.js";
import { bindPresent } from "./present.js";

/** @typedef {import("./format.js").Control} Control */
/** @typedef {import("./format.js").Ref} Ref */
/** @typedef {import("./format.js").Slider} Slider */
/** @typedef {import("./format.js").Spec} Spec */
/** @typedef {import("./format.js").Template} Template */
/** @typedef {import("./format.js").Values} Values */
/** @typedef {import("./drawing.js").Point} Point */

/**
 * @typedef {object} Options
 * @property {Spec} [spec] where it is not in the page
 * @property {boolean} [address] whether the figure's state is kept in the page's address
 * @property {(values: Values) => void} [onchange]
 */
/**
 * @typedef {object} DragHandle
 * @property {HTMLElement} element
 * @property {{ x: string | null, y: string | null }} drag
 * @property {import("./picture.js").Drawn} point
 * @property {Point} spot
 */

const STATUS_DELAY = 600; // ms of rest before the live region speaks
const COPIED = 2000; // ms for which the button says so
const SWAY = 8; // px that a finger moves before it is clear whether it slides or scrolls
const LEAP = 10; // steps of a slider for the page keys
// What a picture's frame is for the keyboard while the picture is wider than the page.
const SCROLLABLE = { tabindex: "0", role: "group", "aria-label": "Picture, wider than the page" };

/**
 * Say in an element's own status line, for every reader to see, that it does not live.
 * @param {Element} element
 * @param {string} what
 * @param {unknown} error
 */
export function tellFault(element, what, error) {
  console.error(error);
  const line = element.querySelector("[data-status], [data-outcome], [data-score]");
  if (!line) return;
  line.classList.add("xp-fault");
  line.textContent = `${what}: ${messageOf(error)}.`;
}

export class LiveFigure {
  /**
   * @param {HTMLElement} element
   * @param {Spec} spec
   * @param {Options} options
   */
  constructor(element, spec, { address = true, onchange = () => {} } = {}) {
    checkVersion(spec.version);
    this.element = element;
    this.spec = spec;
    this.uid = element.dataset.uid || "";
    this.address = address;
    this.onchange = onchange;
    /** @type {Values} */
    this.values = {};
    for (const control of spec.controls) this.values[control.name] = control.value;
    /** @type {Set<string>} */
    this.moved = new Set(); // names of the controls to speak of
    /** @type {Program[]} */
    this.programs = [];
    this.case = this.caseNumber();
    this.narrow = false; // the page's own picture is the wide one
    this.roomy = true; // whether there is room for it
    /** @type {{ axis: "x" | "y", value: number } | undefined} */
    this.guess = undefined; // of the reader, before the figure opened
    this.visible = true;
    this.timing = 0;
    /** @type {number | undefined} */
    this.frame = undefined; // of the browser, in which an update is due
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.speaking = undefined;
    /** @type {string[][] | undefined} */
    this.before = undefined; // what the words were when they were last spoken
    this.parts = {
      picture: partOf(element, "picture"),
      title: partOf(element, "title"),
      sentence: partOf(element, "sentence"),
      status: partOf(element, "status"),
      note: partOf(element, "note"),
      handles: partOf(element, "handles"),
    };
    this.listeners = new AbortController();
    this.until = { signal: this.listeners.signal }; // the option of each listener
    this.picture = new Picture(this.parts.picture, this.scene(), spec.name, this.uid);
    this.live = this.liveWords();
    this.handles = this.placeHandles();
    this.stale = this.handles.length > 0; // they are placed as soon as they are on screen
    /** @type {Record<string, { main: any, box: HTMLInputElement | undefined }>} */
    this.inputsOf = {};
    this.bindControls();
    this.presets = this.bindPresets();
    this.bindButtons();
    this.describe(this.picture.label());
    this.handle = this.makeHandle();
    shared.figures.set(spec.name, this.handle);
    shared.live.add(this);
    this.observer = new IntersectionObserver((entries) => {
      this.visible = entries[entries.length - 1].isIntersecting;
      if (this.visible && this.stale) this.schedule();
    }, { rootMargin: "200px" });
    this.observer.observe(element);
    const scroll = /** @type {HTMLElement} */ (this.parts.picture.parentElement);
    this.resizer = new ResizeObserver(() => {
      this.roomy = this.isRoomy();
      if (this.roomy === this.narrow) this.refresh();
      const scrolls = scroll.scrollWidth > scroll.clientWidth;
      for (const [name, value] of Object.entries(SCROLLABLE)) put(scroll, name, scrolls ? value : null);
    });
    this.resizer.observe(scroll);
    element.classList.add("xp-live");
  }

  /** What tests and other scripts may use of a figure. */
  makeHandle() {
    const figure = this;
    return {
      ready: true,
      values: () => ({ ...figure.values }),
      /** @param {Record<string, unknown>} values */
      set: (values) => figure.change(values),
      update: () => figure.update(),
      get program() { return figure.program(); },
      get scene() { return figure.scene(); },
      get timing() { return figure.timing; },
    };
  }

  close() {
    this.observer.disconnect();
    this.resizer.disconnect();
    this.listeners.abort();
    clearTimeout(this.speaking);
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    shared.live.delete(this);
    const { name } = this.spec;
    if (shared.figures.get(name) !== this.handle) return;
    const other = [...shared.live].findLast(({ spec }) => spec.name === name);
    if (other) shared.figures.set(name, other.handle); // it is shown in another place as well
    else shared.figures.delete(name);
  }

  // ------------------------------------------------------------ state

  caseNumber() {
    let number = 0;
    for (const control of this.spec.controls) {
      if (isSlider(control)) continue;
      const count = control.kind === "select" ? control.options.length : 2;
      number = number * count + this.values[control.name];
    }
    return number;
  }

  inputs() {
    return this.spec.controls.filter(isSlider).map((control) => this.values[control.name]);
  }

  /**
   * Take new values, tolerantly; `quiet` where they come from a linked figure or from Python.
   * @param {Record<string, unknown>} values
   * @param {{ by?: Element | null, quiet?: boolean }} options
   */
  change(values, { by = null, quiet = false } = {}) {
    /** @type {Control[]} */
    const changed = [];
    for (const control of this.spec.controls) {
      if (!Object.hasOwn(values, control.name)) continue;
      const value = nearest(control, values[control.name]);
      if (value === null || Object.is(value, this.values[control.name])) continue;
      changed.push(control);
      this.values[control.name] = value;
      this.showControl(control, by);
      if (!quiet) this.moved.add(control.name);
    }
    if (!changed.length) return;
    this.note("");
    this.showPresets();
    this.refresh();
    this.onchange(this.values);
    if (quiet) return;
    this.speakSoon();
    if (this.address) writeAddressSoon();
    for (const other of shared.live) {
      if (other !== this && this.linked(other)) other.hear(this, changed);
    }
  }

  /**
   * Follow a linked figure: a choice by its label, since the other's options may be in another
   * order; what is no control here, or not of this kind, or no option, is left alone.
   * @param {LiveFigure} other
   * @param {Control[]} changed
   */
  hear(other, changed) {
    const same = changed.filter((theirs) => this.spec.controls.some(
      (ours) => ours.name === theirs.name && ours.kind === theirs.kind));
    const pairs = same.map((control) => {
      const value = other.values[control.name];
      return [control.name, control.kind === "select" ? control.options[value] : value];
    });
    this.change(Object.fromEntries(pairs), { quiet: true });
  }

  /**
   * Whether the two share their controls: the same link, or the same figure shown twice.
   * @param {LiveFigure} other
   */
  linked(other) {
    return other.spec.name === this.spec.name
      || (this.spec.link && other.spec.link === this.spec.link);
  }

  /** @returns {Values} */
  defaults() {
    return Object.fromEntries(this.spec.controls.map((control) => [control.name, control.value]));
  }

  // ------------------------------------------------------------ controls

  bindControls() {
    for (const control of this.spec.controls) {
      /** @type {any[]} */
      const all = [...this.element.querySelectorAll(`[name="${control.name}"]`)];
      const box = all.find((input) => "exact" in input.dataset);
      const main = all.find((input) => input !== box);
      if (!main) throw new Error(`the page has no control "${control.name}"`);
      this.inputsOf[control.name] = { main, box };
      const take = () => {
        const value = isSlider(control)
          ? fromScale(control, Number(main.value))
          : control.kind === "select" ? main.selectedIndex : Number(main.checked);
        this.change({ [control.name]: value }, { by: main });
      };
      const waits = isSlider(control) ? this.guard(control, main, take) : () => false;
      main.addEventListener("input", () => waits() || take(), this.until);
      if (isSlider(control)) {
        box.addEventListener("change", () => this.commit(control, box), this.until);
      }
      main.addEventListener("focus", () => this.markHandles(control.name, true), this.until);
      main.addEventListener("blur", () => this.markHandles(control.name, false), this.until);
      this.showControl(control);
    }
  }

  /**
   * A finger that starts on a slider and then scrolls the page shall change nothing: what it does
   * counts once it has moved sideways, or let go where it was.
   * @param {Control} control
   * @param {HTMLInputElement} main
   * @param {() => void} take
   * @returns {() => boolean} whether it is not clear yet
   */
  guard(control, main, take) {
    /** @type {Point | null} */
    let from = null;
    const decide = () => {
      if (!from) return;
      from = null;
      take();
    };
    main.addEventListener("pointerdown", (event) => {
      from = event.pointerType === "touch" ? [event.clientX, event.clientY] : null;
    }, this.until);
    main.addEventListener("pointermove", (event) => {
      if (!from) return;
      const aside = Math.abs(event.clientX - from[0]);
      if (aside > SWAY && aside > Math.abs(event.clientY - from[1])) decide();
    }, this.until);
    main.addEventListener("pointerup", decide, this.until);
    main.addEventListener("pointercancel", () => {
      if (!from) return;
      from = null;
      this.showControl(control); // the browser has moved the thumb
    }, this.until);
    return () => from !== null;
  }

  /**
   * Take what was typed into a number box; say so where it had to be moved.
   * @param {Slider} control
   * @param {HTMLInputElement} box
   */
  commit(control, box) {
    const wanted = parseNumber(box.value);
    if (wanted === null) {
      const kept = boxText(control, this.values[control.name]);
      this.note(`${control.label}: “${box.value.slice(0, 30)}” is not a number; still ${kept}.`);
      box.value = kept;
      return;
    }
    const value = /** @type {number} */ (nearest(control, wanted));
    this.change({ [control.name]: value });
    this.showControl(control);
    if (value !== wanted) {
      const fault = nearest({ ...control, whole: false }, wanted) === wanted ? "not whole" : "outside";
      this.note(`${control.label}: ${typed(wanted)} is ${fault}; the nearest is ${boxText(control, value)}.`);
    }
  }

  /**
   * @param {Control} control
   * @param {Element | null} by
   */
  showControl(control, by = null) {
    const { main, box } = this.inputsOf[control.name];
    const value = this.values[control.name];
    if (control.kind === "select") {
      if (by !== main) main.selectedIndex = value;
    } else if (control.kind === "checkbox") {
      if (by !== main) main.checked = Boolean(value);
    } else {
      const position = toScale(control, value);
      if (by !== main) main.value = String(position);
      const way = (position - control.min) / (control.max - control.min);
      main.style.setProperty("--xp-way", way.toFixed(4));
      main.setAttribute("aria-valuetext", valueText(control, value));
      if (box) box.value = boxText(control, value);
    }
  }

  bindPresets() {
    return this.spec.presets.map(({ label, values }) => {
      const button = this.element.querySelector(`[data-preset="${CSS.escape(label)}"]`);
      if (!button) throw new Error(`the page has no preset "${label}"`);
      button.addEventListener("click", () => this.change(values), this.until);
      return { button, values };
    });
  }

  bindButtons() {
    this.showPresets();
    partOf(this.element, "reset").addEventListener(
      "click", () => this.change(this.defaults()), this.until);
    bindPresent(this, this.until);
    this.bindCode();
    const copy = partOf(this.element, "copy");
    copy.hidden = !this.address;
    copy.addEventListener("click", async () => {
      const link = location.href.split("#")[0] + fragmentOf([this], true);
      let said = "Link copied";
      try {
        await navigator.clipboard.writeText(link);
      } catch {
        said = showAddress(link) ? "The link is in the address bar" : "No link could be made here";
      }
      this.parts.status.textContent = `${said}.`;
      const before = copy.dataset.label ??= copy.textContent ?? "";
      copy.textContent = said;
      setTimeout(() => { copy.textContent = before; }, COPIED);
    }, this.until);
  }

  /** The button that opens the code under the figure, where the page has it. */
  bindCode() {
    const button = partOf(this.element, "code");
    /** @type {HTMLDetailsElement | null | undefined} */
    const code = this.element.closest(".cell")?.querySelector("details:has(.cell_input)");
    button.hidden = !code;
    if (!code) return;
    button.addEventListener("click", () => {
      code.open = !code.open;
      if (code.open) code.scrollIntoView({ block: "nearest" });
    }, this.until);
    const say = () => button.setAttribute("aria-expanded", String(code.open));
    code.addEventListener("toggle", say, this.until);
    say();
  }

  showPresets() {
    for (const { button, values } of this.presets) {
      const pressed = Object.entries(values).every(([name, value]) => this.values[name] === value);
      put(button, "aria-pressed", String(pressed));
    }
  }

  // ------------------------------------------------------------ words

  /** @param {string} text */
  note(text) {
    if (this.parts.note.textContent === text) return;
    this.parts.note.textContent = text;
    if (text) this.speakSoon();
  }

  speakSoon() {
    this.before ??= this.statements();
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => this.speak(), STATUS_DELAY);
  }

  /**
   * Say what has changed: the controls, and of the sentence what it did not say before. The picture
   * carries its description along; what is new in it is said where the sentence has nothing new.
   */
  speak() {
    if (this.stale) this.update();
    const controls = this.spec.controls
      .filter(({ name }) => this.moved.has(name))
      .map((control) => `${control.label}: ${valueText(control, this.values[control.name])}`);
    const news = this.statements().map((now, k) =>
      now.filter((statement) => !this.before?.[k].includes(statement)).join(". "));
    const changes = controls.length > 3 ? "" : controls.join("; ");
    const said = [this.parts.note.textContent, changes && `${changes}.`, news.find(Boolean)];
    const words = aloud(said.filter(Boolean).join(" "));
    if (!this.isFaulty()) this.parts.status.textContent = words.replace(/[^.!?]$/, "$&.");
    this.moved.clear();
    this.before = undefined;
  }

  /** Sentence, title and description as the page has them, statement by statement. */
  statements() {
    const title = onOneLine(this.parts.title.textContent ?? "");
    return [this.sentence(), title, this.picture.label()].map((text) => text.split(". "));
  }

  sentence() {
    return onOneLine(this.parts.sentence.textContent ?? "");
  }

  /** The live words of title and sentence. */
  liveWords() {
    const { texts } = this.scene();
    return [this.parts.title, this.parts.sentence].flatMap((part) => {
      /** @type {NodeListOf<HTMLElement>} */
      const spans = part.querySelectorAll("[data-live]");
      return [...spans].map((element) => ({ element, template: texts[Number(element.dataset.live)] }));
    });
  }

  /** @param {string} words what the picture shows */
  describe(words) {
    put(this.picture.svg, "aria-label", aloud(words));
  }

  /** What the picture shows, in words. */
  description() {
    const { alt } = this.scene();
    return (alt ? onOneLine(this.fill(alt)) : this.sentence()) || `Figure ${this.spec.name}`;
  }

  /**
   * The text of a template at the present values.
   * @param {Template} template
   */
  fill(template) {
    return fillTemplate(template, this.program());
  }

  // ------------------------------------------------------------ picture

  /** The present case, as the page shows it, wide or narrow. */
  scene() {
    const wide = this.spec.scenes[this.case];
    const narrow = this.narrow && this.spec.narrow?.[this.case];
    if (!narrow) return wide;
    const artists = wide.artists.map((artist, k) => ({ ...artist, ...narrow.artists?.[k] }));
    return { ...wide, ...narrow, artists };
  }

  /** Whether the style sheet finds room for the wide picture, or there is no other. */
  isRoomy() {
    const layout = getComputedStyle(this.parts.picture).getPropertyValue("--xp-layout").trim();
    return layout !== "narrow" || !this.spec.narrow;
  }

  program() {
    return (this.programs[this.case] ??= new Program(this.spec.program, this.case));
  }

  /** Put the picture, the title and the sentence of another case or layout in place. */
  switchScene() {
    const scene = this.scene();
    const lines = scene.svg.flatMap(([first, count]) => this.spec.lines.slice(first, first + count));
    const picture = new DOMParser().parseFromString(lines.join("\n"), "image/svg+xml");
    const svg = document.importNode(picture.documentElement, true);
    prefixIds(svg, this.uid);
    svg.setAttribute("role", "img");
    this.picture.svg.replaceWith(svg);
    this.parts.title.innerHTML = scene.title ?? ""; // the author's, from the spec, as the sentence
    this.parts.title.hidden = !scene.title;
    this.parts.sentence.innerHTML = scene.sentence;
    this.picture = new Picture(this.parts.picture, scene, this.spec.name, this.uid);
    this.live = this.liveWords();
    this.handles = this.placeHandles();
    if (this.guess) this.markGuess(this.guess.axis, this.guess.value);
  }

  /**
   * Mark a reader's guess on an axis of the first panel, for as long as the page is open.
   * @param {"x" | "y"} axis
   * @param {number} value
   */
  markGuess(axis, value) {
    this.guess = { axis, value };
    this.picture.mark(axis, value, "your guess");
  }

  refresh() {
    this.stale = true;
    if (this.visible) this.schedule();
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => this.update());
  }

  isFaulty() {
    return this.parts.status.classList.contains("xp-fault");
  }

  /** Evaluate and redraw what differs; what fails is told in the status line. */
  update() {
    const began = performance.now();
    if (this.frame !== undefined) cancelAnimationFrame(this.frame);
    this.frame = undefined;
    this.stale = false;
    try {
      this.redraw();
    } catch (error) {
      tellFault(this.element, "This figure could not follow its controls", error);
    }
    this.timing = performance.now() - began;
    return this.timing;
  }

  redraw() {
    const number = this.caseNumber();
    const narrow = !this.roomy;
    const anew = number !== this.case || narrow !== this.narrow; // then its picture is at its start
    this.case = number;
    this.narrow = narrow;
    const program = this.program();
    program.set(this.inputs());
    program.update();
    if (anew) this.switchScene();
    this.picture.redraw(program, anew);
    for (const { element, template } of this.live) {
      const text = typeset(this.fill(template));
      if (element.textContent !== text) element.textContent = text;
    }
    this.describe(this.description());
    this.moveHandles();
  }

  // ------------------------------------------------------------ points that can be dragged

  /** @returns {DragHandle[]} */
  placeHandles() {
    const place = this.parts.handles;
    place.replaceChildren();
    return (this.spec.drag ?? []).flatMap((drag) => {
      const point = this.picture.artists.find(({ artist }) => artist.id === drag.artist);
      if (!point) return [];
      const element = place.appendChild(document.createElement("span"));
      element.className = "xp-handle";
      element.dataset.drag = drag.artist;
      element.hidden = true;
      this.letKeysMove(element, drag);
      element.style.cursor = drag.x && drag.y ? "move" : drag.x ? "ew-resize" : "ns-resize";
      /** @type {DragHandle} */
      const handle = { element, drag, point, spot: [0, 0] };
      element.addEventListener("pointerdown", (event) => this.grab(event, handle));
      return [handle];
    });
  }

  moveHandles() {
    for (const handle of this.handles) {
      const { point, drag } = handle;
      const [toX, toY] = this.picture.scales(point.artist);
      /** @type {(name: string | null, ref: Ref) => number} */
      const known = (name, ref) => (name ? this.values[name] : this.program().scalar(ref));
      const u = toX(known(drag.x, point.refs.x));
      const v = toY(known(drag.y, point.refs.y));
      handle.spot = [u, v];
      const [width, height] = this.picture.size;
      this.sayHandle(handle);
      handle.element.hidden = !(u >= 0 && u <= width && v >= 0 && v <= height);
      handle.element.style.left = `${cut((u / width) * 100)}%`;
      handle.element.style.top = `${cut((v / height) * 100)}%`;
    }
  }

  /**
   * Arrow keys move a point as they move its sliders: sideways the control of x, up and down of y.
   * @param {HTMLElement} element
   * @param {DragHandle["drag"]} drag
   */
  letKeysMove(element, drag) {
    element.tabIndex = 0;
    element.setAttribute("role", "slider");
    const [across, along] = [drag.x ?? drag.y, drag.y ?? drag.x];
    element.addEventListener("keydown", (event) => {
      const [name, steps] = {
        ArrowRight: [across, 1], ArrowLeft: [across, -1], ArrowUp: [along, 1], ArrowDown: [along, -1],
        PageUp: [along, LEAP], PageDown: [along, -LEAP],
      }[event.key] ?? [null, 0];
      const control = this.spec.controls.find((one) => one.name === name);
      if (!control || !isSlider(control) || this.element.classList.contains("xp-presented")) return;
      event.preventDefault();
      const position = toScale(control, this.values[control.name]) + Number(steps) * control.step;
      this.change({ [control.name]: fromScale(control, position) });
    });
  }

  /**
   * Say where a point stands.
   * @param {DragHandle} handle
   */
  sayHandle({ element, drag }) {
    const controls = this.spec.controls.filter(
      (one) => isSlider(one) && (one.name === drag.x || one.name === drag.y));
    const words = controls.map((one) => `${one.label} ${valueText(one, this.values[one.name])}`);
    const [first] = /** @type {Slider[]} */ (controls);
    put(element, "aria-label", `Point on the picture: ${controls.map(({ label }) => label).join(", ")}`);
    put(element, "aria-valuetext", words.join(", "));
    put(element, "aria-valuemin", String(first.min));
    put(element, "aria-valuemax", String(first.max));
    put(element, "aria-valuenow", String(toScale(first, this.values[first.name])));
  }

  /**
   * @param {string} name
   * @param {boolean} on
   */
  markHandles(name, on) {
    for (const { element, drag } of this.handles) {
      if (drag.x === name || drag.y === name) element.classList.toggle("xp-held", on);
    }
  }

  /**
   * Follow a mouse, finger or pen until it lets go.
   * @param {PointerEvent} down
   * @param {DragHandle} handle
   */
  grab(down, { element, drag, point, spot }) {
    if (down.button || point.artist.axes === null) return;
    down.preventDefault();
    element.setPointerCapture(down.pointerId);
    element.classList.add("xp-held");
    /** @type {(event: PointerEvent) => Point} */
    const inPicture = (event) => {
      const box = this.picture.svg.getBoundingClientRect();
      const zoom = this.picture.size[0] / box.width;
      return [(event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom];
    };
    const [u, v] = inPicture(down);
    const away = [spot[0] - u, spot[1] - v];
    const { x, y } = this.picture.frames[point.artist.axes].data;
    /** @type {(event: PointerEvent) => void} */
    const follow = (event) => {
      const [u, v] = inPicture(event);
      /** @type {Values} */
      const values = {};
      if (drag.x) values[drag.x] = x.from(u + away[0]);
      if (drag.y) values[drag.y] = y.from(v + away[1]);
      this.change(values);
    };
    const release = () => {
      element.classList.remove("xp-held");
      element.removeEventListener("pointermove", follow);
    };
    element.addEventListener("pointermove", follow);
    element.addEventListener("lostpointercapture", release, { once: true });
  }
}
