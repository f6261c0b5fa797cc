/** What this page knows of the desk, and how it learns it. */
import { batch, computed, effect, signal } from "@preact/signals";
import { api, onSignedOut, Refused } from "../api";
import type { ChangeFrame, Conversation, Counts, Frame, Me } from "../shapes";
import { Link } from "./link";
import { type Arranged, arrange, lineUp, matching, type Shelf } from "./order";
import { absorb, type Known, learn, mark, nothing, open, prepend } from "./reduce";
import { go, PAGES, path, place } from "./router";
import { follow, step, toOpen } from "./selection";
import { tidied } from "./tidy";

export type Session = "unknown" | "out" | "in";
export type Loading = "loading" | "more" | "ready" | "failed" | "gone";

interface ShelfState extends Shelf {
  next: string | null;
  state: Loading;
}

const NO_SHELF: ShelfState = { members: null, horizon: null, next: null, state: "loading" };
const TOLD = new Set(["undelivered"]); // lists whose members only the desk can tell
const KEEP_THREADS = 30;
const KEEP_FRAMES = 500;
const KEEP_CONVERSATIONS = 2_000;

export const session = signal<Session>("unknown");
export const me = signal<Me | null>(null);
export const counts = signal<Counts | null>(null);
export const known = signal<Known>(nothing);
export const unreachable = signal(false); // the first load failed
export const overlays = signal<ReadonlyMap<number, Partial<Conversation>>>(new Map());
export const shelves = signal<ReadonlyMap<string, ShelfState>>(new Map());
export const threadStates = signal<ReadonlyMap<number, Loading>>(new Map());
export const filter = signal("");
export const held = signal(false); // rows must not move: somebody scrolled or points at them
export const selected = signal<number | null>(null);
export const visible = signal(document.visibilityState === "visible");
export const now = signal(Date.now());

document.addEventListener("visibilitychange", () => {
  visible.value = document.visibilityState === "visible";
});
setInterval(() => {
  now.value = Date.now();
}, 20_000);

export const myId = computed(() => me.value?.agent.id ?? 0);
export const agents = computed(() => new Map(me.value?.agents.map((a) => [a.id, a])));
export const accounts = computed(() => new Map(me.value?.accounts.map((a) => [a.id, a])));
export const supervises = computed(() => (me.value?.agent.role ?? "agent") !== "agent");

/** Conversations as they will be when what we asked for is done. */
export const conversations = computed(() => {
  const told = known.value.conversations;
  if (overlays.value.size === 0) return told;
  const all = new Map(told);
  for (const [id, change] of overlays.value) {
    const c = all.get(id);
    if (c) all.set(id, { ...c, ...change });
  }
  return all;
});

export const list = computed(() => place.value.list);
export const openId = computed(() => (PAGES.has(place.value.list) ? null : place.value.id));
export const shelf = computed(() => shelves.value.get(list.value) ?? NO_SHELF);
export const thread = computed(() => known.value.threads.get(openId.value ?? 0) ?? null);
export const unreadIn = computed(() => {
  let n = 0;
  for (const c of conversations.value.values()) {
    if (c.unread && c.assignee_id === myId.value && c.status === "open") n++;
  }
  return n;
});

const live = computed(() =>
  matching(
    lineUp(list.value, conversations.value, myId.value, shelf.value),
    conversations.value,
    filter.value,
  ),
);

/** The rows on the screen. */
export const shown = signal<Arranged>({ ids: [], fresh: 0 });
let arrangedFor = "";

effect(() => {
  const asked = `${list.value}\n${filter.value}`;
  const before = asked === arrangedFor ? shown.peek().ids : [];
  arrangedFor = asked;
  const next = arrange(before, live.value, held.value);
  batch(() => {
    selected.value = follow(before, next.ids, selected.peek());
    shown.value = next;
  });
});

/** Select the row *by* steps away. */
export function move(by: number): void {
  selected.value = step(shown.peek().ids, selected.peek(), by);
}

/** Open the selected row, or else the first. */
export function openSelected(): void {
  const id = toOpen(shown.peek().ids, selected.peek());
  if (id !== null) openConversation(id);
}

export function openConversation(id: number): void {
  selected.value = id;
  go(path(list.peek(), id));
}

export function closeConversation(): void {
  go(path(list.peek()));
}

// --- the live line ------------------------------------------------------------------------
const recent: ChangeFrame[] = [];
let heardFrames = 0;
let waiting: ChangeFrame[] = [];

export const link = new Link(
  () => known.peek().sequence,
  take,
  () => heal(),
  () => void refresh(), // a refused websocket does not say why
);

function take(frame: Frame): void {
  if (frame.type === "change") {
    if (waiting.length === 0) setTimeout(flush, 16); // many frames, one drawing
    waiting.push(frame);
  } else if (frame.type === "counts") counts.value = frame.counts;
  else if (frame.type === "ringing") for (const listener of ringers) listener();
  else if (frame.type === "board") for (const listener of watchers) listener();
  else if (frame.type === "typing") noteTyping(frame.conversation_id, frame.agent_id);
  else if (frame.type === "resync") void reload();
}

const ringers = new Set<() => void>();

/** Have *listener* called whenever this agent's telephone begins or ends to ring. */
export function onRinging(listener: () => void): void {
  ringers.add(listener);
}

const watchers = new Set<() => void>();

/** Have *listener* called whenever the board shows something else. */
export function onBoard(listener: () => void): () => void {
  watchers.add(listener);
  return () => watchers.delete(listener);
}

function flush(): void {
  const frames = waiting;
  waiting = [];
  batch(() => {
    const before = known.peek();
    let next = before;
    for (const frame of frames) {
      remember(frame);
      next = absorb(next, frame, myId.peek());
      stopTyping(frame);
    }
    known.value = next;
    tidy();
    for (const frame of frames) for (const tell of tellers) tell(frame, before);
  });
  if (frames.some((frame) => frame.messages.some((m) => m.conversation_id === openId.peek()))) {
    refreshSoon();
  }
  const id = openId.peek() ?? 0;
  const went = frames.some((frame) => frame.gone?.includes(id));
  if (went && !known.peek().conversations.has(id)) closeConversation(); // to somebody else
  if (frames.some((f) => f.events.some((e) => e.verb.startsWith("account.")))) void refresh();
  const failed = frames.some((f) => f.events.some((e) => e.verb === "delivery.changed"));
  if (failed && TOLD.has(list.peek())) void loadList(list.peek());
}

let tidyAt = KEEP_CONVERSATIONS;

/** Forget conversations in no list when there are too many. */
function tidy(): void {
  if (known.peek().conversations.size <= tidyAt) return;
  const also = [...overlays.peek().keys(), openId.peek() ?? 0, selected.peek() ?? 0];
  known.value = tidied(known.peek(), shelves.peek(), myId.peek(), also);
  tidyAt = Math.max(KEEP_CONVERSATIONS, known.peek().conversations.size + KEEP_CONVERSATIONS / 2);
}

const tellers = new Set<(frame: ChangeFrame, before: Known) => void>();

/** Have *listener* called with every frame, and with what was known before it. */
export function onNews(listener: (frame: ChangeFrame, before: Known) => void): () => void {
  tellers.add(listener);
  return () => tellers.delete(listener);
}

function remember(frame: ChangeFrame): void {
  heardFrames++;
  recent.push(frame);
  if (recent.length > KEEP_FRAMES) recent.shift();
}

/** Return the frames heard since *mark*, so that an answer on its way meanwhile misses none. */
function since(mark: number): ChangeFrame[] {
  const n = heardFrames - mark;
  return n > 0 ? recent.slice(-n) : [];
}

let refreshing = 0;

/** Load the open thread again: who a reply would go to may have changed. */
function refreshSoon(): void {
  clearTimeout(refreshing);
  refreshing = setTimeout(refreshThread, 400);
}

/** Load again what one looks at: whose it is has changed. */
export function refreshOpen(): void {
  refreshThread();
  if (!PAGES.has(list.peek())) void loadList(list.peek());
}

function refreshThread(): void {
  const id = openId.peek();
  if (id !== null && session.peek() === "in") void loadThread(id);
}

setInterval(refreshThread, 30 * 60_000); // the links to files are signed for an hour

// --- somebody is writing ------------------------------------------------------------------
const TYPING = 6_000; // milliseconds after which a silent writer has stopped
export const typing = signal<ReadonlyMap<number, { agent: number | null; until: number }>>(
  new Map(),
);

function noteTyping(conversation: number, agent: number | null): void {
  if (agent === myId.peek()) return;
  const until = Date.now() + TYPING;
  typing.value = new Map(typing.peek()).set(conversation, { agent, until });
  setTimeout(() => {
    if ((typing.peek().get(conversation)?.until ?? 0) <= Date.now()) forgetTyping(conversation);
  }, TYPING + 50);
}

function stopTyping(frame: ChangeFrame): void {
  for (const message of frame.messages) forgetTyping(message.conversation_id);
}

function forgetTyping(conversation: number): void {
  if (!typing.peek().has(conversation)) return;
  const next = new Map(typing.peek());
  next.delete(conversation);
  typing.value = next;
}

let saidTyping = 0;

/** Tell the others that this agent writes; at most every three seconds. */
export function sayTyping(conversation: number): void {
  if (Date.now() - saidTyping < 3_000) return;
  saidTyping = Date.now();
  link.say({ type: "typing", conversation_id: conversation });
}

// --- loading ------------------------------------------------------------------------------
let starting: Promise<void> | null = null;
let retryTimer = 0;

/** Learn who we are, then what there is. */
export function start(): Promise<void> {
  starting ??= begin().finally(() => {
    starting = null;
  });
  return starting;
}

async function begin(): Promise<void> {
  clearTimeout(retryTimer);
  try {
    const answer = await api.me();
    batch(() => {
      unreachable.value = false;
      me.value = answer;
      counts.value = answer.counts;
      known.value = { ...known.peek(), sequence: Math.max(known.peek().sequence, answer.sequence) };
      session.value = "in";
    });
    if (place.peek().page === "sign-in") go(returnPath(), true);
    link.start();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return; // `onSignedOut` was told
    unreachable.value = true;
    retryTimer = setTimeout(() => void start(), 3_000);
  }
}

function returnPath(): string {
  const back = new URLSearchParams(location.search).get("next") ?? "";
  return /^\/inbox\//.test(back) ? back : path("mine");
}

onSignedOut(() => {
  link.stop();
  batch(() => {
    session.value = "out";
    me.value = null;
    known.value = nothing;
    shelves.value = new Map();
    threadStates.value = new Map();
    overlays.value = new Map();
    selected.value = null;
  });
  if (place.peek().page !== "sign-in") {
    const next = `?next=${encodeURIComponent(location.pathname)}`;
    history.replaceState(null, "", `/sign-in${next}`);
    place.value = { page: "sign-in", list: "mine", id: null, rest: [] };
  }
});

/** Learn again who there is; it also says whether the session still stands. */
export async function refresh(): Promise<void> {
  try {
    const answer = await api.me();
    batch(() => {
      me.value = answer;
      counts.value = answer.counts;
    });
  } catch {
    // not signed in: `onSignedOut` was told; not reachable: the link tries again
  }
}

/** Load again whatever could not be loaded while the line was down. */
export function heal(): void {
  if (!me.peek()) void start();
  else if (healed++ > 0) void refresh(); // colleagues and accounts may have come and gone
  if (shelf.peek().state === "failed") void loadList(list.peek());
  const id = openId.peek();
  if (id && threadStates.peek().get(id) === "failed") void loadThread(id);
  for (const listener of healers) listener();
}

let healed = 0;
const healers = new Set<() => void>();

/** Have *listener* called whenever the line is back. */
export function onHeal(listener: () => void): () => void {
  healers.add(listener);
  return () => healers.delete(listener);
}

/** Begin anew: too much happened while we were away to be told one by one. */
async function reload(): Promise<void> {
  try {
    const answer = await api.me();
    const page = await api.conversations(conversationList());
    const id = openId.peek();
    const again = id && threadStates.peek().get(id) !== "gone" ? await api.thread(id) : null;
    batch(() => {
      me.value = answer;
      counts.value = answer.counts;
      known.value = { ...nothing, marks: known.peek().marks, sequence: answer.sequence };
      shelves.value = new Map();
      settle(conversationList(), page.items, page.next, false);
      if (again) known.value = open(known.peek(), again, [], myId.peek());
    });
    for (const listener of healers) listener();
  } catch {
    setTimeout(() => session.peek() === "in" && void reload(), 2_000 + Math.random() * 3_000);
  }
}

function conversationList(): string {
  return PAGES.has(list.peek()) ? "mine" : list.peek();
}

/** Load a list's first page again, or its next one. */
export async function loadList(name: string, more = false): Promise<void> {
  const before = shelves.peek().get(name);
  if (more && (!before?.next || before.state !== "ready")) return;
  note(name, { ...(before ?? NO_SHELF), state: more ? "more" : busy(before?.state) });
  const heard = heardFrames;
  try {
    const page = await api.conversations(name, more ? before?.next : null);
    batch(() => {
      settle(name, page.items, page.next, more);
      for (const frame of since(heard)) known.value = absorb(known.peek(), frame, myId.peek());
    });
  } catch {
    const rows = shelves.peek().get(name);
    note(name, {
      ...(rows ?? NO_SHELF),
      state: rows?.members || rows?.horizon ? "ready" : "failed",
    });
    if (link.state.peek() === "open") setTimeout(heal, 3_000);
  }
}

/** A list that stands already is refreshed without saying so. */
function busy(state: Loading | undefined): Loading {
  return state === "ready" || state === "more" ? state : "loading";
}

function settle(name: string, items: Conversation[], next: string | null, more: boolean): void {
  known.value = learn(known.peek(), items);
  const before = shelves.peek().get(name);
  const deep =
    !more && busy(before?.state) !== "loading" && before?.next !== next && before?.horizon;
  if (deep && !TOLD.has(name)) return; // further pages are on the screen already
  const last = items[items.length - 1];
  const members = TOLD.has(name)
    ? new Set([...(more ? (before?.members ?? []) : []), ...items.map((c) => c.id)])
    : null;
  const horizon = next && last && !members ? last : null;
  note(name, { members, horizon, next, state: "ready" });
}

function note(name: string, state: ShelfState): void {
  shelves.value = new Map(shelves.peek()).set(name, state);
}

/** Open a conversation, or load it again. */
export async function loadThread(id: number): Promise<void> {
  if (!known.peek().threads.has(id)) noteThread(id, "loading");
  const heard = heardFrames;
  try {
    const answer = await api.thread(id);
    batch(() => {
      known.value = limited(open(known.peek(), answer, since(heard), myId.peek()), id);
      noteThread(id, "ready");
    });
  } catch (error) {
    if (known.peek().threads.has(id)) return;
    const gone = error instanceof Refused && error.status === 404;
    noteThread(id, gone ? "gone" : "failed");
    if (!gone && link.state.peek() === "open") setTimeout(heal, 3_000);
  }
}

function noteThread(id: number, state: Loading): void {
  threadStates.value = new Map(threadStates.peek()).set(id, state);
}

/** Forget the threads opened longest ago. */
function limited(next: Known, keep: number): Known {
  if (next.threads.size <= KEEP_THREADS) return next;
  const threads = new Map(next.threads);
  for (const id of threads.keys()) {
    if (threads.size <= KEEP_THREADS) break;
    if (id !== keep) threads.delete(id);
  }
  return { ...next, threads };
}

/** Load the page of messages before those that are loaded. */
export async function loadEarlier(id: number): Promise<void> {
  const earlier = known.peek().threads.get(id)?.earlier;
  if (!earlier) return;
  const page = await api.earlier(id, earlier);
  known.value = prepend(known.peek(), id, page.items, page.next);
}

// --- what follows from where we are -------------------------------------------------------
effect(() => {
  if (session.value !== "in" || PAGES.has(list.value)) return;
  const name = list.value;
  queueMicrotask(() => void loadList(name));
});

effect(() => {
  const id = openId.value;
  if (session.value !== "in" || id === null) return;
  queueMicrotask(() => {
    if (selected.peek() === null) selected.value = id;
    void loadThread(id);
  });
});

// --- reading ------------------------------------------------------------------------------
const unsaid = new Map<number, number>();

effect(() => {
  const id = openId.value;
  const newest = thread.value?.messages.at(-1)?.id;
  if (id === null || !newest || !visible.value) return;
  if ((known.peek().marks.get(id) ?? 0) >= newest) return;
  queueMicrotask(() => {
    known.value = mark(known.peek(), id, newest);
    unsaid.set(id, newest);
    void sayRead();
  });
});

async function sayRead(): Promise<void> {
  for (const [id, message] of [...unsaid]) {
    try {
      await api.read(id, message);
    } catch (error) {
      if (!(error instanceof Refused)) return; // said again when the line is back
    }
    if (unsaid.get(id) === message) unsaid.delete(id);
  }
}

onHeal(() => void sayRead());

// --- what tests and people wait for -------------------------------------------------------
/** The page has drawn what it was asked for. */
export const ready = computed(() => {
  if (session.value === "out") return "sign-in";
  if (session.value !== "in") return null;
  if (!PAGES.has(place.value.list) && shelf.value.state === "loading") return null;
  const id = openId.value;
  if (id !== null && !thread.value && threadStates.value.get(id) !== "gone") return null;
  return id === null ? "list" : "conversation";
});

effect(() => {
  if (ready.value) document.body.dataset.ready = ready.value;
  else delete document.body.dataset.ready;
});
