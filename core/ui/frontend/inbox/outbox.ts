// Replies and private notes on their way: each has a key of its own and is kept, in this tab, until the server has it. What a lost line or
// a server that restarts keeps from arriving is sent again under the same key, under which it is stored once. Works on
// every page, so that leaving a thread stops nothing; what is shown of it is pending.ts.
import { me } from "../dom";
import { hear } from "../events";
import { csrfToken } from "../requests";
import { newKey } from "../shared/key";

/** A reply or note between its box and the server. */
export interface Underway {
  key: string;
  user: string;
  conversation: string;
  kind: "reply" | "note";
  who: string;
  url: string;
  text: string;
  /** What its form holds, the key aside. */
  fields: [string, string][];
  /** Names of its files, by id. */
  files: Record<string, string>;
  at: number;
  state: "sending" | "waiting" | "failed";
  why: string;
}

const KEPT = "underway:";
const ANSWER_WITHIN = 20_000;
const LONGEST_WAIT = 30_000;
const STALE = 10 * 60_000; // a tab that comes back later than this asks before it sends
const COMES_BACK = new Set([429, 502, 503, 504]);
const WHY: Record<number, string> = {
  403: "you may not do this, or the page has expired",
  404: "the conversation is gone",
  413: "it is too large",
};

const kept = new Map<string, Underway>();
const busy = new Set<string>();
const tries = new Map<string, number>();
const timers = new Map<string, number>();

export function underwayIn(conversation: string): Underway[] {
  return [...kept.values()].filter((underway) => underway.conversation === conversation).sort((a, b) => a.at - b.at);
}

export function underwayOf(key: string): Underway | undefined {
  return kept.get(key);
}

function keep(underway: Underway): void {
  sessionStorage.setItem(KEPT + underway.key, JSON.stringify(underway));
}

/** Nothing more is to be done about it: it is stored, or its words are a draft again. */
export function forget(key: string): Underway | undefined {
  const underway = kept.get(key);
  kept.delete(key);
  sessionStorage.removeItem(KEPT + key);
  return underway;
}

type Turn = "changed" | "stored" | "refused";

function tell(turn: Turn, underway: Underway, html = ""): void {
  document.dispatchEvent(new CustomEvent(`outbox:${turn}`, { detail: { underway, html } }));
}

/** Call `run` whenever one takes this turn, with what the server answered, if it did. */
export function on(turn: Turn, run: (underway: Underway, html: string) => void): void {
  document.addEventListener(`outbox:${turn}`, (event) => {
    const { underway, html } = (event as CustomEvent<{ underway: Underway; html: string }>).detail;
    run(underway, html);
  });
}

function becomes(underway: Underway, state: Underway["state"], why = ""): void {
  [underway.state, underway.why] = [state, why];
  if (!kept.has(underway.key)) return;
  keep(underway);
  tell("changed", underway);
}

/** With a key of before, it is what the server may have already: there it is stored once. */
export function send(asked: Omit<Underway, "user" | "at" | "state" | "why">): Underway {
  const underway: Underway = { ...asked, key: asked.key || newKey(), user: me(), at: Date.now(), state: "sending", why: "" };
  kept.set(underway.key, underway);
  keep(underway);
  void run(underway.conversation);
  return underway;
}

export function retry(key: string): void {
  const underway = kept.get(key);
  if (!underway) return;
  becomes(underway, "sending");
  void run(underway.conversation);
}

/** Those of one conversation go one after the other, as they were written. */
async function run(conversation: string): Promise<void> {
  if (busy.has(conversation)) return;
  busy.add(conversation);
  clearTimeout(timers.get(conversation));
  try {
    for (let next = first(conversation); next; next = first(conversation)) {
      if (!(await hasLeft(next))) break;
    }
  } finally {
    busy.delete(conversation);
  }
}

const first = (conversation: string): Underway | undefined => underwayIn(conversation).find((underway) => underway.state !== "failed");

/** Whether the next one may go: this one has been answered, whatever the answer was. */
async function hasLeft(underway: Underway): Promise<boolean> {
  const answer = await post(underway);
  if (!answer || (COMES_BACK.has(answer.status) && !answer.headers.has("X-Refusal"))) return waits(underway);
  tries.delete(underway.conversation);
  const html = answer.redirected ? "" : await answer.text().catch(() => null);
  if (html === null) return waits(underway); // the line broke inside the answer
  if (answer.ok && !answer.redirected) {
    forget(underway.key);
    tell("stored", underway, html);
  } else if (answer.status === 422) {
    forget(underway.key);
    tell("refused", underway, html);
  } else {
    becomes(underway, "failed", reason(answer));
  }
  return true;
}

function reason(answer: Response): string {
  if (answer.redirected) return "you are signed out";
  if (answer.headers.get("X-Refusal") === "read-only") return "this workspace is read-only at the moment";
  return WHY[answer.status] ?? "something went wrong on our side";
}

function waits(underway: Underway): false {
  const count = (tries.get(underway.conversation) ?? 0) + 1;
  tries.set(underway.conversation, count);
  becomes(underway, "waiting");
  const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** (count - 1));
  timers.set(underway.conversation, window.setTimeout(() => void run(underway.conversation), wait));
  return false;
}

async function post(underway: Underway): Promise<Response | null> {
  if (!navigator.onLine) return null;
  const body = new URLSearchParams([...underway.fields, ["client_key", underway.key]]);
  const headers = {
    "X-CSRFToken": csrfToken(),
    "HX-Request": "true",
    "HX-Request-Type": "partial",
    "HX-Target": "ol#messages",
  };
  const keepalive = body.toString().length < 50_000; // browsers let 64 KB outlive their page
  const signal = AbortSignal.timeout(ANSWER_WITHIN);
  return fetch(underway.url, { method: "POST", body, headers, signal, keepalive }).catch(() => null);
}

function goOn(): void {
  for (const conversation of new Set([...kept.values()].map((underway) => underway.conversation))) void run(conversation);
}

/** What a page that was left had on its way. Somebody else's is not sent in this person's name. */
function recover(): void {
  for (const name of Object.keys(sessionStorage).filter((name) => name.startsWith(KEPT))) {
    const underway = read(sessionStorage.getItem(name) ?? "");
    if (underway?.user !== me()) {
      sessionStorage.removeItem(name);
      continue;
    }
    if (underway.state !== "failed" && Date.now() - underway.at > STALE) {
      [underway.state, underway.why] = ["failed", "this window was closed before it arrived"];
    }
    kept.set(underway.key, underway);
  }
}

function read(text: string): Underway | null {
  try {
    const found = { kind: "reply", ...(JSON.parse(text) as object) } as Underway;
    return found.key && found.url && Array.isArray(found.fields) ? found : null;
  } catch {
    return null;
  }
}

export function start(): void {
  if (!me()) return;
  recover();
  addEventListener("online", goOn);
  hear("connected", goOn);
  queueMicrotask(goOn); // once whoever shows them has started
}
