// The inbox page: puts rows, messages, composer and seen marks together.
import htmx from "htmx.org";
import { delegate, one } from "../dom";
import { hear } from "../events";
import { QUIET } from "../requests";
import * as around from "./around";
import * as attach from "./attach";
import * as canned from "./canned";
import * as catchup from "./catchup";
import * as company from "./company";
import * as composer from "./composer";
import * as contact from "./contact";
import { markRows } from "./drafts";
import * as gaps from "./gaps";
import * as mention from "./mention";
import * as messages from "./messages";
import * as notes from "./notes";
import * as panel from "./panel";
import * as readers from "./readers";
import * as rows from "./rows";
import * as search from "./search";
import * as seen from "./seen";
import * as select from "./select";
import * as snooze from "./snooze";
import * as threadWindow from "./window";

const SOON = 300;
let panelWaits = 0;

/** Something happened in the open conversation: its facts are fetched, once for what happens together. */
function onNews({ conversation }: { conversation: string }): void {
  if (conversation === rows.openConversation()) panelWaits ||= window.setTimeout(freshPanel, SOON);
}

function freshPanel(): void {
  panelWaits = 0;
  const target = one("#panel");
  const url = one("#reading")?.dataset["refetch"];
  if (target && url) void htmx.ajax("GET", url, { source: target, target, swap: "outerMorph", headers: QUIET });
}

/** The window bears the open thread's name, as it does when the thread's page is loaded. */
function nameWindow(): void {
  const name = one("#thread-head .thread-who strong")?.textContent?.trim();
  const brand = one(".inbox")?.dataset["brand"];
  if (name && brand) document.title = `${name} · ${brand}`;
}

/** What is put right in a page that came or changed, in this order. */
const SETTLES = [
  nameWindow,
  threadWindow.settle, // first of the thread: whoever reads it is put back to their place
  around.settle, // and moved from there only to what they asked for
  panel.settle,
  rows.settle,
  select.settle, // of the rows that stand here now
  search.settle,
  attach.settle,
  composer.settle,
  markRows,
  notes.settle,
  mention.markOwn,
  company.settle,
  readers.settle,
  contact.markContactSeen,
  seen.tell, // last: it is said of the thread as it stands now
];

function settle(): void {
  for (const each of SETTLES) each();
}

/** A thread on its way is marked at once; what is slow shows its outline. */
function onOpen(link: HTMLElement): void {
  for (const other of document.querySelectorAll("#conversation-list [aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
}

export function start(): void {
  settle();
  rows.start();
  messages.start();
  catchup.start();
  gaps.start();
  threadWindow.start();
  around.start();
  search.start();
  composer.start();
  notes.start();
  mention.start();
  canned.start();
  attach.start();
  contact.start();
  panel.start();
  seen.start();
  select.start();
  snooze.start();
  company.start();
  readers.start();
  delegate("click", "#conversation-list [data-stop]", onOpen);
  delegate("click", "[data-toggle-panel]", () => {
    const narrow = matchMedia("(width < 80rem)").matches;
    one(".inbox")?.classList.toggle(narrow ? "panel-shown" : "panel-folded");
  });
  document.addEventListener("htmx:after:swap", settle);
  for (const type of ["message_added", "conversation_changed"] as const) hear(type, onNews);
  for (const type of ["message_added", "conversation_changed", "message_settled", "resync"] as const) hear(type, settle);
}
