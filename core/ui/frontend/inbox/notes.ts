// Reply or Note: which of the two boxes stands in the composer, and the note's words, which stay in their box (and, by
// conversation, in sessionStorage) until the server has taken them. They never pass through the box of the reply.
import type { HtmxRequestCtx } from "htmx.org";
import { all, delegate, one } from "../dom";
import { say } from "../pieces/toast";
import { toEnd } from "./messages";
import { openConversation } from "./rows";

const KEPT = "note:";
const FORM = "[data-note-form]";
let chosen = { conversation: "", mode: "" };

const area = (form: ParentNode): HTMLTextAreaElement | null => one<HTMLTextAreaElement>("textarea", form);

function keep(conversation: string, text: string): void {
  if (text.trim()) sessionStorage.setItem(KEPT + conversation, text);
  else sessionStorage.removeItem(KEPT + conversation);
}

function show(mode: string): void {
  for (const tab of all("[data-write]")) {
    const selected = tab.dataset["write"] === mode;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
    const box = document.getElementById(tab.getAttribute("aria-controls") ?? "");
    if (box) box.hidden = !selected;
  }
}

function choose(tab: HTMLElement): void {
  const mode = tab.dataset["write"] ?? "reply";
  chosen = { conversation: openConversation(), mode };
  show(mode);
  (one<HTMLElement>(`#write-${mode} textarea`) ?? tab).focus();
}

/** After a swap: what somebody chose here stays chosen, and what they half wrote is there again. */
export function settle(): void {
  if (chosen.conversation === openConversation() && chosen.mode) show(chosen.mode);
  const form = one(FORM);
  const box = form && area(form);
  if (form && box && !box.value) box.value = sessionStorage.getItem(KEPT + (form.dataset["conversation"] ?? "")) ?? "";
}

function formOf(event: Event): { form: HTMLFormElement; ctx: HtmxRequestCtx } | null {
  const ctx = (event as CustomEvent<{ ctx?: HtmxRequestCtx }>).detail?.ctx;
  const form = ctx?.sourceElement;
  return ctx && form instanceof HTMLFormElement && form.matches(FORM) ? { form, ctx } : null;
}

function onConfigRequest(event: Event): void {
  const found = formOf(event);
  const box = found && area(found.form);
  if (!box) return;
  if (!box.value.trim()) return event.preventDefault();
  box.readOnly = true;
}

/** By then another thread may be open: the form itself knows whose note it was. */
function onFinally(event: Event): void {
  const found = formOf(event);
  const box = found && area(found.form);
  if (!found || !box) return;
  box.readOnly = false;
  const { conversation = "", who = "" } = found.form.dataset;
  const { status = 0, raw } = found.ctx.response ?? {};
  if (status >= 200 && status < 300 && !raw?.redirected) {
    keep(conversation, "");
    box.value = "";
    if (box.isConnected) toEnd();
  } else if (!box.isConnected && status !== 422) {
    say({ text: `Your note about ${who} was not stored. Its words are kept there.`, level: "error" });
  }
}

function onTabKey(tab: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  event.preventDefault();
  const other = all("[data-write]").find((each) => each !== tab);
  if (!other) return;
  choose(other);
  other.focus();
}

export function start(): void {
  settle();
  document.addEventListener("htmx:config:request", onConfigRequest);
  document.addEventListener("htmx:finally:request", onFinally);
  delegate("click", "[data-write]", choose);
  delegate("keydown", "[data-write]", onTabKey);
  delegate("input", `${FORM} textarea`, (box) => {
    keep(box.closest<HTMLElement>("form")?.dataset["conversation"] ?? "", (box as HTMLTextAreaElement).value);
  });
  delegate("keydown", `${FORM} textarea`, (box, event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    box.closest("form")?.requestSubmit();
  });
}
