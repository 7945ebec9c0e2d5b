// The visitor's words on their way: one after the other, each under a key of its own, so that none is there twice.
import { newKey } from "../../../../core/ui/frontend/shared/key";
import { type Api, Refusal } from "./api";
import type { Remembered } from "./memory";
import type { Message, Pending, Person, SentFile, Way } from "./types";

/** Who shows how it goes. */
interface Owner extends Way {
  sent(message: Message, who: Partial<Person>): void;
  /** Nobody is there any more: an address is needed. */
  away(pending: Pending): void;
  /** It cannot go as it is. */
  giveBack(text: string, why: string): void;
  changed(): void;
}

export class Outbox {
  #line: Promise<void> = Promise.resolve();

  readonly #api: Api;
  readonly #memory: Remembered;
  readonly #owner: Owner;

  constructor(
    api: Api,
    memory: Remembered,
    owner: Owner,
  ) {
    this.#api = api;
    this.#memory = memory;
    this.#owner = owner;
  }

  write(text: string, who: Partial<Person>, files: SentFile[]): void {
    const pending: Pending = { key: newKey(), text, files, fate: "sending", why: "" };
    this.#memory.pending.push(pending);
    this.#deliver(pending, who);
  }

  again(key: string): void {
    const pending = this.#memory.pending.find((one) => one.key === key);
    if (!pending) return;
    [pending.fate, pending.why] = ["sending", ""];
    this.#deliver(pending);
  }

  /** What a page that was left had on its way. */
  recover(): void {
    for (const pending of this.#memory.pending) this.#deliver(pending);
  }

  /** What the way alone held up goes on. */
  back(): void {
    const held = this.#memory.pending.filter((one) => one.fate === "failed" && !one.why);
    for (const pending of held) this.again(pending.key);
  }

  /** One after the other, so that they arrive in the order in which they were written. */
  #deliver(pending: Pending, who: Partial<Person> = {}): void {
    this.#owner.changed();
    this.#line = this.#line.then(() => this.#send(pending, who));
  }

  async #send(pending: Pending, who: Partial<Person>, isSecond = false): Promise<void> {
    let token = "";
    try {
      token = await this.#owner.pass();
      const { key, text, files } = pending;
      const attached = files.map((file) => file.id).join(" ");
      this.#owner.sent(await this.#api.send(token, { key, text, ...(attached && { attached }), ...who }), who);
    } catch (error) {
      if (error instanceof Refusal && error.status === 401 && !isSecond) {
        this.#owner.forget(token);
        return this.#send(pending, who, true);
      }
      this.#failed(pending, error);
    }
  }

  #failed(pending: Pending, error: unknown): void {
    const refusal = error instanceof Refusal ? error : null;
    switch (refusal?.code) {
      case "away":
        this.#drop(pending);
        this.#owner.away(pending);
        break;
      case "files_gone":
      case "no_files":
        this.#drop(pending);
        this.#owner.giveBack(pending.text, refusal.message);
        break;
      default:
        pending.fate = "failed";
        pending.why = refusal && refusal.status < 500 ? refusal.message : "";
        if (!pending.why) this.#owner.later();
    }
    this.#owner.changed();
  }

  #drop({ key }: Pending): void {
    this.#memory.pending = this.#memory.pending.filter((one) => one.key !== key);
  }
}
