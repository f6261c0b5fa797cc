/** The articles of a list, the one that is open, and what is being written about it. */
import { batch, computed, signal } from "@preact/signals";
import { call, query, Refused, Unreachable } from "../api";
import type { Page, Problem } from "../shapes";
import type { Article, Counts, Draft, Found, Imported, Line, Lines, Version } from "./shapes";

export const show = signal("all");
export const lines = signal<readonly Line[] | null>(null);
export const counts = signal<Counts | null>(null);
export const next = signal<string | null>(null);
export const failed = signal(false);
export const wanted = signal(""); // what is searched
export const found = signal<readonly Found[] | null>(null);
export const article = signal<Article | null>(null);
export const missing = signal(false);

/** What was written and not saved, by article; 0 is a new one. */
export const drafts = signal<ReadonlyMap<number, Draft>>(new Map());
export const openId = signal<number | null>(null);
export const draft = computed<Draft | null>(() => {
  const id = openId.value;
  if (id === null) return null;
  return drafts.value.get(id) ?? (id === 0 ? BLANK : article.value && written(article.value));
});
export const changed = computed(() => {
  const [now, id] = [draft.value, openId.value];
  if (!now || id === null) return false;
  const before = id === 0 ? BLANK : article.value && written(article.value);
  return JSON.stringify(now) !== JSON.stringify(before);
});

const BLANK: Draft = {
  texts: [{ language: "en", title: "", body: "", examples: [], category: "" }],
  slug: "",
  audience: "everybody",
  human_only: false,
  review_by: null,
  files: [],
};

/** Return what could be changed about an article. */
export function written(one: Article): Draft {
  const { texts, slug, audience, human_only, review_by } = one;
  return { texts, slug, audience, human_only, review_by, files: one.files.map((f) => f.name) };
}

export function change(parts: Partial<Draft>): void {
  const [now, id] = [draft.peek(), openId.peek()];
  if (now && id !== null) drafts.value = new Map(drafts.peek()).set(id, { ...now, ...parts });
}

export function discard(id: number): void {
  const left = new Map(drafts.peek());
  left.delete(id);
  drafts.value = left;
}

// --- lists --------------------------------------------------------------------------------------
let asked = 0;

export async function load(more = false): Promise<void> {
  const mine = ++asked;
  const after = more ? next.peek() : null;
  try {
    const page = await call<Lines>("GET", `/articles${query({ show: show.peek(), after })}`);
    if (mine !== asked) return;
    batch(() => {
      lines.value = [...(more ? (lines.peek() ?? []) : []), ...page.items];
      counts.value = page.counts;
      next.value = page.next;
      failed.value = false;
    });
  } catch {
    if (mine === asked) failed.value = true;
  }
}

let searches = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

export function search(text: string): void {
  wanted.value = text;
  clearTimeout(timer);
  const mine = ++searches;
  const q = text.trim();
  if (!q) {
    found.value = null;
    return;
  }
  timer = setTimeout(async () => {
    const page = await call<Page<Found>>("GET", `/articles/search${query({ q, limit: 30 })}`);
    if (mine === searches) found.value = page.items;
  }, 150);
}

export async function open(id: number | null): Promise<void> {
  batch(() => {
    openId.value = id;
    missing.value = false;
    if (article.peek()?.id !== id) article.value = null;
  });
  if (!id) return;
  try {
    const answer = await call<Article>("GET", `/articles/${id}`);
    if (openId.peek() === id) article.value = answer;
  } catch (error) {
    if (openId.peek() === id && error instanceof Refused) missing.value = true;
  }
}

// --- changes ------------------------------------------------------------------------------------
/** Save what was written; *over* what somebody else saved meanwhile, if that is wanted. */
export async function save(over = false): Promise<Article> {
  const [now, id, before] = [draft.peek(), openId.peek(), article.peek()];
  if (!now) throw new Error();
  const { files, ...content } = now;
  let answer: Article;
  if (id === 0) answer = await call<Article>("POST", "/articles", content);
  else {
    const base = over ? (await call<Article>("GET", `/articles/${id}`)).revision : before?.revision;
    answer = await call<Article>("PUT", `/articles/${id}`, { ...content, files, revision: base });
  }
  batch(() => {
    discard(id ?? 0);
    openId.value = answer.id;
    article.value = answer;
  });
  void load();
  return answer;
}

export async function shelve(id: number, archived: boolean): Promise<void> {
  const path = archived ? `/articles/${id}` : `/articles/${id}/restore`;
  const answer = await call<Article>(archived ? "DELETE" : "POST", path);
  if (openId.peek() === id) article.value = answer;
  void load();
}

/** Return a file's name, with the folders it lies in below the one that was chosen. */
function named(file: File): string {
  return file.webkitRelativePath.split("/").slice(1).join("/") || file.name;
}

/** Hand a file's bytes over. */
async function send<T>(path: string, file: File): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(`/api${path}`, {
      method: "POST",
      headers: {
        "Content-Type": file.type || "application/octet-stream",
        "X-File-Name": encodeURIComponent(named(file)),
      },
      body: file,
    });
  } catch {
    throw new Unreachable();
  }
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told as Problem);
  return told as T;
}

export async function attach(id: number, file: File): Promise<string> {
  const answer = await send<Article>(`/articles/${id}/files`, file);
  const before = new Set(article.peek()?.files.map((one) => one.name));
  const added = answer.files.find((one) => !before.has(one.name))?.name ?? file.name;
  const kept = drafts.peek().get(id);
  batch(() => {
    article.value = answer;
    if (kept && !kept.files.includes(added)) change({ files: [...kept.files, added] });
  });
  return added;
}

export const api = {
  preview: (body: string, article_id: number | null) =>
    call<{ html: string }>("POST", "/articles/preview", { body, article_id }),
  versions: (id: number, after: string | null) =>
    call<Page<Version>>("GET", `/articles/${id}/versions${query({ after })}`),
  bring: (file: File, language: string, dry: boolean) =>
    send<Imported>(`/articles/import${query({ language, dry: String(dry) })}`, file),
};
