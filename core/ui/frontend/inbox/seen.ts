// "Seen" means seen: the thread is on a focused window, its end in view. Told to the server once per newest message.
import htmx from "htmx.org";
import { me, one } from "../dom";
import { QUIET } from "../requests";
import { newestSeq } from "./messages";
import { markSeen, openConversation } from "./rows";

const told = new Map<string, number>();

function isWatched(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

export function tell(): void {
  const conversation = openConversation();
  const url = one("#reading")?.dataset["seenUrl"];
  const seq = newestSeq();
  if (!conversation || !seq || !me() || !isWatched()) return;
  markSeen(conversation, seq);
  if (!url || (told.get(conversation) ?? Number(one("#reading")?.dataset["seen"] || 0)) >= seq) return;
  told.set(conversation, seq);
  void htmx.ajax("POST", url, { source: document.body, swap: "none", values: { seq }, headers: QUIET });
}

export function start(): void {
  tell();
  addEventListener("focus", tell);
  document.addEventListener("visibilitychange", tell);
}
