/** What a live frame does to what the page knows; pure. */
import type { ChangeFrame, Conversation, DeskEvent, Message, Thread } from "../shapes";

/** Everything the desk told this page. */
export interface Known {
  conversations: ReadonlyMap<number, Conversation>;
  threads: ReadonlyMap<number, Opened>;
  /** The newest message this agent has read, by conversation. */
  marks: ReadonlyMap<number, number>;
  sequence: number;
}

/** A conversation that was opened, as far as it is loaded. */
export interface Opened extends Omit<Thread, "messages" | "conversation"> {
  messages: Message[];
  earlier: string | null;
}

export const nothing: Known = {
  conversations: new Map(),
  threads: new Map(),
  marks: new Map(),
  sequence: 0,
};

/** Take in a live frame; a frame that came already changes nothing. */
export function absorb(known: Known, frame: ChangeFrame, me: number): Known {
  const marks = readMarks(known.marks, frame, me);
  const conversations = new Map(known.conversations);
  for (const c of frame.conversations) {
    // what a colleague answered meanwhile, this agent still has not read
    const unread = c.unread || (known.conversations.get(c.id)?.unread ?? false);
    conversations.set(c.id, { ...c, unread: isUnread({ ...c, unread }, marks) });
  }
  remark(conversations, marks, known.marks);
  for (const id of frame.gone ?? []) conversations.delete(id);
  return {
    conversations,
    marks,
    threads: without(extended(known.threads, frame), frame.gone ?? []),
    sequence: Math.max(known.sequence, frame.sequence),
  };
}

/** Take in conversations that the desk gave as answers: their `unread` is the agent's own. */
export function learn(known: Known, answers: readonly Conversation[]): Known {
  const conversations = new Map(known.conversations);
  const marks = new Map(known.marks);
  for (const c of answers) {
    const mark = marks.get(c.id) ?? 0;
    const last = c.last_message_id ?? 0;
    if (!c.unread && last > mark) marks.set(c.id, last);
    const told = conversations.get(c.id);
    if (told && (told.last_message_id ?? 0) > last) continue; // the live line was quicker
    conversations.set(c.id, { ...c, unread: c.unread && last > mark });
  }
  return { ...known, conversations, marks };
}

/** Note that this agent has read up to *message*. */
export function mark(known: Known, conversation: number, message: number): Known {
  if ((known.marks.get(conversation) ?? 0) >= message) return known;
  const marks = new Map(known.marks).set(conversation, message);
  const conversations = new Map(known.conversations);
  remark(conversations, marks, known.marks);
  return { ...known, conversations, marks };
}

/** Take in a conversation that was opened, and what happened while it was on its way. */
export function open(
  known: Known,
  thread: Thread,
  meanwhile: readonly ChangeFrame[],
  me: number,
): Known {
  const { messages, conversation, ...rest } = thread;
  const opened: Opened = { ...rest, messages: messages.items, earlier: messages.next };
  const before = known.threads.get(conversation.id);
  if (before) keepEarlier(opened, before);
  const threads = new Map(known.threads).set(conversation.id, opened);
  let next = learn({ ...known, threads }, [conversation]);
  for (const frame of meanwhile) {
    if (frame.sequence > thread.sequence) next = { ...absorb(next, frame, me) };
  }
  return next;
}

/** Put an older page before what is loaded. */
export function prepend(
  known: Known,
  conversation: number,
  items: Message[],
  earlier: string | null,
): Known {
  const thread = known.threads.get(conversation);
  if (!thread) return known;
  const messages = merged(thread.messages, items);
  return {
    ...known,
    threads: new Map(known.threads).set(conversation, { ...thread, messages, earlier }),
  };
}

/** Take in messages that the desk gave as answers. */
export function hearMessages(known: Known, messages: readonly Message[]): Known {
  const frame = { messages: [...messages], events: [] };
  return { ...known, threads: extended(known.threads, frame) };
}

/** Say whether somebody who read up to their mark has something new here. */
export function isUnread(c: Conversation, marks: ReadonlyMap<number, number>): boolean {
  return c.unread && (c.last_message_id ?? 0) > (marks.get(c.id) ?? 0);
}

function readMarks(
  marks: ReadonlyMap<number, number>,
  frame: ChangeFrame,
  me: number,
): ReadonlyMap<number, number> {
  const mine = frame.events.filter(
    (event) => event.verb === "conversation.read" && event.agent_id === me,
  );
  if (mine.length === 0) return marks;
  const next = new Map(marks);
  for (const event of mine) {
    const id = event.conversation_id ?? 0;
    const newest = frame.conversations.find((c) => c.id === id)?.last_message_id;
    const told = event.message_id ?? Number(event.change?.message_id ?? newest ?? 0);
    next.set(id, Math.max(next.get(id) ?? 0, told));
  }
  return next;
}

function remark(
  conversations: Map<number, Conversation>,
  marks: ReadonlyMap<number, number>,
  before: ReadonlyMap<number, number>,
): void {
  if (marks === before) return;
  for (const [id, read] of marks) {
    const c = conversations.get(id);
    if (c?.unread && (c.last_message_id ?? 0) <= read)
      conversations.set(id, { ...c, unread: false });
  }
}

function without(
  threads: ReadonlyMap<number, Opened>,
  gone: readonly number[],
): ReadonlyMap<number, Opened> {
  if (!gone.some((id) => threads.has(id))) return threads;
  return new Map([...threads].filter(([id]) => !gone.includes(id)));
}

function extended(
  threads: ReadonlyMap<number, Opened>,
  frame: { messages: Message[]; events: DeskEvent[] },
): ReadonlyMap<number, Opened> {
  let next: Map<number, Opened> | null = null;
  for (const [id, thread] of threads) {
    const messages = frame.messages.filter((m) => m.conversation_id === id);
    const events = frame.events.filter((e) => e.conversation_id === id);
    if (messages.length === 0 && events.length === 0) continue;
    next ??= new Map(threads);
    next.set(id, {
      ...thread,
      messages: merged(thread.messages, messages),
      events: mergedEvents(thread.events, events),
    });
  }
  return next ?? threads;
}

function merged(old: readonly Message[], more: readonly Message[]): Message[] {
  if (more.length === 0) return old as Message[];
  const all = new Map(old.map((m) => [m.id, m]));
  for (const m of more) all.set(m.id, m);
  return [...all.values()].sort((a, b) => a.id - b.id);
}

function mergedEvents(old: readonly DeskEvent[], more: readonly DeskEvent[]): DeskEvent[] {
  if (more.length === 0) return old as DeskEvent[];
  const all = new Map(old.map((e) => [e.id, e]));
  for (const e of more) all.set(e.id, e);
  return [...all.values()].sort((a, b) => a.id - b.id);
}

/** A thread that is loaded again keeps the older pages, when they join without a gap. */
function keepEarlier(opened: Opened, before: Opened): void {
  const first = opened.messages[0];
  if (!first || !before.messages.some((m) => m.id === first.id)) return;
  const older = before.messages.filter((m) => m.id < first.id);
  opened.messages = [...older, ...opened.messages];
  opened.events = mergedEvents(before.events, opened.events);
  if (older.length > 0) opened.earlier = before.earlier;
}
