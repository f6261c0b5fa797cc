/** A conversation as the lines one reads: days, channel changes, events, messages; pure. */
import type { DeskEvent, Message } from "../shapes";

export type Entry =
  | { kind: "rule"; key: string; at: string; day: boolean; channel: string | null }
  | { kind: "event"; key: string; event: DeskEvent }
  | { kind: "message"; key: string; message: Message };

const TOLD = new Set([
  "conversation.assigned",
  "conversation.resolved",
  "conversation.reopened",
  "conversation.marked_spam",
  "conversation.queued",
  "conversation.accepted",
  "conversation.declined",
  "conversation.missed",
  "conversation.returned",
  "conversation.held",
  "conversation.consulted",
  "conversation.advised",
  "conversation.prioritised",
  "promise.breached",
  "bot.handed_over",
  "bot.silenced",
  "suggestion.answered",
  "answer.reported",
  "consent.changed",
  "customer.merged",
  "customer.unmerged",
]);

/** Interleave messages and events by time, with a rule at every new day and channel. */
export function entries(
  messages: readonly Message[],
  events: readonly DeskEvent[],
  whole: boolean,
): Entry[] {
  const first = messages[0]?.created_at;
  const told = events.filter(
    (e) => TOLD.has(e.verb) && (whole || !first || Date.parse(e.at) >= Date.parse(first)),
  );
  const lines: Entry[] = [
    ...messages.map((message): Entry => ({ kind: "message", key: `m${message.id}`, message })),
    ...told.map((event): Entry => ({ kind: "event", key: `e${event.id}`, event })),
  ];
  lines.sort((a, b) => Date.parse(when(a)) - Date.parse(when(b)) || rank(a) - rank(b));
  return ruled(lines);
}

function when(entry: Entry): string {
  if (entry.kind === "message") return entry.message.created_at;
  return entry.kind === "event" ? entry.event.at : entry.at;
}

function rank(entry: Entry): number {
  if (entry.kind === "message") return entry.message.id / 1e15;
  return entry.kind === "event" ? 1 + entry.event.id / 1e15 : 0;
}

function ruled(lines: Entry[]): Entry[] {
  const result: Entry[] = [];
  let day = "";
  let channel: string | null = null;
  for (const line of lines) {
    const at = when(line);
    const today = new Date(at).toDateString();
    const by = line.kind === "message" ? line.message.channel : null;
    if (today !== day || (by && by !== channel)) {
      const named = by ?? (today !== day ? channel : null);
      result.push({ kind: "rule", key: `r${line.key}`, at, day: today !== day, channel: named });
    }
    day = today;
    channel = by ?? channel;
    result.push(line);
  }
  return result;
}
