// Files that go ahead of a message: one after the other, each under a key of its own, so that none is there twice.
import { inWords } from "../../../../core/ui/frontend/shared/bytes";
import { newKey } from "../../../../core/ui/frontend/shared/key";
import { type Api, Refusal } from "./api";
import { GONE, type Remembered } from "./memory";
import type { Ahead, Limits, SentFile, Way } from "./types";

/** Who shows how it goes. */
interface Owner extends Way {
  changed(): void;
}

export class Uploads {
  readonly #chosen = new Map<string, { file: File; stop: AbortController }>();
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

  get all(): Ahead[] {
    return this.#memory.ahead;
  }

  get isComing(): boolean {
    return this.all.some((one) => one.fate === "sending");
  }

  /** Take files in; what is refused before a byte travels is said. The server has the last word. */
  add(files: Iterable<File>, limits: Limits): string {
    let wrong = "";
    for (const file of files) {
      const objection = this.#objection(file, limits);
      if (objection) wrong ||= objection;
      else this.#start({ key: newKey(), name: file.name, size: file.size, fate: "sending", why: "", part: 0, sent: null }, file);
    }
    return wrong;
  }

  canRetry(key: string): boolean {
    return this.#chosen.has(key);
  }

  again(key: string): void {
    const [one, kept] = [this.#find(key), this.#chosen.get(key)];
    if (!one || !kept || one.fate === "sending") return;
    [one.fate, one.why, one.part, one.sent] = ["sending", "", 0, null];
    this.#queue(one);
  }

  /** Stopped, or taken back. */
  drop(key: string): void {
    const one = this.#find(key);
    this.#chosen.get(key)?.stop.abort();
    this.#remove([key]);
    if (one?.sent) this.#api.takeBack(this.#memory.token, one.sent.id).catch(() => undefined); // else it is swept
  }

  /** Those that are there, for a message. */
  take(): SentFile[] {
    const ready = this.all.filter((one) => one.sent);
    this.#remove(ready.map((one) => one.key));
    return ready.map((one) => one.sent as SentFile);
  }

  giveBack(files: SentFile[]): void {
    this.all.push(...files.map((sent): Ahead => ({ key: newKey(), name: sent.name, size: 0, fate: "ready", why: "", part: 1, sent })));
    this.#changed();
  }

  /** What only the way held up goes on. */
  back(): void {
    for (const one of this.all) if (one.fate === "failed" && !one.why) this.again(one.key);
  }

  /** Another visitor from now on: what was sent goes once more. */
  restart(): void {
    for (const one of this.all) {
      if (one.fate !== "ready") continue;
      [one.fate, one.why, one.sent] = ["failed", this.#chosen.has(one.key) ? "" : GONE, null];
      this.again(one.key);
    }
  }

  #objection(file: File, { one, all, count }: Limits): string {
    if (!file.size) return `“${file.name}” is empty, or a folder, so there is nothing to attach.`;
    if (file.size > one) return `“${file.name}” has ${inWords(file.size)}, and a file can have at most ${inWords(one)}.`;
    if (this.all.length >= count) return `A message can have at most ${count} files. Send the rest in another.`;
    const together = this.all.reduce((sum, each) => sum + each.size, file.size);
    return together > all ? `The files of a message can have ${inWords(all)} together. Send some in another.` : "";
  }

  #start(one: Ahead, file: File): void {
    this.#chosen.set(one.key, { file, stop: new AbortController() });
    this.all.push(one);
    this.#queue(one);
  }

  #queue(one: Ahead): void {
    this.#changed();
    this.#line = this.#line.then(() => this.#send(one));
  }

  async #send(one: Ahead, isSecond = false): Promise<void> {
    const kept = this.#chosen.get(one.key);
    if (!kept || kept.stop.signal.aborted) return;
    const told = (part: number): void => {
      one.part = part;
      this.#owner.changed();
    };
    let token = "";
    try {
      token = await this.#owner.pass();
      one.sent = await this.#api.upload(token, one.key, kept.file, told, kept.stop.signal);
      [one.fate, one.part] = ["ready", 1];
      if (kept.stop.signal.aborted) return void this.#api.takeBack(this.#memory.token, one.sent.id).catch(() => undefined);
    } catch (error) {
      if (kept.stop.signal.aborted) return;
      const refused = error instanceof Refusal ? error : null;
      if (refused?.status === 401 && !isSecond) {
        this.#owner.forget(token);
        return this.#send(one, true);
      }
      one.fate = "failed";
      one.why = refused && refused.status < 500 ? refused.message : "";
      if (refused?.status === 422) this.#chosen.delete(one.key); // it would be refused again
      if (!one.why) this.#owner.later();
    }
    this.#changed();
  }

  #find(key: string): Ahead | undefined {
    return this.all.find((one) => one.key === key);
  }

  #remove(keys: string[]): void {
    for (const key of keys) this.#chosen.delete(key);
    this.#memory.ahead = this.all.filter((one) => !keys.includes(one.key));
    this.#changed();
  }

  #changed(): void {
    this.#memory.keep();
    this.#owner.changed();
  }
}
