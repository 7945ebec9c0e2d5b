// Replies and private notes on their way: each has a key of its own and is kept, in this tab, until the server has it. What a lost line or
// a server that restarts keeps from arriving is sent again under the same key, under which it is stored once. Works on
// every page, so that leaving a thread stops nothing; what is shown of it is pending.ts.
import { me } from "../dom";
import { hear } from "../events";
import { csrfToken } from "../requests";
import { newKey } from "../shared/key";

export interface Reply {
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

const replies = new Map<string, Reply>();
const busy = new Set<string>();
const tries = new Map<string, number>();
const timers = new Map<string, number>();

export function repliesIn(conversation: string): Reply[] {
  return [...replies.values()].filter((reply) => reply.conversation === conversation).sort((a, b) => a.at - b.at);
}

export function replyOf(key: string): Reply | undefined {
  return replies.get(key);
}

function keep(reply: Reply): void {
  sessionStorage.setItem(KEPT + reply.key, JSON.stringify(reply));
}

/** Nothing more is to be done about a reply: it is stored, or its words are a draft again. */
export function forget(key: string): Reply | undefined {
  const reply = replies.get(key);
  replies.delete(key);
  sessionStorage.removeItem(KEPT + key);
  return reply;
}

function tell(type: "changed" | "stored" | "refused", reply: Reply, html = ""): void {
  document.dispatchEvent(new CustomEvent(`outbox:${type}`, { detail: { reply, html } }));
}

function becomes(reply: Reply, state: Reply["state"], why = ""): void {
  [reply.state, reply.why] = [state, why];
  if (!replies.has(reply.key)) return;
  keep(reply);
  tell("changed", reply);
}

/** With a key of before, it is what the server may have already: there it is stored once. */
export function send(asked: Omit<Reply, "user" | "at" | "state" | "why">): Reply {
  const reply: Reply = { ...asked, key: asked.key || newKey(), user: me(), at: Date.now(), state: "sending", why: "" };
  replies.set(reply.key, reply);
  keep(reply);
  void run(reply.conversation);
  return reply;
}

export function retry(key: string): void {
  const reply = replies.get(key);
  if (!reply) return;
  becomes(reply, "sending");
  void run(reply.conversation);
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

const first = (conversation: string): Reply | undefined => repliesIn(conversation).find((reply) => reply.state !== "failed");

/** Whether the next one may go: this one has been answered, whatever the answer was. */
async function hasLeft(reply: Reply): Promise<boolean> {
  const answer = await post(reply);
  if (!answer || (COMES_BACK.has(answer.status) && !answer.headers.has("X-Refusal"))) return waits(reply);
  tries.delete(reply.conversation);
  const html = answer.redirected ? "" : await answer.text().catch(() => null);
  if (html === null) return waits(reply); // the line broke inside the answer
  if (answer.ok && !answer.redirected) {
    forget(reply.key);
    tell("stored", reply, html);
  } else if (answer.status === 422) {
    forget(reply.key);
    tell("refused", reply, html);
  } else {
    becomes(reply, "failed", reason(answer));
  }
  return true;
}

function reason(answer: Response): string {
  if (answer.redirected) return "you are signed out";
  if (answer.headers.get("X-Refusal") === "read-only") return "this workspace is read-only at the moment";
  return WHY[answer.status] ?? "something went wrong on our side";
}

function waits(reply: Reply): false {
  const count = (tries.get(reply.conversation) ?? 0) + 1;
  tries.set(reply.conversation, count);
  becomes(reply, "waiting");
  const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** (count - 1));
  timers.set(reply.conversation, window.setTimeout(() => void run(reply.conversation), wait));
  return false;
}

async function post(reply: Reply): Promise<Response | null> {
  if (!navigator.onLine) return null;
  const body = new URLSearchParams([...reply.fields, ["client_key", reply.key]]);
  const headers = {
    "X-CSRFToken": csrfToken(),
    "HX-Request": "true",
    "HX-Request-Type": "partial",
    "HX-Target": "ol#messages",
  };
  const keepalive = body.toString().length < 50_000; // browsers let 64 KB outlive their page
  const signal = AbortSignal.timeout(ANSWER_WITHIN);
  return fetch(reply.url, { method: "POST", body, headers, signal, keepalive }).catch(() => null);
}

function goOn(): void {
  for (const conversation of new Set([...replies.values()].map((reply) => reply.conversation))) void run(conversation);
}

/** What a page that was left had on its way. Somebody else's is not sent in this person's name. */
function recover(): void {
  for (const name of Object.keys(sessionStorage).filter((name) => name.startsWith(KEPT))) {
    const reply = read(sessionStorage.getItem(name) ?? "");
    if (reply?.user !== me()) {
      sessionStorage.removeItem(name);
      continue;
    }
    if (reply.state !== "failed" && Date.now() - reply.at > STALE) {
      [reply.state, reply.why] = ["failed", "this window was closed before it arrived"];
    }
    replies.set(reply.key, reply);
  }
}

function read(text: string): Reply | null {
  try {
    const found = { kind: "reply", ...(JSON.parse(text) as object) } as Reply;
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
