/** How a promise stands, and how long a stretch of time is; pure. */
import { ahead } from "../api";
import type { Conversation } from "../shapes";
import { words } from "./words";

export type Standing = "calm" | "risk" | "late";

const MINUTE = 60_000;

/** Say whether what was promised is still well, at risk, or broken. */
export function standing(c: Conversation, now: number): Standing {
  if (c.due_at && now >= Date.parse(c.due_at) + ahead()) return "late";
  return c.warn_at && now >= Date.parse(c.warn_at) + ahead() ? "risk" : "calm";
}

/** Return how long it is until or since *at*, such as "4 min" or "2 h". */
export function distance(at: string, now: number): string {
  const ms = Math.abs(Date.parse(at) + ahead() - now);
  if (ms < MINUTE) return "1 min";
  if (ms < 90 * MINUTE) return `${Math.round(ms / MINUTE)} min`;
  if (ms < 48 * 60 * MINUTE) return `${Math.round(ms / (60 * MINUTE))} h`;
  return `${Math.round(ms / (24 * 60 * MINUTE))} d`;
}

export function promised(name: string | null | undefined): string {
  return words.promises[name ?? ""] ?? words.promises.first_response ?? "";
}

/** Say how a promise stands, in a sentence. */
export function told(c: Conversation, now: number): string {
  if (!c.due_at) return "";
  const [what, time] = [promised(c.promise), distance(c.due_at, now)];
  const how = standing(c, now);
  if (how === "late") return words.breached(what, time);
  return how === "risk" ? words.atRisk(what, time) : words.dueIn(what, time);
}
