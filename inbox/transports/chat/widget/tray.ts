// What is about to be sent, above the words: files with how far they are, and why one was not taken.
import { inWords } from "../../../../core/ui/frontend/shared/bytes";
import { page } from "./attached";
import { cross, make } from "./dom";
import type { Ahead } from "./types";

interface Acts {
  again(key: string): void;
  drop(key: string): void;
  canRetry(key: string): boolean;
}

export class Tray {
  readonly element: HTMLElement;
  readonly #list = make("ul", { class: "ahead", "aria-label": "Files to send", hidden: true });
  readonly #words = make("p", { class: "error", role: "alert", hidden: true });
  readonly #rows = new Map<string, HTMLElement>();

  constructor() {
    this.element = make("div", { class: "tray" }, this.#list, this.#words);
  }

  say(text: string): void {
    this.#words.textContent = text;
    this.#words.hidden = !text;
  }

  show(all: Ahead[], acts: Acts): void {
    for (const [key, row] of this.#rows) {
      if (all.some((one) => one.key === key)) continue;
      row.remove();
      this.#rows.delete(key);
    }
    for (const one of all) this.#update(this.#rows.get(one.key) ?? this.#row(one, acts), one, acts);
    this.#list.hidden = !all.length;
  }

  #row({ key, name }: Ahead, acts: Acts): HTMLElement {
    const again = make("button", { class: "again", type: "button", onclick: () => acts.again(key) }, "Try again");
    const drop = make("button", { class: "drop", type: "button", onclick: () => acts.drop(key) }, cross());
    const text = make("div", {}, make("span", { class: "name" }, name), make("small"), make("progress", { max: "100", "aria-label": name }));
    const row = make("li", {}, page(), text, again, drop);
    this.#rows.set(key, row);
    this.#list.append(row);
    return row;
  }

  #update(row: HTMLElement, one: Ahead, acts: Acts): void {
    const [small, bar, again, drop] = ["small", "progress", ".again", ".drop"].map((name) => row.querySelector(name)) as [HTMLElement, HTMLProgressElement, HTMLElement, HTMLElement];
    const [isComing, hasFailed] = [one.fate === "sending", one.fate === "failed"];
    const percent = Math.round(one.part * 100);
    row.classList.toggle("failed", hasFailed);
    small.textContent = hasFailed ? one.why || "Not sent." : isComing ? (percent < 100 ? `${percent} %` : "…") : one.sent?.size || inWords(one.size);
    bar.hidden = !isComing;
    bar.value = percent;
    again.hidden = !hasFailed || !acts.canRetry(one.key);
    drop.setAttribute("aria-label", `${isComing ? "Stop" : "Remove"} ${one.name}`);
  }
}
