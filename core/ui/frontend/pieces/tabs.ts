// Bars of tabs that are wider than their place: the current tab is in view, and an edge fades where more of them are.
import { all, one } from "../dom";

const SLACK = 2; // pixels: a scaled page scrolls by fractions
const reached = new WeakMap<HTMLElement, string>(); // the tab that a bar was last scrolled to

function fade(bar: HTMLElement): void {
  bar.toggleAttribute("data-before", bar.scrollLeft > SLACK);
  bar.toggleAttribute("data-after", bar.scrollLeft + bar.clientWidth < bar.scrollWidth - SLACK);
}

/** The bar alone scrolls, and the page stays. */
function reach(bar: HTMLElement): void {
  const tab = one("[aria-current]", bar);
  if (!tab) return;
  const [room, place] = [bar.getBoundingClientRect(), tab.getBoundingClientRect()];
  bar.scrollLeft += place.left + place.width / 2 - (room.left + room.width / 2);
}

/** Whoever scrolled a bar keeps it where it is until another tab is the current one. */
function settle(bar: HTMLElement): void {
  const current = one<HTMLAnchorElement>("[aria-current]", bar)?.href ?? "";
  if (reached.get(bar) !== current) reach(bar);
  reached.set(bar, current);
  fade(bar);
}

export function start(): void {
  const watching = new ResizeObserver((entries) => {
    for (const entry of entries) {
      const bar = entry.target as HTMLElement;
      reach(bar);
      fade(bar);
    }
  });
  const settleAll = (): void => {
    for (const bar of all(".page-tabs")) {
      watching.observe(bar);
      settle(bar);
    }
  };
  document.addEventListener("scroll", (event) => {
    if (event.target instanceof HTMLElement && event.target.matches(".page-tabs")) fade(event.target);
  }, true);
  document.addEventListener("htmx:after:swap", settleAll);
  settleAll();
}
