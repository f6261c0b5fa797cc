/** What an agent does with a conversation: shown at once, undone with one key. */
import { api } from "../api";
import type { Change, Conversation, Message } from "../shapes";
import { words } from "../words";
import { agents, conversations, known, myId, overlays } from "./desk";
import { hearMessages, learn } from "./reduce";
import { say } from "./toasts";

const lines = new Map<number, Promise<void>>(); // one change of a conversation after the other

/** Change a conversation; offers to undo it. */
export function change(id: number, wanted: Change, said: string, undoable = true): void {
  const before = conversations.peek().get(id);
  if (!before) return;
  overlay(id, seen(wanted));
  const back = inverse(before, wanted);
  const undo = () => change(id, back, words.done.undone, false);
  const close = say(said, undoable ? { undo } : {});
  const line = (lines.get(id) ?? Promise.resolve()).then(() => ask(id, wanted, close));
  lines.set(id, line);
}

async function ask(id: number, wanted: Change, close: () => void): Promise<void> {
  try {
    const answer = await api.change(id, wanted);
    known.value = learn(known.peek(), [answer]);
  } catch (error) {
    close();
    say(words.done.notChanged((error as Error).message), { bad: true });
  } finally {
    lift(id, seen(wanted));
  }
}

/** Spam is put away at once; what is no spam any more is open again. */
function seen({ outcome: _, ...wanted }: Change): Partial<Conversation> {
  if (wanted.spam === undefined) return wanted;
  return { ...wanted, status: wanted.spam ? "resolved" : "open" };
}

export function overlay(id: number, wanted: Partial<Conversation>): void {
  overlays.value = new Map(overlays.peek()).set(id, { ...overlays.peek().get(id), ...wanted });
}

/** Take an overlay off again, unless a later change has put its own over it. */
export function lift(id: number, wanted: Partial<Conversation>): void {
  const mine: Record<string, unknown> = { ...overlays.peek().get(id) };
  for (const [name, value] of Object.entries(wanted)) if (mine[name] === value) delete mine[name];
  const next = new Map(overlays.peek());
  if (Object.keys(mine).length > 0) next.set(id, mine as Partial<Conversation>);
  else next.delete(id);
  overlays.value = next;
}

function inverse(before: Conversation, wanted: Change): Change {
  const back: Change = {};
  if (wanted.status !== undefined) back.status = before.status;
  if (wanted.assignee_id !== undefined) back.assignee_id = before.assignee_id;
  if (wanted.spam !== undefined) back.spam = before.spam;
  return back;
}

export function assign(id: number, agent: number | null): void {
  const name = agents.peek().get(agent ?? 0)?.name ?? "";
  const said = agent === null ? words.done.unassigned : words.done.assigned(name);
  change(id, { assignee_id: agent }, agent === myId.peek() ? words.done.taken : said);
}

export const take = (id: number): void => assign(id, myId.peek());

export function resolve(id: number): void {
  askOutcome(id, (outcome) =>
    change(id, { status: "resolved", ...(outcome && { outcome }) }, words.done.resolved),
  );
}

type Asks = (id: number, then: (outcome: string | null) => void) => void;
let asks: Asks = (_, then) => then(null);

/** Learn what a conversation was about; one who turns away from the question resolves nothing. */
export const askOutcome: Asks = (id, then) => asks(id, then);

/** Have *ask* learn what a conversation was about before it is resolved. */
export function onResolving(ask: Asks): void {
  asks = ask;
}

export function reopen(id: number): void {
  change(id, { status: "open" }, words.done.reopened);
}

/** Resolve what is open, reopen what is resolved. */
export function settle(id: number): void {
  const status = conversations.peek().get(id)?.status;
  if (status === "resolved") reopen(id);
  else if (status) resolve(id);
}

export function spam(id: number, spam: boolean): void {
  change(id, { spam }, spam ? words.done.spam : words.done.unspam);
}

/** Have a reply tried again that could not be delivered. */
export function retry(message: Message): Promise<void> {
  const next = { ...message, delivery: "queued", retry: false, reason: null } as const;
  return mend(message, next, () => api.retry(message.id), words.thread.retried);
}

/** Take a reply back that has not left yet. */
export function cancel(message: Message): Promise<void> {
  const next = { ...message, delivery: "canceled" } as const;
  return mend(message, next, () => api.cancel(message.id), words.thread.cancelled);
}

/** Say that a message arrived of which nobody knew it. */
export function arrived(message: Message): Promise<void> {
  const next = { ...message, delivery: "sent", retry: false, reason: null } as const;
  return mend(message, next, () => api.arrived(message.id), words.thread.settled);
}

/** Change what was sent. */
export function edit(message: Message, text: string): Promise<void> {
  const next = { ...message, text, edited_at: new Date().toISOString() };
  return mend(message, next, () => api.edit(message.id, text), words.thread.changed);
}

/** Take back what was sent; the record keeps it. */
export function unsay(message: Message): Promise<void> {
  const next = { ...message, deleted_at: new Date().toISOString() };
  return mend(message, next, () => api.unsay(message.id), words.thread.cancelled);
}

/** Put an emoji of ours on a message, or take it off. */
export function react(message: Message, emoji: string, on: boolean): Promise<void> {
  const others = (message.reactions ?? []).filter((one) => !(one.mine && one.emoji === emoji));
  const mine = { emoji, who: "", name: null, mine: true };
  const next = { ...message, reactions: on ? [...others, mine] : others };
  return mend(message, next, () => api.react(message.id, emoji, on), "");
}

async function mend(
  message: Message,
  next: Message,
  ask: () => Promise<Message | null>,
  said: string,
): Promise<void> {
  known.value = hearMessages(known.peek(), [next]);
  try {
    const answer = await ask();
    if (answer?.id === message.id && unchanged(next)) {
      known.value = hearMessages(known.peek(), [answer]);
    }
    if (said) say(said);
  } catch (error) {
    if (unchanged(next)) known.value = hearMessages(known.peek(), [message]);
    say(words.done.notChanged((error as Error).message), { bad: true });
  }
}

/** Live news may have overtaken the answer; it is newer then. */
function unchanged(message: Message): boolean {
  const thread = known.peek().threads.get(message.conversation_id);
  return thread?.messages.find((one) => one.id === message.id) === message;
}
