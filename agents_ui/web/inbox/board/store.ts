/** What the board knows, and what a supervisor does with it. */
import { batch, computed, signal } from "@preact/signals";
import { call, query } from "../api";
import { myId } from "../state/desk";
import { newId } from "../state/outbox";
import { say } from "../state/toasts";
import type {
  Availability,
  Board,
  BoardAgent,
  Card,
  Move,
  Moved,
  Preview,
  Queue,
  Skipped,
} from "./shapes";
import { words } from "./words";

export type Drawer = { kind: "agent" | "watch"; id: number };
export type Dragged = { kind: "cards"; ids: number[] } | { kind: "agent"; id: number };

export const board = signal<Board | null>(null);
export const failed = signal(false);
export const selected = signal<ReadonlySet<number>>(new Set());
export const active = signal<number | null>(null); // the card that has the keyboard
export const anchor = signal<number | null>(null); // where a range began
export const deep = signal<number | null>(null); // the queue that is looked through
export const drawer = signal<Drawer | null>(null);
export const held = signal<readonly Card[] | null>(null); // what the agent in the drawer has
export const moving = signal<Move | null>(null); // a move that is being thought about
export const dragged = signal<Dragged | null>(null);
export const hovered = signal<string | null>(null); // where it would be dropped, such as "queue 3"
export const lending = signal<{ agent: number; queue: number } | null>(null); // being thought about
export const undo = signal<{ id: number; text: string; until: number } | null>(null);

export const queues = computed<readonly Queue[]>(() => board.value?.queues ?? []);
export const agents = computed<readonly BoardAgent[]>(() => board.value?.agents ?? []);
export const cards = computed<ReadonlyMap<number, Card>>(
  () =>
    new Map(
      [...queues.value.flatMap((one) => [...one.cards, ...one.aside]), ...(held.value ?? [])].map(
        (c) => [c.id, c],
      ),
    ),
);
export const queueName = (id: number): string =>
  queues.value.find((one) => one.id === id)?.name ?? "";
export const agentName = (id: number): string =>
  agents.value.find((one) => one.id === id)?.name ?? "";

// --- loading ------------------------------------------------------------------------------
let loading: Promise<void> | null = null;
let again = false;

/** Load the board; while it is being loaded, once more afterwards. */
export function load(): Promise<void> {
  again = loading !== null;
  loading ??= loaded().finally(() => {
    loading = null;
    if (again) void load();
  });
  return loading;
}

async function loaded(): Promise<void> {
  try {
    const [told, has] = await Promise.all([
      call<Board>("GET", `/board${query({ deep: deep.peek() })}`),
      holding(),
    ]);
    batch(() => {
      failed.value = false;
      if (dragged.peek()) return; // nothing moves under what is being dragged
      board.value = told;
      held.value = has;
      prune();
      remember(told);
    });
  } catch {
    failed.value = true;
  }
}

async function holding(): Promise<readonly Card[] | null> {
  const open = drawer.peek();
  if (open?.kind !== "agent") return null;
  return (await call<{ items: Card[] }>("GET", `/board/agents/${open.id}`)).items;
}

/** Forget what was selected and is not here any more. */
function prune(): void {
  const left = [...selected.peek()].filter((id) => cards.value.has(id));
  if (left.length !== selected.peek().size) selected.value = new Set(left);
  if (active.peek() !== null && !cards.value.has(active.peek() ?? 0)) active.value = null;
}

/** Offer to undo what the desk remembers, also after a reload. */
function remember(told: Board): void {
  const known = undo.peek();
  if (!told.undo) {
    if (known && Date.now() > known.until) undo.value = null;
  } else if (known?.id !== told.undo.id) {
    offerUndo(told.undo.id, words.moved(told.undo.count, told.undo.target), told.undo.seconds);
  }
}

function offerUndo(id: number, text: string, seconds: number): void {
  const until = Date.now() + seconds * 1000;
  undo.value = { id, text, until };
  setTimeout(
    () => {
      if (undo.peek()?.id === id) undo.value = null;
    },
    Math.max(0, until - Date.now()),
  );
}

export function openDrawer(next: Drawer | null): void {
  batch(() => {
    drawer.value = next;
    if (next?.kind === "agent") held.value = null;
  });
  if (next?.kind === "agent") void load();
}

// --- selecting ----------------------------------------------------------------------------
export function select(ids: Iterable<number>): void {
  selected.value = new Set(ids);
}

export function toggle(id: number): void {
  const next = new Set(selected.peek());
  if (!next.delete(id)) next.add(id);
  batch(() => {
    selected.value = next;
    active.value = id;
    anchor.value = id;
  });
}

// --- doing --------------------------------------------------------------------------------
/** Do something; says why when it was not done. */
async function attempt<T>(doing: Promise<T>): Promise<T | null> {
  try {
    return await doing;
  } catch (error) {
    say(words.notDone((error as Error).message), { bad: true });
    return null;
  } finally {
    void load();
  }
}

export const foresee = (move: Move): Promise<Preview> =>
  call<Preview>("POST", "/board/preview", move);

/** Return where a move goes, in words. */
export function target(move: Move): string {
  if (move.to_queue !== undefined) return queueName(move.to_queue);
  return move.to_agent === undefined ? words.back.toLowerCase() : agentName(move.to_agent);
}

export async function carryOut(move: Move): Promise<void> {
  moving.value = null;
  const done = await attempt(call<Moved>("POST", "/board/move", move, newId()));
  if (!done) return;
  const left = leftBehind(done.skipped);
  if (done.id === null) {
    say(left || words.movedNone, { bad: true });
    return;
  }
  const text = [words.moved(done.moved.length, target(move)), left].filter(Boolean).join(". ");
  select([]);
  offerUndo(done.id, text, 30);
}

function leftBehind(skipped: readonly Skipped[]): string {
  const why = [...new Set(skipped.map((one) => one.why))].join(" ");
  return skipped.length > 0 ? words.leftAsIs(skipped.length, why) : "";
}

export async function takeBack(): Promise<void> {
  const last = undo.peek();
  if (!last) return;
  undo.value = null;
  const done = await attempt(call<Moved>("POST", "/board/undo", { id: last.id }));
  if (!done) return;
  say([words.undone(done.moved.length), leftBehind(done.skipped)].filter(Boolean).join(" "));
}

/** Change several conversations at once: their priority, or whether they are on hold. */
export async function change(
  ids: readonly number[],
  wanted: { priority?: string; held?: boolean },
): Promise<void> {
  const left = await attempt(
    call<{ items: Skipped[] }>("POST", "/board/change", { conversations: [...ids], ...wanted }),
  );
  if (!left) return;
  const done = words.changed(ids.length - left.items.length);
  say([done, leftBehind(left.items)].filter(Boolean).join(" "));
}

export const takeOver = (ids: readonly number[]): Promise<void> =>
  carryOut({ conversations: [...ids], to_agent: myId.peek() });

export async function pause(queue: Queue): Promise<void> {
  const verb = queue.paused_at ? "resume" : "pause";
  const done = await attempt(call("POST", `/queues/${queue.id}/${verb}`).then(() => true));
  if (done) say(queue.paused_at ? words.resuming(queue.name) : words.pausing(queue.name));
}

export async function setState(agent: BoardAgent, availability: Availability): Promise<void> {
  const reason = availability === "away" ? words.bySupervisor : null;
  const path = `/agents/${agent.id}/availability`;
  const done = await attempt(call("PUT", path, { availability, reason }).then(() => true));
  if (done) say(words.stateSet(agent.name, words.states[availability] ?? availability));
}

/** Have an agent belong to a queue for some minutes; they leave it by themselves. */
export async function lend(agent: number, queue: number, minutes: number): Promise<void> {
  const until = new Date(Date.now() + minutes * 60_000);
  const clock = until.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const path = `/queues/${queue}/members/${agent}`;
  const body = { membership: "primary", until: until.toISOString() };
  const done = await attempt(call("PUT", path, body).then(() => true));
  if (done) say(words.lent(agentName(agent), queueName(queue), clock));
}

export async function endLoan(agent: number, queue: number): Promise<void> {
  const path = `/queues/${queue}/members/${agent}`;
  const done = await attempt(call("DELETE", path).then(() => true));
  if (done) say(words.tookBack(agentName(agent), queueName(queue)));
}
