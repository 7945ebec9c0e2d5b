// The browser's half of the proof of work (inbox/transports/form/proof.py): a robot has to do it for each lead it makes
// up. It begins while somebody types, in slices that leave the page alone, and is done before the form is sent.
import { all } from "../dom";
import { absorb, begin, sha256 } from "./sha256";

const PARTS = 8;
const BITS = 12;
const SLICE = 8; // milliseconds of work before the page has its turn
const QUIET = 400; // milliseconds after the last key
const PATIENCE = 6000; // milliseconds after which it is sent without a proof: a lead is worth more
const LEFT_OUT = new Set(["token", "proof", "website"]);

/** The challenge: the token and each name with its values and their number, as they will be sent. */
function challenge(form: HTMLFormElement): Uint32Array {
  const data = new FormData(form);
  const parts = [String(data.get("token") ?? "")];
  for (const name of new Set(data.keys())) {
    if (LEFT_OUT.has(name)) continue;
    const values = data.getAll(name).map((value) => String(value).replace(/\r\n?/g, "\n"));
    parts.push(name, String(values.length), ...values);
  }
  return sha256(new TextEncoder().encode(parts.join("\0")));
}

/** Tries numbers from `from` on until the slice is over; the one that solves the part, or -1 and how far it got. */
function search(block: Uint32Array, from: number, until: number): [number, number] {
  const state = new Uint32Array(8);
  for (let number = from; ; number++) {
    // 32 bytes of seed, one of the part, four of the number, and the end of a message of 37 bytes.
    block[8] = ((block[8]! & 0xff000000) | (number >>> 8)) >>> 0;
    block[9] = (((number & 0xff) << 24) | 0x800000) >>> 0;
    begin(state);
    absorb(state, block);
    if (state[0]! >>> (32 - BITS) === 0) return [number, number];
    if ((number & 63) === 63 && performance.now() > until) return [-1, number + 1];
  }
}

const { port1: here, port2: there } = new MessageChannel();
const turns: (() => void)[] = [];
here.onmessage = () => turns.shift()?.();

/** The page has its turn; a timer would make it wait for four milliseconds each time. */
function turn(): Promise<void> {
  return new Promise((go) => {
    turns.push(go);
    there.postMessage(null);
  });
}

async function solve(seed: Uint32Array, isWanted: () => boolean): Promise<string | null> {
  const found: number[] = [];
  const block = new Uint32Array(16);
  block.set(seed);
  block[15] = 37 * 8;
  for (let part = 0; part < PARTS; part++) {
    block[8] = (part << 24) >>> 0;
    for (let number = -1, from = 0; number < 0; ) {
      [number, from] = search(block, from, performance.now() + SLICE);
      if (number >= 0) found.push(number);
      await turn();
      if (!isWanted()) return null;
    }
  }
  return found.join(".");
}

function watch(form: HTMLFormElement): void {
  let run = 0;
  let waiting = 0;
  let late = false;
  let solved = ""; // the challenge that the form's proof answers
  const place = form.elements.namedItem("proof") as HTMLInputElement;

  const work = async (): Promise<void> => {
    const mine = ++run;
    const seed = challenge(form);
    if (seed.join() === solved) return;
    const proof = await solve(seed, () => mine === run);
    if (proof === null) return;
    place.value = proof;
    solved = seed.join();
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(() => void work(), QUIET);
  });
  // Before anybody else hears of it: it is sent once it is solved, and then by itself.
  form.addEventListener("submit", (event) => {
    if (late || challenge(form).join() === solved) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    clearTimeout(waiting);
    for (const button of all("button[type=submit]", form)) button.setAttribute("aria-busy", "true");
    const send = (): void => form.requestSubmit();
    const giveUp = (): void => {
      late = true;
      send();
    };
    const limit = window.setTimeout(giveUp, PATIENCE);
    work().then(send, giveUp).finally(() => clearTimeout(limit));
  }, true);
  waiting = window.setTimeout(() => void work(), QUIET);
}

export function start(): void {
  all<HTMLFormElement>("form[data-proof]").forEach(watch);
}
