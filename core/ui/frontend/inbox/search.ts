// The search in the inbox's list: its box, its examples, and where a found message's thread leads back to. What is
// found comes by htmx as it is typed; nothing is searched here.
import { all, delegate, one } from "../dom";

const box = (): HTMLInputElement | null => one<HTMLInputElement>("#search-text");

/** After every swap: back from a found message's thread are the results; a search that was left leaves no words. */
export function settle(): void {
  const back = one<HTMLAnchorElement>(".thread-back");
  const results = one("#search-hits")?.dataset["search"];
  if (back && results) {
    back.dataset["list"] ??= back.getAttribute("href") ?? "";
    back.setAttribute("href", results);
  } else if (back?.dataset["list"]) {
    back.setAttribute("href", back.dataset["list"]);
    delete back.dataset["list"];
  }
  const input = box();
  if (input && input !== document.activeElement && !one("[data-leave-search]")) input.value = "";
}

function onOpen(link: HTMLElement): void {
  for (const other of all("#search-hits [aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
}

/** An example is put into the box, to be changed there. */
function tryExample(example: HTMLElement, event: Event): void {
  const input = box();
  if (!input) return;
  event.preventDefault();
  input.value = example.dataset["example"] ?? "";
  input.focus();
  input.form?.requestSubmit();
}

export function start(): void {
  delegate("click", "#search-hits [data-stop]", onOpen);
  delegate("click", "[data-example]", tryExample);
  delegate("keydown", "#search-text", (input, event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    input.blur();
    one("[data-leave-search]")?.click();
  });
}
