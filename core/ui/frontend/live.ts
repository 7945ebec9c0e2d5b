// The one websocket of a tab: reconnects with jitter, replays what it missed, says so honestly, and hands each event on
// by its name (events.ts). The socket is a hint: what cannot be replayed is fetched again ([data-refetch]).
import htmx from "htmx.org";
import { all, one } from "./dom";
import { spread } from "./events";
import { giveWay } from "./pieces/stay";
import { QUIET } from "./requests";

interface Frame {
  t: string;
  id?: string;
  html?: string;
  d?: Record<string, unknown>;
  big?: boolean;
  build?: string;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 20_000;
const PING_EVERY = 25_000;
const SILENCE = 10_000; // no frame for this long after a ping: the line is dead
const REFUSED = 4403; // nobody is signed in here any more, or the place is closed: the page knows which
const ASK_EVERY = 3; // failures
const ANSWER_WITHIN = 5_000;

class Live {
  private socket: WebSocket | null = null;
  private failures = 0;
  private heardAt = 0;
  private build = "";
  private retry = 0;
  private pill = 0;
  private saying = "";

  constructor(
    private readonly url: string,
    private lastId: string,
  ) {}

  start(): void {
    this.connect();
    setInterval(() => this.beat(), PING_EVERY);
    addEventListener("online", () => this.soon(0));
    addEventListener("offline", () => this.drop());
    addEventListener("pagehide", () => this.socket?.close());
    addEventListener("pageshow", (event) => event.persisted && this.soon(0));
    document.addEventListener("visibilitychange", () => document.hidden || this.beat());
  }

  tell(frame: Record<string, string>): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private connect(): void {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(`${this.url}?after=${encodeURIComponent(this.lastId)}`);
    this.socket = socket;
    socket.addEventListener("message", (event) => this.hear(String(event.data)));
    socket.addEventListener("close", (event) => {
      if (this.socket === socket) void this.lost(event.code);
    });
  }

  private async lost(code: number): Promise<void> {
    this.socket = null;
    this.failures += 1;
    if ((code === REFUSED || this.failures % ASK_EVERY === 0) && (await this.isOver())) return;
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
    this.say(navigator.onLine ? "Reconnecting…" : "Offline: reconnecting when the network is back", 1500);
    this.soon(longest / 2 + Math.random() * (longest / 2));
  }

  /** A refused socket looks like a lost network: the page itself knows whether one may still be here. */
  private async isOver(): Promise<boolean> {
    const asked = { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(ANSWER_WITHIN) } as const;
    const answer = await fetch(location.href, asked).catch(() => null);
    const signedOut = answer?.type === "opaqueredirect";
    if (!signedOut && answer?.status !== 403) return false;
    if (giveWay()) return true;
    this.say(signedOut ? "Signed out" : "Not available at the moment: reload", 0);
    return true;
  }

  private soon(ms: number): void {
    clearTimeout(this.retry);
    this.retry = window.setTimeout(() => this.connect(), ms);
  }

  private beat(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const asked = Date.now();
    this.socket.send('{"t":"ping"}');
    setTimeout(() => this.heardAt < asked && this.drop(), SILENCE);
  }

  /** The line is dead, whatever the browser says: it may take a minute to close a socket that nobody answers. */
  private drop(): void {
    const socket = this.socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    this.socket = null;
    socket.close();
    void this.lost(0);
  }

  private hear(text: string): void {
    this.heardAt = Date.now();
    const frame = JSON.parse(text) as Frame;
    if (frame.t === "hello") return this.greet(frame);
    if (frame.t === "pong") return;
    if (frame.t === "behind") return this.say("Behind, catching up…", 0);
    if (frame.id && frame.t !== "resync" && !isNewer(frame.id, this.lastId)) return; // told twice
    if (frame.id) this.lastId = frame.id;
    this.say("", 0);
    if (frame.t === "resync" || frame.big) return resync();
    this.apply(frame);
  }

  private greet(frame: Frame): void {
    this.failures = 0;
    this.say("", 0);
    spread("connected");
    if (frame.id && isNewer(frame.id, this.lastId)) this.lastId = frame.id;
    if (this.build && frame.build && frame.build !== this.build) this.say("A new version is ready: reload", 0);
    this.build ||= frame.build ?? "";
  }

  private apply(frame: Frame): void {
    const done = frame.html ? htmx.swap({ text: frame.html, target: document.body, swap: "none" }) : Promise.resolve();
    void done.then(() => spread(frame.t, frame.d ?? {}));
  }

  /** A short cut is nobody's news; further failures do not put the news off. */
  private say(text: string, afterMs: number): void {
    if (text === this.saying) return;
    this.saying = text;
    clearTimeout(this.pill);
    this.pill = window.setTimeout(() => {
      const pill = one("#live-pill");
      const words = pill && one("[data-live-text]", pill);
      if (!pill || !words) return;
      words.textContent = text;
      pill.hidden = !text;
    }, afterMs);
  }
}

/** Whether stream id `a` ("<ms>-<n>") came after `b`. */
function isNewer(a: string, b: string): boolean {
  const [aMs = 0, aN = 0] = a.split("-").map(Number);
  const [bMs = 0, bN = 0] = b.split("-").map(Number);
  return aMs === bMs ? aN > bN : aMs > bMs;
}

/** Fetch again what this page shows; every part that can says so by data-refetch="<url>". */
function resync(): void {
  spread("resync");
  for (const element of all("[data-refetch]")) refetch(element);
}

/**
 * One part again, unless whoever it belongs to has a better way (marque:refetch). With data-whole its address answers
 * the whole page, and the part is taken from it by its id.
 */
export function refetch(element: HTMLElement): void {
  if (!element.dispatchEvent(new CustomEvent("marque:refetch", { bubbles: true, cancelable: true }))) return;
  const url = element.dataset["refetch"] || location.pathname + location.search;
  const select = element.dataset["whole"] === undefined ? {} : { select: `#${element.id}` };
  void htmx.ajax("GET", url, { ...select, target: element, source: element, swap: "outerMorph", headers: QUIET });
}

let live: Live | null = null;

/** Say something in passing, such as that somebody types: lost when nobody hears it (core/realtime/whisper.py). */
export function whisper(kind: string, facts: Record<string, string>): void {
  live?.tell({ t: kind, ...facts });
}

export function start(): void {
  const url = document.body.dataset["wsUrl"];
  if (!url) return;
  // Everything since the page was made; two seconds of slack for clocks, doubles are recognised by their elements' ids.
  const made = Number(document.body.dataset["now"] ?? 0) * 1000 || Date.now();
  live = new Live(url, `${made - 2000}-0`);
  live.start();
}
