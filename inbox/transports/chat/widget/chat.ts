// One visitor's conversation: what stands in it, what is on its way, and when it counts as seen.
import { newKey } from "../../../../core/ui/frontend/shared/key";
import { type Api, Refusal } from "./api";
import type { Carrying, Files } from "./attached";
import type { Remembered } from "./memory";
import { type Ears, Socket } from "./socket";
import type { Config, Message, Page, Pending, Person, SentFile } from "./types";
import { Uploads } from "./uploads";
import { View } from "./view";

const TYPING_EVERY = 2_500;
const SEEN_AFTER = 300;
const RETRY_FIRST = 2_000;
const RETRY_LONGEST = 30_000;

const byTime = (a: Message, b: Message): number => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1);

export class Chat implements Ears, Files {
  readonly uploads: Uploads;
  readonly #view: View;
  #messages: Message[] = [];
  #socket: Socket | null = null;
  #older = false;
  #seenByTeam = "";
  #known = false;
  #typedAt = 0;
  #seeing = 0;
  #told = "";
  #sending: Promise<void> = Promise.resolve();
  #asking: Promise<string> | null = null;
  #retrying = 0;
  #wait = RETRY_FIRST;

  readonly #api: Api;
  readonly #config: Config;
  readonly #memory: Remembered;

  constructor(
    api: Api,
    config: Config,
    memory: Remembered,
  ) {
    this.#api = api;
    this.#config = config;
    this.#memory = memory;
    this.uploads = new Uploads(api, memory, { pass: () => this.#pass(), forget: () => this.#forget(), later: () => this.#backLater(), changed: () => this.#view.files() });
    this.#view = new View(config, this);
    this.#view.files();
    this.#view.draft(memory.draft);
    addEventListener("focus", () => this.#look());
    addEventListener("online", () => this.back());
    document.addEventListener("visibilitychange", () => this.#look());
    if (memory.open) this.#view.open(false);
    if (memory.token) void this.#begin();
    else this.#show();
  }

  // --- what the view asks for ---

  opened(isOpen: boolean): void {
    this.#memory.open = isOpen;
    this.#memory.keep();
    this.#look();
  }

  typed(text: string): void {
    this.#memory.draft = text;
    this.#memory.keep();
    if (!text || !this.#socket || Date.now() - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = Date.now();
    this.#socket.say("typing");
  }

  write(text: string, who: Partial<Person> = {}, files: SentFile[] = []): void {
    const pending: Pending = { key: newKey(), text, files, fate: "sending", why: "" };
    this.#memory.pending.push(pending);
    this.#memory.draft = "";
    this.#typedAt = 0;
    this.#deliver(pending, who);
  }

  again(key: string): void {
    const pending = this.#memory.pending.find((one) => one.key === key);
    if (!pending) return;
    [pending.fate, pending.why] = ["sending", ""];
    this.#deliver(pending);
  }

  async introduce(email: string): Promise<string> {
    try {
      await this.#api.introduce(this.#memory.token, email);
    } catch (error) {
      return error instanceof Refusal && error.message ? error.message : "This was not sent. Try again in a moment.";
    }
    this.#known = true;
    this.asked();
    return "";
  }

  asked(): void {
    this.#memory.asked = true;
    this.#memory.keep();
    this.#show();
  }

  async earlier(): Promise<void> {
    const first = this.#messages[0];
    const page = first && (await this.#api.page(this.#memory.token, { before: first.id }).catch(() => null));
    if (!page) return;
    this.#older = page.older;
    this.#take(page.messages);
  }

  at(path: string): string {
    return this.#api.at(path);
  }

  async renewed({ id }: Carrying): Promise<Carrying | null> {
    return id ? this.#api.message(this.#memory.token, id).catch(() => null) : null;
  }

  // --- what the socket tells ---

  message(message: Message | null): void {
    if (!message) return void this.#fetch();
    this.#take([message]);
  }

  seen(message: string): void {
    this.#seenByTeam = message;
    this.#show();
  }

  typing(name: string): void {
    this.#view.typing(name);
  }

  resync(): void {
    void this.#fetch();
  }

  /** The way is open again: what it alone held up goes on, under its own key, so that none comes twice. */
  back(): void {
    clearTimeout(this.#retrying);
    const held = this.#memory.pending.filter((one) => one.fate === "failed" && !one.why);
    for (const pending of held) this.again(pending.key);
    this.uploads.back();
  }

  async isWelcome(): Promise<boolean> {
    try {
      await this.#fetch();
      return true;
    } catch (error) {
      return !(error instanceof Refusal);
    }
  }

  // --- how it goes on ---

  /** A browser that was here before: what stands, then the socket, then what was not sent. */
  async #begin(): Promise<void> {
    try {
      const page = await this.#fetch();
      if (page.messages.length) this.#listen(page.position);
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) this.#forget();
    }
    this.#show();
    for (const pending of this.#memory.pending) this.#deliver(pending);
  }

  #forget(): void {
    this.#memory.token = this.#memory.seen = "";
    this.#memory.asked = false;
    this.#memory.keep();
    this.uploads.restart();
  }

  /** The token, asked for once: files and words that go at the same time are one visitor's. */
  #pass(): Promise<string> {
    if (this.#memory.token) return Promise.resolve(this.#memory.token);
    const keep = (token: string): string => {
      this.#memory.token = token;
      this.#memory.keep();
      return token;
    };
    this.#asking ??= this.#api.token().then(keep).finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #fetch(): Promise<Page> {
    const newest = this.#messages.at(-1);
    const page = await this.#api.page(this.#memory.token, newest ? { after: newest.id } : {});
    if (newest && page.older) this.#messages = []; // more was missed than one page holds
    if (!newest || page.older) this.#older = page.older;
    if (page.seen) this.#seenByTeam = page.seen;
    this.#known = page.known;
    this.#view.online(page.online);
    this.#take(page.messages);
    return page;
  }

  #listen(position: string): void {
    this.#socket ??= new Socket(this.#config.socket, this.#memory.token, position, this);
  }

  /** One after the other, so that they arrive in the order in which they were written. */
  #deliver(pending: Pending, who: Partial<Person> = {}): void {
    this.#memory.keep();
    this.#show();
    this.#sending = this.#sending.then(() => this.#send(pending, who));
  }

  async #send(pending: Pending, who: Partial<Person>, isSecond = false): Promise<void> {
    try {
      const token = await this.#pass();
      const { key, text, files } = pending;
      const attached = files.map((file) => file.id).join(" ");
      const message = await this.#api.send(token, { key, text, ...(attached && { attached }), ...who });
      if (who.email) this.#known = true;
      this.#wait = RETRY_FIRST;
      this.#take([message]);
      this.#listen(`${Date.parse(message.at) - 2_000}-0`);
    } catch (error) {
      if (error instanceof Refusal && error.status === 401 && !isSecond) {
        this.#forget();
        return this.#send(pending, who, true);
      }
      this.#failed(pending, error);
    }
  }

  #failed(pending: Pending, error: unknown): void {
    const refusal = error instanceof Refusal ? error : null;
    const back = refusal ? ["away", "files_gone", "no_files"].indexOf(refusal.code) : -1;
    if (back >= 0) this.#memory.pending = this.#memory.pending.filter((one) => one.key !== pending.key);
    if (back === 0) {
      this.uploads.giveBack(pending.files);
      this.#view.away(pending.text);
    } else if (back > 0) {
      this.#view.giveBack(pending.text, refusal?.message ?? "");
    } else {
      pending.fate = "failed";
      pending.why = refusal && refusal.status < 500 ? refusal.message : "";
      if (!pending.why) this.#backLater();
    }
    this.#memory.keep();
    this.#show();
  }

  #backLater(): void {
    clearTimeout(this.#retrying);
    this.#retrying = window.setTimeout(() => this.back(), this.#wait);
    this.#wait = Math.min(RETRY_LONGEST, this.#wait * 2);
  }

  #take(fresh: Message[]): void {
    const ids = new Set(this.#messages.map((message) => message.id));
    this.#messages = [...this.#messages, ...fresh.filter((message) => !ids.has(message.id))].sort(byTime);
    const keys = new Set(fresh.map((message) => message.key));
    this.#memory.pending = this.#memory.pending.filter((pending) => !keys.has(pending.key));
    this.#memory.keep();
    if (fresh.some((message) => !message.own)) this.#view.typing("");
    this.#show();
    this.#look();
  }

  #show(): void {
    const messages = this.#messages;
    const asks = !this.#known && !this.#memory.asked && messages.some((message) => message.own);
    this.#view.show({ messages, older: this.#older, asks, pending: this.#memory.pending, seen: this.#seenByTeam, unread: this.#unread() });
  }

  #unread(): number {
    const seenAt = this.#messages.findIndex((message) => message.id === this.#memory.seen);
    return this.#messages.slice(seenAt + 1).filter((message) => !message.own).length;
  }

  /** Seen means seen: the panel is open, on a page that somebody looks at. */
  #look(): void {
    const newest = this.#messages.at(-1);
    if (!newest || !this.#view.isOpen || document.hidden || !document.hasFocus()) return;
    if (this.#memory.seen !== newest.id) {
      this.#memory.seen = newest.id;
      this.#memory.keep();
      this.#show();
    }
    if (newest.own || this.#told === newest.id) return;
    clearTimeout(this.#seeing);
    this.#seeing = window.setTimeout(() => {
      this.#told = newest.id;
      this.#api.seen(this.#memory.token, newest.id).catch(() => (this.#told = ""));
    }, SEEN_AFTER);
  }
}
