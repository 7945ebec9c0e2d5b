// The thread's messages: each stands once, in order of its seq; the reader's scroll is never taken away.
import { me, one } from "../dom";
import { morph, register } from "../swaps";
import { goTo } from "./around";
import { placeDays } from "./days";
import { deferTo, firstOf, inOrder, isElsewhere, isEndLoaded, lastOf } from "./gaps";
import { dropPending } from "./pending";

const scroller = (): HTMLElement | null => one("#messages-scroll");
const NEAR = 60;
const newest = new Map<string, number>();

/** The list is reversed by CSS, so that 0 is its lower end and reading up is negative. */
function isAtBottom(): boolean {
  return Math.abs(scroller()?.scrollTop ?? 0) < NEAR;
}

/** The newest message is in view. In a thread that is read further up there may be later ones that are not here. */
export function isAtEnd(): boolean {
  return isAtBottom() && isEndLoaded();
}

export function toEnd(): void {
  if (isEndLoaded()) scroller()?.scrollTo({ top: 0 });
  else void goTo("");
  clearPill();
}

/** The newest seq that a push has told of in the open thread, or 0. */
export function heard(): number {
  return newest.get(one("#messages")?.dataset["conversation"] ?? "") ?? 0;
}

/** What was pushed comes after everything that is here; whether it is the first that is told of it. */
function isNews(fresh: HTMLElement): boolean {
  const [seq, before] = [firstOf(fresh), Math.max(heard(), newestSeq())];
  newest.set(fresh.dataset["conversation"] ?? "", Math.max(seq, before));
  return seq > before;
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
  const [wasAtEnd, news] = [isAtEnd(), isNews(fresh)];
  const comesLater = isElsewhere(firstOf(fresh)) || !isEndLoaded();
  if (comesLater) deferTo(firstOf(fresh));
  else insertInOrder(fresh, target);
  if (sentHere || (wasAtEnd && !comesLater)) toEnd();
  else if (!mine && (news || !comesLater)) announce();
  one("#thread-empty")?.remove();
  return comesLater ? null : fresh;
}

/** An answer may arrive after the news that overtook it: of a later attempt, or of how this one ended. */
function isOvertaken(fresh: HTMLElement, old: HTMLElement): boolean {
  const [comes, stands] = [Number(fresh.dataset["attempt"]), Number(old.dataset["attempt"])];
  if (comes !== stands) return comes < stands;
  return fresh.matches(".msg-queued") && !old.matches(".msg-queued");
}

function insertInOrder(fresh: HTMLElement, target: Element): void {
  const before = inOrder().find((other) => firstOf(other) > firstOf(fresh)) ?? null;
  fresh.classList.add("msg-new");
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

/** The newest seq in the thread, of what has its place there. */
export function newestSeq(): number {
  const last = inOrder().at(-1);
  return last ? lastOf(last) : 0;
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
