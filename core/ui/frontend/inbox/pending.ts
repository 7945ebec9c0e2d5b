// Replies on their way: a bubble at once, the true one in its place when it comes, the text back when it does not.
import { all, one } from "../dom";

function bubbles(): HTMLElement[] {
  return all("#messages .msg-pending");
}

/** What is said by its words, or else by the names of its files. */
export function addPending(text: string, files: HTMLElement[] = []): HTMLElement | null {
  const template = one<HTMLTemplateElement>("#pending-message");
  const bubble = template?.content.firstElementChild?.cloneNode(true);
  const thread = one("#messages");
  if (!thread || !(bubble instanceof HTMLElement)) return null;
  const words = one(".bubble", bubble);
  if (words) words.textContent = text || files.map((file) => file.dataset["name"] ?? "").join(", ");
  bubble.dataset["text"] = text;
  thread.append(bubble);
  return bubble;
}

/** The server's own bubble of this text has come; whether one was waiting for it. */
export function dropPending(text: string): boolean {
  const found = bubbles().find((bubble) => bubble.dataset["text"] === text);
  found?.remove();
  return found !== undefined;
}
