/** What this browser prefers; kept in it, and the same in all its tabs. */
import { effect, type Signal, signal } from "@preact/signals";

const PREFIX = "parlour.";

export function kept<T extends string | boolean>(name: string, otherwise: T): Signal<T> {
  const value = signal<T>(recall(name, otherwise));
  effect(() => {
    const now = value.value;
    if (recall(name, otherwise) !== now) keep(name, JSON.stringify(now));
  });
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + name) value.value = recall(name, otherwise);
  });
  return value;
}

function recall<T>(name: string, otherwise: T): T {
  const text = recallText(name);
  try {
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

/** Return what this browser keeps under *name*; nothing where storage is forbidden. */
export function recallText(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Keep *text* under *name*, or forget it. A full or forbidden storage is no reason to stop. */
export function keep(name: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, text);
  } catch {
    // the page works without
  }
}

export type Theme = "system" | "light" | "dark";

export const theme = kept<Theme>("theme", "system");
export const density = kept<"comfortable" | "compact">("density", "comfortable");
export const letters = kept<boolean>("letters", true); // single-letter keys (WCAG 2.1.4: can be off)
export const formatted = kept<boolean>("formatted", false); // mail as sent instead of as text
export const sound = kept<boolean>("sound", false);
export const notify = kept<boolean>("notify", false);
export const customerShown = kept<boolean>("customer", true);

effect(() => {
  const root = document.documentElement;
  root.dataset.theme = theme.value;
  root.dataset.density = density.value;
});
