// Where messages of the thread stand that are not in the page: in a gap of their height, which is filled when it comes
// near, or behind a way to earlier or later ones. The thread's items are in order of seq, whichever they are.
import htmx from "htmx.org";
import { all, one } from "../dom";

const NEAR = 800; // px: what comes this near is fetched, so that who scrolls does not wait for it
const AGAIN = 3_000;

const ITEMS = "#messages > :is(.msg[data-seq], .gap, #newer-messages, #older-messages)";

/** Messages and gaps, oldest first. */
export const inOrder = (): HTMLElement[] => all("#messages > :is(.msg[data-seq], .gap)");

export const firstOf = (item: HTMLElement): number => Number(item.dataset["first"] ?? item.dataset["seq"]);
export const lastOf = (item: HTMLElement): number => Number(item.dataset["last"] ?? item.dataset["seq"]);

/** A gap for messages `first` to `last`, of which the last came at `until` (ISO 8601); it has no height yet. */
export function makeGap(first: number, last: number, until = ""): HTMLElement {
  const gap = document.createElement("li");
  const [seqs, way] = [{ first: String(first), last: String(last), until }, one("#reading")?.dataset["refetch"] ?? ""];
  gap.className = "gap";
  gap.id = `gap-${first}`;
  Object.assign(gap.dataset, seqs);
  gap.setAttribute("role", "presentation");
  const asks = {
    get: `${way}?first=${first}&last=${last}`,
    trigger: `fill, intersect root:#messages-scroll rootMargin:${NEAR}px`,
    target: "this",
    swap: "outerHTML",
    sync: "this:drop",
    headers: '{"X-Background": "1"}',
  };
  for (const [name, value] of Object.entries(asks)) gap.setAttribute(`hx-${name}`, value);
  return gap;
}

/** Put a gap into the page, where its messages belong. */
export function placeGap(gap: HTMLElement, before: Element | null): void {
  one("#messages")?.insertBefore(gap, before);
  htmx.process(gap);
}

/** Whether the newest message of the thread is in the page, or there is none. */
export function isEndLoaded(): boolean {
  return all(ITEMS).at(-1)?.matches(".msg, #older-messages") ?? true;
}

/** Whether a message that is not in the page comes with a gap or a page of messages, once that is near. */
export function isElsewhere(seq: number): boolean {
  const items = all(ITEMS);
  const at = items.findIndex((item) => lastOf(item) >= seq);
  const next = items[at];
  if (!next) return false; // newer than all of them
  if (next.matches(".gap") && firstOf(next) <= seq) return true;
  return items[at - 1]?.matches("#older-messages, #newer-messages") ?? false;
}

/** The newest message that is known of comes with the gap at the end, which takes no room before it is filled. */
export function deferTo(seq: number): void {
  const last = inOrder().at(-1);
  if (!last || one("#newer-messages") || lastOf(last) >= seq) return;
  const [first, rest] = last.matches(".gap") ? [firstOf(last), last] : [lastOf(last) + 1, null];
  const gap = makeGap(first, seq, last.dataset["until"]);
  const height = rest?.style.height ?? "";
  const after = last.nextElementSibling;
  rest?.remove();
  if (height) gap.style.height = height;
  else gap.classList.add("gap-end");
  placeGap(gap, after);
}

/** Of a gap's messages one page is answered; what is behind them stays a gap. */
export function keepRest(gap: HTMLElement, fragment: DocumentFragment): void {
  const last = Math.max(...all(".msg[data-seq]", fragment).map(lastOf));
  if (last >= lastOf(gap) || !Number.isFinite(last)) return;
  const rest = makeGap(last + 1, lastOf(gap), gap.dataset["until"]);
  rest.classList.add("gap-end");
  fragment.append(rest);
}

export function start(): void {
  document.addEventListener("htmx:finally:request", (event) => {
    const source = event.detail.ctx?.sourceElement;
    if (source?.matches(".gap")) setTimeout(() => isNear(source) && htmx.trigger(source, "fill"), AGAIN);
  });
}

function isNear(gap: Element): boolean {
  const view = one("#messages-scroll")?.getBoundingClientRect();
  const { top, bottom } = gap.getBoundingClientRect();
  return gap.isConnected && view !== undefined && bottom > view.top - NEAR && top < view.bottom + NEAR;
}
