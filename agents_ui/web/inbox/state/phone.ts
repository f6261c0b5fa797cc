/** The calls of this moment, and what the agent does with them. */
import { computed, effect, signal } from "@preact/signals";
import { call as ask } from "../api";
import type { LiveCall, Message, Page, SoftphoneToken, Taker } from "../shapes";
import { words } from "../words";
import { accounts, conversations, me, myId, onHeal, onNews, onRinging, session } from "./desk";
import { kept } from "./settings";
import { say } from "./toasts";

export type How = "browser" | "phone";
export type Attending = "monitor" | "whisper" | "barge";

/** Whom somebody wants to call. */
export interface Wanted {
  customer_id: number | null;
  to: string | null;
  name: string;
}

const AGAIN = 5_000; // milliseconds between two looks at calls that run

export const liveCalls = signal<readonly LiveCall[]>([]);
export const wanted = signal<Wanted | null>(null); // how to speak with them is asked
export const transferring = signal<LiveCall | null>(null);
export const callsOpen = signal(false);
export const declined = signal<ReadonlySet<string>>(new Set());
export const speaking = signal(false); // in this browser
export const muted = signal(false);
export const registered = signal(false); // this browser can be rung
export const takesCalls = kept<boolean>("takes-calls", false);

/** Accounts by which people are called. */
export const phones = computed(() =>
  [...accounts.value.values()].filter((one) => !one.archived && one.capabilities?.calls),
);
export const supportsCalls = computed(() => phones.value.length > 0);

/** Calls that ring at this agent. */
export const ringing = computed(() =>
  liveCalls.value.filter(
    (one) =>
      one.ringing.includes(myId.value) && !one.outward && !declined.value.has(one.external_id),
  ),
);

/** The call that this agent is in, listens to, or has begun. */
export const mine = computed(
  () =>
    liveCalls.value.find((one) => myPart(one)) ??
    liveCalls.value.find((one) => one.outward && one.ringing.includes(myId.value)) ??
    null,
);

/** This agent's part in a call. */
export function myPart(call: LiveCall): Taker | undefined {
  return call.takers.find((taker) => taker.agent_id === myId.value);
}

/** Calls that anybody may take. */
export const queued = computed(() => liveCalls.value.filter((one) => one.state === "queued"));

// --- learning of them -----------------------------------------------------------------------
let timer = 0;

export async function loadCalls(): Promise<void> {
  clearTimeout(timer);
  if (session.peek() !== "in" || !supportsCalls.peek()) return;
  try {
    liveCalls.value = (await ask<Page<LiveCall>>("GET", "/calls")).items;
  } catch {
    // asked again, now or with the next news of a call
  }
  if (liveCalls.peek().length > 0) soon(AGAIN);
}

function soon(after: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => void loadCalls(), after);
}

onNews((frame) => {
  if (frame.events.some((event) => event.verb === "call.changed")) soon(100);
});
onRinging(() => soon(0));
onHeal(() => soon(0));
me.subscribe((known) => known && soon(0));

// --- speaking -------------------------------------------------------------------------------
/** Ask how to speak with *number*, then call it. */
export function callNumber(number: string, customer: number | null, name = number): void {
  wanted.value = { to: number, customer_id: customer, name };
}

/** Call the other side of a call's message. */
export function callBack(message: Message): void {
  const customer = conversations.peek().get(message.conversation_id)?.customer;
  const to = message.direction === "in" ? message.sender : (message.recipients[0] ?? null);
  wanted.value = { to, customer_id: customer?.id ?? null, name: customer?.name ?? to ?? "" };
}

export async function place(whom: Wanted, how: How, account: number): Promise<void> {
  wanted.value = null;
  const { to, customer_id, name } = whom;
  await attempt(async () => {
    if (how === "browser") await expectRing();
    say(words.phone.starting(name));
    await ask("POST", "/calls", { account_id: account, customer_id, to, how });
  });
}

export async function answer(call: LiveCall, how: How): Promise<void> {
  await attempt(async () => {
    if (how === "browser") {
      if (softphone?.accept()) return; // it rings here already
      await expectRing();
    } else say(words.phone.ringingPhone);
    await ask("POST", `/calls/${call.message_id}/answer`, { how });
  });
}

/** Let it ring at the others. */
export function decline(call: LiveCall): void {
  softphone?.ignore();
  declined.value = new Set([...declined.peek(), call.external_id]);
}

export async function act(call: LiveCall, what: string, body?: object): Promise<void> {
  await attempt(() => ask("POST", `/calls/${call.message_id}/${what}`, body));
}

export async function hangUp(call: LiveCall): Promise<void> {
  await act(call, "hang-up");
  softphone?.hangUp();
}

/** Listen to somebody's call, whisper to the agent, or join in. */
export async function attend(call: LiveCall, what: Attending, how: How): Promise<void> {
  await attempt(async () => {
    if (how === "browser") await expectRing();
    await ask("POST", `/calls/${call.message_id}/${what}`, { how });
  });
}

async function attempt(what: () => Promise<unknown>): Promise<void> {
  try {
    await what();
  } catch (error) {
    softphone?.expect(false);
    say(words.phone.failed((error as Error).message), { bad: true });
  }
  await loadCalls();
}

/** The telephone of this agent, where one is noted. */
export const myPhone = signal<string | null>(null);

export async function loadMyPhone(): Promise<void> {
  try {
    myPhone.value = (await ask<{ phone: string | null }>("GET", "/calls/phone")).phone;
  } catch {
    // it is asked for when it is needed
  }
}

export async function saveMyPhone(phone: string | null): Promise<boolean> {
  try {
    myPhone.value = (await ask<{ phone: string | null }>("PUT", "/calls/phone", { phone })).phone;
    return true;
  } catch (error) {
    say(words.done.notChanged((error as Error).message), { bad: true });
    return false;
  }
}

// --- the telephone in the browser -------------------------------------------------------------
let softphone: typeof import("./softphone") | null = null;
let renewal = 0;

/** Be ready to be rung here, and take the next ring: we asked for it. */
async function expectRing(): Promise<void> {
  const phone = await register();
  await phone.microphone();
  phone.expect(true);
}

/** Load the telephone, a third of a megabyte: only for those who speak in their browser. */
async function register(): Promise<typeof import("./softphone")> {
  softphone ??= await import("./softphone");
  if (!registered.peek()) {
    await softphone.register(await token(), {
      speaking: (on) => {
        speaking.value = on;
        muted.value = false;
        soon(100);
      },
      lost: () => {
        registered.value = false;
      },
    });
    registered.value = true;
  }
  return softphone;
}

async function token(): Promise<string> {
  const told = await ask<SoftphoneToken>("GET", "/calls/token");
  clearTimeout(renewal);
  const lasts = Date.parse(told.expires_at) - Date.now();
  renewal = setTimeout(renew, Math.max(30_000, lasts - 60_000));
  return told.token;
}

async function renew(): Promise<void> {
  try {
    softphone?.renew(await token());
  } catch {
    registered.value = false;
  }
}

effect(() => {
  if (!takesCalls.value || session.value !== "in" || !supportsCalls.value) return;
  queueMicrotask(() => {
    register().catch((error: Error) => say(words.phone.failed(error.message), { bad: true }));
  });
});

export function mute(on: boolean): void {
  softphone?.mute(on);
  muted.value = on;
}
