/** Sending without waiting, and without ever sending twice.
 *
 * A message has an id of ours before it leaves. It stays here, and in the browser's
 * storage, until the desk has answered; it is asked again with the same id for as long
 * as nobody answers, and the desk stores the same id once.
 */
import { computed, signal } from "@preact/signals";
import { api, Refused } from "../api";
import type { Message, NewReply, Uploaded } from "../shapes";
import { words } from "../words";
import { known, link, myId, onHeal, session } from "./desk";
import { patience } from "./link";
import { hearMessages, learn } from "./reduce";
import { keep, recallText } from "./settings";
import { say, speak } from "./toasts";

export interface Parcel {
  client_id: string;
  agent: number;
  conversation: number;
  note: boolean;
  reply: NewReply; // of a note, only the text and the attachments are sent
  files: Uploaded[];
  at: string;
  state: "leaving" | "waiting" | "refused";
  reason: string | null;
}

export const parcels = signal<readonly Parcel[]>([]);
const busy = new Set<number>(); // conversations that have a request on its way
let attempts = 0;
let timer = 0;

type Returned = (parcel: Parcel) => void;
let returned: Returned = () => {};

/** Have *listener* called with a message that was stopped because the customer wrote. */
export function onReturned(listener: Returned): void {
  returned = listener;
}

/** Make an id that nobody else makes. */
export function newId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)) as Uint8Array; // plain HTTP has no UUIDs
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Send *parcel* as soon as the line allows. */
export function post(parcel: Parcel): void {
  parcels.value = [...parcels.peek(), parcel];
  store();
  void flush(parcel.conversation);
}

/** Take a message out that has not left. */
export function takeBack(client_id: string): Parcel | null {
  const parcel = parcels.peek().find((one) => one.client_id === client_id) ?? null;
  parcels.value = parcels.peek().filter((one) => one !== parcel);
  store();
  return parcel;
}

async function flush(conversation: number): Promise<void> {
  if (busy.has(conversation)) return;
  busy.add(conversation);
  try {
    for (let next = first(conversation); next; next = first(conversation)) {
      if (!(await send(next))) return;
    }
  } finally {
    busy.delete(conversation);
  }
}

function first(conversation: number): Parcel | undefined {
  return parcels
    .peek()
    .find(
      (one) =>
        one.conversation === conversation && one.state !== "refused" && one.agent === myId.peek(),
    );
}

/** Send one; false when the line is down and the rest must wait. */
async function send(parcel: Parcel): Promise<boolean> {
  patch(parcel.client_id, { state: "leaving" });
  try {
    arrived(parcel, await ask(parcel));
    attempts = 0;
    return true;
  } catch (error) {
    if (error instanceof Refused && error.status !== 401) {
      if (await decided(parcel, error)) return true;
    }
    patch(parcel.client_id, { state: "waiting" });
    later();
    return false;
  }
}

function ask(parcel: Parcel): Promise<Message> {
  const { text, attachments, client_id } = parcel.reply;
  if (parcel.note) return api.note(parcel.conversation, { text, attachments, client_id });
  return api.reply(parcel.conversation, parcel.reply);
}

function arrived(parcel: Parcel, message: Message): void {
  known.value = hearMessages(known.peek(), [message]);
  const c = known.peek().conversations.get(parcel.conversation);
  if (parcel.reply.resolve && c) {
    known.value = learn(known.peek(), [{ ...c, status: "resolved", waiting_since: null }]);
  }
  takeBack(parcel.client_id);
}

/** Find out what a refusal means for *parcel*; false when it should be asked again. */
async function decided(parcel: Parcel, error: Refused): Promise<boolean> {
  if (error.status === 409) return conflict(parcel);
  patch(parcel.client_id, { state: "refused", reason: error.message });
  speak(words.composer.refused(error.message));
  say(words.composer.refused(error.message), { bad: true });
  return true;
}

/** The customer wrote meanwhile, or our own first attempt is still being answered. */
async function conflict(parcel: Parcel): Promise<boolean> {
  const thread = await api.thread(parcel.conversation).catch(() => null);
  if (!thread) return false;
  known.value = hearMessages(known.peek(), thread.messages.items);
  const stored = thread.messages.items.find((m) => m.client_id === parcel.client_id);
  if (stored) arrived(parcel, stored);
  const seen = parcel.reply.last_seen_id ?? 0;
  const newer = thread.messages.items.some((m) => m.direction === "in" && m.id > seen);
  if (!stored && newer && !parcel.note) {
    takeBack(parcel.client_id);
    returned(parcel);
  }
  return Boolean(stored) || (newer && !parcel.note);
}

function patch(client_id: string, change: Partial<Parcel>): void {
  parcels.value = parcels
    .peek()
    .map((one) => (one.client_id === client_id ? { ...one, ...change } : one));
  store();
}

function later(): void {
  clearTimeout(timer);
  timer = setTimeout(flushAll, patience(attempts++, Math.random()));
}

/** Try everything again that waits. */
export function flushAll(): void {
  for (const id of new Set(parcels.peek().map((one) => one.conversation))) void flush(id);
}

onHeal(flushAll);
link.state.subscribe((state) => {
  if (state === "open") flushAll();
});

const NAME = "outbox";

function store(): void {
  keep(NAME, parcels.peek().length > 0 ? JSON.stringify(parcels.peek()) : null);
}

/** Find what a closed tab could not send any more; the desk knows what it has already. */
session.subscribe((state) => {
  if (state !== "in" || parcels.peek().length > 0) return;
  try {
    parcels.value = JSON.parse(recallText(NAME) ?? "[]") as Parcel[];
  } catch {
    parcels.value = [];
  }
  flushAll();
});

/** What waits to leave, by conversation. */
export const leaving = computed(() => {
  const all = new Map<number, Parcel[]>();
  for (const parcel of parcels.value) {
    if (parcel.agent !== myId.value) continue;
    all.set(parcel.conversation, [...(all.get(parcel.conversation) ?? []), parcel]);
  }
  return all;
});
