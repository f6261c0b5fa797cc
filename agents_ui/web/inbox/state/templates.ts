/** The texts that a provider approved, and filling in their blanks. */
import { signal } from "@preact/signals";
import { api } from "../api";
import type { Template } from "../shapes";

export type Loaded = readonly Template[] | "loading" | "failed";

/** The templates of each account that was asked. */
export const templates = signal<ReadonlyMap<number, Loaded>>(new Map());

export async function loadTemplates(account: number): Promise<void> {
  const known = templates.peek().get(account);
  if (known && known !== "failed") return;
  note(account, "loading");
  try {
    const answer = await api.templates(account);
    note(account, Array.isArray(answer) ? answer : answer.items);
  } catch {
    note(account, "failed");
  }
}

function note(account: number, loaded: Loaded): void {
  templates.value = new Map(templates.peek()).set(account, loaded);
}

const BLANK = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** The names of a template's blanks, in their order. */
export function blanks(template: Template): string[] {
  const named = template.variables ?? [];
  return named.length > 0
    ? [...named]
    : [...new Set([...template.text.matchAll(BLANK)].map((found) => found[1] ?? ""))];
}

/** The text with its blanks filled in; those that are still empty stay as they are. */
export function filled(text: string, variables: Record<string, string>): string {
  return text.replaceAll(BLANK, (blank, name: string) => variables[name] || blank);
}
