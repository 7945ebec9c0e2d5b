// A new workspace's address: suggested from its name until somebody types one, and shown as the host it is going to be.
// Its label and help are those of the chosen kind, which stand in its data.
import { one } from "../dom";

function suggested(name: string): string {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f'’]/g, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").slice(0, 40).replace(/^-+|-+$/g, "");
}

function word(address: HTMLInputElement, kind: string): void {
  const { form, id, dataset } = address;
  const label = form && one(`label[for="${id}"]`, form);
  const help = form && one(`#${id}_help`, form);
  if (label) label.textContent = dataset[`${kind}Label`] ?? "";
  if (help) help.textContent = dataset[`${kind}Help`] ?? "";
}

export function start(): void {
  for (const type of ["input", "change"]) {
    document.addEventListener(type, ({ target }) => {
      const form = target instanceof Element ? target.closest("form") : null;
      const shown = form && one("[data-address-below]", form);
      const address = form && one<HTMLInputElement>("[name=address]", form);
      const name = form && one<HTMLInputElement>("[name=name]", form);
      if (!shown || !address || !name) return;
      const where = one<HTMLSelectElement>("[name=where]", form);
      const ours = where?.value !== "domain";
      if (where && target === where) word(address, where.value);
      if (target === address) address.toggleAttribute("data-typed", address.value !== "");
      else if (!address.hasAttribute("data-typed")) address.value = ours ? suggested(name.value) : "";
      const typed = address.value.trim().toLowerCase();
      shown.textContent = typed && ours ? `${typed}.${shown.dataset["addressBelow"]}` : typed;
    });
  }
}
