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
