// A long thread is never in the page as a whole: beyond a few hundred messages those far from what is read leave it, and
// a gap keeps their place and height (gaps.ts). What is being read does not move, whatever comes or goes around it.
import { all, one } from "../dom";
import { beforeSwap, type Task } from "../swaps";
import { placeDays } from "./days";
import { deferTo, firstOf, keepRest, lastOf, makeGap, placeGap } from "./gaps";
import { heard, onMove, scroller } from "./place";

interface Laid {
  open: boolean[];
  height: string;
}

const MOST = 200; // messages; one page has 50
const PAGE = 50;
const FAR = 2; // heights of what is seen at once
const FAR_PX = 1_600;
const QUIET_FOR = 250;
const PAGES = "#newer-messages, #older-messages, .gap";

const laid = new Map<string, Laid>();
let held: { message: HTMLElement; top: number } | null = null;
let quiet = 0;

const loaded = (): HTMLElement[] => all("#messages > .msg[data-seq]");

/** The first message in view. */
export function firstInView(): HTMLElement | undefined {
  const top = scroller()?.getBoundingClientRect().top ?? 0;
  return loaded().find((message) => message.getBoundingClientRect().bottom > top);
}

/** What stands together and was, or would be, one page: runs of neighbours within the same fifty. */
function runs(): HTMLElement[][] {
  const found: HTMLElement[][] = [];
  const pageOf = (message: HTMLElement): number => Math.floor((firstOf(message) - 1) / PAGE);
  let before: HTMLElement | undefined;
  for (const message of loaded()) {
    const goesOn = before && lastOf(before) + 1 === firstOf(message) && pageOf(before) === pageOf(message);
    if (goesOn) found.at(-1)?.push(message);
    else found.push([message]);
    before = message;
  }
  return found;
}

/** The day that is named above a message goes and comes with it. */
function topOf(run: HTMLElement[]): Element {
  const above = run[0]?.previousElementSibling;
  return above?.matches(".day") ? above : (run[0] as Element);
}

function isInUse(run: HTMLElement[]): boolean {
  const selection = getSelection();
  const selected = selection === null || selection.isCollapsed ? null : selection;
  return run.some((message) => {
    return selected?.containsNode(message, true) || message.contains(document.activeElement);
  });
}

/** Take out what is far from what is seen, where there is much; heights are read before anything is written. */
export function trim(): void {
  const view = scroller()?.getBoundingClientRect();
  if (!view || loaded().length <= MOST) return;
  const far = Math.max(view.height * FAR, FAR_PX);
  const leaving = runs().flatMap((run) => {
    const [first, last] = [topOf(run), run.at(-1) as HTMLElement];
    const [top, bottom] = [first.getBoundingClientRect().top, last.getBoundingClientRect().bottom];
    const isFar = bottom < view.top - far || top > view.bottom + far;
    return isFar && !isInUse(run) ? [{ first, run, height: bottom - top }] : [];
  });
  for (const { first, run, height } of leaving) takeOut(first, run, height);
}

function takeOut(first: Element, run: HTMLElement[], height: number): void {
  const [oldest, newest] = [run[0] as HTMLElement, run.at(-1) as HTMLElement];
  const gap = makeGap(firstOf(oldest), lastOf(newest), one<HTMLTimeElement>(".msg-foot time", newest)?.dateTime);
  gap.style.height = `${height}px`;
  for (const message of run) remember(message);
  first.before(gap);
  if (first !== oldest) first.remove();
  for (const message of run) message.remove();
  placeGap(gap, gap.nextElementSibling);
}

/** What somebody opened or drew larger in a message is so again when it comes back. */
function remember(message: HTMLElement): void {
  const parts = all<HTMLDetailsElement>("details", message);
  const height = one("iframe", message)?.style.height ?? "";
  if (parts.some((part) => part.open)) laid.set(message.id, { open: parts.map((part) => part.open), height });
}

function layAgain(): void {
  for (const [id, { open, height }] of laid) {
    const message = document.getElementById(id);
    if (!message) continue;
    all<HTMLDetailsElement>("details", message).forEach((part, index) => (part.open = open[index] ?? false));
    const frame = one("iframe", message);
    if (frame && height) frame.style.height = height;
    laid.delete(id);
  }
}

/** Of messages that come as a page, those that stand here already stay as they stand. */
function makeRoom(tasks: Task[]): void {
  const task = tasks.find(({ target }) => target?.matches(PAGES));
  const target = task?.target;
  if (!task || !(target instanceof HTMLElement)) return;
  for (const message of all(".msg", task.fragment)) if (document.getElementById(message.id)) message.remove();
  if (target.matches(".gap")) keepRest(target, task.fragment);
  hush();
  const message = firstInView();
  held = message ? { message, top: message.getBoundingClientRect().top } : null;
  trim(); // before the new ones are laid out, so that all are laid out once
}

/** Pages of messages are no news: nobody is read fifty of them aloud. */
export function hush(): void {
  const thread = one("#messages");
  thread?.setAttribute("aria-live", "off");
  setTimeout(() => thread?.setAttribute("aria-live", "polite"), 500);
}

/** After every swap: its days, what was open in it, and the place of whoever reads it. */
export function settle(): void {
  if (!one("#messages")) return;
  placeDays();
  layAgain();
  deferTo(heard());
  const moved = held?.message.isConnected ? held.message.getBoundingClientRect().top - held.top : 0;
  if (Math.abs(moved) >= 1) scroller()?.scrollBy({ top: moved, behavior: "instant" });
  held = null;
}

export function start(): void {
  beforeSwap(makeRoom);
  onMove(() => {
    clearTimeout(quiet);
    quiet = window.setTimeout(trim, QUIET_FOR);
  });
}
