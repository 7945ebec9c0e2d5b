// What the contact does while somebody looks: they type, they have seen an answer. And they are told of our typing.
import { all, delegate, one } from "../dom";
import { hear, type Events, type Whispers } from "../events";
import { whisper } from "../live";
import { isAtEnd } from "./place";
import { openConversation } from "./rows";
import { toEnd } from "./ways";

const TYPING_EVERY = 2_500;
const TYPES_FOR = 5_000;
let toldAt = 0;
let until = 0;

const isLive = (): boolean => one("#messages")?.dataset["contactLive"] !== undefined;

/** "Seen" stands on the newest answer that the contact has seen, and on no other. */
export function markContactSeen(): void {
  const seen = Number(one("#messages")?.dataset["contactSeen"] ?? 0);
  const newest = all("#messages .msg-out[data-seq]").filter((message) => Number(message.dataset["seq"]) <= seen).at(-1);
  for (const message of all("#messages .msg-out[data-seq]")) message.toggleAttribute("data-contact-seen", message === newest);
}

function onSeen({ conversation, seq }: Events["contact_seen"]): void {
  const thread = one("#messages");
  if (!thread || conversation !== openConversation()) return;
  thread.dataset["contactSeen"] = String(Math.max(seq, Number(thread.dataset["contactSeen"] ?? 0)));
  markContactSeen();
}

function show(types: boolean): void {
  const hint = one("#contact-types");
  if (!hint) return;
  const atEnd = isAtEnd();
  hint.hidden = !types;
  if (atEnd && types) toEnd();
}

function onTyping({ conversation, by }: Whispers["typing"]): void {
  if (by !== "contact" || conversation !== openConversation()) return;
  show(true);
  clearTimeout(until);
  until = window.setTimeout(() => show(false), TYPES_FOR);
}

function onMessage({ conversation, direction }: Events["message_added"]): void {
  if (direction === "in" && conversation === openConversation()) show(false);
}

export function start(): void {
  hear("contact_seen", onSeen);
  hear("typing", onTyping);
  hear("message_added", onMessage);
  delegate("input", "[data-composer] textarea", (box) => {
    if (!isLive() || !(box as HTMLTextAreaElement).value.trim() || Date.now() - toldAt < TYPING_EVERY) return;
    toldAt = Date.now();
    whisper("typing", { c: openConversation() });
  });
}
