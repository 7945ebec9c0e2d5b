// What failed goes on after a wait that grows, and is not the same for all: browsers that lost one server come back one by one.
const LONGEST = 30_000;

export class Later {
  #timer = 0;
  #wait: number;
  readonly #first: number;
  readonly #goOn: () => void;

  constructor(first: number, goOn: () => void) {
    this.#wait = this.#first = first;
    this.#goOn = goOn;
  }

  /** Once, however many ask for it meanwhile. */
  later(): void {
    if (this.#timer) return;
    this.#timer = window.setTimeout(() => this.now(), (this.#wait * (1 + Math.random())) / 2);
    this.#wait = Math.min(LONGEST, this.#wait * 2);
  }

  now(): void {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#goOn();
  }

  /** The next wait is the first again. */
  well(): void {
    this.#wait = this.#first;
  }
}
