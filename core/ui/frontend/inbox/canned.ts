// "/" at the start of a word of an answer: the canned replies, of which one is put in as it reads for this contact.
import { delegate, one } from "../dom";
import { begin, register } from "../pieces/suggest";
import { say } from "../pieces/toast";

async function said(option: HTMLElement): Promise<string> {
  const answer = await fetch(option.dataset["url"] ?? "").catch(() => null);
  if (answer?.ok && !answer.redirected) return answer.text();
  say({ text: "The canned reply did not come. Try again in a moment.", level: "error" });
  return "";
}

export function start(): void {
  register({
    boxes: "[data-composer][data-canned] textarea",
    trigger: /(?:^|\s)\/([\w-]{0,32})$/,
    label: "Canned replies",
    url: (box) => box.closest("form")?.dataset["canned"] ?? "",
    words: said,
    nothing: "No canned reply begins so. They are written in the settings.",
  });
  delegate("click", "[data-canned-open]", (button) => {
    const box = one<HTMLTextAreaElement>("textarea", button.closest("form") ?? document);
    if (box) begin(box, "/");
  });
}
