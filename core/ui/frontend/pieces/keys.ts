// The keyboard: j/k walk a [data-list], any [data-key="x"] is pressed by x, / and ? as usual, Esc steps back.
import { all, delegate, isTyping, one } from "../dom";

function visible(element: HTMLElement): boolean {
  return element.checkVisibility();
}

function walk(step: 1 | -1): void {
  const stops = all("[data-list] [data-stop]").filter(visible);
  if (!stops.length) return;
  const here = stops.findIndex((stop) => stop === document.activeElement);
  const current = here >= 0 ? here : stops.findIndex((stop) => stop.hasAttribute("aria-current"));
  const next = stops[current < 0 ? 0 : Math.min(stops.length - 1, Math.max(0, current + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function stepBack(): void {
  const active = document.activeElement;
  if (active instanceof HTMLElement && isTyping(active)) active.blur();
  else one("[data-escape]")?.click();
}

function showShortcuts(): void {
  const box = one<HTMLDialogElement>("#shortcuts");
  const slot = one("[data-page-keys]");
  const rows = one<HTMLTemplateElement>("#page-keys");
  if (slot && rows) slot.replaceChildren(rows.content.cloneNode(true));
  box?.showModal();
}

function press(key: string): boolean {
  const target = all(`[data-key="${CSS.escape(key)}"]`).find(visible);
  if (target?.matches("textarea, input")) target.focus();
  else target?.click();
  return target !== undefined;
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
  if (event.key === "Escape") return one(":popover-open") ? undefined : stepBack(); // the browser closes that one
  if (isTyping(event.target)) return;
  if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else if (event.key === "?") showShortcuts();
  else if (event.key.length !== 1 || !press(event.key)) return;
  event.preventDefault();
}

export function start(): void {
  document.addEventListener("keydown", onKey);
  delegate("click", "[data-shortcuts]", showShortcuts);
}
