// The side sheet: [data-sheet="<url>"] opens it with what that address answers; close-sheet, Esc or the ground close it.
import htmx from "htmx.org";
import { delegate, one } from "../dom";

const dialog = (): HTMLDialogElement | null => one<HTMLDialogElement>("#sheet");

function open(url: string): void {
  const sheet = dialog();
  const body = one("#sheet-body");
  const skeleton = one<HTMLTemplateElement>("#sheet-skeleton");
  if (!sheet || !body || !skeleton) return;
  body.replaceChildren(skeleton.content.cloneNode(true));
  if (!sheet.open) sheet.showModal();
  // The source is the target too: htmx names the source's own target to the server.
  void htmx.ajax("GET", url, { source: body, target: body, swap: "innerHTML" }).then(() => {
    one("[autofocus], input:not([type=hidden]), textarea, select", body)?.focus();
  });
}

function close(): void {
  dialog()?.close();
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
  document.addEventListener("close-sheet", close);
}
