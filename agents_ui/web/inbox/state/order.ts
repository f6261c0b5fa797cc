/** Which conversations a list shows, and in what order; pure. */
import type { Conversation } from "../shapes";

/** Lists whose members can be told from the conversation itself. */
const MEMBERS: Record<string, (c: Conversation, me: number) => boolean> = {
  mine: (c, me) => c.assignee_id === me && c.status === "open",
  unassigned: (c) => c.assignee_id === null && c.status === "open",
  all: (c) => c.status === "open",
  pending: (c) => c.status === "pending",
  snoozed: (c) => c.status === "snoozed",
  resolved: (c) => c.status === "resolved",
};

/** Say whether a conversation lies in *list*, as far as it says so itself. */
function lies(list: string, c: Conversation, me: number): boolean {
  if (list.startsWith("queue-")) return waits(c) && list === `queue-${c.queue_id}`;
  return MEMBERS[list]?.(c, me) ?? false;
}

const waits = (c: Conversation): boolean => c.stage === "queued" || c.stage === "offered";

/** What is known of one list. */
export interface Shelf {
  /** The members, for a list that only the desk can tell (such as *not delivered*). */
  members: ReadonlySet<number> | null;
  /** The last row loaded; beyond it there may be gaps. None when nothing is missing. */
  horizon: Place | null;
}

/** Where a row stands in a list. */
export type Place = Pick<Conversation, "active_at" | "id" | "due_at" | "queued_at">;

/** Newest first, as the desk orders its lists. */
export function byActivity(a: Place, b: Place): number {
  if (a.active_at !== b.active_at)
    return instant(b.active_at) - instant(a.active_at) || b.id - a.id;
  return b.id - a.id;
}

/** The earliest promise first, then who waits longest, as the desk orders those of a queue. */
export function byTurn(a: Place, b: Place): number {
  return (
    (a.due_at ? instant(a.due_at) : Number.MAX_VALUE) -
      (b.due_at ? instant(b.due_at) : Number.MAX_VALUE) ||
    instant(a.queued_at ?? "") - instant(b.queued_at ?? "") ||
    a.id - b.id
  );
}

const instants = new Map<string, number>();

/** Milliseconds since 1970; parsing is slow and lists sort thousands of times. */
function instant(text: string): number {
  let known = instants.get(text);
  if (known === undefined) {
    if (instants.size > 50_000) instants.clear();
    known = Date.parse(text);
    instants.set(text, known);
  }
  return known;
}

/** Return the ids of *list*, in order, as far as they are known without gaps. */
export function lineUp(
  list: string,
  known: ReadonlyMap<number, Conversation>,
  me: number,
  shelf: Shelf,
): number[] {
  const rows: Conversation[] = [];
  const before = list.startsWith("queue-") ? byTurn : byActivity;
  for (const c of known.values()) {
    if (!(shelf.members ? shelf.members.has(c.id) : lies(list, c, me))) continue;
    if (shelf.horizon && before(c, shelf.horizon) > 0) continue;
    rows.push(c);
  }
  return rows.sort(before).map((c) => c.id);
}

/** What is on the screen, and how many new rows wait above it. */
export interface Arranged {
  ids: number[];
  fresh: number;
}

/** Settle *live* on the screen; while *held*, rows stay where they are and new ones wait. */
export function arrange(shown: readonly number[], live: number[], held: boolean): Arranged {
  if (!held || shown.length === 0) return { ids: live, fresh: 0 };
  const alive = new Set(live);
  const kept = shown.filter((id) => alive.has(id));
  const placed = new Set(kept);
  const last = kept[kept.length - 1];
  const end = last === undefined ? -1 : lowest(live, placed);
  const below = live.slice(end + 1).filter((id) => !placed.has(id));
  return { ids: [...kept, ...below], fresh: live.length - kept.length - below.length };
}

function lowest(live: number[], placed: ReadonlySet<number>): number {
  for (let at = live.length - 1; at >= 0; at--) {
    if (placed.has(live[at] as number)) return at;
  }
  return -1;
}

/** Keep the rows that contain every word of *filter*. */
export function matching(
  ids: number[],
  known: ReadonlyMap<number, Conversation>,
  filter: string,
): number[] {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return ids;
  return ids.filter((id) => {
    const c = known.get(id);
    const text = `${c?.customer.name} ${c?.subject ?? ""} ${c?.preview}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
