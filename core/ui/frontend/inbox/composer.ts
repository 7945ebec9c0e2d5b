// The composer, of replies and of notes: Ctrl/Cmd+Enter sends, what is said stands in the thread at once, and no typed word is ever lost. What is
// half typed is drafts.ts, what is on its way outbox.ts, its bubble pending.ts.
import htmx from "htmx.org";
import { all, delegate, one } from "../dom";
import { say } from "../pieces/toast";
import { claimFiles, draftFiles, giveFilesBack, isComing, takeFiles } from "./attach";
import * as drafts from "./drafts";
import { backToDraft, draftOf, keepDraft, place, placeOf, sentAs, versionOf } from "./drafts";
import { forget, repliesIn, replyOf, send, type Reply } from "./outbox";
import * as pending from "./pending";
import { toEnd } from "./ways";

/** Chips of files that are on their way with their reply, by its key. */
const chips = new Map<string, HTMLElement[]>();

const area = (form: ParentNode): HTMLTextAreaElement | null => one<HTMLTextAreaElement>("textarea", form);

function formOf(reply: Reply): HTMLElement | null {
  return one(`[data-writes="${reply.kind}"][data-conversation="${CSS.escape(reply.conversation)}"]`);
}

const placed = (reply: Reply): string => place(reply.kind, reply.conversation);

/** After every swap: half-typed words stand in the box again, files of replies on their way do not. */
export function settle(): void {
  for (const form of all("[data-writes]")) {
    const replies = repliesIn(form.dataset["conversation"] ?? "");
    for (const reply of replies.filter((each) => each.kind === form.dataset["writes"])) claim(form, reply);
  }
  drafts.open();
  pending.settle();
}

function claim(form: HTMLElement, reply: Reply): void {
  const found = claimFiles(form, Object.keys(reply.files));
  if (found.length) chips.set(reply.key, found);
}

function onSubmit(event: Event): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-writes]")) return;
  event.preventDefault();
  const box = area(form);
  const text = box?.value.trim() ?? "";
  if (isComing(form)) say({ text: "A file is still on its way. Send when it has come.", level: "warning" });
  if (!box || isComing(form) || (!text && !draftFiles(form).length)) return;
  queue(form, text, (event as SubmitEvent).submitter);
  box.value = "";
  keepDraft(placeOf(form), "");
  toEnd();
}

function queue(form: HTMLFormElement, text: string, button: HTMLElement | null): void {
  const { conversation = "", who = "" } = form.dataset;
  const fields = [...new FormData(form)].filter((field): field is [string, string] => typeof field[1] === "string");
  const taken = takeFiles(form);
  const files = Object.fromEntries(taken.map((chip) => [chip.dataset["draftFile"] ?? "", chip.dataset["name"] ?? ""]));
  fields.push(["draft", versionOf(placeOf(form))]);
  const url = button?.getAttribute("formaction") ?? form.action;
  const kind = form.dataset["writes"] === "note" ? "note" as const : "reply" as const;
  const said = { conversation, kind, who, url, text, files, key: sentAs(placeOf(form)) };
  const reply = send({ ...said, fields: fields.filter(([name]) => name !== "csrfmiddlewaretoken") });
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
  backToDraft(placed(reply), reply.text);
  const wrap = formOf(reply)?.closest("#composer");
  if (wrap) await htmx.swap({ text: html, target: wrap, swap: "outerHTML" });
  giveBack(reply);
}

function giveBack(reply: Reply): void {
  const form = formOf(reply);
  const box = form && area(form);
  if (form) giveFilesBack(form, chips.get(reply.key) ?? []);
  chips.delete(reply.key);
  if (!box) return say({ text: `${pending.called(reply)}. Its words are the draft there again.`, level: "error" });
  box.value = draftOf(placed(reply));
  box.focus();
}

function onTakenBack(button: HTMLElement): void {
  const key = button.closest<HTMLElement>(".msg-pending")?.dataset["key"] ?? "";
  const reply = replyOf(key);
  if (!reply) return;
  forget(key);
  pending.remove(key);
  backToDraft(placed(reply), reply.text, key); // the server may have it: under its key it is stored once
  giveBack(reply);
}

export function start(): void {
  pending.start();
  drafts.start();
  document.addEventListener("submit", onSubmit);
  document.addEventListener("outbox:stored", onStored);
  document.addEventListener("outbox:refused", (event) => void onRefused(event));
  delegate("click", "[data-back-to-draft]", onTakenBack);
  delegate("input", "[data-writes] textarea", (box) => {
    const form = box.closest("form");
    if (form) keepDraft(placeOf(form), (box as HTMLTextAreaElement).value);
  });
  delegate("keydown", "[data-writes] textarea", (box, event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    box.closest("form")?.requestSubmit();
  });
}
