// Choosing rows: by their checkbox, by x on the focused one, a range with shift, or all that the list would show. What
// is chosen goes with every form of the bulk bar and its menus; the work is inbox/bulk, whose jobs are told here too.
import { all, delegate, one } from "../dom";
import { hear, type Events } from "../events";
import { refetch } from "../live";
import { morph, register } from "../swaps";

const SOON = 1200;
const STAYS: Record<string, number> = { done: 20_000, undone: 6_000 };
const leaving = new WeakMap<HTMLElement, string>();
const chosen = new Set<string>();
let isAll = false;
let last: HTMLInputElement | null = null;
let query = "";
let waiting = 0;

const boxes = (): HTMLInputElement[] => all<HTMLInputElement>("#conversation-list .row-check");
const bar = (): HTMLElement | null => one("#bulk-form");

/** Boxes follow what is chosen; where all are, so are rows that come while one scrolls. */
function show(): void {
  for (const box of boxes()) box.checked = isAll || chosen.has(box.value);
  const count = one("[data-bulk-count]");
  const more = one<HTMLButtonElement>("[data-select-all]");
  if (!bar() || !count || !more) return;
  const none = !isAll && !chosen.size;
  one("[data-select-none]")?.toggleAttribute("data-escape", !none);
  if (!isAll) count.textContent = `${chosen.size} chosen`;
  more.hidden = none || isAll;
  more.textContent = "Choose all of this view";
}

function clear(): void {
  isAll = false;
  chosen.clear();
  last = null;
  show();
}

function choose(box: HTMLInputElement, on: boolean): void {
  isAll = false;
  if (on) chosen.add(box.value);
  else chosen.delete(box.value);
}

function onClick(box: HTMLInputElement, withShift: boolean): void {
  const on = box.checked;
  if (isAll) for (const other of boxes()) chosen.add(other.value);
  const every = boxes();
  const [from, to] = [last && withShift ? every.indexOf(last) : -1, every.indexOf(box)];
  const range = from < 0 ? [box] : every.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const one of range) choose(one, on);
  last = box;
  show();
}

/** x: the row that has the focus, or whose thread is open. */
function toggleRow(): void {
  const active = document.activeElement?.closest("#conversation-list .row");
  const row = active ?? one("#conversation-list [aria-current]")?.closest(".row");
  const box = row && one<HTMLInputElement>(".row-check", row);
  if (!box) return;
  box.checked = !box.checked;
  onClick(box, false);
}

/** Every conversation of the view, also those that are not loaded; how many those are is asked for. */
async function chooseAll(): Promise<void> {
  isAll = true;
  show();
  const count = one("[data-bulk-count]");
  if (count) count.textContent = "All of this view chosen";
  const answer = await fetch(bar()?.dataset["countUrl"] ?? "");
  if (answer.ok && isAll && count?.isConnected) count.textContent = `All ${await answer.text()} chosen`;
}

function hidden(name: string, value: string): HTMLInputElement {
  const field = document.createElement("input");
  [field.type, field.name, field.value] = ["hidden", name, value];
  field.dataset["chosen"] = "";
  return field;
}

/** Before a form of the bar is read by htmx: what is chosen, and nothing of an earlier choice. */
function fill(form: HTMLFormElement): void {
  for (const old of all("[data-chosen]", form)) old.remove();
  const shown = one("#conversation-list")?.dataset["query"] ?? "";
  if (isAll) form.append(hidden("all", "1"), hidden("query", shown));
  else form.append(...[...chosen].map((id) => hidden("id", id)));
  for (const box of boxes()) box.checked = false; // they stand in the bar's form themselves
  setTimeout(clear);
}

/** Rows that were loaded further, pushed or fetched again; another list has another choice. */
export function settle(): void {
  const now = one("#conversation-list")?.dataset["query"] ?? query;
  for (const job of all("#bulk-jobs .job")) leaveLater(job);
  if (now !== query) [query] = [now], clear();
  else if (isAll || chosen.size) show();
}

function placeJob(fresh: HTMLElement, target: Element): HTMLElement {
  const old = document.getElementById(fresh.id);
  const job = old ? morph(old, fresh) : fresh;
  if (!old) target.prepend(fresh);
  leaveLater(job);
  return job;
}

/** What is over goes by itself after a while in which it can be undone; not under somebody's hand, and not with a reason why. */
function leaveLater(job: HTMLElement): void {
  const state = job.dataset["state"] ?? "";
  const ms = STAYS[state];
  if (!ms || leaving.get(job) === state || job.matches("[data-why]")) return;
  leaving.set(job, state);
  setTimeout(() => {
    leaving.delete(job);
    if (!job.isConnected || job.dataset["state"] !== state) return;
    if (job.matches(":hover, :focus-within")) leaveLater(job);
    else job.remove();
  }, ms);
}

/** Many rows changed at once: the list is fetched again, soon and once. */
function onListChanged(): void {
  waiting ||= window.setTimeout(() => {
    waiting = 0;
    const list = one("#inbox-list");
    if (list && !document.hidden) refetch(list);
    const reading = one("#reading[data-conversation]");
    if (reading && !document.hidden) refetch(reading);
  }, SOON);
}

/** A label or team was deleted: a menu that stands open offers it no longer. */
function onGone({ kind, id }: Events["sorting_gone"]): void {
  for (const item of all(`#menu [name="${CSS.escape(kind)}"][value="${CSS.escape(id)}"], #menu [href*="${CSS.escape(kind)}=${CSS.escape(id)}"]`)) {
    (item.matches("input") ? item.closest("form") : item)?.remove();
  }
  onListChanged(); // saved views and the filter say that it was deleted, also where no conversation had it
}

export function start(): void {
  register("job", placeJob);
  delegate("click", "#conversation-list .row-check", (box, event) => onClick(box as HTMLInputElement, event.shiftKey));
  delegate("click", "[data-select-row]", toggleRow);
  delegate("click", "[data-select-all]", () => void chooseAll());
  delegate("click", "[data-select-none]", clear);
  delegate("click", "[data-hide-job]", (button) => button.closest(".job")?.remove());
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && event.target.matches("[data-bulk-form]")) fill(event.target);
  }, { capture: true });
  hear("list_changed", onListChanged);
  hear("sorting_gone", onGone);
}
