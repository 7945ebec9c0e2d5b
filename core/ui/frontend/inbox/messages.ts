// The thread's messages: each stands once, in order of its seq; the reader's scroll is never taken away.
import { all, me, one } from "../dom";
import { morph, register } from "../swaps";
import { placeDays } from "./days";
import { dropPending } from "./pending";

const scroller = (): HTMLElement | null => one("#messages-scroll");
const NEAR = 60;

/** The list is reversed by CSS, so that 0 is its lower end and reading up is negative. */
export function isAtBottom(): boolean {
  return Math.abs(scroller()?.scrollTop ?? 0) < NEAR;
}

/** The newest message is in view. In a thread that was opened further up there may be later ones still to be loaded. */
export function isAtEnd(): boolean {
  return isAtBottom() && !one("#newer-messages");
}

export function toEnd(): void {
  scroller()?.scrollTo({ top: 0 });
  clearPill();
}

function clearPill(): void {
  const pill = one("#thread-pill");
  if (!pill) return;
  pill.hidden = true;
  pill.dataset["count"] = "0";
}

function placeMessage(fresh: HTMLElement, target: Element): HTMLElement | null {
  const thread = one("#messages");
  if (!thread || fresh.dataset["conversation"] !== thread.dataset["conversation"]) return null;
  const sentHere = dropPending(fresh.dataset["clientKey"] ?? "");
  const old = document.getElementById(fresh.id);
  if (old) return isOvertaken(fresh, old) ? old : morph(old, fresh);
  const mine = fresh.dataset["author"] !== "" && fresh.dataset["author"] === me();
  const wasAtEnd = isAtEnd();
  insertInOrder(fresh, target);
  fresh.classList.add("msg-new");
  if (sentHere || wasAtEnd) toEnd();
  else if (!mine) announce();
  one("#thread-empty")?.remove();
  return fresh;
}

/** An answer may arrive after the news that overtook it: of a later attempt, or of how this one ended. */
function isOvertaken(fresh: HTMLElement, old: HTMLElement): boolean {
  const [comes, stands] = [Number(fresh.dataset["attempt"]), Number(old.dataset["attempt"])];
  if (comes !== stands) return comes < stands;
  return fresh.matches(".msg-queued") && !old.matches(".msg-queued");
}

function insertInOrder(fresh: HTMLElement, target: Element): void {
  const seq = Number(fresh.dataset["seq"]);
  const before = all(".msg[data-seq]", target).find((other) => Number(other.dataset["seq"]) > seq) ?? null;
  target.insertBefore(fresh, before ?? one(".msg-pending", target));
  placeDays();
}

function announce(): void {
  const pill = one("#thread-pill");
  if (!pill) return;
  const count = Number(pill.dataset["count"] ?? 0) + 1;
  pill.dataset["count"] = String(count);
  pill.textContent = count === 1 ? "1 new message" : `${count} new messages`;
  pill.hidden = false;
}

/** The newest seq in the thread. */
export function newestSeq(): number {
  return Math.max(0, ...all("#messages .msg[data-seq]").map((message) => Number(message.dataset["seq"])));
}

/** The head of the open thread, when it is this conversation's. */
function placeHead(fresh: HTMLElement, target: Element): HTMLElement | null {
  const old = target instanceof HTMLElement && target.dataset["conversation"] === fresh.dataset["conversation"];
  return old ? morph(target, fresh) : null;
}

export function start(): void {
  register("message", placeMessage);
  register("thread-head", placeHead);
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("#thread-pill")) toEnd();
  });
  document.addEventListener(
    "scroll",
    (event) => {
      if (event.target === scroller() && isAtEnd()) clearPill();
    },
    { capture: true, passive: true },
  );
}
