// Folding the rail, remembered on this device.
import { delegate } from "../dom";

const KEY = "rail-folded";

export function start(): void {
  if (localStorage.getItem(KEY)) document.body.classList.add("rail-folded");
  delegate("click", "[data-fold-rail]", () => {
    const folded = document.body.classList.toggle("rail-folded");
    if (folded) localStorage.setItem(KEY, "1");
    else localStorage.removeItem(KEY);
  });
}
