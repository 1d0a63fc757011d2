// Live figures on a page: joins a figure's element with its program (engine.js, put before this).
//
// The page holds the picture at the default settings, the controls and the spec (FORMAT.md). A
// change of a control marks its figure as stale; once a frame every stale figure that is on screen
// evaluates its program and redraws the artists whose data differ from what they show.

const SVG = "http://www.w3.org/2000/svg";
const STATUS_DELAY = 600; // ms of rest before the live region speaks
const ADDRESS_DELAY = 300; // ms of rest before the address follows
const ROUNDING = 1e-12; // of a value: 10 ** 23 is a little above 1e23
const SLACK = 1e-6; // user units by which rounding may put a point out of its frame
const FAR = 1e5; // user units; nothing farther out can show in a frame
// What a picture's frame is for the keyboard while the picture is wider than the page.
const SCROLLABLE = { tabindex: "0", role: "group", "aria-label": "Picture, wider than the page" };

// One registry a window, whichever copy of this script came first: figures on a page, widgets in
// a notebook and links between them meet here.
const shared = (window.explorable ??= {
  version: FORMAT_VERSION,
  figures: new Map(), // by name: what tests and other scripts may use of each
  live: new Set(),
  views: 0, // how many widgets were shown
});

// ---------------------------------------------------------------- controls

const isSlider = (control) => control.kind === "slider";
const toScale = (control, value) =>
  control.scale === "log" ? Math.log(value) / Math.log(control.base) : value;
const fromScale = (control, position) =>
  control.scale === "log" ? control.base ** position : position;

/** The nearest valid value of a control, or null where `value` says nothing. */
function nearest(control, value) {
  if (control.kind === "select" && typeof value === "string") {
    const index = control.options.indexOf(value);
    return index < 0 ? null : index;
  }
  const number = typeof value === "boolean" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) return null;
  const [low, high] = isSlider(control)
    ? [fromScale(control, control.min), fromScale(control, control.max)]
    : [0, control.kind === "select" ? control.options.length - 1 : 1];
  let inside = Math.min(Math.max(number, low), high);
  if (Math.abs(inside - number) <= ROUNDING * Math.abs(inside)) inside = number;
  return control.whole || !isSlider(control) ? Math.round(inside) : inside;
}

/** A number as a person may type it, or null. The keys of many phones have a comma and no point. */
function parseNumber(text) {
  const plain = text.trim().replace(/\u2212/g, "-").replace(/[\s_]/g, "");
  const bare = /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.|$)/.test(plain)
    ? plain.replace(/,/g, "")
    : plain.replace(/^([-+]?(?:0|\d+(?!,\d{3}(?!\d)))),(?=\d)/, "$1.");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,4})?$/i.test(bare) ? Number(bare) : null;
}

/** The shortest way to type a number: 7e10, 0.34. */
function typed(value) {
  const size = Math.abs(value);
  const plain = String(value);
  return size === 0 || (size >= 1e-4 && size < 1e6)
    ? plain
    : value.toExponential().replace("e+", "e");
}

/** What a number box shows: all digits where they are few, else as the control formats them. */
function boxText(control, value) {
  if (Number(value.toPrecision(7)) === value) return typed(value);
  // A format that writes more than digits, or none of them, gives way to four digits.
  return typed(Number(formatNumber(value, control.format)) || Number(value.toPrecision(4)));
}

const GROUPS = ["", " thousand", " million", " billion", " trillion", " quadrillion"];

/** A number in words that a screen reader speaks well: "70 billion". */
function spoken(value) {
  if (value < 0) return `minus ${spoken(-value)}`;
  const size = Number(value.toPrecision(3));
  if (size === 0 || (size >= 1e-3 && size < 1e4)) {
    const short = Number(value.toPrecision(6)) === value; // a step of a fine slider
    return String(short ? value : Number(value.toPrecision(4)));
  }
  if (size >= 1e4 && size < 1e18) {
    const group = Math.floor(Math.log10(size) / 3);
    return Number((size / 1e3 ** group).toPrecision(3)) + GROUPS[group];
  }
  const [digits, power] = size.toExponential().split("e");
  const raised = `10 to the ${power.replace("+", "").replace("-", "minus ")}`;
  return digits === "1" ? raised : `${digits} times ${raised}`;
}

/** Text with the numbers that a screen reader would spell, 4.9e+27 and -0.5, in words. */
const aloud = (text) => text
  .replace(/\b\d+(\.\d+)?e[-+]?\d+\b/g, (number) => spoken(Number(number)))
  .replace(/(^|[\s(])[-\u2212](?=\d)/g, "$1minus ");

/** A control's value in words, with its unit. */
function valueText(control, value) {
  if (control.kind === "select") return control.options[value];
  if (control.kind === "checkbox") return value ? "on" : "off";
  const words = control.format.endsWith("%") ? formatNumber(value, control.format) : spoken(value);
  return control.unit ? `${words} ${control.unit}` : words;
}

const onOneLine = (text) => text.replace(/\s+/g, " ").trim();

// ---------------------------------------------------------------- scales

/** The functions that straighten an axis and bend it back. */
function scale(axis) {
  if (axis.scale === "log") {
    // As matplotlib clips what a log axis cannot show: far below, not absent.
    return [(v) => (v > 0 ? Math.log(v) : v <= 0 ? -1e4 : NaN), Math.exp];
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

/** From an axis's data to user units and back: `start` and `end` are where its limits lie. */
function mapping(axis, start, end) {
  const [straighten, bend] = scale(axis);
  const first = straighten(axis.lim[0]);
  const factor = (end - start) / (straighten(axis.lim[1]) - first);
  return {
    to: (v) => Math.max(-FAR, Math.min(FAR, start + (straighten(v) - first) * factor)),
    from: (u) => bend(first + (u - start) / factor),
  };
}

const fraction = (start, end) => ({ to: (v) => start + v * (end - start) });

// ---------------------------------------------------------------- drawing

const cut = (u) => Math.round(u * 100) / 100;

/** Values at index i of something that may be a single number. */
const at = (values, i) => (values.length === 1 ? values[0] : values[i]);
const longest = (...all) =>
  all.some((values) => values.length === 0) ? 0 : Math.max(...all.map((values) => values.length));

const cycle = (styles, i) => (Array.isArray(styles) ? styles[i % styles.length] : styles);

function linePath(x, y, toX, toY, steps) {
  const count = longest(x, y);
  let d = "";
  let down = false; // whether the pen is on the paper
  for (let i = 0; i < count; i++) {
    const u = cut(toX(at(x, i)));
    const v = cut(toY(at(y, i)));
    if (Number.isNaN(u) || Number.isNaN(v)) {
      down = false;
      continue;
    }
    if (!down) d += `M${u} ${v}`;
    else if (steps === "pre") d += `V${v}H${u}`;
    else if (steps === "post") d += `H${u}V${v}`;
    else if (steps === "mid") d += `H${cut(toX((at(x, i - 1) + at(x, i)) / 2))}V${v}H${u}`;
    else d += `L${u} ${v}`;
    down = true;
  }
  return d;
}

function bandPath(along, one, two, where, toAlong, toAcross, across) {
  const count = longest(along, one, two);
  const point = (u, v) => (across ? `${v} ${u}` : `${u} ${v}`);
  let d = "";
  let there = "";
  let back = "";
  const close = () => {
    if (there) d += `M${there.slice(1)}${back}Z`;
    there = back = "";
  };
  for (let i = 0; i < count; i++) {
    const u = cut(toAlong(at(along, i)));
    const v1 = cut(toAcross(at(one, i)));
    const v2 = cut(toAcross(at(two, i)));
    if ((where && !at(where, i)) || Number.isNaN(u + v1 + v2)) close();
    else {
      there += `L${point(u, v1)}`;
      back = `L${point(u, v2)}${back}`;
    }
  }
  close();
  return d;
}

/** An annotation's arrow: from the edge of the text's box towards the tip, ends held back. */
function arrowPath(tip, anchor, artist) {
  const [left, top, right, bottom] = artist.around;
  const start = [anchor[0] + (left + right) / 2, anchor[1] + (top + bottom) / 2];
  let [dx, dy] = [tip[0] - start[0], tip[1] - start[1]];
  const whole = Math.hypot(dx, dy);
  const out = Math.min((right - left) / 2 / Math.abs(dx), (bottom - top) / 2 / Math.abs(dy));
  const first = out * whole + artist.shrink[0];
  const last = whole - artist.shrink[1];
  if (!(last > first)) return ""; // the tip is under the text, or somewhere is NaN
  [dx, dy] = [dx / whole, dy / whole];
  const on = (along, aside) =>
    `${cut(start[0] + dx * along - dy * aside)} ${cut(start[1] + dy * along + dx * aside)}`;
  const [kind, length, width] = artist.head;
  const shaft = `M${on(first, 0)}L${on(last, 0)}`;
  if (kind === "-") return shaft;
  const head = `M${on(last - length, width)}L${on(last, 0)}L${on(last - length, -width)}`;
  return shaft + head + (kind === "-|>" ? "Z" : "");
}

/** Fill a group with `count` paths of its own, keeping the shapes that others may use. */
function paths(group, count) {
  if (!group.ownPaths) {
    for (const child of [...group.children]) if (child.tagName !== "defs") child.remove();
    group.ownPaths = [];
  }
  const own = group.ownPaths;
  while (own.length < count) own.push(group.appendChild(document.createElementNS(SVG, "path")));
  while (own.length > count) own.pop().remove();
  return own;
}

/** Set an attribute where it differs; null takes it away. */
function put(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** A copy of markup whose ids, what refers to them, and groups of choices carry their own prefix. */
const withUid = (markup, uid) => uid
  ? markup.replace(/(\b(?:id|for)="|\bname="(?=quiz-)|url\(#|href="#(?!explore=))/g, `$1${uid}`)
  : markup;

// ---------------------------------------------------------------- one figure

class LiveFigure {
  constructor(element, spec, { address = true, onchange = () => {} } = {}) {
    checkVersion(spec.version);
    this.element = element;
    this.spec = spec;
    this.uid = element.dataset.uid || "";
    this.address = address;
    this.onchange = onchange;
    this.values = {};
    for (const control of spec.controls) this.values[control.name] = control.value;
    this.moved = new Set(); // names of the controls to speak of
    this.programs = [];
    this.case = this.caseNumber();
    this.visible = true;
    this.timing = 0;
    this.parts = {};
    for (const part of ["picture", "sentence", "status", "note", "handles"]) {
      this.parts[part] = element.querySelector(`[data-${part}]`);
    }
    this.bindControls();
    this.bindButtons();
    this.prepareScene();
    put(this.svg, "aria-label", aloud(this.svg.getAttribute("aria-label")));
    this.handle = this.makeHandle();
    shared.figures.set(spec.name, this.handle);
    shared.live.add(this);
    this.observer = new IntersectionObserver((entries) => {
      this.visible = entries[entries.length - 1].isIntersecting;
      if (this.visible && this.stale) this.schedule();
    }, { rootMargin: "200px" });
    this.observer.observe(element);
    const scroll = this.parts.picture.parentElement;
    this.resizer = new ResizeObserver(() => {
      const scrolls = scroll.scrollWidth > scroll.clientWidth;
      for (const [name, value] of Object.entries(SCROLLABLE)) put(scroll, name, scrolls ? value : null);
    });
    this.resizer.observe(scroll);
    this.stale = this.handles.length > 0; // they are placed as soon as they are on screen
    element.classList.add("xp-live");
  }

  /** What tests and other scripts may use of a figure. */
  makeHandle() {
    const figure = this;
    return {
      ready: true,
      values: () => ({ ...figure.values }),
      set: (values) => figure.change(values),
      update: () => figure.update(),
      get program() { return figure.program(); },
      get scene() { return figure.scene; },
      get timing() { return figure.timing; },
    };
  }

  close() {
    this.observer.disconnect();
    this.resizer.disconnect();
    shared.live.delete(this);
    if (shared.figures.get(this.spec.name) === this.handle) shared.figures.delete(this.spec.name);
  }

  // ------------------------------------------------------------ state

  caseNumber() {
    let number = 0;
    for (const control of this.spec.controls) {
      const count = { select: control.options?.length, checkbox: 2 }[control.kind];
      if (count) number = number * count + this.values[control.name];
    }
    return number;
  }

  inputs() {
    return this.spec.controls.filter(isSlider).map((control) => this.values[control.name]);
  }

  /** Take new values, tolerantly; `quiet` where they come from a linked figure or from Python. */
  change(values, { by = null, quiet = false } = {}) {
    const changed = {};
    for (const control of this.spec.controls) {
      if (!Object.hasOwn(values, control.name)) continue;
      const value = nearest(control, values[control.name]);
      if (value === null || Object.is(value, this.values[control.name])) continue;
      changed[control.name] = this.values[control.name] = value;
      this.showControl(control, by);
      if (!quiet) this.moved.add(control.name);
    }
    if (!Object.keys(changed).length) return;
    this.note("");
    this.showPresets();
    this.refresh();
    this.onchange(this.values);
    if (quiet) return;
    this.speakSoon();
    if (this.address) writeAddressSoon();
    for (const other of shared.live) {
      if (other !== this && this.linked(other)) other.change(changed, { quiet: true });
    }
  }

  /** Whether the two share their controls: the same link, or the same figure shown twice. */
  linked(other) {
    return other.spec.name === this.spec.name || (this.spec.link && other.spec.link === this.spec.link);
  }

  defaults() {
    return Object.fromEntries(this.spec.controls.map((control) => [control.name, control.value]));
  }

  // ------------------------------------------------------------ controls

  bindControls() {
    this.inputsOf = {};
    for (const control of this.spec.controls) {
      const all = [...this.element.querySelectorAll(`[name="${control.name}"]`)];
      const box = all.find((input) => "exact" in input.dataset);
      const main = all.find((input) => input !== box);
      this.inputsOf[control.name] = { main, box };
      main.addEventListener("input", () => {
        const value = isSlider(control)
          ? fromScale(control, Number(main.value))
          : control.kind === "select" ? main.selectedIndex : Number(main.checked);
        this.change({ [control.name]: value }, { by: main });
      });
      box?.addEventListener("change", () => this.commit(control, box));
      main.addEventListener("focus", () => this.markHandles(control.name, true));
      main.addEventListener("blur", () => this.markHandles(control.name, false));
      this.showControl(control);
    }
  }

  /** Take what was typed into a number box; say so where it had to be moved. */
  commit(control, box) {
    const wanted = parseNumber(box.value);
    if (wanted === null) {
      const kept = boxText(control, this.values[control.name]);
      this.note(`${control.label}: “${box.value.slice(0, 30)}” is not a number; still ${kept}.`);
      box.value = kept;
      return;
    }
    const value = nearest(control, wanted);
    this.change({ [control.name]: value });
    this.showControl(control);
    if (value !== wanted) {
      const fault = nearest({ ...control, whole: false }, wanted) === wanted ? "not whole" : "outside";
      this.note(`${control.label}: ${typed(wanted)} is ${fault}; the nearest is ${boxText(control, value)}.`);
    }
  }

  showControl(control, by) {
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
      box.value = boxText(control, value);
    }
  }

  bindButtons() {
    this.presets = [...this.element.querySelectorAll("[data-preset]")].map((button) => {
      const { values } = this.spec.presets.find(({ label }) => label === button.dataset.preset);
      button.addEventListener("click", () => this.change(values));
      return { button, values };
    });
    this.showPresets();
    const find = (part) => this.element.querySelector(`[data-${part}]`);
    find("reset").addEventListener("click", () => this.change(this.defaults()));
    const copy = find("copy");
    copy.hidden = !this.address;
    copy.addEventListener("click", async () => {
      const link = location.href.split("#")[0] + fragmentOf([this], true);
      let said = "Link copied";
      try {
        await navigator.clipboard.writeText(link);
      } catch {
        history.replaceState(history.state, "", link);
        said = "The link is in the address bar";
      }
      this.parts.status.textContent = `${said}.`;
      const before = copy.dataset.label ??= copy.textContent;
      copy.textContent = said;
      setTimeout(() => { copy.textContent = before; }, 2000);
    });
  }

  showPresets() {
    for (const { button, values } of this.presets) {
      const pressed = Object.entries(values).every(([name, value]) => this.values[name] === value);
      put(button, "aria-pressed", String(pressed));
    }
  }

  // ------------------------------------------------------------ words

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
      now.filter((statement) => !this.before[k].includes(statement)).join(". "));
    const changes = controls.length > 3 ? "" : controls.join("; ");
    const said = [this.parts.note.textContent, changes && `${changes}.`, news.find(Boolean)];
    const words = aloud(said.filter(Boolean).join(" "));
    this.parts.status.textContent = words.replace(/[^.!?]$/, "$&.");
    this.moved.clear();
    this.before = undefined;
  }

  /** The sentence and the picture's description as the page has them, statement by statement. */
  statements() {
    return [this.sentence(), this.svg.getAttribute("aria-label")].map((text) => text.split(". "));
  }

  sentence() {
    return onOneLine(this.parts.sentence.textContent);
  }

  /** What the picture shows, in words. */
  description() {
    const { alt } = this.scene;
    return (alt ? onOneLine(this.fill(alt)) : this.sentence()) || `Figure ${this.spec.name}`;
  }

  /** The text of a template at the present values. */
  fill(template) {
    return fillTemplate(template, this.program());
  }

  // ------------------------------------------------------------ picture

  program() {
    return (this.programs[this.case] ??= new Program(this.spec.program, this.case));
  }

  /** The values behind a ref, as a flat array. */
  of(ref) {
    return this.program().data(ref);
  }

  first(ref) {
    return this.program().scalar(ref);
  }

  /** Get the scene of the present case ready: its scales, its groups, its live texts. */
  prepareScene() {
    this.scene = this.spec.scenes[this.case];
    this.svg = this.parts.picture.querySelector("svg");
    const [, , width, height] = this.svg.getAttribute("viewBox").split(/[\s,]+/).map(Number);
    this.size = [width, height];
    const whole = { x: fraction(0, width), y: fraction(height, 0) };
    this.frames = this.scene.axes.map(({ box: [x, y, w, h], x: xAxis, y: yAxis }) => ({
      data: { x: mapping(xAxis, x, x + w), y: mapping(yAxis, y + h, y) },
      axes: { x: fraction(x, x + w), y: fraction(y + h, y) },
      figure: whole,
    }));
    this.whole = { data: whole, axes: whole, figure: whole };
    this.artists = this.scene.artists.map((artist) => ({
      ...artist,
      refs: refsOf(artist, this.scene.texts),
      groups: (artist.ids ?? [artist.id]).map((id) => this.group(id)),
    }));
    this.live = [...this.parts.sentence.querySelectorAll("[data-live]")].map((element) => ({
      element,
      template: this.scene.texts[Number(element.dataset.live)],
    }));
    this.placeHandles();
  }

  group(id) {
    return this.svg.querySelector(`[id="${CSS.escape(this.uid + id)}"]`);
  }

  /** Put the picture and the sentence of another case in place. */
  switchScene() {
    const scene = this.spec.scenes[this.case];
    const lines = scene.svg.flatMap(([first, count]) => this.spec.lines.slice(first, first + count));
    const picture = new DOMParser().parseFromString(
      withUid(lines.join("\n"), this.uid), "image/svg+xml");
    const svg = document.importNode(picture.documentElement, true);
    svg.setAttribute("role", "img");
    this.svg.replaceWith(svg);
    this.parts.sentence.innerHTML = scene.sentence; // the author's, from the spec
    this.prepareScene();
  }

  refresh() {
    this.stale = true;
    if (this.visible) this.schedule();
  }

  schedule() {
    this.frame ??= requestAnimationFrame(() => this.update());
  }

  /** Evaluate and redraw what differs. */
  update() {
    const began = performance.now();
    cancelAnimationFrame(this.frame);
    this.frame = undefined;
    this.stale = false;
    const number = this.caseNumber();
    const anew = number !== this.case; // then the picture shows another case at its start
    this.case = number;
    const program = this.program();
    program.set(this.inputs());
    program.update();
    if (anew) this.switchScene();
    for (const artist of this.artists) {
      if (anew || artist.refs.some((ref) => program.changed(ref))) this.draw(artist);
    }
    for (const { element, template } of this.live) {
      const text = this.fill(template);
      if (element.textContent !== text) element.textContent = text;
    }
    put(this.svg, "aria-label", aloud(this.description()));
    this.moveHandles();
    this.timing = performance.now() - began;
    return this.timing;
  }

  /** The functions from an artist's coordinates to user units. */
  scales(artist, coords = artist.coords ?? ["data", "data"]) {
    const frame = this.frames[artist.axes] ?? this.whole;
    return [frame[coords[0]].x.to, frame[coords[1]].y.to];
  }

  draw(artist) {
    const [toX, toY] = this.scales(artist);
    if (artist.clip && artist.kind !== "text" && artist.kind !== "arrow") {
      for (const group of artist.groups) put(group, "clip-path", this.clip(artist.axes));
    }
    this[artist.kind](artist, toX, toY);
  }

  /** A reference to the shape that cuts drawings at an axes' frame. */
  clip(axes) {
    const id = `${this.uid}${this.spec.name}-frame${axes}`;
    if (!this.group(`${this.spec.name}-frame${axes}`)) {
      const [x, y, width, height] = this.scene.axes[axes].box;
      const shape = document.createElementNS(SVG, "clipPath");
      shape.id = id;
      const rect = shape.appendChild(document.createElementNS(SVG, "rect"));
      for (const [name, value] of Object.entries({ x, y, width, height })) put(rect, name, String(value));
      this.svg.append(shape);
    }
    return `url(#${id})`;
  }

  line({ groups: [group], style, marks, steps, ...artist }, toX, toY) {
    const [x, y] = [this.of(artist.x), this.of(artist.y)];
    const spots = marks ? this.spots(x, y, toX, toY) : [];
    const all = paths(group, (style ? 1 : 0) + spots.length);
    if (style) {
      put(all[0], "style", style);
      put(all[0], "d", linePath(x, y, toX, toY, steps));
    }
    if (marks) this.putMarks(all.slice(style ? 1 : 0), spots, marks);
  }

  marks({ groups: [group], marks, ...artist }, toX, toY) {
    const spots = this.spots(this.of(artist.x), this.of(artist.y), toX, toY);
    this.putMarks(paths(group, spots.length), spots, marks);
  }

  /** Where points lie, in user units; null where they do not show. */
  spots(x, y, toX, toY) {
    return Array.from({ length: longest(x, y) }, (_, i) => {
      const [u, v] = [cut(toX(at(x, i))), cut(toY(at(y, i)))];
      return Math.abs(u) < FAR && Math.abs(v) < FAR ? `translate(${u} ${v})` : null;
    });
  }

  putMarks(elements, spots, { d, style }) {
    elements.forEach((element, i) => {
      put(element, "d", spots[i] ? cycle(d, i) : "");
      put(element, "style", cycle(style, i));
      put(element, "transform", spots[i]);
    });
  }

  band({ groups: [group], style, across, ...artist }, toX, toY) {
    const where = "where" in artist ? this.of(artist.where) : null;
    const [along, one, two] = [artist.x, artist.y1, artist.y2].map((ref) => this.of(ref));
    const [toAlong, toAcross] = across ? [toY, toX] : [toX, toY];
    const [path] = paths(group, 1);
    put(path, "style", style);
    put(path, "d", bandPath(along, one, two, where, toAlong, toAcross, across));
  }

  bars({ groups, style, ...artist }, toX, toY) {
    const [x0, x1, y0, y1] = [artist.x0, artist.x1, artist.y0, artist.y1].map((ref) => this.of(ref));
    groups.forEach((group, i) => {
      const [path] = paths(group, 1);
      const [left, right] = [cut(toX(at(x0, i))), cut(toX(at(x1, i)))];
      const [low, high] = [cut(toY(at(y0, i))), cut(toY(at(y1, i)))];
      const shows = !Number.isNaN(left + right + low + high);
      put(path, "style", cycle(style, i));
      put(path, "d", shows ? `M${left} ${low}H${right}V${high}H${left}Z` : "");
    });
  }

  segments({ groups: [group], style, ...artist }, toX, toY) {
    const ends = [artist.x0, artist.y0, artist.x1, artist.y1].map((ref) => this.of(ref));
    let d = "";
    for (let i = 0; i < longest(...ends); i++) {
      const [u0, v0, u1, v1] = ends.map((end, k) => cut((k % 2 ? toY : toX)(at(end, i))));
      if (!Number.isNaN(u0 + v0 + u1 + v1)) d += `M${u0} ${v0}L${u1} ${v1}`;
    }
    const [path] = paths(group, 1);
    put(path, "style", style);
    put(path, "d", d);
  }

  text({ groups: [group], ...artist }, toX, toY) {
    const element = group.tagName === "text" ? group : group.querySelector("text");
    if (artist.text !== undefined) {
      const text = this.fill(this.scene.texts[artist.text]);
      if (element.textContent !== text) element.textContent = text;
    }
    if (artist.x === undefined) return;
    const [u, v] = [toX(this.first(artist.x)), toY(this.first(artist.y))];
    const shows = Math.abs(u) < FAR && Math.abs(v) < FAR && !(artist.clip && this.outside(artist, u, v));
    put(group, "visibility", shows ? null : "hidden");
    const [x, y] = artist.anchor;
    if (shows) put(group, "transform", `translate(${cut(u - x)} ${cut(v - y)})`);
  }

  outside(artist, u, v) {
    const [x, y, width, height] = this.scene.axes[artist.axes].box;
    return u < x - SLACK || u > x + width + SLACK || v < y - SLACK || v > y + height + SLACK;
  }

  arrow({ groups: [group], style, from, ...artist }, toX, toY) {
    const tip = [toX(this.first(artist.x)), toY(this.first(artist.y))];
    let anchor;
    if (from.offset) anchor = [tip[0] + from.offset[0], tip[1] + from.offset[1]];
    else {
      const [fromX, fromY] = this.scales(artist, from.coords);
      anchor = [fromX(this.first(from.x)), fromY(this.first(from.y))];
    }
    const [path] = paths(group, 1);
    put(path, "style", style);
    put(path, "d", artist.clip && this.outside(artist, ...tip) ? "" : arrowPath(tip, anchor, artist));
  }

  // ------------------------------------------------------------ points that can be dragged

  placeHandles() {
    const place = this.parts.handles;
    place.replaceChildren();
    this.handles = (this.spec.drag ?? []).flatMap((drag) => {
      const artist = this.artists.find(({ id }) => id === drag.artist);
      if (!artist) return [];
      const element = place.appendChild(document.createElement("span"));
      element.className = "xp-handle";
      element.dataset.drag = drag.artist;
      element.hidden = true;
      element.style.cursor = drag.x && drag.y ? "move" : drag.x ? "ew-resize" : "ns-resize";
      const handle = { element, drag, artist };
      element.addEventListener("pointerdown", (event) => this.grab(event, handle));
      return [handle];
    });
  }

  moveHandles() {
    for (const handle of this.handles) {
      const { artist, drag } = handle;
      const [toX, toY] = this.scales(artist);
      const known = (name, ref) => (name ? this.values[name] : this.first(ref));
      const u = toX(known(drag.x, artist.x));
      const v = toY(known(drag.y, artist.y));
      handle.spot = [u, v];
      const [width, height] = this.size;
      handle.element.hidden = !(u >= 0 && u <= width && v >= 0 && v <= height);
      handle.element.style.left = `${cut((u / width) * 100)}%`;
      handle.element.style.top = `${cut((v / height) * 100)}%`;
    }
  }

  markHandles(name, on) {
    for (const { element, drag } of this.handles) {
      if (drag.x === name || drag.y === name) element.classList.toggle("xp-held", on);
    }
  }

  /** Follow a mouse, finger or pen until it lets go. */
  grab(down, { element, drag, artist, spot }) {
    if (down.button) return;
    down.preventDefault();
    element.setPointerCapture(down.pointerId);
    element.classList.add("xp-held");
    const inPicture = (event) => {
      const box = this.svg.getBoundingClientRect();
      const zoom = this.size[0] / box.width;
      return [(event.clientX - box.left) * zoom, (event.clientY - box.top) * zoom];
    };
    const [u, v] = inPicture(down);
    const away = [spot[0] - u, spot[1] - v];
    const { x, y } = this.frames[artist.axes].data;
    const follow = (event) => {
      const [u, v] = inPicture(event);
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

/** The nodes an artist hangs on. */
function refsOf(artist, texts) {
  const refs = [];
  const walk = (value) => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === "object" && value !== null) {
      for (const key of ["v", "if", "pick"]) if (typeof value[key] === "number") refs.push(value[key]);
      ["then", "else", "of"].forEach((key) => walk(value[key]));
    }
  };
  for (const key of ["x", "y", "x0", "x1", "y0", "y1", "y2", "where"]) {
    if (typeof artist[key] === "number") refs.push(artist[key]);
  }
  for (const key of ["x", "y"]) if (typeof artist.from?.[key] === "number") refs.push(artist.from[key]);
  if (artist.text !== undefined) walk(texts[artist.text]);
  return refs;
}

// ---------------------------------------------------------------- state in the address

const PREFIX = `#explore=${FORMAT_VERSION}`;

/** What differs from the defaults, as a fragment; `whole` names the figure in any case. */
function fragmentOf(figures, whole = false) {
  const parts = [];
  const byName = new Map(figures.map((figure) => [figure.spec.name, figure]));
  for (const { spec, values } of byName.values()) {
    let named = spec.controls.filter(({ name, value }) => values[name] !== value);
    if (whole && !named.length) named = spec.controls.slice(0, 1);
    for (const control of named) {
      const value = values[control.name];
      const text = control.kind === "select" ? control.options[value] : typed(value);
      parts.push(`&${encodeURIComponent(`${spec.name}.${control.name}`)}=${encodeURIComponent(text)}`);
    }
  }
  return parts.length ? PREFIX + parts.join("") : "";
}

/** A fragment as a map from figure names to values; unreadable parts are left out. */
function readFragment(hash) {
  const found = new Map();
  const [head, ...pairs] = hash.slice(0, 20000).split("&");
  if (head !== PREFIX) return found;
  for (const pair of pairs) {
    let name, value;
    try {
      [name, value] = pair.split("=").map(decodeURIComponent);
    } catch {
      continue; // a stray percent sign
    }
    const [figure, control] = name.split(".");
    if (!control || value === undefined) continue;
    if (!found.has(figure)) found.set(figure, new Map());
    found.get(figure).set(control, value);
  }
  return found;
}

/** Set the figures that a fragment names; return the first. */
function applyFragment(hash) {
  let first = null;
  for (const [name, wanted] of readFragment(hash)) {
    for (const figure of shared.live) {
      if (figure.spec.name !== name) continue;
      const values = figure.defaults();
      for (const control of figure.spec.controls) {
        const text = wanted.get(control.name) ?? "";
        const value = control.kind === "select" ? text : parseNumber(text);
        values[control.name] = nearest(control, value) ?? control.value;
      }
      figure.change(values);
      first ??= figure;
    }
  }
  return first;
}

function scrollTo(figure) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  figure.element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "nearest" });
}

let addressTimer;

function writeAddressSoon() {
  clearTimeout(addressTimer);
  addressTimer = setTimeout(() => {
    const fragment = fragmentOf([...shared.live].filter(({ address }) => address));
    if (fragment === location.hash || (!fragment && !location.hash.startsWith(PREFIX))) return;
    try {
      history.replaceState(history.state, "", fragment || location.pathname + location.search);
    } catch {
      // A page without an address of its own (an about:srcdoc frame) keeps none.
    }
  }, ADDRESS_DELAY);
}

/** Listen once a window for links and new fragments. */
function listen() {
  if (shared.listening) return;
  shared.listening = true;
  addEventListener("hashchange", () => {
    const figure = applyFragment(location.hash);
    if (figure) scrollTo(figure);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!link?.hash.startsWith(PREFIX) || elsewhere) return;
    const figure = applyFragment(link.hash);
    if (!figure) return;
    event.preventDefault();
    event.stopPropagation();
    scrollTo(figure);
  }, true);
  addEventListener("beforeprint", () => {
    for (const figure of shared.live) if (figure.stale) figure.update();
  });
}

// ---------------------------------------------------------------- questions

/** The guess kept for this session; a given one is kept first. Without storage it is null. */
function keptGuess(element, guess) {
  const key = `explorable:${location.pathname}:${element.dataset.predict}`;
  try {
    if (guess !== undefined) sessionStorage.setItem(key, guess);
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

/** How far a guess was off, in words. */
function verdict(guess, answer) {
  if (guess === answer) return "Exactly right.";
  if (Math.sign(guess) !== Math.sign(answer)) return `Off by ${readable(Math.abs(guess - answer))}.`;
  const factor = Math.max(guess / answer, answer / guess);
  if (factor < 1.05) return "As good as exact.";
  const way = `too ${Math.abs(guess) > Math.abs(answer) ? "high" : "low"} by a factor of`;
  return `${factor < 1.5 ? "Close" : "Off"}: ${way} ${readable(factor, 3)}.`;
}

/** A number for reading: 50,000 and 1.2e25. */
function readable(value, digits = 6) {
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e9
    ? typed(Number(value.toPrecision(digits)))
    : value.toLocaleString("en-US", { maximumSignificantDigits: digits });
}

/** A question to be answered before a figure opens. */
function bindPredict(element) {
  const find = (part) => element.querySelector(`[data-${part}]`);
  const [form, outcome, cover, curtain] = ["guess", "outcome", "cover", "curtain"].map(find);
  const box = find("number");
  const choices = [...element.querySelectorAll("[data-choice]")];
  const shut = (on) => {
    if (!cover) return;
    cover.inert = on;
    put(cover, "aria-hidden", on ? "true" : null);
    curtain.hidden = !on;
    element.classList.toggle("xp-shut", on);
  };
  const settle = (guess) => {
    const right = Number(element.dataset.answer);
    const unit = element.dataset.unit ? ` ${element.dataset.unit}` : "";
    const said = (number) => choices[number]?.textContent ?? `${readable(number)}${unit}`;
    const number = parseNumber(guess);
    let words = "Skipped.";
    if (number !== null) {
      const score = choices.length ? (number === right ? "Right." : "") : verdict(number, right);
      words = `You said ${said(number)}. ${score}`.trim();
    }
    outcome.textContent = `${words} The answer is ${said(right)}.`;
    form.hidden = true;
    shut(false);
  };
  const commit = (guess) => {
    keptGuess(element, guess);
    settle(guess);
    outcome.tabIndex = -1;
    outcome.focus(); // for what had it is gone
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (parseNumber(box.value) !== null) return commit(box.value);
    outcome.textContent = "Write a number, for example 500 or 2e6.";
    box.focus();
  });
  for (const choice of choices) choice.addEventListener("click", () => commit(choice.dataset.choice));
  find("skip").addEventListener("click", () => commit(""));
  element.classList.add("xp-live");
  const before = keptGuess(element);
  if (before === null) shut(true);
  else settle(before);
}

/** Questions with feedback for each answer and a count at the end. */
function bindQuiz(element) {
  const questions = [...element.querySelectorAll("[data-question]")];
  const firsts = new Map(); // question -> whether the first answer was right
  for (const question of questions) {
    const feedback = question.querySelector("[data-feedback]");
    const notes = [...question.querySelectorAll("[data-note]")];
    const inputs = [...question.querySelectorAll("input")];
    inputs.forEach((input, i) => {
      input.checked = false;
      input.addEventListener("change", () => {
        const right = "correct" in input.dataset;
        if (!firsts.has(question)) firsts.set(question, right);
        feedback.replaceChildren(...[...notes[i].cloneNode(true).childNodes]);
        feedback.className = `xp-feedback ${right ? "xp-right" : "xp-wrong"}`;
        if (firsts.size < questions.length) return;
        const count = [...firsts.values()].filter(Boolean).length;
        element.querySelector("[data-score]").textContent =
          `${count} of ${questions.length} right at the first try.`;
      });
    });
    // Arrow keys would answer with every option on the way; here the space bar answers.
    question.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      const here = inputs.indexOf(event.target);
      if (!step || here < 0) return;
      event.preventDefault();
      inputs.at((here + step) % inputs.length).focus();
    });
  }
  element.classList.add("xp-live");
}

// ---------------------------------------------------------------- start

/** Bring every figure and question under `root` to life. */
function hydrate(root, options = {}) {
  const figures = [];
  for (const element of root.querySelectorAll("figure[data-figure]:not(.xp-live)")) {
    const spec = options.spec ?? JSON.parse(element.querySelector("script[data-spec]").textContent);
    figures.push(new LiveFigure(element, spec, options));
  }
  root.querySelectorAll("[data-predict]:not(.xp-live)").forEach(bindPredict);
  root.querySelectorAll("[data-quiz]:not(.xp-live)").forEach(bindQuiz);
  listen();
  return figures;
}

/** Start on a page of its own. */
function start() {
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start, { once: true });
    return;
  }
  hydrate(document);
  const figure = applyFragment(location.hash);
  const again = performance.getEntriesByType("navigation")[0]?.type;
  if (figure && again !== "reload" && again !== "back_forward") scrollTo(figure);
}

/** Show a widget in a notebook (anywidget calls this); its values stay in step with Python. */
function render({ model, el }) {
  const uid = `view${(shared.views += 1)}-`;
  el.innerHTML = withUid(model.get("markup"), uid); // the author's, from Python
  for (const figure of el.querySelectorAll("figure[data-figure]")) figure.dataset.uid = uid;
  // JupyterLab would take the arrow keys; it looks at the very element that has the focus.
  for (const control of el.querySelectorAll("input, select, button, summary")) {
    control.dataset.lmSuppressShortcuts = "true";
  }
  el.addEventListener("keydown", (event) => event.stopPropagation()); // and the enter key
  const spec = model.get("spec") ? JSON.parse(model.get("spec")) : undefined;
  let saving;
  let hearing = false; // whether Python moves the figure; told so, it would be pulled back
  const figures = hydrate(el, {
    spec,
    address: false,
    onchange(values) {
      if (hearing) return;
      model.set("values", { ...values });
      saving ??= setTimeout(() => {
        saving = undefined;
        model.save_changes();
      }, 50);
    },
  });
  const follow = () => {
    hearing = true;
    figures.forEach((figure) => figure.change(model.get("values"), { quiet: true }));
    hearing = false;
  };
  model.on("change:values", follow);
  follow();
  return () => {
    model.off("change:values", follow);
    figures.forEach((figure) => figure.close());
  };
}
