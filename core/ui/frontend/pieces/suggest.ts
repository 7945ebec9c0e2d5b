// Lists that complete what is typed: a sign in a text box, such as "@" or "/", opens a list above it that is fetched once
// and narrowed while typing goes on. Arrows walk, Enter or Tab or a click picks, Esc closes; focus stays in the text.
import { all, one } from "../dom";

export interface Suggestions {
  /** The text boxes that have it. */
  boxes: string;
  /** What stands before the caret when the list is open; its first group narrows the list, and is replaced with the sign. */
  trigger: RegExp;
  /** What the list is called, for those who do not see it. */
  label: string;
  url: (box: HTMLTextAreaElement) => string;
  /** The words that take the place of sign and query. */
  words: (option: HTMLElement) => string | Promise<string>;
  /** Said in the list when nothing fits; without it the list closes. */
  nothing?: string;
}

const SHOWN = 50;
const KEPT_MS = 60_000;
const known: Suggestions[] = [];
const fetched = new Map<string, { at: number; html: Promise<string> }>();
let open: { box: HTMLTextAreaElement; list: HTMLElement; of: Suggestions } | null = null;
let asked = 0;

export function register(suggestions: Suggestions): void {
  known.push(suggestions);
}

/** Insert words at the caret as if they were typed; the browser's own undo takes them back. */
export function insert(box: HTMLTextAreaElement, words: string, from = box.selectionStart): void {
  box.focus();
  box.setSelectionRange(from, box.selectionEnd);
  if (!document.execCommand("insertText", false, words)) {
    box.setRangeText(words, from, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Type the sign that opens a list, after a gap where one is needed. */
export function begin(box: HTMLTextAreaElement, sign: string): void {
  const before = box.value.slice(0, box.selectionStart);
  insert(box, /\S$/.test(before) ? ` ${sign}` : sign);
}

function queryIn(box: HTMLTextAreaElement, of: Suggestions): { query: string; from: number } | null {
  const before = box.value.slice(0, box.selectionStart);
  const found = box.selectionStart === box.selectionEnd ? of.trigger.exec(before) : null;
  const query = found?.[1] ?? "";
  return found ? { query, from: before.length - query.length - 1 } : null;
}

function load(url: string): Promise<string> {
  const before = fetched.get(url);
  if (before && Date.now() - before.at < KEPT_MS) return before.html;
  const html = fetch(url).then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""));
  html.catch(() => fetched.delete(url));
  fetched.set(url, { at: Date.now(), html });
  return html;
}

function fits(option: HTMLElement, query: string): boolean {
  const find = (option.dataset["find"] ?? "").toLowerCase();
  return `\n${find}`.includes(`\n${query}`) || find.includes(` ${query}`);
}

async function onInput(box: HTMLTextAreaElement): Promise<void> {
  const turn = ++asked;
  const of = known.find((one) => box.matches(one.boxes) && queryIn(box, one));
  if (!of) return close();
  const html = await load(of.url(box)).catch(() => "");
  const found = queryIn(box, of);
  if (turn !== asked || !found || document.activeElement !== box) return;
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const query = found.query.toLowerCase();
  const options = all("[role=option]", parsed).filter((option) => fits(option, query)).slice(0, SHOWN);
  if (!options.length && !(of.nothing && html)) return close();
  show(box, of, options.map((option) => document.adoptNode(option)));
}

function show(box: HTMLTextAreaElement, of: Suggestions, options: HTMLElement[]): void {
  if (open?.box !== box) close();
  const list = open?.list ?? document.createElement("ul");
  Object.assign(list, { className: "suggest", id: "suggest" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", of.label);
  list.replaceChildren(...(options.length ? options : [nothing(of)]));
  if (!list.isConnected) box.closest("form")?.append(list);
  open = { box, list, of };
  // A text box of several lines is no combobox by itself: it is one while its list is open.
  const now = { role: "combobox", "aria-expanded": "true", "aria-controls": "suggest", "aria-autocomplete": "list", "aria-haspopup": "listbox" };
  for (const [name, value] of Object.entries(now)) box.setAttribute(name, value);
  select(options[0]);
}

function nothing(of: Suggestions): HTMLElement {
  const row = document.createElement("li");
  row.className = "suggest-nothing";
  row.textContent = of.nothing ?? "";
  return row;
}

export function close(): void {
  asked += 1;
  if (!open) return;
  for (const name of ["role", "aria-expanded", "aria-controls", "aria-autocomplete", "aria-haspopup", "aria-activedescendant"]) {
    open.box.removeAttribute(name);
  }
  open.list.remove();
  open = null;
}

function select(option: HTMLElement | undefined): void {
  if (!open) return;
  for (const other of all("[role=option]", open.list)) other.setAttribute("aria-selected", String(other === option));
  if (!option) return open.box.removeAttribute("aria-activedescendant");
  open.box.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

async function pick(option: HTMLElement): Promise<void> {
  if (!open) return;
  const { box, of } = open;
  const before = box.value;
  const words = await of.words(option);
  const found = queryIn(box, of);
  close();
  if (words && found && box.value === before) insert(box, words, found.from);
}

function walk(step: 1 | -1): void {
  const options = open ? all("[role=option]", open.list) : [];
  const here = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  select(options[(here + step + options.length) % options.length]);
}

/** Before anybody else hears the key: Enter would break the line, Esc would leave the box. */
function onKey(event: KeyboardEvent): void {
  if (!open || event.target !== open.box || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const selected = one("[aria-selected=true]", open.list);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event.key === "ArrowDown" ? 1 : -1);
  else if ((event.key === "Enter" || event.key === "Tab") && selected && !event.shiftKey) void pick(selected);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const inList = (event: Event): HTMLElement | null => {
  return event.target instanceof Element ? event.target.closest<HTMLElement>(".suggest") : null;
};

export function start(): void {
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("input", (event) => {
    if (event.target instanceof HTMLTextAreaElement) void onInput(event.target);
  });
  document.addEventListener("focusout", (event) => event.target === open?.box && close());
  document.addEventListener("pointerdown", (event) => inList(event) && event.preventDefault()); // the text keeps its focus
  document.addEventListener("mousedown", (event) => inList(event) && event.preventDefault());
  document.addEventListener("click", (event) => {
    const option = inList(event) && (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) void pick(option);
  });
}
