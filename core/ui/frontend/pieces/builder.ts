// The builder of web forms: questions are dragged into order, and the frame beside it follows what is typed. What a
// button or a drop does to the questions is the server's to say (inbox/transports/form/forms/builder.py).
import { all, delegate, one } from "../dom";

const WAIT = 300;
const HEAD = 40; // pixels: an open question is long, and its head says where it is
const [ABOVE, BELOW] = ["h1", "form > .btn"]; // what stands in the frame around the questions
let waiting = 0;
let dragged: HTMLElement | null = null;
let changed = ABOVE; // what in the frame shows the last change

const builder = (): HTMLFormElement | null => one<HTMLFormElement>("form[data-builder]");

async function draw(): Promise<void> {
  const form = builder();
  const frame = one<HTMLIFrameElement>("#form-preview")?.contentDocument;
  if (!form || !frame) return;
  const answer = await fetch(form.dataset["builder"] ?? "", { method: "POST", body: new FormData(form) });
  if (!answer.ok) return;
  const main = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (main) frame.querySelector("main")?.replaceWith(frame.importNode(main, true));
  frame.dispatchEvent(new Event("marque:drawn"));
  show(frame);
}

const asking = (row: HTMLElement): string => `[data-ask="${row.dataset["row"] ?? ""}"]`;

/** What was changed, in the middle of the frame, which alone scrolls; what is in view stays where it is. */
function show(frame: Document): void {
  const box = one(changed, frame)?.getBoundingClientRect();
  const height = frame.documentElement.clientHeight;
  if (!box?.height || (box.top >= 0 && box.bottom <= height)) return;
  frame.defaultView?.scrollBy({ top: box.top - Math.max(0, (height - box.height) / 2) });
}

/** Notes where a change of this control shows. */
function note(control: Element): void {
  const row = control.closest<HTMLElement>("[data-row]");
  if (row) changed = asking(row);
  else if (control.matches("section:has(.ask-list) ~ section *")) changed = BELOW;
  else if (control.matches("section:has(~ section .ask-list) *")) changed = ABOVE;
}

function soon(): void {
  clearTimeout(waiting);
  waiting = window.setTimeout(() => void draw(), WAIT);
}

/** The frame comes with what is stored, and this page with what was typed and refused. */
function drawOverStored(): void {
  one<HTMLIFrameElement>("#form-preview")?.addEventListener("load", soon, { once: true });
  soon();
}

function opened(): string[] {
  return all<HTMLElement>("[data-row]:has(> details[open])").map((row) => row.id);
}

function redraw(row: Element | null): void {
  one<HTMLButtonElement>("[data-draw]", row ?? document)?.click();
}

/** What is typed while an answer is on its way is put over what comes. */
function keep(touched: Map<string, HTMLInputElement>): void {
  for (const [id, old] of touched) {
    const control = document.getElementById(id) as HTMLInputElement | null;
    if (!control) continue;
    control.value = old.value;
    control.checked = old.checked;
  }
  touched.clear();
}

export function start(): void {
  if (!builder()) return;
  document.documentElement.dataset["builds"] = ""; // the button that draws anew is pressed by itself
  if (builder()?.hasAttribute("data-typed")) drawOverStored();
  let under = false;
  const touched = new Map<string, HTMLInputElement>();
  document.addEventListener("htmx:before:request", () => (under = true));
  document.addEventListener("htmx:finally:request", () => (under = false));
  document.addEventListener("input", (event) => {
    const control = event.target;
    if (!(control instanceof Element) || !control.closest("form[data-builder]")) return;
    note(control);
    if (under) touched.set(control.id, control as HTMLInputElement);
    soon();
  });
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement && event.target.closest(".ask-when")) redraw(event.target.closest("[data-row]"));
  });
  let open: string[] = [];
  let adds = false;
  delegate("click", ".ask-add button", () => (adds = true));
  delegate("click", "[data-row] button", note);
  delegate("focusin", "form[data-builder] *", (_, event) => event.target instanceof Element && note(event.target));
  // Whoever adds a question is done with the others, which would push it out of sight.
  document.addEventListener("htmx:before:swap", () => {
    open = adds ? [] : opened();
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const id of open) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
    keep(touched);
    const last = all<HTMLElement>("[data-row]").at(-1);
    if (adds && last) {
      changed = asking(last);
      last.scrollIntoView({ block: "nearest" }); // the folded ones have pulled it up
    }
    adds = false;
    soon();
  });
  delegate("dragstart", "[data-grip]", (grip, event) => {
    dragged = grip.closest<HTMLElement>("[data-row]");
    if (dragged) event.dataTransfer?.setDragImage(dragged, 16, 16);
  });
  delegate("dragover", "[data-row]", (row, event) => {
    if (!dragged) return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    if (row !== dragged) row[event.clientY < box.top + Math.min(box.height / 2, HEAD) ? "before" : "after"](dragged);
  });
  delegate("drop", "[data-row]", (_, event) => event.preventDefault());
  delegate("dragend", "[data-grip]", () => {
    redraw(dragged);
    dragged = null;
  });
}
