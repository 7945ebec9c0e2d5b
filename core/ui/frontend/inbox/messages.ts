// The thread's messages: each stands once, in order of its seq; the reader's scroll is never taken away.
import { me, one } from "../dom";
import { morph, register } from "../swaps";
import { placeDays } from "./days";
import { deferTo, firstOf, inOrder, isElsewhere, isEndLoaded } from "./gaps";
import { dropPending } from "./pending";
import { isAtEnd, isNews, onMove } from "./place";
import { announce, clearPill, toEnd } from "./ways";

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
  onMove(() => isAtEnd() && clearPill());
}
