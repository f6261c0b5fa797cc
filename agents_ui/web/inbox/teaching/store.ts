/** What the bot is taught, as this page knows it. */
import { signal } from "@preact/signals";
import { call, query } from "../api";
import { agents } from "../state/desk";
import { say } from "../state/toasts";
import type { Brains, Decision, Figures, Proposal, Proposals, Rehearsed } from "./shapes";
import { words } from "./words";

export const proposals = signal<Proposals | null>(null);
export const decided = signal<readonly Proposal[]>([]);
export const brains = signal<Brains | null>(null);
export const trouble = signal<string | null>(null);
export const chosen = signal<number | null>(null); // the proposal that is looked at
export const tried = signal<number | null>(null); // the version to be rehearsed; none: the newest

export const api = {
  proposals: (state: "open" | "decided") => call<Proposals>("GET", `/proposals?state=${state}`),
  decide: (id: number, decision: Decision) => call<Proposal>("POST", `/proposals/${id}`, decision),
  look: () => call<Proposals>("POST", "/proposals/look", {}),
  brains: () => call<Brains>("GET", "/brains"),
  train: () => call<Brains>("POST", "/brains/train", {}),
  live: (id: number) => call<Brains>("POST", `/brains/${id}/live`, {}),
  rehearse: (brain_id: number | null, days: number) =>
    call<Rehearsed>("POST", "/bots/rehearse", {
      ...(brain_id === null ? {} : { brain_id }),
      since: new Date(Date.now() - days * 86_400_000).toISOString(),
    }),
  figures: (since: string, until: string, zone: string) =>
    call<Figures>("GET", `/bots/figures${query({ since, until, zone })}`),
  articles: async () =>
    (
      await call<{ items: { id: number; title: string; languages: string[] }[] }>(
        "GET",
        "/articles?limit=200",
      )
    ).items,
};

/** Say who somebody is. */
export const nameOf = (agent: number | null): string =>
  (agent !== null && agents.value.get(agent)?.name) || words.somebody;

/** Do something, and say what went wrong if it did. */
export async function attempt<T>(what: () => Promise<T>): Promise<T | undefined> {
  try {
    return await what();
  } catch (error) {
    say(`${words.changed}: ${(error as Error).message}`, { bad: true });
    return undefined;
  }
}

/** Load something to be looked at. */
export async function load(what: () => Promise<void>): Promise<void> {
  trouble.value = null;
  try {
    await what();
  } catch (error) {
    trouble.value = (error as Error).message;
  }
}

export const loadProposals = () =>
  load(async () => {
    const [open, past] = await Promise.all([api.proposals("open"), api.proposals("decided")]);
    proposals.value = open;
    decided.value = past.items;
    if (!open.items.some((one) => one.id === chosen.peek())) {
      chosen.value = open.items[0]?.id ?? null;
    }
  });

export const loadBrains = () =>
  load(async () => {
    brains.value = await api.brains();
  });

/** Decide about a proposal, and offer the way back. */
export async function decide(one: Proposal, decision: Decision): Promise<void> {
  const list = proposals.peek()?.items ?? [];
  const next = list[list.findIndex((each) => each.id === one.id) + 1] ?? list.at(-2);
  const done = await attempt(() => api.decide(one.id, decision));
  if (!done) return void loadProposals();
  chosen.value = next && next.id !== one.id ? next.id : null;
  const back = () => void takeBack(one.id);
  say(decision.decision === "reject" ? words.rejected : words.approved, { undo: back });
  await loadProposals();
}

/** Have a proposal wait again. */
export async function takeBack(id: number): Promise<void> {
  if (!(await attempt(() => api.decide(id, { decision: "undo" })))) return;
  chosen.value = id;
  say(words.undone);
  await loadProposals();
}

/** Have a version answer, and offer the way back to the one before. */
export async function putLive(id: number): Promise<void> {
  const before = brains.peek()?.items.find((one) => one.live);
  const after = await attempt(() => api.live(id));
  if (!after) return;
  brains.value = after;
  const undo = before && before.id !== id ? () => void putLive(before.id) : undefined;
  say(words.putBack, undo ? { undo } : {});
}
