// Counts a support person's stay down in its bar; when it is over the page gives way to one that says so.
import { all, delegate } from "../dom";

const GOING = '.stay-bar form, form[action$="/logout/"]';
const GONE_WITHIN = 10_000;
let goingUntil = 0; // whoever leaves is led away by the answer, and nothing may overtake it

function refresh(): void {
  for (const bar of all<HTMLElement>("[data-until]")) {
    const left = Date.parse(bar.dataset["until"] ?? "") - Date.now();
    const words = bar.querySelector("[data-until-text]");
    if (words) words.textContent = left > 0 ? `${Math.ceil(left / 60_000)} min left` : "Time is up";
    if (left <= -2_000) giveWay();
  }
}

/** Off this page if it is a support person's, whose stay is over: the client's data stays on no screen. */
export function giveWay(): boolean {
  const over = document.querySelector<HTMLElement>("[data-over]")?.dataset["over"];
  if (over && !isLeaving()) location.replace(over);
  return over !== undefined;
}

/** Whether this person is on their way out: whatever else is answered meanwhile must not lead elsewhere. */
export function isLeaving(): boolean {
  return Date.now() < goingUntil;
}

export function start(): void {
  if (!document.querySelector("[data-until]")) return;
  delegate("submit", GOING, () => {
    goingUntil = Date.now() + GONE_WITHIN;
  });
  refresh();
  setInterval(refresh, 5_000);
}
