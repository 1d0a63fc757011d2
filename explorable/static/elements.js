// Elements of the document: the few things that are done to them everywhere.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Set an attribute where it differs; null takes it away.
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value
 */
export function put(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * A new element of a picture.
 * @param {Element} parent
 * @param {string} tag
 */
export const addShape = (parent, tag) =>
  /** @type {SVGElement} */
  (parent.appendChild(document.createElementNS(SVG, tag)));

const REFERRING = ["clip-path", "fill", "filter", "mask", "stroke", "style"];

/**
 * Give the ids in an element, what refers to them, and groups of choices a prefix of their own. Only
 * attributes are touched: what a text says stays, whatever it looks like.
 * @param {Element} root
 * @param {string} uid
 */
export function prefixIds(root, uid) {
  if (!uid) return;
  for (const element of [root, ...root.querySelectorAll("*")]) {
    for (const { name, value } of [...element.attributes]) {
      const isLink = name === "href" || name === "xlink:href";
      if (name === "id" || name === "for" || (name === "name" && value.startsWith("quiz-"))) {
        element.setAttribute(name, uid + value);
      } else if (isLink && value.startsWith("#") && !value.startsWith("#explore=")) {
        element.setAttribute(name, `#${uid}${value.slice(1)}`);
      } else if (REFERRING.includes(name) && value.includes("url(#")) {
        element.setAttribute(name, value.replaceAll("url(#", `url(#${uid}`));
      }
    }
  }
}

/**
 * The part of an element that its HTML names by a `data-` attribute; a page without it is not ours.
 * @param {Element} element
 * @param {string} name
 */
export function partOf(element, name) {
  const part = element.querySelector(`[data-${name}]`);
  if (!(part instanceof HTMLElement)) throw new Error(`the page has no [data-${name}]`);
  return part;
}
