// The visitor's socket: what is said arrives at once, what was missed is told again from the last event on.
import { Later } from "./later";
import type { Message } from "./types";

interface Frame {
  t: string;
  id?: string;
  d?: { message?: Message | string | null; name?: string };
}

export interface Ears {
  message(message: Message | null): void;
  seen(message: string): void;
  typing(name: string): void;
  /** The socket is open, anew or again. */
  back(): void;
  /** Fetch what is shown, when the socket cannot tell what was missed; false when this browser may not chat here any more. */
  catchUp(): Promise<boolean>;
  /** "" while there is none. */
  readonly token: string;
}

const FIRST_WAIT = 1_000;
const PING_EVERY = 25_000;
const SILENCE = 40_000;
const ASK_EVERY = 3;
const REFUSED = 4403;
const HIDDEN_FOR = 120_000; // a page nobody looks at holds no socket, so that answers are mailed

export class Socket {
  #socket: WebSocket | null = null;
  #failures = 0;
  #heardAt = 0;
  readonly #retry = new Later(FIRST_WAIT, () => this.connect());
  #hiding = 0;
  #rests = false;

  readonly #url: string;
  #lastId: string;
  readonly #ears: Ears;

  constructor(
    url: string,
    lastId: string,
    ears: Ears,
  ) {
    this.#url = url;
    this.#lastId = lastId;
    this.#ears = ears;
    setInterval(() => this.#beat(), PING_EVERY);
    addEventListener("online", () => this.#retry.now());
    addEventListener("pagehide", () => this.#socket?.close());
    addEventListener("pageshow", (event) => event.persisted && this.#retry.now());
    document.addEventListener("visibilitychange", () => this.#watch());
    this.connect();
  }

  say(kind: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ t: kind }));
  }

  connect(): void {
    const { token } = this.#ears;
    if (this.#rests || !token || (this.#socket && this.#socket.readyState <= WebSocket.OPEN)) return;
    const socket = new WebSocket(`${this.#url}?after=${encodeURIComponent(this.#lastId)}`, ["visitor", token]);
    this.#socket = socket;
    socket.addEventListener("message", (event) => this.#hear(String(event.data)));
    socket.addEventListener("close", (event) => {
      if (this.#socket === socket) void this.#lost(event.code);
    });
  }

  /** Until it is asked to connect again. */
  end(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  /** After a refusal, and after several failures, it asks whether it is any use to go on. */
  async #lost(code: number): Promise<void> {
    this.#socket = null;
    this.#failures += 1;
    if ((code === REFUSED || this.#failures % ASK_EVERY === 0) && !(await this.#ears.catchUp())) return;
    this.#retry.later();
  }

  #beat(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - this.#heardAt > PING_EVERY + SILENCE) this.#socket.close();
    else this.say("ping");
  }

  #watch(): void {
    clearTimeout(this.#hiding);
    if (document.hidden) {
      this.#hiding = window.setTimeout(() => {
        this.#rests = true;
        this.#socket?.close();
      }, HIDDEN_FOR);
    } else {
      this.#rests = false;
      this.#retry.now();
    }
  }

  #hear(text: string): void {
    this.#heardAt = Date.now();
    const frame = JSON.parse(text) as Frame;
    if (frame.t === "hello") {
      this.#failures = 0;
      this.#retry.well();
      this.#ears.back();
    }
    if (frame.id && isNewer(frame.id, this.#lastId)) this.#lastId = frame.id;
    const { message, name } = frame.d ?? {};
    if (frame.t === "resync") void this.#ears.catchUp();
    else if (frame.t === "chat_message") this.#ears.message((message as Message | null) ?? null);
    else if (frame.t === "chat_seen" && typeof message === "string") this.#ears.seen(message);
    else if (frame.t === "typing" && name) this.#ears.typing(name);
  }
}

/** Whether stream id `a` ("<ms>-<n>") came after `b`. */
function isNewer(a: string, b: string): boolean {
  const [aMs = 0, aN = 0] = a.split("-").map(Number);
  const [bMs = 0, bN = 0] = b.split("-").map(Number);
  return aMs === bMs ? aN > bN : aMs > bMs;
}
