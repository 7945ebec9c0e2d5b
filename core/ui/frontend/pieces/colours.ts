// Colours that come from data, such as a brand's hue in a list: set through CSSOM, since inline styles are refused.
import { all } from "../dom";

function paint(root: ParentNode = document): void {
  for (const element of all("[data-hue]", root)) element.style.setProperty("--h", element.dataset["hue"] ?? "255");
}

export function start(): void {
  paint();
  document.addEventListener("htmx:after:settle", () => paint());
}
