// The token, by which this browser is one visitor.
import type { Api } from "./api";
import type { Remembered } from "./memory";

export class Pass {
  #asking: Promise<string> | null = null;

  readonly #api: Api;
  readonly #memory: Remembered;

  constructor(
    api: Api,
    memory: Remembered,
  ) {
    this.#api = api;
    this.#memory = memory;
  }

  /** Asked for once: files and words that go at the same time are one visitor's. */
  get(): Promise<string> {
    const memory = this.#memory;
    if (memory.token) return Promise.resolve(memory.token);
    const keep = (token: string): string => {
      memory.token = token;
      memory.keep();
      return token;
    };
    this.#asking ??= this.#api.token().then(keep).finally(() => (this.#asking = null));
    return this.#asking;
  }

  /** A token opens nothing any more; false where that was known, and another may be here. */
  forget(token: string): boolean {
    const memory = this.#memory;
    if (token !== memory.token) return false;
    memory.token = memory.seen = "";
    memory.asked = false;
    memory.keep();
    return true;
  }
}
