// Short notices in the corner: from HX-Trigger "toast" (core/ui/toasts.py), from Django's messages, or said here.
import htmx from "htmx.org";
import { all, delegate, one } from "../dom";

interface Toast {
  text: string;
  level?: "info" | "success" | "warning" | "error";
  undo?: string;
  /** What a button of its own does, in the browser alone. */
  act?: { words: string; run: () => void };
}

const SECONDS = { info: 5, success: 5, warning: 9, error: 9 };

/** A notice; a newer one of the same thing (the same text, or the same act to take back) takes its place. */
export function say({ text, level = "info", undo = "", act }: Toast): void {
  const box = one("#toasts");
  const template = one<HTMLTemplateElement>("#toast-template");
  const card = template?.content.firstElementChild?.cloneNode(true);
  if (!box || !(card instanceof HTMLElement)) return;
  card.classList.add(`toast-${level}`);
  const words = one("[data-toast-text]", card);
  if (words) words.textContent = text;
  const button = one<HTMLButtonElement>("[data-toast-undo]", card);
  if (button && (undo || act)) {
    button.hidden = false;
    button.dataset["undo"] = undo;
    if (act) button.textContent = act.words;
    if (act) button.addEventListener("click", act.run);
  }
  card.dataset["of"] = undo.split("?")[0] || text;
  for (const older of all("[data-toast]", box)) if (older.dataset["of"] === card.dataset["of"]) older.remove();
  box.append(card);
  leaveAfter(card, (undo || act ? 10 : SECONDS[level]) * 1000);
  while (box.children.length > 3) box.firstElementChild?.remove();
}

function leaveAfter(card: HTMLElement, ms: number): void {
  const leave = (): void => {
    if (card.matches(":hover, :focus-within")) setTimeout(leave, 2000);
    else card.remove();
  };
  setTimeout(leave, ms);
}

/** Takes an act back: a POST whose values stand in the address's query. */
function undo(url: URL): void {
  const options = { source: one("#reading") ?? document.body, swap: "none" };
  void htmx.ajax("POST", url.pathname, { ...options, values: Object.fromEntries(url.searchParams) });
}

export function start(): void {
  for (const card of all("[data-toast]")) leaveAfter(card, 7000);
  document.addEventListener("toast", (event) => say((event as CustomEvent<Toast>).detail));
  delegate("click", "[data-toast-close]", (button) => button.closest("[data-toast]")?.remove());
  delegate("click", "[data-toast-undo]", (button) => {
    button.closest("[data-toast]")?.remove();
    if (button.dataset["undo"]) undo(new URL(button.dataset["undo"], location.href));
  });
}
