// What the contact does while somebody looks: they type, they have seen an answer. And they are told of our typing.
import { all, delegate, one } from "../dom";
import { whisper } from "../live";
import { isAtEnd, toEnd } from "./messages";
import { openConversation } from "./rows";

const TYPING_EVERY = 2_500;
const TYPES_FOR = 5_000;
let toldAt = 0;
let until = 0;

interface Typing {
  conversation?: string;
  by?: string;
}

interface Seen {
  conversation: string;
  seq: number;
}

const isLive = (): boolean => one("#messages")?.dataset["contactLive"] !== undefined;

/** "Seen" stands on the newest answer that the contact has seen, and on no other. */
export function markContactSeen(): void {
  const seen = Number(one("#messages")?.dataset["contactSeen"] ?? 0);
  const newest = all("#messages .msg-out[data-seq]").filter((message) => Number(message.dataset["seq"]) <= seen).at(-1);
  for (const message of all("#messages .msg-out[data-seq]")) message.toggleAttribute("data-contact-seen", message === newest);
}

function onSeen(event: Event): void {
  const { conversation, seq } = (event as CustomEvent<Seen>).detail;
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

function onTyping(event: Event): void {
  const { conversation, by } = (event as CustomEvent<Typing>).detail;
  if (by !== "contact" || conversation !== openConversation()) return;
  show(true);
  clearTimeout(until);
  until = window.setTimeout(() => show(false), TYPES_FOR);
}

function onMessage(event: Event): void {
  const { conversation, direction } = (event as CustomEvent<{ conversation: string; direction: string }>).detail;
  if (direction === "in" && conversation === openConversation()) show(false);
}

export function start(): void {
  markContactSeen();
  document.addEventListener("marque:contact_seen", onSeen);
  document.addEventListener("marque:typing", onTyping);
  document.addEventListener("marque:message_added", onMessage);
  delegate("input", "[data-composer] textarea", (box) => {
    if (!isLive() || !(box as HTMLTextAreaElement).value.trim() || Date.now() - toldAt < TYPING_EVERY) return;
    toldAt = Date.now();
    whisper("typing", { c: openConversation() });
  });
}
