/** The few words of DOM that the panel is written in. */

type Child = Node | string | null | undefined | false;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Record<string, unknown> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value as EventListener);
    else if (value !== null && value !== undefined && value !== false)
      made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child): child is Node | string => !!child));
  return made;
}

export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

const LINK = /\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g;

/** Write text with its links; nothing in it is ever read as HTML. */
export function prose(text: string): HTMLElement {
  const made = el("p");
  let done = 0;
  for (const found of text.matchAll(LINK)) {
    made.append(
      text.slice(done, found.index),
      el("a", { href: found[0], target: "_blank", rel: "noopener noreferrer" }, found[0]),
    );
    done = found.index + found[0].length;
  }
  made.append(text.slice(done));
  return made;
}

export function size(bytes: number): string {
  const mb = bytes / 2 ** 20;
  return mb < 1 ? `${Math.ceil(bytes / 1024)} kB` : `${+mb.toFixed(1)} MB`;
}
