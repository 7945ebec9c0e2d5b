// Counts differ by person, so they are not pushed but fetched: at most every few seconds, and only while somebody looks.
// In the inbox the tabs are morphed; elsewhere only the figure beside Inbox in the rail is taken from them.
import htmx from "htmx.org";
import { setCount } from "../alerts";
import { all, one } from "../dom";
import { hear } from "../events";
import { QUIET } from "../requests";

const EVERY = 3000;
const EVENTS = ["message_added", "conversation_changed", "list_changed", "sorting_gone", "views_changed", "resync"] as const;
let waiting = 0;

function show(open: string | undefined): void {
  if (open === undefined) return;
  for (const count of all('[data-count="inbox"]')) {
    count.textContent = open;
    count.hidden = open === "" || open === "0";
  }
}

function showTabs(tabs: HTMLElement | null): void {
  if (tabs?.dataset["mine"] !== undefined) setCount(tabs.dataset["mine"]);
  show(tabs?.dataset["open"]);
}

async function fromTabs(tabs: HTMLElement): Promise<void> {
  const options = { target: tabs, source: tabs, swap: "outerMorph", headers: QUIET };
  await htmx.ajax("GET", tabs.dataset["url"] ?? location.pathname, options);
  showTabs(one("#inbox-tabs"));
}

async function fromElsewhere(inbox: string): Promise<void> {
  const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "nav#inbox-tabs" };
  const answer = await fetch(inbox, { headers });
  if (!answer.ok || answer.redirected) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector<HTMLElement>("#inbox-tabs");
  showTabs(found);
}

function refresh(): void {
  waiting = 0;
  if (document.hidden) return;
  const tabs = one("#inbox-tabs");
  const link = one('.rail [data-count="inbox"]')?.closest("a");
  if (tabs) void fromTabs(tabs);
  else if (link) fromElsewhere(link.href).catch(() => undefined); // the next event tries again
}

export function start(): void {
  showTabs(one("#inbox-tabs"));
  for (const type of EVENTS) {
    hear(type, () => {
      waiting ||= window.setTimeout(refresh, EVERY);
    });
  }
}
