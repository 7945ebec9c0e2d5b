// The list: where a pushed row belongs, and what differs by person (mine, unread), settled from data attributes.
import { all, me, one } from "../dom";
import { beforeSwap, morph, register, type Task } from "../swaps";

const list = (): HTMLElement | null => one("#conversation-list");

export function openConversation(): string {
  return one("#reading")?.dataset["conversation"] ?? "";
}

function rowOf(conversation: string): HTMLElement | null {
  return document.getElementById(`conv-${conversation}`);
}

/** Whether a row belongs to a view, by its own data and who is looking. */
function inView(row: HTMLElement, view: string): boolean {
  const { state = "", assignee = "", waiting = "" } = row.dataset;
  if (view === "resolved" || view === "pending" || view === "snoozed") return state === view;
  if (state !== "open") return false;
  if (view === "mine") return assignee === me();
  if (view === "unassigned") return assignee === "";
  return view !== "waiting" || waiting === "1";
}

/** Whether a row belongs to the list as it is shown: its view, and what narrows it. */
function belongs(row: HTMLElement): boolean {
  const { view = "open", label = "", team = "", priority = "" } = list()?.dataset ?? {};
  if (label && !(row.dataset["labels"] ?? "").includes(label)) return false;
  if (team && row.dataset["team"] !== team) return false;
  if (priority && row.dataset["priority"] !== priority) return false;
  return inView(row, view);
}

/** Unread: the contact said something newer than what this person has seen. */
function settleUnread(row: HTMLElement): void {
  const { seq = "0", seen = "0", direction = "in" } = row.dataset;
  const unread = direction === "in" && Number(seq) > Number(seen || 0);
  row.dataset["unread"] = unread ? "1" : "0";
}

export function markSeen(conversation: string, seq: number): void {
  const row = rowOf(conversation);
  if (!row) return;
  row.dataset["seen"] = String(Math.max(seq, Number(row.dataset["seen"] || 0)));
  settleUnread(row);
}

function markCurrent(): void {
  const current = openConversation();
  for (const link of all("#conversation-list [data-stop]")) {
    if (link.closest("li")?.id === `conv-${current}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function placeRow(fresh: HTMLElement, target: Element): HTMLElement | null {
  const old = document.getElementById(fresh.id);
  if (old) fresh.dataset["seen"] ||= old.dataset["seen"] ?? "";
  if (!old && one(":scope > .more-row", target) && isOlderThanAll(fresh, target)) return null;
  if (!belongs(fresh) && (!old || fresh.id !== `conv-${openConversation()}`)) {
    old?.remove();
    return null;
  }
  const moved = !old || Number(fresh.dataset["at"]) > Number(old.dataset["at"]);
  const stands = old ? morph(old, fresh) : fresh;
  if (moved) toItsPlace(stands, target, old === null);
  settleUnread(stands);
  one("#list-empty")?.remove();
  markCurrent();
  return stands;
}

function isOlderThanAll(row: HTMLElement, target: Element): boolean {
  const last = all(":scope > .row", target).at(-1);
  return last !== undefined && Number(row.dataset["at"]) < Number(last.dataset["at"]);
}

function toItsPlace(row: HTMLElement, target: Element, isNew: boolean): void {
  const later = all(":scope > .row", target).find((other) => {
    return other !== row && Number(other.dataset["at"]) <= Number(row.dataset["at"]);
  });
  if (later?.previousElementSibling === row) return;
  const focused = row.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  target.insertBefore(row, later ?? target.querySelector(":scope > .more-row"));
  focused?.focus({ preventScroll: true });
  if (isNew) announce(row, target);
}

/** A row that arrives above what is being looked at says so by a pill instead of pushing. */
function announce(row: HTMLElement, target: Element): void {
  row.classList.add("row-new");
  if (target.scrollTop < 40) return;
  const pill = one("#list-pill");
  if (!pill) return;
  const count = Number(pill.dataset["count"] ?? 0) + 1;
  pill.dataset["count"] = String(count);
  pill.textContent = `${count} new`;
  pill.hidden = false;
}

function clearPill(scroll: boolean): void {
  const pill = one("#list-pill");
  if (!pill) return;
  pill.hidden = true;
  pill.dataset["count"] = "0";
  if (scroll) list()?.scrollTo({ top: 0, behavior: "smooth" });
}

/** Of a further page of rows, those that a push has put here already stay as they stand. */
function skipDoubles(tasks: Task[]): void {
  for (const { fragment } of tasks.filter((task) => task.target?.id === "more-rows")) {
    for (const row of all(".row", fragment)) if (document.getElementById(row.id)) row.remove();
  }
}

/** Threads are opened in the view they are listed in, so that reload and back show the same list. */
function keepView(): void {
  const shown = list()?.dataset["query"] ?? "view=open";
  const query = shown === "view=open" ? "" : `?${shown}`;
  for (const link of all<HTMLAnchorElement>("#conversation-list [data-stop], .thread-back")) {
    const address = link.pathname + query;
    if (link.getAttribute("href") === address) continue;
    link.setAttribute("href", address);
    if (link.hasAttribute("hx-get")) link.setAttribute("hx-get", address);
  }
}

/** After every swap: what left this view goes once its thread is no longer open. */
export function settle(): void {
  const current = `conv-${openConversation()}`;
  for (const row of all("#conversation-list .row")) {
    if (row.id !== current && !belongs(row)) row.remove();
    else settleUnread(row);
  }
  markCurrent();
  keepView();
}

export function start(): void {
  register("row", placeRow);
  beforeSwap(skipDoubles);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("#list-pill")) clearPill(true);
  });
  document.addEventListener(
    "scroll",
    (event) => {
      if (event.target === list() && (list()?.scrollTop ?? 1) < 40) clearPill(false);
    },
    { capture: true, passive: true }, // a search puts another list into its place and back
  );
}
