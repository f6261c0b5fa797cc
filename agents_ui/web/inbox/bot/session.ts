/** What the bot does in the open conversation, and what it asks colleagues about. */
import { computed, effect, signal } from "@preact/signals";
import { ahead, call, Refused } from "../api";
import type { Page } from "../shapes";
import {
  conversations,
  counts,
  known,
  onHeal,
  onNews,
  openId,
  session as signedIn,
} from "../state/desk";
import { say, speak } from "../state/toasts";
import type { BotView, Suggestion, Turn } from "./shapes";
import { complain } from "./store";
import { words } from "./words";

export const views = signal<ReadonlyMap<number, BotView>>(new Map());
const NEWS = /^(bot\.|suggestion\.|answer\.)/;
const KEEP = 30;

// --- its part in a conversation -----------------------------------------------------------
/** Only of conversations in which it had one. */
function had(id: number): boolean {
  const c = conversations.peek().get(id);
  const opened = known.peek().threads.get(id);
  return (
    c?.status === "pending" ||
    Boolean(
      opened?.events.some((e) => NEWS.test(e.verb)) ||
        opened?.messages.some((m) => m.client_id?.startsWith("bot-")),
    )
  );
}

async function look(id: number): Promise<void> {
  try {
    const view = await call<BotView>("GET", `/conversations/${id}/bot`);
    const next = new Map(views.peek());
    next.delete(id);
    next.set(id, view);
    for (const oldest of next.keys()) {
      if (next.size <= KEEP) break;
      next.delete(oldest);
    }
    views.value = next;
  } catch {
    // asked again with the next news of it
  }
}

const loaded = computed(() => known.value.threads.has(openId.value ?? 0));

effect(() => {
  const id = openId.value;
  if (id !== null && loaded.value) queueMicrotask(() => had(id) && void look(id));
});

onNews((frame) => {
  const id = openId.peek();
  const events = frame.events.filter((e) => NEWS.test(e.verb));
  if (events.some((e) => e.conversation_id === id) && id !== null) void look(id);
  if (events.some((e) => /suggest/.test(e.verb))) void askNow();
});

/** Return the turn in which the bot said a message. */
export function turnOf(conversation: number, message: number): Turn | null {
  return views.value.get(conversation)?.turns.find((one) => one.answer_id === message) ?? null;
}

/** Have the bot say no more; nobody has it by that. */
export async function stop(conversation: number): Promise<void> {
  try {
    await call("POST", `/conversations/${conversation}/bot/stop`);
    say(words.stopped);
    void look(conversation);
  } catch (error) {
    complain(error);
  }
}

export async function report(conversation: number, turn: Turn): Promise<void> {
  try {
    await call("POST", `/turns/${turn.id}/wrong`);
    say(words.thanks);
    void look(conversation);
  } catch (error) {
    complain(error);
  }
}

// --- what it asks colleagues --------------------------------------------------------------
export const suggestions = signal<readonly Suggestion[]>([]);
export const editing = signal<number | null>(null); // the suggestion that is being changed

/** The one that keys answer: of the open conversation, or else the oldest. */
export const first = computed(
  () =>
    suggestions.value.find((one) => one.conversation_id === openId.value) ??
    suggestions.value[0] ??
    null,
);

let heard = new Set<number>();

/** Only a bot that holds somebody asks anything. */
function askAgain(): void {
  if (counts.peek()?.pending || suggestions.peek().length > 0) void askNow();
}

async function askNow(): Promise<void> {
  if (signedIn.peek() !== "in") return;
  try {
    const { items } = await call<Page<Suggestion>>("GET", "/suggestions");
    suggestions.value = items.filter((one) => ends(one) > Date.now());
    if (items.some((one) => !heard.has(one.id))) speak(words.may);
    heard = new Set(items.map((one) => one.id));
  } catch {
    // asked again when the line is back
  }
}

onHeal(askAgain);
askAgain();

export const ends = (one: Suggestion): number => Date.parse(one.expires_at) + ahead();

export function drop(which: number): void {
  suggestions.value = suggestions.peek().filter((one) => one.id !== which);
  if (editing.peek() === which) editing.value = null;
}

export type Verdict = "approve" | "edit" | "reject";

/** Say whether the bot may say it. */
export async function answer(one: Suggestion, verdict: Verdict, text = one.text): Promise<void> {
  drop(one.id);
  const body = verdict === "edit" ? { verdict, text } : { verdict };
  try {
    await call("POST", `/suggestions/${one.id}`, body);
    say(words.done[verdict] ?? "");
  } catch (error) {
    if (error instanceof Refused && error.status === 409) say(words.over);
    else {
      complain(error);
      void askNow();
    }
  }
}
