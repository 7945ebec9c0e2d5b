// Teammates at the same conversation: who looks at it, who writes an answer, and a word of warning before two answer at
// once. Said in passing over the socket and forgotten within seconds; how far each has read is readers.ts.
import { delegate, me, one } from "../dom";
import { hear, type Events, type Teammate as Said } from "../events";
import { faceOf, inWords, type Face } from "../faces";
import { whisper } from "../live";
import { openConversation } from "./rows";

interface Teammate extends Face {
  looksUntil: number;
  writesUntil: number;
}

const BEAT = 5_000;
const LOOKS_FOR = 12_000;
const TELL_EVERY = 2_500;
const WRITES_FOR = 5_000;
const JUST = 60_000; // an answer is news for this long
const SHOWN = 4;

const here = new Map<string, Teammate>();
let conversation = "";
let toldAt = 0;
let answers: { name: string; at: number } | null = null;
let soon = 0;

const isWatched = (): boolean => document.visibilityState === "visible";
const box = (): HTMLTextAreaElement | null => one<HTMLTextAreaElement>("[data-composer] textarea");

/** Say what one has before oneself. */
export function beat(): void {
  clearTimeout(soon);
  soon = 0;
  if (conversation && isWatched()) whisper("looks", { c: conversation });
}

/** After every swap: another thread is other company. */
export function settle(): void {
  const now = openConversation();
  if (now !== conversation) {
    whisper("looks", { c: isWatched() ? now : "", left: conversation });
    conversation = now;
    here.clear();
    answers = null;
  }
  show();
}

function note(said: Said, facts: Partial<Teammate>): void {
  const known = here.get(said.u);
  const face = { name: said.name, initials: said.initials, hue: Number(said.hue) };
  here.set(said.u, { looksUntil: 0, writesUntil: 0, ...known, ...face, ...facts });
  // Whoever comes sees at once who is here already; a little apart, so that not all answer in one moment.
  if (!known) soon ||= window.setTimeout(beat, 200 + Math.random() * 1_000);
}

function onLooks(said: Said): void {
  if (said.u === me() || !conversation) return;
  if (said.c === conversation) note(said, { looksUntil: Date.now() + LOOKS_FOR });
  else if (said.left === conversation) here.delete(said.u);
  show();
}

function onWrites(said: Said): void {
  if (said.u === me() || said.c !== conversation) return;
  const now = Date.now();
  note(said, { looksUntil: now + LOOKS_FOR, writesUntil: now + WRITES_FOR });
  show();
}

/** What was being written stands there now. */
function onMessage({ conversation: of, message, direction, author }: Events["message_added"]): void {
  if (of !== conversation || direction !== "out" || !author || author === me()) return;
  const writer = here.get(author);
  if (writer) writer.writesUntil = 0;
  const name = writer?.name ?? one(`#msg-${CSS.escape(message)} .msg-foot > span`)?.textContent ?? "";
  if (name) answers = { name, at: Date.now() };
  show();
}

function show(): void {
  const now = Date.now();
  for (const [user, { looksUntil, writesUntil }] of here) if (Math.max(looksUntil, writesUntil) < now) here.delete(user);
  const writers = [...here.values()].filter((teammate) => teammate.writesUntil > now).map((teammate) => teammate.name);
  showFaces([...here.values()]);
  const line = one("#company-writes");
  const words = line && one("span:last-child", line);
  if (line && words) {
    line.hidden = writers.length === 0;
    setText(words, writers.length ? `${inWords(writers)} ${writers.length === 1 ? "is" : "are"} writing a reply` : "");
  }
  warn(writers);
}

function showFaces(teammates: Teammate[]): void {
  const place = one("#company");
  if (!place) return;
  const label = teammates.length ? `Also here: ${inWords(teammates.map(({ name }) => name))}` : "";
  if (place.dataset["tip"] === label && place.childElementCount) return;
  place.dataset["tip"] = label;
  place.setAttribute("aria-label", label);
  place.hidden = !label;
  place.replaceChildren(...teammates.slice(0, SHOWN).map(faceOf));
  if (teammates.length > SHOWN) place.append(`+${teammates.length - SHOWN}`);
}

/** Two are about to answer the same: said at the box, and forbidden to nobody. */
function warn(writers: string[]): void {
  const notice = one("[data-collision]");
  const words = notice && one("span", notice);
  if (!notice || !words) return;
  const isAnswering = Boolean(box()?.value.trim());
  const answered = answers && Date.now() - answers.at < JUST ? answers.name : "";
  let text = "";
  if (writers.length) text = `${inWords(writers)} ${writers.length === 1 ? "is" : "are"} answering here too.`;
  else if (answered) text = `${answered} has just answered. Read it before you send yours.`;
  notice.hidden = !isAnswering || !text;
  setText(words, notice.hidden ? "" : text);
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text; // or it is read out again
}

function onInput(area: HTMLElement): void {
  if (!(area as HTMLTextAreaElement).value.trim()) return show();
  if (Date.now() - toldAt >= TELL_EVERY) {
    toldAt = Date.now();
    whisper("writes", { c: conversation });
  }
  show();
}

export function start(): void {
  setInterval(beat, BEAT);
  setInterval(() => (here.size || answers) && show(), 1_000);
  hear("connected", beat);
  hear("looks", onLooks);
  hear("writes", onWrites);
  hear("message_added", onMessage);
  document.addEventListener("visibilitychange", () => (isWatched() ? beat() : whisper("looks", { c: "", left: conversation })));
  addEventListener("pagehide", () => whisper("looks", { c: "", left: conversation }));
  delegate("input", "[data-composer] textarea", onInput);
}
