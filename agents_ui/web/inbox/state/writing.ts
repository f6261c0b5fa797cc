/** What is being written in each conversation, and the drafts of it on the server. */
import { effect, signal } from "@preact/signals";
import { api, Refused, upload } from "../api";
import type { Choices, Envelope, Message, Templated, Uploaded } from "../shapes";
import { words } from "../words";
import { askOutcome } from "./acts";
import { accounts, known, myId, now, onHeal, sayTyping, thread, visible } from "./desk";
import { newId, onReturned, type Parcel, post } from "./outbox";
import { filled } from "./templates";
import { say, speak } from "./toasts";
import { barred, wayBy } from "./ways";

export const GAP = "[…]"; // in a suggestion: something is to be filled in

export interface FileInHand {
  id: string;
  name: string;
  size: number;
  media_type: string;
  done: number; // 0 to 1
  token: string | null;
  error: string | null;
  stop: () => void;
}

/** Two texts, so that what was meant for colleagues can never turn into a reply. */
export interface Writing {
  note: boolean;
  reply: string;
  internal: string;
  account: number | null; // another than the envelope's
  to: string | null; // other recipients than the envelope's
  copied: string | null;
  files: FileInHand[];
  since: number | null; // the newest message when the reply was begun
  stopped: boolean; // the customer wrote since; a person decides
  saved: boolean;
  uploaded: Sending | null; // send was pressed; it leaves once every file is uploaded
  quotes: number | null; // the message that it answers
  content: Choices | Templated | null; // buttons, or a template instead of a text of one's own
  template: string; // the template's text, with its blanks
}

export interface Sending {
  resolve?: boolean;
  outcome?: string | null; // what it was about, once that was asked
  anyway?: boolean;
}

const EMPTY: Writing = {
  note: false,
  reply: "",
  internal: "",
  account: null,
  to: null,
  copied: null,
  files: [],
  since: null,
  stopped: false,
  saved: true,
  uploaded: null,
  quotes: null,
  content: null,
  template: "",
};

export const writings = signal<ReadonlyMap<number, Writing>>(new Map());

/** Return what is being written in *conversation*. */
export function writing(conversation: number): Writing {
  return writings.value.get(conversation) ?? EMPTY;
}

function current(conversation: number): Writing {
  return writings.peek().get(conversation) ?? EMPTY;
}

export function write(conversation: number, change: Partial<Writing>): void {
  const next = { ...current(conversation), ...change };
  writings.value = new Map(writings.peek()).set(conversation, next);
}

/** Take in what the agent typed. */
export function type(conversation: number, text: string): void {
  const before = current(conversation);
  if (before.uploaded) write(conversation, { uploaded: null }); // there is more to say
  if (before.note) write(conversation, { internal: text, saved: false });
  else {
    const since = text ? (before.since ?? newest(conversation)) : null;
    write(conversation, {
      reply: text,
      since,
      saved: false,
      stopped: text ? before.stopped : false,
    });
    if (text) sayTyping(conversation);
  }
  saveSoon(conversation);
}

export function setNote(conversation: number, note: boolean): void {
  if (current(conversation).note !== note)
    write(conversation, { note, saved: false, uploaded: null });
  if (text(current(conversation))) saveSoon(conversation);
}

function text(writing: Writing): string {
  return writing.note ? writing.internal : writing.reply;
}

function newest(conversation: number): number | null {
  return known.peek().threads.get(conversation)?.messages.at(-1)?.id ?? null;
}

/** The customer's newest message that came after the reply was begun. */
export function arrivedSince(writing: Writing, messages: readonly Message[]): Message | null {
  if (writing.since === null) return null;
  const since = writing.since;
  return messages.findLast((m) => m.direction === "in" && m.id > since) ?? null;
}

// --- drafts -------------------------------------------------------------------------------
const timers = new Map<number, number>();

function saveSoon(conversation: number): void {
  clearTimeout(timers.get(conversation));
  timers.set(
    conversation,
    setTimeout(() => void save(conversation), 700),
  );
}

async function save(conversation: number): Promise<void> {
  timers.delete(conversation);
  const saving = current(conversation);
  try {
    await api.draft(conversation, { text: text(saving), note: saving.note });
    if (text(current(conversation)) === text(saving)) write(conversation, { saved: true });
  } catch (error) {
    if (error instanceof Refused) write(conversation, { saved: true }); // asking again changes nothing
  }
}

onHeal(() => {
  for (const [conversation, one] of writings.peek()) if (!one.saved) saveSoon(conversation);
});

addEventListener("pagehide", () => {
  for (const conversation of timers.keys()) {
    const one = current(conversation);
    void fetch(`/api/conversations/${conversation}/draft`, {
      method: "PUT",
      keepalive: true,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: text(one), note: one.note }),
    }).catch(() => {});
  }
});

effect(() => {
  const opened = thread.value;
  const id = opened?.envelope && opened.draft ? draftOf() : null;
  if (id === null || !opened?.draft || writings.peek().has(id)) return;
  const { text, note } = opened.draft;
  if (!text) return;
  const since = opened.messages.at(-1)?.id ?? null;
  queueMicrotask(() => {
    if (writings.peek().has(id)) return;
    write(id, note ? { note, internal: text } : { reply: text, since });
  });
});

function draftOf(): number | null {
  const opened = thread.peek();
  for (const [id, one] of known.peek().threads) if (one === opened) return id;
  return null;
}

// --- files --------------------------------------------------------------------------------
/** Attach *files*; what the channel does not carry leaves as a link. */
export function attach(conversation: number, files: Iterable<File>): void {
  for (const file of files) begin(conversation, file);
}

function begin(conversation: number, file: File): void {
  const id = newId();
  const change = (more: Partial<FileInHand>) =>
    write(conversation, {
      files: current(conversation).files.map((one) => (one.id === id ? { ...one, ...more } : one)),
    });
  const { done, stop } = upload(file, (share) => change({ done: share }));
  const one: FileInHand = {
    id,
    name: file.name,
    size: file.size,
    media_type: file.type,
    done: 0,
    token: null,
    error: null,
    stop,
  };
  write(conversation, { files: [...current(conversation).files, one] });
  done.then(
    (uploaded) => {
      change({ done: 1, token: uploaded.token });
      sendUploaded(conversation);
    },
    (error: Error) => {
      change({ error: error.message });
      write(conversation, { uploaded: null }); // a person decides whether it goes without
    },
  );
}

export function detach(conversation: number, id: string): void {
  const file = current(conversation).files.find((one) => one.id === id);
  if (file && !file.token && !file.error) file.stop();
  const files = current(conversation).files.filter((one) => one.id !== id);
  write(conversation, { files, uploaded: null });
}

// --- sending ------------------------------------------------------------------------------
/** Split a line of addresses as people write them. */
export function addresses(line: string): string[] {
  return line
    .split(/[,;\n]/)
    .map((one) => one.trim())
    .filter(Boolean);
}

/** Why what is written cannot be sent yet, in a sentence; nothing when it can. */
export function obstacle(one: Writing, envelope: Envelope): string | null {
  if (one.note) return null;
  const way = wayBy(one.account, envelope, accounts.peek(), now.peek());
  if (barred(way, envelope)) return way.reason ?? words.composer.impossible;
  if (!way.open && one.content?.type !== "template") return words.composer.closed;
  if (one.reply.includes(GAP)) return words.composer.gap;
  if (one.to !== null && addresses(one.to).length === 0) return words.composer.nobody;
  return null;
}

/** There is something to send. */
function says(one: Writing): boolean {
  return Boolean(
    text(one).trim() || one.files.length > 0 || (!one.note && one.content?.type === "template"),
  );
}

function uploading(one: Writing): boolean {
  return one.files.some((file) => !file.token && !file.error);
}

/** Send what was to leave as soon as its files are uploaded. */
function sendUploaded(conversation: number): void {
  const { uploaded, ...one } = current(conversation);
  if (!uploaded || uploading({ ...one, uploaded })) return;
  write(conversation, { uploaded: null });
  send(conversation, uploaded);
}

/** Send what is written; *anyway* although the customer wrote since. */
export function send(conversation: number, more: Sending = {}): void {
  const one = current(conversation);
  const opened = known.peek().threads.get(conversation);
  if (!opened || !says(one)) return;
  const problem = obstacle(one, opened.envelope);
  if (problem) {
    say(problem, { bad: true });
    speak(problem);
    return;
  }
  const live = opened.envelope.capabilities.typing && visible.peek(); // in a chat one sees it arrive
  const stop = !one.note && !live && !more.anyway && arrivedSince(one, opened.messages);
  if (more.resolve && more.outcome === undefined && !one.note && !stop) {
    askOutcome(conversation, (outcome) => send(conversation, { ...more, outcome }));
    return;
  }
  if (uploading(one)) {
    write(conversation, { uploaded: more });
    speak(words.composer.waitUpload);
    return;
  }
  if (stop) {
    write(conversation, { stopped: true });
    return;
  }
  const seen = live || more.anyway || one.since === null ? newest(conversation) : one.since;
  post(parcelOf(conversation, one, seen, more));
  clear(conversation, one);
}

/** What will stand in the conversation. */
function spoken(one: Writing): string {
  if (one.note || one.content?.type !== "template") return text(one);
  return filled(one.template, one.content.variables ?? {});
}

function parcelOf(conversation: number, one: Writing, seen: number | null, more: Sending): Parcel {
  const resolve = Boolean(more.resolve) && !one.note;
  const ready = one.files.filter((file) => file.token);
  const files = ready.map(
    ({ token, name, media_type, size }): Uploaded => ({
      token: token ?? "",
      name,
      media_type,
      size,
    }),
  );
  const client_id = newId();
  return {
    client_id,
    agent: myId.peek(),
    conversation,
    note: one.note,
    files,
    at: new Date().toISOString(),
    state: "leaving",
    reason: null,
    reply: {
      text: spoken(one).trimEnd(),
      client_id,
      attachments: files.map((file) => file.token),
      account_id: one.account,
      to: one.to === null ? null : addresses(one.to),
      copied: one.copied === null ? null : addresses(one.copied),
      last_seen_id: seen,
      resolve,
      outcome: resolve ? (more.outcome ?? null) : null,
      content: one.note ? null : one.content,
      answers_id: one.note ? null : one.quotes,
    },
  };
}

/** After sending: the text is gone, the other text stays, and one is in reply mode again. */
function clear(conversation: number, one: Writing): void {
  const { reply, since, quotes, content, account } = one;
  const kept = { reply, since, quotes, content, account, template: one.template };
  const own =
    content?.type === "template" ? { internal: one.internal, reply } : { internal: one.internal };
  const rest = one.note ? kept : own;
  write(conversation, { ...EMPTY, ...rest, saved: true });
  clearTimeout(timers.get(conversation));
  timers.delete(conversation);
  if (text(current(conversation))) saveSoon(conversation);
}

/** Put a message back into the composer, to be changed or sent again. */
export function putBack(parcel: Parcel, stopped: boolean): void {
  const { reply, note, conversation, files } = parcel;
  const before = current(conversation);
  const again = (mine: string) => [reply.text, mine].filter((part) => part.trim()).join("\n\n");
  write(conversation, {
    note,
    ...(note ? { internal: again(before.internal) } : { reply: again(before.reply) }),
    account: reply.account_id,
    to: reply.to?.join(", ") ?? null,
    copied: reply.copied?.join(", ") ?? null,
    files: files.map((file) => ({ ...file, id: newId(), done: 1, error: null, stop: () => {} })),
    since: reply.last_seen_id,
    quotes: reply.answers_id ?? null,
    content: reply.content?.type === "location" ? null : (reply.content ?? null),
    stopped,
    saved: false,
  });
  saveSoon(conversation);
}

onReturned((parcel) => {
  putBack(parcel, true);
  const name = known.peek().conversations.get(parcel.conversation)?.customer.name;
  speak(words.composer.arrived(name ?? words.thread.somebody));
});
