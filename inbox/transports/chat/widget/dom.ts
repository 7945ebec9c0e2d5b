// Elements without markup: texts become text, so nothing that somebody wrote can run.

type Child = Node | string;
type Given = Record<string, string | boolean | ((event: Event) => void)>;

/** An element with attributes, listeners ("onclick") and children. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, given: Given = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line drawing on a grid of 24. */
export function icon(...paths: string[]): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const looks = { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const [name, value] of Object.entries(looks)) svg.setAttribute(name, value);
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** Closes, removes. */
export const cross = (): SVGElement => icon("M18 6 6 18M6 6l12 12");

const ADDRESS = /https?:\/\/[^\s<>"']+/g;

/** A text with its web addresses as links that open elsewhere and tell no referrer. */
export function linked(text: string): Node[] {
  const found: Node[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?)\]]+$/, "");
    found.push(document.createTextNode(text.slice(from, match.index)));
    found.push(make("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, address));
    from = match.index + address.length;
  }
  found.push(document.createTextNode(text.slice(from)));
  return found;
}
