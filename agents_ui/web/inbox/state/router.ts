/** Where in the page we are, told by the address. */
import { signal } from "@preact/signals";
import { LEADING, SHARED } from "./pages";

export interface Place {
  page: "inbox" | "sign-in";
  list: string;
  id: number | null; // of a conversation, or of a quarantined payload
  rest: string[]; // what stands behind the list
}

export const LISTS = ["mine", "unassigned", "all", "pending", "snoozed", "resolved"] as const;

/** Pages of their own beside the lists of conversations. */
export const PAGES = new Set(["quarantined", ...Object.keys({ ...SHARED, ...LEADING })]);
const NAMES = new Set<string>([...LISTS, "undelivered", ...PAGES]);

/** Read an address; whatever is not known leads to *mine*. */
export function parse(path: string): Place {
  const [page, list, ...rest] = path.split("/").filter(Boolean);
  if (page === "sign-in") return { page: "sign-in", list: "mine", id: null, rest: [] };
  const [id] = rest;
  return {
    page: "inbox",
    list: list && (NAMES.has(list) || /^queue-\d+$/.test(list)) ? list : "mine",
    id: id && /^\d+$/.test(id) ? Number(id) : null,
    rest,
  };
}

export const place = signal<Place>(parse(location.pathname));

/** Return the address of a list, or of something in it. */
export function path(list: string, id?: number | string | null, more?: string | null): string {
  return `/inbox/${[list, id, more].filter(Boolean).join("/")}`;
}

/** Go there; *replace* when the step back should skip where we are. */
export function go(to: string, replace = false): void {
  if (to !== location.pathname) history[replace ? "replaceState" : "pushState"](null, "", to);
  place.value = parse(to);
}

addEventListener("popstate", () => {
  place.value = parse(location.pathname);
});

/** Follow a plain click on a link of ours without loading the page again. */
export function follow(event: MouseEvent): void {
  const link = event.currentTarget as HTMLAnchorElement;
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.pathname);
}
