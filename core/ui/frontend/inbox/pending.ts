// Bubbles of replies on their way (outbox.ts): there at once, in the true one's place until it comes, and with a way out
// when it does not. Which is which is told by the key, never by the words.
import { all, delegate, one } from "../dom";
import { say } from "../pieces/toast";
import { forget, repliesIn, retry, type Reply } from "./outbox";

const thread = (): HTMLElement | null => one("#messages");

function bubbleOf(key: string): HTMLElement | null {
  return document.getElementById(`pending-${key}`);
}

function isStored(key: string): boolean {
  return one(`#messages [data-client-key="${CSS.escape(key)}"]`) !== null;
}

/** As its writer is told of it when it failed. */
export function called(reply: Reply): string {
  return reply.kind === "note" ? `Your note about ${reply.who} was not stored` : `Your reply to ${reply.who} was not sent`;
}

/** What is said by its words, or else by the names of its files. */
function make(reply: Reply): HTMLElement | null {
  const bubble = one<HTMLTemplateElement>(`#pending-${reply.kind}`)?.content.firstElementChild?.cloneNode(true);
  if (!(bubble instanceof HTMLElement)) return null;
  bubble.id = `pending-${reply.key}`;
  bubble.dataset["key"] = reply.key;
  const words = one(".bubble", bubble);
  if (words) words.textContent = reply.text || Object.values(reply.files).join(", ");
  return bubble;
}

function show(reply: Reply): void {
  const place = thread();
  if (!place || place.dataset["conversation"] !== reply.conversation || isStored(reply.key)) return;
  const bubble = bubbleOf(reply.key) ?? make(reply);
  if (!bubble) return;
  if (bubble.parentElement !== place) place.append(bubble);
  bubble.dataset["state"] = reply.state;
  const why = one("[data-why]", bubble);
  const text = reply.state === "failed" ? `Not ${reply.kind === "note" ? "stored" : "sent"}: ${reply.why}` : "";
  if (why && why.textContent !== text) why.textContent = text;
}

/** After every swap: those that stand in the thread have arrived, the others have their bubbles. */
export function settle(): void {
  const conversation = thread()?.dataset["conversation"] ?? "";
  for (const reply of repliesIn(conversation)) {
    if (isStored(reply.key)) dropPending(reply.key);
    else show(reply);
  }
}

/** The server's own bubble of this reply has come; whether one was waiting for it here. */
export function dropPending(key: string): boolean {
  const bubble = key ? bubbleOf(key) : null;
  bubble?.remove();
  return forget(key) !== undefined || bubble !== null;
}

function onChanged(event: Event): void {
  const { reply } = (event as CustomEvent<{ reply: Reply }>).detail;
  show(reply);
  if (reply.state !== "failed" || bubbleOf(reply.key)) return;
  say({ text: `${called(reply)}: ${reply.why}. It waits in its conversation.`, level: "error" });
}

export function start(): void {
  document.addEventListener("outbox:changed", onChanged);
  delegate("click", "[data-send-again]", (button) => retry(button.closest<HTMLElement>(".msg-pending")?.dataset["key"] ?? ""));
}

/** Takes the bubble of a reply away that is no longer on its way. */
export function remove(key: string): void {
  for (const bubble of all(".msg-pending")) if (bubble.dataset["key"] === key) bubble.remove();
}
