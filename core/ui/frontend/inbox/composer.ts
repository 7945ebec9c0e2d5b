// The composer: Ctrl/Cmd+Enter sends, the answer stands in the thread at once, and no typed word is ever lost.
import { delegate, one } from "../dom";
import { toEnd } from "./messages";
import { addPending } from "./pending";

const sending = new WeakMap<Element, { text: string; bubble: HTMLElement | null }[]>();
const KEY = "draft:";

const area = (form: ParentNode = document): HTMLTextAreaElement | null => one<HTMLTextAreaElement>("[data-composer] textarea", form);

function draftKey(form: HTMLElement | null): string {
  return KEY + (form?.dataset["conversation"] ?? "");
}

function keepDraft(form: HTMLElement | null, text: string): void {
  if (text.trim()) sessionStorage.setItem(draftKey(form), text);
  else sessionStorage.removeItem(draftKey(form));
}

/** Half-typed replies survive walking through threads and a reload. */
export function restoreDraft(): void {
  const form = one("[data-composer]");
  const box = area();
  if (form && box && !box.value) box.value = sessionStorage.getItem(draftKey(form)) ?? "";
}

function onBeforeRequest(event: Event): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-composer]")) return;
  const box = one<HTMLTextAreaElement>("textarea", form);
  const text = box?.value.trim() ?? "";
  if (!box || !text) return event.preventDefault();
  const entry = { text, bubble: addPending(text) };
  sending.set(form, [...(sending.get(form) ?? []), entry]);
  box.value = "";
  keepDraft(form, "");
  toEnd();
}

function onFinally(event: Event): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-composer]")) return;
  const entry = sending.get(form)?.shift();
  if (!entry) return;
  entry.bubble?.remove();
  const status = (event as CustomEvent<{ ctx?: { response?: { status: number } } }>).detail.ctx?.response?.status ?? 0;
  if (status >= 200 && status < 400) return;
  const box = area();
  if (box) box.value = [entry.text, box.value].filter(Boolean).join("\n\n");
  keepDraft(one("[data-composer]"), box?.value ?? entry.text);
  box?.focus();
}

export function start(): void {
  document.addEventListener("htmx:before:request", onBeforeRequest);
  document.addEventListener("htmx:finally:request", onFinally);
  delegate("input", "[data-composer] textarea", (box) => {
    keepDraft(box.closest("form"), (box as HTMLTextAreaElement).value);
  });
  delegate("keydown", "[data-composer] textarea", (box, event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    box.closest("form")?.requestSubmit();
  });
}
