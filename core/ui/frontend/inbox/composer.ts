// The composer: Ctrl/Cmd+Enter sends, the answer stands in the thread at once, and no typed word is ever lost. What is
// half typed is drafts.ts, what is on its way outbox.ts, its bubble pending.ts.
import htmx from "htmx.org";
import { delegate, one } from "../dom";
import { say } from "../pieces/toast";
import { claimFiles, draftFiles, giveFilesBack, isComing, takeFiles } from "./attach";
import * as drafts from "./drafts";
import { backToDraft, draftOf, keepDraft, versionOf } from "./drafts";
import { toEnd } from "./messages";
import { forget, repliesIn, replyOf, send, type Reply } from "./outbox";
import * as pending from "./pending";

/** Chips of files that are on their way with their reply, by its key. */
const chips = new Map<string, HTMLElement[]>();

const area = (form: ParentNode): HTMLTextAreaElement | null => one<HTMLTextAreaElement>("textarea", form);

function formOf(conversation: string): HTMLElement | null {
  return one(`[data-composer][data-conversation="${CSS.escape(conversation)}"]`);
}

/** After every swap: half-typed words stand in the box again, files of replies on their way do not. */
export function settle(): void {
  const form = one("[data-composer]");
  const box = form && area(form);
  if (form && box) {
    const conversation = form.dataset["conversation"] ?? "";
    for (const reply of repliesIn(conversation)) claim(form, reply);
    drafts.open();
  }
  pending.settle();
}

function claim(form: HTMLElement, reply: Reply): void {
  const found = claimFiles(form, Object.keys(reply.files));
  if (found.length) chips.set(reply.key, found);
}

function onSubmit(event: Event): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-composer]")) return;
  event.preventDefault();
  const box = area(form);
  const text = box?.value.trim() ?? "";
  if (isComing(form)) say({ text: "A file is still on its way. Send when it has come.", level: "warning" });
  if (!box || isComing(form) || (!text && !draftFiles(form).length)) return;
  queue(form, text, (event as SubmitEvent).submitter);
  box.value = "";
  keepDraft(form.dataset["conversation"] ?? "", "");
  toEnd();
}

function queue(form: HTMLFormElement, text: string, button: HTMLElement | null): void {
  const { conversation = "", who = "" } = form.dataset;
  const fields = [...new FormData(form)].filter((field): field is [string, string] => typeof field[1] === "string");
  const taken = takeFiles(form);
  const files = Object.fromEntries(taken.map((chip) => [chip.dataset["draftFile"] ?? "", chip.dataset["name"] ?? ""]));
  fields.push(["draft", versionOf(conversation)]);
  const url = button?.getAttribute("formaction") ?? form.action;
  const asked = { conversation, who, url, text, files, fields: fields.filter(([name]) => name !== "csrfmiddlewaretoken") };
  const reply = send(asked);
  if (taken.length) chips.set(reply.key, taken);
  pending.settle();
}

function onStored(event: Event): void {
  const { reply, html } = (event as CustomEvent<{ reply: Reply; html: string }>).detail;
  chips.delete(reply.key);
  const thread = one("#messages");
  if (thread?.dataset["conversation"] === reply.conversation) void htmx.swap({ text: html, target: thread, swap: "live" });
  pending.remove(reply.key);
}

/** The server does not take it as it is: its words and files are the draft again, and the reply box says why. */
async function onRefused(event: Event): Promise<void> {
  const { reply, html } = (event as CustomEvent<{ reply: Reply; html: string }>).detail;
  pending.remove(reply.key);
  backToDraft(reply.conversation, reply.text);
  const wrap = formOf(reply.conversation)?.closest("#composer");
  if (wrap) await htmx.swap({ text: html, target: wrap, swap: "outerHTML" });
  giveBack(reply);
}

function giveBack(reply: Reply): void {
  const form = formOf(reply.conversation);
  const box = form && area(form);
  if (form) giveFilesBack(form, chips.get(reply.key) ?? []);
  chips.delete(reply.key);
  if (!box) return say({ text: `Your reply to ${reply.who} was not sent. Its words are the draft there again.`, level: "error" });
  box.value = draftOf(reply.conversation);
  box.focus();
}

function onTakenBack(button: HTMLElement): void {
  const key = button.closest<HTMLElement>(".msg-pending")?.dataset["key"] ?? "";
  const reply = replyOf(key);
  if (!reply) return;
  forget(key);
  pending.remove(key);
  backToDraft(reply.conversation, reply.text);
  giveBack(reply);
}

export function start(): void {
  pending.start();
  drafts.start();
  document.addEventListener("submit", onSubmit);
  document.addEventListener("outbox:stored", onStored);
  document.addEventListener("outbox:refused", (event) => void onRefused(event));
  delegate("click", "[data-back-to-draft]", onTakenBack);
  delegate("input", "[data-composer] textarea", (box) => {
    keepDraft(box.closest("form")?.dataset["conversation"] ?? "", (box as HTMLTextAreaElement).value);
  });
  delegate("keydown", "[data-composer] textarea", (box, event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    box.closest("form")?.requestSubmit();
  });
}
