// "Seen" means seen: the thread is on a focused window, its end in view. Told to the server once per newest message.
import { isReadOnly, me, one } from "../dom";
import { QUIET, csrfToken } from "../requests";
import { beat } from "./company";
import { isAtEnd, newestSeq, onMove } from "./place";
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
  void save(url, { conversation, seq });
}

/** The server keeps one mark a second for all windows of a person: what came too soon is told once more. */
async function save(url: string, { conversation, seq }: { conversation: string; seq: number }): Promise<void> {
  const headers = { ...QUIET, "X-CSRFToken": csrfToken() };
  const body = new URLSearchParams({ seq: String(seq) });
  const answer = await fetch(url, { method: "POST", headers, body, keepalive: true }).catch(() => null);
  if (answer?.ok) return beat(); // and teammates' faces move
  if (answer && answer.status !== 429) return;
  if (told.get(conversation) === seq) told.delete(conversation);
  again ||= window.setTimeout(tell, EVERY);
}

export function start(): void {
  addEventListener("focus", tell);
  document.addEventListener("visibilitychange", tell);
  onMove(tell);
}
