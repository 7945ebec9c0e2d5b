// The composer: Ctrl/Cmd+Enter sends, the answer stands in the thread at once, and no typed word is ever lost: by
// conversation, sessionStorage keeps what is half typed, and what is on its way until the server has taken it.
import type { HtmxRequestCtx } from "htmx.org";
import { all, delegate, one } from "../dom";
import { say } from "../pieces/toast";
import { toEnd } from "./messages";
import { draftFiles, giveFilesBack, isComing, takeFiles } from "./attach";
import { addPending } from "./pending";

interface Sending {
  conversation: string;
  who: string;
  text: string;
  files: HTMLElement[];
  bubble: HTMLElement | null;
}

const underway = new Map<HtmxRequestCtx, Sending>();
const DRAFT = "draft:";
const UNDERWAY = "underway:";

const area = (form: ParentNode): HTMLTextAreaElement | null => one<HTMLTextAreaElement>("textarea", form);

function formOf(conversation: string): HTMLElement | null {
  return one(`[data-composer][data-conversation="${CSS.escape(conversation)}"]`);
}

function ctxOf(event: Event): HtmxRequestCtx | undefined {
  return (event as CustomEvent<{ ctx?: HtmxRequestCtx }>).detail?.ctx;
}

function draftOf(conversation: string): string {
  return sessionStorage.getItem(DRAFT + conversation) ?? "";
}

function keepDraft(conversation: string, text: string): void {
  if (text.trim()) sessionStorage.setItem(DRAFT + conversation, text);
  else sessionStorage.removeItem(DRAFT + conversation);
}

function underwayIn(conversation: string): string[] {
  return [...underway.values()].filter((sending) => sending.conversation === conversation).map((sending) => sending.text);
}

function keepUnderway(conversation: string): void {
  const texts = underwayIn(conversation);
  if (texts.length) sessionStorage.setItem(UNDERWAY + conversation, JSON.stringify(texts));
  else sessionStorage.removeItem(UNDERWAY + conversation);
}

/** Put words before the draft of their conversation. */
function backToDraft(conversation: string, texts: string[]): void {
  keepDraft(conversation, [...texts, draftOf(conversation)].filter(Boolean).join("\n\n"));
}

/** A page that was left with replies on their way cannot know of them; what does not stand in the thread is a draft. */
function recoverUnderway(conversation: string): void {
  const kept = sessionStorage.getItem(UNDERWAY + conversation);
  if (!kept || underwayIn(conversation).length) return;
  const arrived = new Set(all("#messages .msg-out .bubble").map((bubble) => bubble.textContent?.trim()));
  backToDraft(conversation, (JSON.parse(kept) as string[]).filter((text) => !arrived.has(text)));
  keepUnderway(conversation);
}

/** Half-typed replies survive walking through threads and a reload. */
export function restoreDraft(): void {
  const form = one("[data-composer]");
  const box = form && area(form);
  if (!form || !box) return;
  const conversation = form.dataset["conversation"] ?? "";
  recoverUnderway(conversation);
  if (!box.value) box.value = draftOf(conversation);
}

/** The words are taken as they are handed to htmx, which may let them wait behind an earlier reply. */
function onConfigRequest(event: Event): void {
  const ctx = ctxOf(event);
  const form = ctx?.sourceElement;
  if (!ctx || !(form instanceof HTMLFormElement) || !form.matches("[data-composer]")) return;
  const box = area(form);
  const text = box?.value.trim() ?? "";
  if (isComing(form)) say({ text: "A file is still on its way. Send when it has come.", level: "warning" });
  if (!box || isComing(form) || (!text && !draftFiles(form).length)) return event.preventDefault();
  const { conversation = "", who = "" } = form.dataset;
  const files = takeFiles(form);
  underway.set(ctx, { conversation, who, text, files, bubble: addPending(text, files) });
  keepUnderway(conversation);
  box.value = "";
  keepDraft(conversation, "");
  toEnd();
}

/** By then the form may be gone, with its thread or replaced by one with errors: the request itself is the key. */
function onFinally(event: Event): void {
  const ctx = ctxOf(event);
  const sent = ctx && underway.get(ctx);
  if (!sent) return;
  underway.delete(ctx);
  sent.bubble?.remove();
  const { status = 0, raw } = ctx.response ?? {};
  if (status < 200 || status >= 300 || raw?.redirected) giveBack(sent);
  keepUnderway(sent.conversation);
}

function giveBack({ conversation, who, text, files }: Sending): void {
  backToDraft(conversation, [text]);
  const form = formOf(conversation);
  const box = form && area(form);
  if (form) giveFilesBack(form, files);
  if (!box) return say({ text: `Your reply to ${who} was not sent. Its words are the draft there again.`, level: "error" });
  box.value = draftOf(conversation);
  box.focus();
}

export function start(): void {
  document.addEventListener("htmx:config:request", onConfigRequest);
  document.addEventListener("htmx:finally:request", onFinally);
  delegate("input", "[data-composer] textarea", (box) => {
    keepDraft(box.closest("form")?.dataset["conversation"] ?? "", (box as HTMLTextAreaElement).value);
  });
  delegate("keydown", "[data-composer] textarea", (box, event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    box.closest("form")?.requestSubmit();
  });
}
