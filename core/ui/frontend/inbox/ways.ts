// Ways to another place of the open thread, in the page or not, and the pill that leads to what came meanwhile. Who asks
// for one is around.ts, messages.ts or the composer.
import htmx from "htmx.org";
import { all, one } from "../dom";
import { isEndLoaded } from "./gaps";
import { scroller } from "./place";
import { hush } from "./window";

/** The messages around another place of the thread instead of these; what is on its way stays. */
export async function goTo(query: string, headers: Record<string, string> = {}): Promise<void> {
  const thread = one("#messages");
  const url = one("#reading")?.dataset["refetch"];
  if (!thread || !url) return;
  const kept = all(":scope > .msg:not([data-seq])", thread);
  hush();
  await htmx.ajax("GET", `${url}?${query}`, { source: thread, target: thread, swap: "innerHTML", headers });
  if (thread.isConnected) thread.append(...kept);
  if (!query) scroller()?.scrollTo({ top: 0, behavior: "instant" });
}

export function toEnd(): void {
  if (isEndLoaded()) scroller()?.scrollTo({ top: 0 });
  else void goTo("");
  clearPill();
}

/** One more came below what is being read. */
export function announce(): void {
  const pill = one("#thread-pill");
  if (!pill) return;
  const count = Number(pill.dataset["count"] ?? 0) + 1;
  pill.dataset["count"] = String(count);
  pill.textContent = count === 1 ? "1 new message" : `${count} new messages`;
  pill.hidden = false;
}

export function clearPill(): void {
  const pill = one("#thread-pill");
  if (!pill) return;
  pill.hidden = true;
  pill.dataset["count"] = "0";
}
