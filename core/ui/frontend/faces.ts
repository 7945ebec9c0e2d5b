// Small round faces of teammates, as the templates' avatars are (core/ui/templatetags/ui.py).

export interface Face {
  name: string;
  initials: string;
  /** Degrees. */
  hue: number;
}

const HUES = 12;

export function faceOf({ initials, hue }: Face): HTMLElement {
  const face = document.createElement("span");
  face.className = `avatar-dot avatar-xs hue-${Math.floor(((hue % 360) * HUES) / 360)}`;
  face.setAttribute("aria-hidden", "true");
  face.textContent = initials || "?";
  return face;
}

/** "Ana", "Ana and Bob", "Ana, Bob and Cleo". */
export function inWords(names: string[]): string {
  return names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
