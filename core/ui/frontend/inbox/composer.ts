// The composer, of replies and of notes: Ctrl/Cmd+Enter sends, what is said stands in the thread at once, and no typed word is ever lost. What is
// half typed is drafts.ts, what is on its way outbox.ts, its bubble pending.ts.
import htmx from "htmx.org";
import { all, delegate, one } from "../dom";
import { say } from "../pieces/toast";
import { claimFiles, draftFiles, giveFilesBack, isComing, takeFiles } from "./attach";
import * as drafts from "./drafts";
import { backToDraft, draftOf, keepDraft, place, placeOf, sentAs, versionOf } from "./drafts";
import { forget, on, send, underwayIn, underwayOf, type Underway } from "./outbox";
import * as pending from "./pending";
import { toEnd } from "./ways";

/** Chips of files that are on their way with what was said, by its key. */
const chips = new Map<string, HTMLElement[]>();

const area = (form: ParentNode): HTMLTextAreaElement | null => one<HTMLTextAreaElement>("textarea", form);

function formOf(underway: Underway): HTMLElement | null {
  return one(`[data-writes="${underway.kind}"][data-conversation="${CSS.escape(underway.conversation)}"]`);
}

const placed = (underway: Underway): string => place(underway.kind, underway.conversation);

/** After every swap: half-typed words stand in the box again, files of what is on its way do not. */
export function settle(): void {
  for (const form of all("[data-writes]")) {
    const here = underwayIn(form.dataset["conversation"] ?? "");
    for (const underway of here.filter(({ kind }) => kind === form.dataset["writes"])) claim(form, underway);
  }
  drafts.open();
  pending.settle();
}

function claim(form: HTMLElement, underway: Underway): void {
  const found = claimFiles(form, Object.keys(underway.files));
  if (found.length) chips.set(underway.key, found);
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
  const underway = send({ ...said, fields: fields.filter(([name]) => name !== "csrfmiddlewaretoken") });
  if (taken.length) chips.set(underway.key, taken);
  pending.settle();
}

function onStored(underway: Underway, html: string): void {
  chips.delete(underway.key);
  const thread = one("#messages");
  if (thread?.dataset["conversation"] === underway.conversation) void htmx.swap({ text: html, target: thread, swap: "live" });
  pending.remove(underway.key);
}

/** The server does not take it as it is: its words and files are the draft again, and the reply box says why. */
async function onRefused(underway: Underway, html: string): Promise<void> {
  pending.remove(underway.key);
  backToDraft(placed(underway), underway.text);
  const wrap = formOf(underway)?.closest("#composer");
  if (wrap) await htmx.swap({ text: html, target: wrap, swap: "outerHTML" });
  giveBack(underway);
}

function giveBack(underway: Underway): void {
  const form = formOf(underway);
  const box = form && area(form);
  if (form) giveFilesBack(form, chips.get(underway.key) ?? []);
  chips.delete(underway.key);
  if (!box) return say({ text: `${pending.called(underway)}. Its words are the draft there again.`, level: "error" });
  box.value = draftOf(placed(underway));
  box.focus();
}

function onTakenBack(button: HTMLElement): void {
  const key = button.closest<HTMLElement>(".msg-pending")?.dataset["key"] ?? "";
  const underway = underwayOf(key);
  if (!underway) return;
  forget(key);
  pending.remove(key);
  backToDraft(placed(underway), underway.text, key); // the server may have it: under its key it is stored once
  giveBack(underway);
}

export function start(): void {
  pending.start();
  drafts.start();
  document.addEventListener("submit", onSubmit);
  on("stored", onStored);
  on("refused", (underway, html) => void onRefused(underway, html));
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
