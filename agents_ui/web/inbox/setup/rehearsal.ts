/** What a rehearsal is told as, asked for, and what its page says. */
import { call } from "../api";
import type { Setup } from "./shapes";

export interface Figures {
  conversations: number;
  served: number;
  breached: number;
  abandoned: number;
  elsewhere: number;
  open: number;
  mean_wait: number | null;
  p50_wait: number | null;
  p90_wait: number | null;
  longest_wait: number | null;
}

export interface Sides {
  queue: string | null;
  tried: Figures;
  now: Figures | null;
  real: Figures;
}

interface Share {
  conversations: number;
  seconds: number;
}

export interface Load {
  agent_id: number;
  name: string;
  tried: Share;
  now: Share | null;
  real: Share;
  there: number;
}

export interface Fate {
  ending: string;
  queue: string | null;
  waited: number | null;
  agent_id: number | null;
  why: string;
  breached: boolean;
}

export interface Case {
  conversation_id: number;
  at: string;
  channel: string;
  queue: string | null;
  rule: string;
  tried: Fate;
  now: Fate | null;
  real: Fate;
}

export interface Told {
  since: string;
  until: string;
  all: Sides;
  queues: Sides[];
  agents: Load[];
  differences: string[];
  notes: string[];
  cases: Case[];
  more: number;
}

export function rehearse(setup: Setup, since: Date, until: Date): Promise<Told> {
  return call<Told>("POST", "/setup/rehearse", {
    setup,
    since: since.toISOString(),
    until: until.toISOString(),
  });
}

export type Span = "yesterday" | "day" | "week" | "date";

/** From when to when, where this browser stands; null while no date is chosen. */
export function spanOf(span: Span, date: string, now: Date): [Date, Date] | null {
  const midnight = (days: number, from = now) =>
    new Date(from.getFullYear(), from.getMonth(), from.getDate() + days);
  if (span === "yesterday") return [midnight(-1), midnight(0)];
  if (span === "day") return [new Date(now.getTime() - 86_400_000), now];
  if (span === "week") return [new Date(now.getTime() - 7 * 86_400_000), now];
  const chosen = new Date(`${date}T00:00`);
  return Number.isNaN(chosen.getTime()) ? null : [chosen, midnight(1, chosen)];
}

/** A time as people say it: 40 s, 12 min, 3.5 h, 2.1 d. */
export function spoken(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds >= 172_800) return `${(seconds / 86_400).toFixed(1)} d`;
  if (seconds >= 7200) return `${(seconds / 3600).toFixed(1)} h`;
  if (seconds >= 120) return `${(seconds / 60).toFixed(0)} min`;
  return `${seconds.toFixed(0)} s`;
}

export const words = {
  span: "What came",
  spans: {
    yesterday: "Yesterday",
    day: "The last 24 hours",
    week: "The last 7 days",
    date: "Another day",
  } as Record<Span, string>,
  date: "Day",
  run: "Rehearse",
  running: "Playing it through …",
  hint: "Plays what really came through what is written here. Nothing is changed, nobody is told.",
  noQueues: "Without queues every conversation is everybody's: there is nothing to rehearse.",
  none: "Nothing came in that time.",
  everybody: "Everybody",
  noQueue: "In no queue",
  sides: { tried: "As written here", now: "As it is set now", real: "What really was" } as Record<
    "tried" | "now" | "real",
    string
  >,
  figures: "Waits and promises",
  figuresHint:
    "Conversations are counted where the rules written here send them, and by the promises written here.",
  heads: {
    came: "Came",
    served: "Served",
    mean: "Mean wait",
    p50: "Half within",
    p90: "9 in 10 within",
    breached: "Promises broken",
    abandoned: "Gave up",
    elsewhere: "Sent away",
    open: "Nobody came",
  },
  differences: "What would be different",
  same: "Nothing worth a word.",
  load: "Who would have had how much",
  agent: "Agent",
  there: "There",
  had: (count: number, took: string) => `${count} (${took})`,
  cases: "Who would have had what",
  conversation: "Conversation",
  would: "Would have gone to",
  before: "Went to",
  why: "Why",
  nobody: "nobody",
  after: (time: string) => `after ${time}`,
  broken: "too late",
  more: (n: number) => `and ${n} more`,
  endings: {
    abandoned: "gave up",
    fallback: "was offered something else",
    full: "found it full",
    left_over: "nobody came",
    open: "nobody came yet",
    served: "served",
  } as Record<string, string>,
  notes: "What was taken for granted",
};
