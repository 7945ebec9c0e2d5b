// A read-only workspace: what would write is switched off wherever it appears, with a word why; the server refuses it
// all the same. What writes is each form that posts, a button that opens a sheet, and any link with data-writes.
import { all, isReadOnly } from "../dom";

const WHY = "Read-only: a payment is past due.";
const WRITING = "a.btn[data-sheet], a[data-writes]";
/** As READ_ONLY_PATHS in deploy/settings/base.py: the password, going out, support's way out. */
const OPEN = /^\/(account\/(?!profile\/)|support\/)/;

type Control = HTMLButtonElement | HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function closeForm(form: HTMLFormElement): void {
  if (form.method !== "post" || OPEN.test(new URL(form.getAttribute("action") ?? "", location.href).pathname)) return;
  for (const control of all<Control>("button, input:not([type=hidden]), select, textarea", form)) {
    if (control.disabled) continue;
    control.disabled = true;
    control.title = WHY;
  }
}

/** Without an address it is no link: it takes no focus, no click and no key. */
function closeLink(link: HTMLElement): void {
  for (const name of ["href", "data-sheet", "data-writes", "data-key"]) link.removeAttribute(name);
  link.setAttribute("role", "link");
  link.setAttribute("aria-disabled", "true");
  link.title = WHY;
}

function close(): void {
  all<HTMLFormElement>("form").forEach(closeForm);
  all(WRITING).forEach(closeLink);
}

export function start(): void {
  if (!isReadOnly()) return;
  close();
  new MutationObserver(close).observe(document.body, { childList: true, subtree: true });
}
