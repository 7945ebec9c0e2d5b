// After an outage the open thread is fetched again. Who reads far up keeps their place, and what they had loaded.
import htmx from "htmx.org";
import { one } from "../dom";
import { refetch } from "../live";
import { QUIET } from "../requests";
import { firstOf, inOrder, lastOf } from "./gaps";
import { isAtEnd } from "./place";

const ours = new WeakSet<Element>();

/** Whether a message is missing between two that stand here: more came than one page holds. */
function hasHole(): boolean {
  const items = inOrder();
  return items.slice(1).some((item, index) => firstOf(item) !== lastOf(items[index] as HTMLElement) + 1);
}

/** Each message finds its own place; with a hole between the old and the new, the newest page stands alone. */
async function catchUp(reading: HTMLElement, target: HTMLElement): Promise<void> {
  const url = reading.dataset["refetch"] ?? location.pathname;
  const isApart = one("#newer-messages") !== null; // what is later is loaded when it is read
  const part = (into: HTMLElement, select: string, swap: string): Promise<void> =>
    htmx.ajax("GET", url, { source: into, target: into, select, swap, headers: QUIET });
  if (!isApart) await part(target, ".msg[data-seq]", "live");
  if (!isApart && hasHole()) {
    ours.add(reading);
    return refetch(reading);
  }
  const head = one("#thread-head");
  if (head) await part(head, "#thread-head", "outerMorph");
}

export function start(): void {
  document.addEventListener("marque:refetch", (event) => {
    const reading = event.target;
    const thread = one("#messages");
    if (!(reading instanceof HTMLElement) || reading.id !== "reading" || !thread) return;
    if (isAtEnd() || ours.delete(reading)) return;
    event.preventDefault();
    void catchUp(reading, thread);
  });
}
