// One visitor's conversation: what stands in it, what is on its way, and when it counts as seen.
import { type Api, Refusal } from "./api";
import type { Carrying, Files } from "./attached";
import { Later } from "./later";
import type { Remembered } from "./memory";
import { Outbox } from "./outbox";
import { Pass } from "./pass";
import { type Ears, Socket } from "./socket";
import type { Config, Message, Page, Person, SentFile, Way } from "./types";
import { Uploads } from "./uploads";
import { View } from "./view";

const TYPING_EVERY = 2_500;
const SEEN_AFTER = 300;
const RETRY_FIRST = 4_000;

const byTime = (a: Message, b: Message): number => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1);

export class Chat implements Ears, Files {
  readonly uploads: Uploads;
  readonly outbox: Outbox;
  readonly #view: View;
  #messages: Message[] = [];
  #socket: Socket | null = null;
  #older = false;
  #seenByTeam = "";
  #known = false;
  #typedAt = 0;
  #seeing = 0;
  #told = "";
  /** Something is to be fetched that could not be. */
  #behind = false;
  readonly #later = new Later(RETRY_FIRST, () => this.#goOn());

  readonly #api: Api;
  readonly #config: Config;
  readonly #memory: Remembered;
  readonly #pass: Pass;

  constructor(
    api: Api,
    config: Config,
    memory: Remembered,
  ) {
    this.#api = api;
    this.#config = config;
    this.#memory = memory;
    this.#pass = new Pass(api, memory);
    const way: Way = { pass: () => this.#pass.get(), forget: (token) => this.#forget(token), later: () => this.#later.later() };
    this.uploads = new Uploads(api, memory, { ...way, changed: () => this.#view.files() });
    this.outbox = new Outbox(api, memory, {
      ...way,
      sent: (message, who) => this.#sent(message, who),
      away: ({ text, files }) => {
        this.uploads.giveBack(files);
        this.#view.away(text);
      },
      giveBack: (text, why) => this.#view.giveBack(text, why),
      changed: () => this.#changed(),
    });
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
    this.#memory.draft = "";
    this.#typedAt = 0;
    this.outbox.write(text, who, files);
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
    this.#changed();
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

  get token(): string {
    return this.#memory.token;
  }

  message(message: Message | null): void {
    if (message) this.#take([message]);
    else void this.catchUp();
  }

  seen(message: string): void {
    this.#seenByTeam = message;
    this.#show();
  }

  typing(name: string): void {
    this.#view.typing(name);
  }

  back(): void {
    this.#later.now();
  }

  async catchUp(): Promise<boolean> {
    const { token } = this;
    try {
      const page = await this.#fetch();
      this.#behind = false;
      this.#later.well();
      if (page.messages.length) this.#listen(page.position);
      return true;
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 0;
      if (status === 401) this.#forget(token);
      // whatever else stands in the way passes: a proxy that finds no server, too many at once, no line
      this.#behind = status !== 401 && status !== 403;
      if (this.#behind) this.#later.later();
      return this.#behind;
    }
  }

  // --- how it goes on ---

  /** A browser that was here before: what stands, then the socket, then what was not sent. */
  async #begin(): Promise<void> {
    await this.catchUp();
    this.#show();
    this.outbox.recover();
  }

  /** The way is open again: what it alone held up goes on, under its own key, so that none comes twice. */
  #goOn(): void {
    if (this.#behind) void this.catchUp();
    this.outbox.back();
    this.uploads.back();
  }

  #forget(token: string): void {
    if (!this.#pass.forget(token)) return;
    this.#socket?.end();
    this.uploads.restart();
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

  #sent(message: Message, who: Partial<Person>): void {
    if (who.email) this.#known = true;
    this.#later.well();
    this.#take([message]);
    this.#listen(`${Date.parse(message.at) - 2_000}-0`);
    this.#socket?.connect(); // the one before ended with its token
  }

  #listen(position: string): void {
    this.#socket ??= new Socket(this.#config.socket, position, this);
  }

  #take(fresh: Message[]): void {
    const ids = new Set(this.#messages.map((message) => message.id));
    this.#messages = [...this.#messages, ...fresh.filter((message) => !ids.has(message.id))].sort(byTime);
    const keys = new Set(fresh.map((message) => message.key));
    this.#memory.pending = this.#memory.pending.filter((pending) => !keys.has(pending.key));
    if (fresh.some((message) => !message.own)) this.#view.typing("");
    this.#changed();
    this.#look();
  }

  #changed(): void {
    this.#memory.keep();
    this.#show();
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
      this.#changed();
    }
    if (newest.own || this.#told === newest.id) return;
    clearTimeout(this.#seeing);
    this.#seeing = window.setTimeout(() => {
      this.#told = newest.id;
      this.#api.seen(this.#memory.token, newest.id).catch(() => (this.#told = ""));
    }, SEEN_AFTER);
  }
}
