/** What routing asks of this agent, and what they answer. */
import { batch, computed, effect, signal } from "@preact/signals";
import { ahead, call, Refused } from "../api";
import type { Conversation, Page, Priority } from "../shapes";
import { lift, onResolving, overlay, take } from "../state/acts";
import { conversations, known, myId, onHeal, onNews, openConversation } from "../state/desk";
import { calling, chime, show } from "../state/news";
import { queues } from "../state/queues";
import { learn } from "../state/reduce";
import { notify, sound } from "../state/settings";
import { say, speak } from "../state/toasts";
import { paletteMode } from "../view/open";
import { words as common } from "../words";
import type { Availability, Here, Transfer } from "./shapes";
import { words } from "./words";

// --- what they chose to be ------------------------------------------------------------------
export const here = signal<Here | null>(null);
export const silent = signal(false); // away because offers were not answered

export async function loadHere(): Promise<void> {
  try {
    const told = await call<Here>("GET", "/me/availability");
    batch(() => {
      here.value = told;
      if (told.availability === "available") silent.value = false;
    });
  } catch {
    // asked again when the line is back
  }
}

/** What everybody is, for who passes something on. */
export async function everybody(): Promise<Map<number, Here>> {
  const { items } = await call<Page<Here>>("GET", "/availability");
  return new Map(items.map((one) => [one.agent_id, one]));
}

/** The words in use, the most frequent first. */
export async function usedTags(): Promise<string[]> {
  return (await call<Page<string>>("GET", "/tags")).items;
}

export async function choose(availability: Availability, reason: string | null): Promise<void> {
  const before = here.peek();
  if (before) here.value = { ...before, availability, reason };
  silent.value = false;
  try {
    here.value = await call<Here>("PUT", "/me/availability", { availability, reason });
    say(words.now([words.states[availability]?.[0], reason].filter(Boolean).join(" · ")));
  } catch (error) {
    here.value = before;
    refused(error);
  }
}

// --- what they are offered ------------------------------------------------------------------
const answered = signal<ReadonlySet<number>>(new Set()); // offers, before the desk knows of it
const over = signal<ReadonlySet<number>>(new Set()); // and those whose time is over

/** Conversations that this agent is asked to take, the most urgent first. */
export const offers = computed(() =>
  [...conversations.value.values()]
    .filter((c) => {
      const offer = c.offer;
      if (!offer || offer.agent_id !== myId.value || c.stage !== "offered") return false;
      return !answered.value.has(offer.id) && !over.value.has(offer.id);
    })
    .sort((a, b) => ends(a) - ends(b)),
);

/** When an offer ends, by this browser's clock. */
export function ends(c: Conversation): number {
  const at = c.offer?.expires_at;
  return at ? Date.parse(at) + ahead() : Number.POSITIVE_INFINITY;
}

/** How much of its time an offer has had, and how much it has, in milliseconds. */
export function course(c: Conversation): { had: number; all: number } {
  const began = Date.parse(c.offer?.offered_at ?? "") + ahead();
  return { had: Math.max(0, Date.now() - began), all: Math.max(0, ends(c) - began) };
}

/** Put an offer away whose time is over; the desk offers it to the next. */
export function expire(c: Conversation): void {
  if (c.offer) over.value = new Set([...over.peek(), c.offer.id]);
}

export async function answer(c: Conversation, how: "accept" | "decline"): Promise<void> {
  const offer = c.offer;
  if (!offer) return;
  answered.value = new Set([...answered.peek(), offer.id]);
  const mine: Partial<Conversation> = { assignee_id: myId.peek(), stage: "accepted", offer: null };
  if (how === "accept") overlay(c.id, mine);
  try {
    await call("POST", `/offers/${offer.id}/${how}`);
    if (how === "accept") {
      openConversation(c.id);
      speak(words.accepted(c.customer.name));
    } else say(words.declined(c.customer.name));
  } catch (error) {
    if (!(error instanceof Refused)) {
      const again = new Set(answered.peek());
      again.delete(offer.id); // it may still be answered
      answered.value = again;
      refused(error);
    } else say(words.gone(error.message), { bad: true });
  } finally {
    lift(c.id, mine);
    void loadHere();
  }
}

/** Learn of the offers that were made before this page was opened. */
async function loadOffers(): Promise<void> {
  try {
    const { items } = await call<Page<Conversation>>("GET", "/offers");
    known.value = learn(known.peek(), items);
  } catch {
    // they come again with the line
  }
}

const told = new Set<number>(); // offers that were announced

effect(() => {
  const [first] = offers.value;
  calling.value = first ? words.calls(first.customer.name) : null;
  for (const c of offers.value) if (c.offer && !told.has(c.offer.id)) announce(c);
});

function announce(c: Conversation): void {
  told.add(c.offer?.id ?? 0);
  queueMicrotask(() => {
    speak(words.offer(c.customer.name));
    if (sound.peek()) chime();
    if (notify.peek() && document.visibilityState !== "visible") {
      show(c.id, words.offer(c.customer.name), c.preview);
    }
  });
}

onNews((frame) => {
  for (const event of frame.events) {
    if (event.for_agent_id !== myId.peek()) continue;
    const name = conversations.peek().get(event.conversation_id ?? 0)?.customer.name ?? "";
    if (event.verb === "conversation.missed") say(words.missed(name), { bad: true });
    const given = event.verb === "conversation.accepted" || event.verb === "conversation.assigned";
    if (given && event.agent_id !== myId.peek()) {
      say(words.given(name));
      if (sound.peek()) chime();
    }
    if (event.verb === "agent.availability" && event.agent_id === null) {
      silent.value = String(event.change?.availability).endsWith("away");
    }
  }
  const mine = frame.events.some((event) => event.for_agent_id === myId.peek());
  if (mine || frame.conversations.some((c) => c.assignee_id === myId.peek())) soon();
});

let timer = 0;

/** Look again at how much this agent has; many frames ask once. */
function soon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void loadHere(), 300);
}

onHeal(() => {
  void loadHere();
  void loadOffers();
});
void loadHere();
void loadOffers();

// --- what they do with a conversation -------------------------------------------------------
/** Do something with a conversation: shown at once, taken back when the desk says no. */
async function act(
  c: Conversation,
  what: string,
  body: object,
  seen: Partial<Conversation>,
  said: string,
  undo?: () => void,
): Promise<boolean> {
  overlay(c.id, seen);
  const close = said ? say(said, undo ? { undo } : {}) : () => {};
  try {
    const answer = await call<Conversation | null>("POST", `/conversations/${c.id}/${what}`, body);
    const there = known.peek().conversations.has(c.id); // it may be somebody else's by now
    if (there && answer?.id === c.id) known.value = learn(known.peek(), [answer]);
    return true;
  } catch (error) {
    close();
    refused(error);
    return false;
  } finally {
    lift(c.id, seen);
  }
}

function refused(error: unknown): void {
  say(common.done.notChanged((error as Error).message), { bad: true });
}

export function prioritise(c: Conversation, priority: Priority): void {
  const before = c.priority ?? "normal";
  const name = words.priorities[priority] ?? priority;
  void act(c, "priority", { priority }, { priority }, words.prioritised(name), () =>
    prioritise({ ...c, priority }, before),
  );
}

export function hold(c: Conversation, on: boolean): void {
  const seen: Partial<Conversation> = on ? { stage: "held", assignee_id: null } : {};
  void act(c, "hold", { on }, seen, on ? words.holds : words.unholds, () => hold(c, !on));
}

export function giveBack(c: Conversation): void {
  const name = queues.peek().get(c.queue_id ?? 0)?.name ?? "";
  const mine = c.assignee_id === myId.peek();
  const seen: Partial<Conversation> = { assignee_id: null, stage: "queued" };
  void act(c, "return", {}, seen, words.givenBack(name), mine ? () => take(c.id) : undefined);
}

export function transfer(c: Conversation, wanted: Transfer, name: string): Promise<boolean> {
  const said = wanted.consult ? words.consulting(name) : words.transferred(name);
  return act(c, "transfer", wanted, {}, said);
}

export function tag(c: Conversation, name: string, on: boolean): void {
  const others = (c.tags ?? []).filter((one) => one !== name);
  const tags = on ? [...others, name].sort() : others;
  const said = on ? words.tagged(name) : words.untagged(name);
  void act(c, "tags", on ? { add: [name] } : { remove: [name] }, { tags }, said, () =>
    tag({ ...c, tags }, name, !on),
  );
}

// --- what it was about ----------------------------------------------------------------------
/** Before a conversation of a queue with codes is resolved, one of them is asked for. */
onResolving((id, then) => {
  const c = conversations.peek().get(id);
  const codes = (c?.stage && queues.peek().get(c.queue_id ?? 0)?.codes) || [];
  if (codes.length === 0) return then(null);
  paletteMode.value = {
    hint: words.outcome,
    choices: () => [
      ...codes.map((code) => ({ name: code, icon: "check" as const, act: () => then(code) })),
      { name: words.noOutcome, icon: "right", act: () => then(null) },
    ],
  };
});
