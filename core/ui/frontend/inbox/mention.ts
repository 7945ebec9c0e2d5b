// "@" in a note: the colleagues and teams who may read it, and the chips that mean whoever is looking.
import { all, delegate, me, one } from "../dom";
import { begin, register } from "../pieces/suggest";

/** After every swap: a chip of one's own looks it. */
export function markOwn(): void {
  if (me()) for (const chip of all(`.mention[data-people~="${me()}"]`)) chip.classList.add("mention-me");
}

export function start(): void {
  register({
    boxes: "[data-note-form] textarea",
    trigger: /(?:^|[\s(["'“‘„«])@([^\n@]{0,60})$/,
    label: "Mention somebody",
    url: (box) => box.closest("form")?.dataset["mentionable"] ?? "",
    words: (option) => `@${option.dataset["words"] ?? ""} `,
  });
  delegate("click", "[data-mention]", (button) => {
    const box = one<HTMLTextAreaElement>("textarea", button.closest("form") ?? document);
    if (box) begin(box, "@");
  });
}
