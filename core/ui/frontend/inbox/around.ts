// A thread that was opened around one of its messages: that one is brought into view, and later messages are loaded
// below it, as earlier ones are above, without moving what is being read.
import { all, one } from "../dom";
import { isAtBottom } from "./messages";

interface Task {
  target?: Element;
  fragment: DocumentFragment;
}

const LOADER = "#newer-messages";
let held: { message: HTMLElement; top: number } | null = null;

/** Bring the message that was asked for into view, once. */
function show(): void {
  const marked = one("#messages .msg-marked:not([data-shown])");
  if (!marked) return;
  marked.dataset["shown"] = "1";
  marked.scrollIntoView({ block: "center" });
}

/** The last message before those that are loaded, unless somebody reads what came in below them meanwhile. */
function toHold(): HTMLElement | undefined {
  if (isAtBottom() && one(`${LOADER} ~ .msg`)) return undefined;
  const loader = one(LOADER);
  return all("#messages > .msg[data-seq]").findLast((message) => {
    return loader && message.compareDocumentPosition(loader) & Node.DOCUMENT_POSITION_FOLLOWING;
  });
}

/** Of later messages, those that a push has put here already stay as they stand. */
function beforeSwap(event: Event): void {
  const { tasks } = (event as CustomEvent<{ tasks: Task[] }>).detail;
  const task = tasks.find(({ target }) => target?.matches(LOADER));
  if (!task) return;
  for (const message of all(".msg", task.fragment)) if (document.getElementById(message.id)) message.remove();
  const message = toHold();
  held = message ? { message, top: message.getBoundingClientRect().top } : null;
}

function afterSwap(): void {
  if (held?.message.isConnected) {
    one("#messages-scroll")?.scrollBy({ top: held.message.getBoundingClientRect().top - held.top });
  }
  held = null;
  show();
}

export function start(): void {
  show();
  document.addEventListener("htmx:before:swap", beforeSwap);
  document.addEventListener("htmx:after:swap", afterSwap);
}
