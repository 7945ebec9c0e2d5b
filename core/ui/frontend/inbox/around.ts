// A thread that was opened around one of its messages, and ways to others of its messages: the newest, the first that
// was not seen, the first of all, or of a day. A reload comes back to what was being read.
import { delegate, isTyping, one } from "../dom";
import { QUIET } from "../requests";
import { close } from "../pieces/menu";
import { isEndLoaded } from "./gaps";
import { isAtEnd, newestSeq, onMove, scroller } from "./place";
import { goTo, toEnd } from "./ways";
import { firstInView } from "./window";

const PLACE = "place:";
const KEEP_AFTER = 200;
const FAR = 1.5; // heights of what is seen at once
let keeping = 0;

/** Who reads far above the end, or where it is not in the page, is shown the way back. */
function offerEnd(): void {
  const [view, button] = [scroller(), one("#thread-newest")];
  if (!view || !button) return;
  button.hidden = Math.abs(view.scrollTop) < view.clientHeight * FAR && isEndLoaded();
}

/** After every swap: bring the message that was asked for into view, once. */
export function settle(): void {
  offerEnd();
  const marked = one("#messages .msg-marked:not([data-shown])");
  if (!marked) return;
  marked.dataset["shown"] = "1";
  marked.scrollIntoView({ block: "center", behavior: "instant" });
}

async function unmarked(seq: number): Promise<void> {
  await goTo(`at=${seq}`);
  one("#messages .msg-marked")?.classList.remove("msg-marked");
}

function firstUnseen(): void {
  const seq = Number(one("#reading")?.dataset["seen"] ?? 0) + 1;
  if (seq > newestSeq() && isEndLoaded()) toEnd();
  else void goTo(`at=${seq}`);
}

function jump(to: string): void {
  if (to === "end") toEnd();
  else if (to === "start") void unmarked(1);
  else firstUnseen();
}

/** The day as it is where the reader is. */
function toDay(form: HTMLElement): void {
  const field = one<HTMLInputElement>("[data-jump-day]", form);
  const moment = new Date(`${field?.value ?? ""}T00:00`);
  if (Number.isNaN(moment.getTime())) return field?.focus();
  close();
  void goTo(`on=${Math.floor(moment.getTime() / 1000)}`);
}

/** Home and End go to the ends of the thread, not of what of it is in the page. */
function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const isHere = event.target instanceof Element && event.target.closest("#messages-scroll");
  if (!isHere || isTyping(event.target)) return;
  if (event.key === "End") toEnd();
  else if (event.key === "Home" && one("#older-messages, #messages > .gap")) void unmarked(1);
  else return;
  event.preventDefault();
}

function keepPlace(): void {
  const conversation = one("#messages")?.dataset["conversation"];
  const message = firstInView();
  if (!conversation) return;
  if (!message || isAtEnd()) return sessionStorage.removeItem(PLACE + conversation);
  const top = Math.round(message.getBoundingClientRect().top);
  sessionStorage.setItem(PLACE + conversation, JSON.stringify([Number(message.dataset["seq"]), top]));
}

async function backToPlace(): Promise<void> {
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const kept = sessionStorage.getItem(PLACE + (one("#messages")?.dataset["conversation"] ?? ""));
  if (visit?.type !== "reload" || !kept) return;
  const [seq, top] = JSON.parse(kept) as [number, number];
  const find = (): HTMLElement | null => one(`#messages > .msg[data-seq="${seq}"]`);
  if (!find()) await goTo(`at=${seq}`, QUIET);
  const message = find();
  message?.classList.remove("msg-marked");
  if (message) scroller()?.scrollBy({ top: message.getBoundingClientRect().top - top, behavior: "instant" });
}

export function start(): void {
  void backToPlace();
  document.addEventListener("keydown", onKey);
  delegate("click", "[data-jump]", (button) => jump(button.dataset["jump"] ?? ""));
  delegate("submit", "[data-jump-form]", (form, event) => {
    event.preventDefault();
    toDay(form);
  });
  onMove(() => {
    offerEnd();
    clearTimeout(keeping);
    keeping = window.setTimeout(keepPlace, KEEP_AFTER);
  });
}
