// Where in the open thread its reader is, and how far it is known to go. Below all that moves them: window.ts takes
// messages out and keeps the place, ways.ts leads to another one, messages.ts puts in what comes.
import { one } from "../dom";
import { firstOf, inOrder, isEndLoaded, lastOf } from "./gaps";

const NEAR = 60;
const newest = new Map<string, number>();

export const scroller = (): HTMLElement | null => one("#messages-scroll");

/** The list is reversed by CSS, so that 0 is its lower end and reading up is negative. */
function isAtBottom(): boolean {
  return Math.abs(scroller()?.scrollTop ?? 0) < NEAR;
}

/** The newest message is in view. In a thread that is read further up there may be later ones that are not here. */
export function isAtEnd(): boolean {
  return isAtBottom() && isEndLoaded();
}

/** Calls `run` whenever the reader moves in the thread. */
export function onMove(run: () => void): void {
  // A scroll does not bubble, and another thread has another scroller.
  document.addEventListener("scroll", (event) => event.target === scroller() && run(), { capture: true, passive: true });
}

/** The newest seq in the thread, of what has its place there. */
export function newestSeq(): number {
  const last = inOrder().at(-1);
  return last ? lastOf(last) : 0;
}

/** The newest seq that a push has told of in the open thread, or 0. */
export function heard(): number {
  return newest.get(one("#messages")?.dataset["conversation"] ?? "") ?? 0;
}

/** What was pushed comes after everything that is here; whether it is the first that is told of it. */
export function isNews(fresh: HTMLElement): boolean {
  const [seq, before] = [firstOf(fresh), Math.max(heard(), newestSeq())];
  newest.set(fresh.dataset["conversation"] ?? "", Math.max(seq, before));
  return seq > before;
}
