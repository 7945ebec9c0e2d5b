// The side sheet: [data-sheet="<url>"] opens it with what that address answers; close-sheet, Esc or the ground close it.
// What was typed is kept as it stands when it closes, until its address is opened again or the page is left.
import htmx from "htmx.org";
import { all, delegate, one } from "../dom";
import { say } from "./toast";

const kept = new Map<string, DocumentFragment>();
// Among radio buttons the chosen one: an arrow key on another would choose anew.
const FIELDS = "input:not([type=hidden], [type=radio]:not(:checked)), textarea, select";
let shown = "";
let typed = false;

const dialog = (): HTMLDialogElement | null => one<HTMLDialogElement>("#sheet");

function open(url: string): void {
  const sheet = dialog();
  const body = one("#sheet-body");
  const skeleton = one<HTMLTemplateElement>("#sheet-skeleton");
  if (!sheet || !body || !skeleton) return;
  const before = kept.get(url);
  kept.delete(url);
  [shown, typed] = [url, before !== undefined];
  body.replaceChildren(before ?? skeleton.content.cloneNode(true));
  if (!sheet.open) sheet.showModal();
  if (before) return one(FIELDS, body)?.focus();
  // The source is the target too: htmx names the source's own target to the server.
  void htmx.ajax("GET", url, { source: body, target: body, swap: "innerHTML" }).then(() => {
    (one("[autofocus]", body) ?? one(FIELDS, body))?.focus();
  });
}

function close(): void {
  dialog()?.close();
}

/** The server has taken it: there is nothing to keep. */
function done(): void {
  typed = false;
  close();
}

function hasWords(body: HTMLElement): boolean {
  const fields = all<HTMLInputElement>("input:is([type=text], [type=email], [type=tel], [type=url], :not([type])), textarea", body);
  return typed && fields.some((field) => field.value.trim() !== "");
}

function onClosed(): void {
  const body = one("#sheet-body");
  if (!body || !hasWords(body)) return;
  const [url, words] = [shown, document.createDocumentFragment()];
  words.append(...body.childNodes);
  kept.set(url, words);
  typed = false;
  say({ text: "Closed.", act: { words: "Reopen", run: () => open(url) } });
}

export function start(): void {
  delegate("click", "[data-sheet]", (link, event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest<HTMLElement>("[popover]")?.hidePopover();
    open(link.dataset["sheet"] ?? "");
  });
  delegate("click", "#sheet [data-close]", (_, event) => {
    event.preventDefault();
    close();
  });
  delegate("click", "dialog", (element, event) => {
    if (event.target === element && element instanceof HTMLDialogElement) element.close();
  });
  document.addEventListener("close-sheet", done);
  delegate("input", "#sheet-body", () => (typed = true));
  dialog()?.addEventListener("close", onClosed);
}
