// "Seen" means seen: the thread is on a focused window, its end in view. Told to the server once per newest message, and once
// more where somebody was told of this very conversation meanwhile: who looks at it has read that, wherever they look.
import { isReadOnly, me, one } from "../dom";
import { QUIET, csrfToken } from "../requests";
import { beat } from "./company";
import { isAtEnd, newestSeq, onMove } from "./place";
import { markSeen, openConversation } from "./rows";

const EVERY = 1_000;
const NOTICES = "data-told";
const told = new Map<string, number>();
let toldAt = 0;
let again = 0;

function isWatched(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

export function tell(): void {
  clearTimeout(again);
  again = 0;
  const [reading, conversation] = [one("#reading"), openConversation()];
  const url = reading?.dataset["seenUrl"];
  if (isReadOnly() || !isWatched() || !reading || !url || !conversation || !me()) return;
  const before = told.get(conversation) ?? Number(reading.dataset["seen"] || 0);
  const newest = isAtEnd() ? newestSeq() : 0;
  if (newest) markSeen(conversation, newest);
  const notices = reading.hasAttribute(NOTICES);
  if (newest <= before && !notices) return;
  const wait = EVERY - (Date.now() - toldAt);
  if (wait > 0) {
    again ||= window.setTimeout(tell, wait);
    return;
  }
  const seq = Math.max(newest, before);
  [toldAt, again] = [Date.now(), 0];
  told.set(conversation, seq);
  reading.removeAttribute(NOTICES);
  void save(url, { conversation, seq, notices });
}

/** The server keeps one mark a second for all windows of a person: what came too soon is told once more. */
async function save(url: string, mark: { conversation: string; seq: number; notices: boolean }): Promise<void> {
  const headers = { ...QUIET, "X-CSRFToken": csrfToken() };
  const body = new URLSearchParams({ seq: String(mark.seq) });
  const answer = await fetch(url, { method: "POST", headers, body, keepalive: true }).catch(() => null);
  if (answer?.ok) return beat(); // and teammates' faces move
  if (answer && answer.status !== 429) return;
  if (told.get(mark.conversation) === mark.seq) told.delete(mark.conversation);
  if (mark.notices) noticed(mark.conversation);
  again ||= window.setTimeout(tell, EVERY);
}

/** There is something about this conversation that they have not read; whether it is the open one is seen here. */
function noticed(conversation: string): void {
  if (conversation === openConversation()) one("#reading")?.setAttribute(NOTICES, "");
}

export function start(): void {
  addEventListener("focus", tell);
  document.addEventListener("marque:notice_added", (event) => {
    noticed((event as CustomEvent<{ about: string }>).detail.about);
    tell();
  });
  document.addEventListener("visibilitychange", tell);
  onMove(tell);
}
