// Parts of a page that are made of what happens elsewhere: [data-fresh="<event> …"] is fetched again, soon, when it does.
// Needs an id and data-refetch, as for a resync (live.ts).
import { all } from "../dom";
import { hear, type Heard } from "../events";
import { refetch } from "../live";

const SOON = 1500;

export function start(): void {
  for (const element of all("[data-fresh]")) {
    let waiting = 0;
    for (const type of (element.dataset["fresh"] ?? "").split(" ") as (keyof Heard)[]) {
      hear(type, () => {
        waiting ||= window.setTimeout(() => {
          waiting = 0;
          if (element.isConnected) refetch(element);
        }, SOON);
      });
    }
  }
}
