// What the visitor sees: a button, and a panel with the conversation or, while nobody is there, a form.
import { inWords } from "../../../../core/ui/frontend/shared/bytes";
import type { Chat } from "./chat";
import { cross, icon, make } from "./dom";
import { Log, type Shown } from "./log";
import { sheets } from "./looks";
import { Tray } from "./tray";
import type { Config } from "./types";

const ASKS_FOR = 5_000;
const PAPER = "M14.536 21.686a.5.5 0 0 0 .937-.024l6.5-19a.496.496 0 0 0-.635-.635l-19 6.5a.5.5 0 0 0-.024.937l7.93 3.18a2 2 0 0 1 1.112 1.11z";
const BUBBLE = "M2.992 16.342a2 2 0 0 1 .094 1.167l-1.065 3.29a1 1 0 0 0 1.236 1.168l3.413-.998a2 2 0 0 1 1.099.092 10 10 0 1 0-4.777-4.719";
const CLIP = "m16 6-8.414 8.586a2 2 0 0 0 2.829 2.829l8.414-8.586a4 4 0 1 0-5.657-5.657l-8.379 8.551a6 6 0 1 0 8.485 8.485l8.379-8.551";

export class View {
  isOpen = false;
  #isOnline: boolean;
  #started = false;
  /** Sent was pressed while files were on their way. */
  #wishes = false;
  #typingUntil = 0;
  readonly #launcher: HTMLButtonElement;
  readonly #badge = make("span", { class: "badge", hidden: true });
  readonly #panel: HTMLElement;
  readonly #status = make("p", { class: "status" });
  readonly #log: Log;
  readonly #box: HTMLTextAreaElement;
  readonly #composer: HTMLFormElement;
  readonly #form: HTMLFormElement;
  readonly #tray = new Tray();
  readonly #hint = make("p", { class: "typing", role: "status" });

  readonly #config: Config;
  readonly #chat: Chat | null;

  constructor(
    config: Config,
    chat: Chat | null,
  ) {
    this.#config = config;
    this.#chat = chat;
    this.#isOnline = config.online;
    this.#log = new Log(config, chat);
    this.#box = make("textarea", { rows: "1", maxlength: "5000", placeholder: "Write a message", "aria-label": "Your message", oninput: () => this.#onInput(), onkeydown: (event) => this.#onKey(event as KeyboardEvent), onpaste: (event) => this.#onPaste(event as ClipboardEvent) });
    this.#composer = make("form", { class: "composer", novalidate: true, onsubmit: (event) => this.#onSubmit(event) }, this.#tray.element, ...this.#clip(), this.#box, make("button", { class: "send", type: "submit", "aria-label": "Send" }, icon(PAPER, "m21.854 2.147-10.94 10.939")));
    this.#form = this.#awayForm();
    this.#launcher = make("button", { class: "launcher", type: "button", "aria-expanded": "false", "aria-label": config.title, onclick: () => this.#toggle() }, icon(BUBBLE), cross(), this.#badge);
    this.#panel = this.#frame();
    const host = make("div");
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = sheets(config);
    root.append(this.#panel, this.#launcher);
    root.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape" && this.isOpen) this.close();
    });
    document.body.append(host);
    this.#settle();
  }

  open(takesFocus = true): void {
    this.isOpen = true;
    this.#panel.hidden = false;
    this.#launcher.setAttribute("aria-expanded", "true");
    this.#log.toEnd();
    if (takesFocus) (this.#form.hidden ? this.#box : this.#form.querySelector("input"))?.focus();
    this.#chat?.opened(true);
  }

  close(): void {
    this.isOpen = false;
    this.#panel.hidden = true;
    this.#launcher.setAttribute("aria-expanded", "false");
    this.#launcher.focus();
    this.#chat?.opened(false);
  }

  show(shown: Shown & { unread: number }): void {
    this.#started = shown.messages.length + shown.pending.length > 0;
    this.#log.show(shown);
    const count = this.isOpen ? 0 : shown.unread;
    this.#badge.hidden = count === 0;
    this.#badge.textContent = count > 9 ? "9+" : String(count);
    this.#launcher.setAttribute("aria-label", count ? `${this.#config.title}, ${count} new` : this.#config.title);
    this.#settle();
  }

  online(isOnline: boolean): void {
    this.#isOnline = isOnline;
    this.#settle();
  }

  /** How far files are; once all have come, what was to be sent with them is. */
  files(): void {
    const uploads = this.#chat?.uploads;
    if (!uploads) return;
    this.#log.keep(() => this.#tray.show(uploads.all, uploads));
    if (!this.#wishes || uploads.isComing) return;
    this.#wishes = false;
    this.#hint.textContent = "";
    if (uploads.all.every((one) => one.fate === "ready")) this.#composer.requestSubmit();
  }

  /** Words that were not sent because of their files: they stand before what was typed since. */
  giveBack(text: string, why: string): void {
    this.#box.value = [text, this.#box.value].filter(Boolean).join("\n");
    this.#onInput();
    this.#tray.say(why);
  }

  draft(text: string): void {
    this.#box.value = text;
    this.#fit();
  }

  /** Nobody is there any more: the words stand in the form that asks for an address. */
  away(text: string): void {
    this.#isOnline = false;
    const words = this.#form.querySelector("textarea");
    if (words) words.value = text;
    this.#settle();
    this.#form.querySelector("input")?.focus();
  }

  /** Somebody types; "" when they have stopped. */
  typing(name: string): void {
    this.#log.keep(() => (this.#hint.textContent = name ? `${name} is typing…` : ""));
    clearTimeout(this.#typingUntil);
    if (name) this.#typingUntil = window.setTimeout(() => this.typing(""), ASKS_FOR);
  }

  #frame(): HTMLElement {
    const { name, title, logo, initials } = this.#config;
    const face = logo ? make("img", { class: "logo", src: logo, alt: "" }) : make("span", { class: "face", "aria-hidden": "true" }, initials);
    const close = make("button", { class: "close", type: "button", "aria-label": "Close", onclick: () => this.close() }, cross());
    const head = make("header", {}, face, make("div", {}, make("h2", {}, title), make("p", { class: "of" }, name)), close);
    const drags = Object.fromEntries(["dragenter", "dragover", "dragleave", "drop"].map((type) => [`on${type}`, (event: Event) => this.#onDrag(event as DragEvent)]));
    return make("section", { class: "panel", role: "dialog", "aria-label": title, hidden: true, ...drags }, head, this.#status, this.#log.element, this.#hint, this.#form, this.#composer);
  }

  #toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** The form stands where nobody could answer somebody who has not begun yet. */
  #settle(): void {
    const asks = !this.#isOnline && !this.#started;
    this.#form.hidden = !asks;
    this.#composer.hidden = this.#log.element.hidden = asks;
    this.#status.textContent = asks ? this.#config.away : this.#isOnline ? "" : "We are away at the moment and answer later.";
    this.#status.hidden = !this.#status.textContent;
  }

  #onInput(): void {
    this.#fit();
    this.#chat?.typed(this.#box.value.trim());
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#composer.requestSubmit();
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    const text = this.#box.value.trim();
    if (!this.#chat) return;
    this.#wishes = this.#chat.uploads.isComing;
    if (this.#wishes) {
      this.#hint.textContent = "Sent as soon as the files are here.";
      return;
    }
    const files = this.#chat.uploads.take();
    if (!text && !files.length) return;
    this.#tray.say("");
    this.#box.value = "";
    this.#fit();
    this.#log.toEnd();
    this.#chat.write(text, {}, files);
  }

  /** The button, and what it opens; none where the team takes no files. */
  #clip(): HTMLElement[] {
    const limits = this.#config.files;
    if (!limits) return [];
    const title = `Attach files: up to ${limits.count}, each at most ${inWords(limits.one)}`;
    const input = make("input", { type: "file", multiple: true, hidden: true, onchange: () => {
      this.#attach(input.files);
      input.value = "";
    } });
    return [input, make("button", { class: "clip", type: "button", title, onclick: () => this.#chat && input.click() }, icon(CLIP))];
  }

  #attach(files: FileList | null | undefined): boolean {
    if (!files?.length || !this.#chat || !this.#config.files || this.#composer.hidden) return false;
    this.#tray.say(this.#chat.uploads.add(files, this.#config.files));
    this.#box.focus();
    return true;
  }

  /** Text that was copied from a page brings a picture of itself along; the words are what is meant. */
  #onPaste(event: ClipboardEvent): void {
    if (!event.clipboardData?.types.includes("text/plain") && this.#attach(event.clipboardData?.files)) event.preventDefault();
  }

  #onDrag(event: DragEvent): void {
    if (!this.#config.files || this.#composer.hidden || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const isOver = event.type !== "drop" && (event.type !== "dragleave" || this.#panel.contains(event.relatedTarget as Node | null));
    this.#panel.classList.toggle("drops", isOver);
    if (event.type === "drop") this.#attach(event.dataTransfer.files);
  }

  #fit(): void {
    this.#box.rows = Math.min(6, this.#box.value.split("\n").length);
  }

  #awayForm(): HTMLFormElement {
    const input = (name: string, label: string, type: string, complete: string): HTMLElement[] => [
      make("label", { for: name }, label),
      make("input", { id: name, name, type, autocomplete: complete, maxlength: "200" }),
    ];
    const error = make("p", { class: "error", role: "alert", hidden: true });
    const words = make("textarea", { id: "words", name: "text", rows: "4", maxlength: "5000" });
    const onsubmit = (event: Event): void => {
      event.preventDefault();
      const said = new FormData(this.#form);
      const [name, email, text] = ["name", "email", "text"].map((field) => String(said.get(field) ?? "").trim());
      error.textContent = !/^\S+@\S+\.\S+$/.test(email ?? "") ? "Leave an e-mail address, such as name@example.com." : text ? "" : "Write something first.";
      error.hidden = !error.textContent;
      if (error.hidden) this.#chat?.write(text ?? "", { name: name ?? "", email: email ?? "" });
    };
    const send = make("button", { class: "wide", type: "submit" }, "Send");
    return make("form", { class: "form", novalidate: true, hidden: true, onsubmit }, ...input("name", "Name", "text", "name"), ...input("email", "E-mail", "email", "email"), make("label", { for: "words" }, "Message"), words, error, send);
  }
}
