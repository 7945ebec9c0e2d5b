// Bubbles of replies and notes on their way (outbox.ts): there at once, in the true one's place until it comes, and with a way out
// when it does not. Which is which is told by the key, never by the words.
import { all, delegate, one } from "../dom";
import { say } from "../pieces/toast";
import { forget, on, retry, underwayIn, type Underway } from "./outbox";

const thread = (): HTMLElement | null => one("#messages");

function bubbleOf(key: string): HTMLElement | null {
  return document.getElementById(`pending-${key}`);
}

function isStored(key: string): boolean {
  return one(`#messages [data-client-key="${CSS.escape(key)}"]`) !== null;
}

/** As its writer is told of it when it failed. */
export function called(underway: Underway): string {
  return underway.kind === "note" ? `Your note about ${underway.who} was not stored` : `Your reply to ${underway.who} was not sent`;
}

/** What is said by its words, or else by the names of its files. */
function make(underway: Underway): HTMLElement | null {
  const bubble = one<HTMLTemplateElement>(`#pending-${underway.kind}`)?.content.firstElementChild?.cloneNode(true);
  if (!(bubble instanceof HTMLElement)) return null;
  bubble.id = `pending-${underway.key}`;
  bubble.dataset["key"] = underway.key;
  const words = one(".bubble", bubble);
  if (words) words.textContent = underway.text || Object.values(underway.files).join(", ");
  return bubble;
}

function show(underway: Underway): void {
  const place = thread();
  if (!place || place.dataset["conversation"] !== underway.conversation || isStored(underway.key)) return;
  const bubble = bubbleOf(underway.key) ?? make(underway);
  if (!bubble) return;
  if (bubble.parentElement !== place) place.append(bubble);
  bubble.dataset["state"] = underway.state;
  const why = one("[data-why]", bubble);
  const text = underway.state === "failed" ? `Not ${underway.kind === "note" ? "stored" : "sent"}: ${underway.why}` : "";
  if (why && why.textContent !== text) why.textContent = text;
}

/** After every swap: those that stand in the thread have arrived, the others have their bubbles. */
export function settle(): void {
  const conversation = thread()?.dataset["conversation"] ?? "";
  for (const underway of underwayIn(conversation)) {
    if (isStored(underway.key)) dropPending(underway.key);
    else show(underway);
  }
}

/** The server's own bubble of it has come; whether one was waiting for it here. */
export function dropPending(key: string): boolean {
  const bubble = key ? bubbleOf(key) : null;
  bubble?.remove();
  return forget(key) !== undefined || bubble !== null;
}

function onChanged(underway: Underway): void {
  show(underway);
  if (underway.state !== "failed" || bubbleOf(underway.key)) return;
  say({ text: `${called(underway)}: ${underway.why}. It waits in its conversation.`, level: "error" });
}

export function start(): void {
  on("changed", onChanged);
  delegate("click", "[data-send-again]", (button) => retry(button.closest<HTMLElement>(".msg-pending")?.dataset["key"] ?? ""));
}

/** Takes the bubble away of what is no longer on its way. */
export function remove(key: string): void {
  for (const bubble of all(".msg-pending")) if (bubble.dataset["key"] === key) bubble.remove();
}
