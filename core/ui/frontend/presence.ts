// Tells that one is here: "active" while somebody moves in this page, "open" while it only stands open. Said every minute,
// and forgotten soon after (core/realtime/presence.py).
import { hear } from "./events";
import { whisper } from "./live";

const EVERY = 60_000;
const IDLE = 5 * 60_000;
let movedAt = Date.now();
let said = "";

function state(): string {
  return document.visibilityState === "visible" && Date.now() - movedAt < IDLE ? "active" : "open";
}

function tell(): void {
  said = state();
  whisper("here", { s: said });
}

function onMove(): void {
  movedAt = Date.now();
  if (said !== "active") tell();
}

export function start(): void {
  setInterval(tell, EVERY);
  hear("connected", tell);
  document.addEventListener("visibilitychange", tell);
  for (const type of ["pointermove", "keydown", "scroll"]) document.addEventListener(type, onMove, { capture: true, passive: true });
}
