// The panels beside a thread: each person folds those they do not need, here and on this machine; a fact is changed where
// it stands, kept by Enter or by leaving it, taken back by Esc.
import { all, delegate } from "../dom";

const FOLDED = "panels:folded";
const FIELD = "[data-inline] .inline-input";

const folded = (): Set<string> => new Set((localStorage.getItem(FOLDED) ?? "").split(" ").filter(Boolean));

/** After every swap: what was folded is so again. */
export function settle(): void {
  const keys = folded();
  for (const panel of all<HTMLDetailsElement>("[data-panel]")) panel.open = !keys.has(panel.dataset["panel"] ?? "");
}

function onToggle(summary: HTMLElement): void {
  const panel = summary.closest<HTMLDetailsElement>("[data-panel]");
  const key = panel?.dataset["panel"];
  if (!panel || !key) return;
  const keys = folded();
  if (panel.open) keys.add(key); // it is about to close
  else keys.delete(key);
  localStorage.setItem(FOLDED, [...keys].join(" "));
}

/** Before the page's own Esc (pieces/keys.ts), which would leave the field, and so keep what was typed. */
function onKey(event: KeyboardEvent): void {
  const field = event.target;
  if (event.key !== "Escape" || !(field instanceof HTMLInputElement) || !field.matches(FIELD)) return;
  event.preventDefault();
  field.value = field.dataset["saved"] ?? field.defaultValue; // what was refused stands as the default
  field.blur();
}

function onLeave(event: FocusEvent): void {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !field.matches(FIELD)) return;
  if (field.value !== field.defaultValue) field.form?.requestSubmit();
}

/** Enter in a field that nobody changed says nothing to the server. */
function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-inline]")) return;
  const field = form.querySelector<HTMLInputElement>(".inline-input");
  if (field && field.value !== field.defaultValue) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

export function start(): void {
  delegate("click", "[data-panel] > summary", onToggle);
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("focusout", onLeave);
  document.addEventListener("submit", onSubmit, { capture: true });
}
