// "Seen" means seen: the thread is on a focused window, its end in view. Told to the server once per newest message.
import htmx from "htmx.org";
import { isReadOnly, me, one } from "../dom";
import { QUIET } from "../requests";
import { beat } from "./company";
import { isAtEnd, newestSeq } from "./messages";
import { markSeen, openConversation } from "./rows";

const EVERY = 1_000;
const told = new Map<string, number>();
let toldAt = 0;
let again = 0;

function isWatched(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

export function tell(): void {
  clearTimeout(again);
  again = 0;
  if (isReadOnly() || !isWatched() || !isAtEnd()) return;
  const conversation = openConversation();
  const url = one("#reading")?.dataset["seenUrl"];
  const seq = newestSeq();
  if (!conversation || !seq || !me()) return;
  markSeen(conversation, seq);
  if (!url || (told.get(conversation) ?? Number(one("#reading")?.dataset["seen"] || 0)) >= seq) return;
  const wait = EVERY - (Date.now() - toldAt);
  if (wait > 0) {
    again ||= window.setTimeout(tell, wait);
    return;
  }
  [toldAt, again] = [Date.now(), 0];
  told.set(conversation, seq);
  const saved = htmx.ajax("POST", url, { source: document.body, swap: "none", values: { seq }, headers: QUIET });
  void saved.then(beat); // and teammates' faces move
}

export function start(): void {
  tell();
  addEventListener("focus", tell);
  document.addEventListener("visibilitychange", tell);
  document.addEventListener(
    "scroll",
    (event) => {
      if (event.target instanceof Element && event.target.id === "messages-scroll") tell();
    },
    { capture: true, passive: true },
  );
}
