/** What helps with the open conversation: asked for when it is opened and when there is news. */
import { effect, signal } from "@preact/signals";
import { call, Refused } from "../api";
import type { Message } from "../shapes";
import { known, myId, onHeal, onNews, openId, thread, visible } from "../state/desk";
import { say, speak } from "../state/toasts";
import { GAP, type, writing } from "../state/writing";
import { focusComposer } from "../view/focus";
import { words as common } from "../words";
import type { Answer, Assist, Draft, Source } from "./shapes";
import { words } from "./words";

export const assists = signal<ReadonlyMap<number, Assist>>(new Map());
export const opened = signal(false); // everything is shown, not only the first suggestion
const KEEP = 30;

function keep<V>(map: ReadonlyMap<number, V>, id: number, value: V): ReadonlyMap<number, V> {
  const next = new Map(map);
  next.delete(id);
  next.set(id, value);
  for (const oldest of next.keys()) {
    if (next.size <= KEEP) break;
    next.delete(oldest);
  }
  return next;
}

// --- asking -------------------------------------------------------------------------------
let timer = 0;

async function ask(id: number): Promise<void> {
  try {
    const found = await call<Assist>("GET", `/conversations/${id}/assist`);
    assists.value = keep(assists.peek(), id, found);
  } catch {
    // it is help: without it one writes by oneself
  }
}

effect(() => {
  const id = openId.value;
  opened.value = false;
  if (id !== null) soon(id, 60);
});

function soon(id: number, milliseconds: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (openId.peek() === id && visible.peek()) void ask(id);
  }, milliseconds);
}

onNews((frame) => {
  const id = openId.peek();
  if (id !== null && frame.messages.some((m) => m.conversation_id === id && m.direction !== "note"))
    soon(id, 400);
});
onHeal(() => {
  const id = openId.peek();
  if (id !== null) soon(id, 400);
});

/** What helps now; what was suggested about an older message does not. */
export function helpful(id: number): Assist | null {
  const found = assists.value.get(id);
  if (!found) return null;
  const messages = known.value.threads.get(id)?.messages ?? [];
  const last = messages.findLast((m) => m.direction !== "note" && m.kind === "message");
  return last?.direction === "in" ? found : { ...found, answers: [] };
}

// --- what becomes of a suggestion ---------------------------------------------------------
interface Outcome {
  article_id: number;
  language: string | null;
  outcome: "used" | "declined";
}
const outcomes = new Map<number, Outcome[]>(); // by conversation, until its reply is sent

function note(id: number, answer: Answer, outcome: Outcome["outcome"]): void {
  if (!answer.article_id) return;
  const { article_id, language } = answer;
  const others = (outcomes.get(id) ?? []).filter((one) => one.article_id !== article_id);
  outcomes.set(id, [...others, { article_id, language, outcome }]);
}

function unnote(id: number, answer: Answer): void {
  const left = (outcomes.get(id) ?? []).filter((one) => one.article_id !== answer.article_id);
  outcomes.set(id, left);
}

/** An article that does not fit goes; what is sent instead may be proposed. */
export function decline(id: number, answer: Answer): void {
  const before = assists.peek().get(id);
  if (!before) return;
  note(id, answer, "declined");
  const answers = before.answers.filter((one) => one.article_id !== answer.article_id);
  assists.value = keep(assists.peek(), id, { ...before, answers });
  say(words.declined, {
    undo: () => {
      unnote(id, answer);
      assists.value = keep(assists.peek(), id, before);
    },
  });
}

/** What was sent, beside what was suggested, goes to whoever teaches; nobody waits for it. */
function learn(id: number, message: Message): void {
  const noted = outcomes.get(id) ?? [];
  outcomes.delete(id);
  const used = noted.filter((one) => one.outcome === "used");
  const told = used.length === 1 ? used : used.length === 0 ? noted.slice(-1) : [];
  for (const one of told) {
    const body = { message_id: message.id, ...one };
    call("POST", `/conversations/${id}/assist/outcome`, body).catch(() => undefined);
  }
}

onNews((frame) => {
  for (const m of frame.messages) {
    const ours = m.direction === "out" && m.kind === "message" && m.author_id === myId.peek();
    if (ours && outcomes.has(m.conversation_id)) learn(m.conversation_id, m);
  }
});

// --- using --------------------------------------------------------------------------------
/** Put a suggestion into the reply; nothing is sent. */
export function use(id: number, answer: Answer): void {
  if (answer.care === "internal") return;
  note(id, answer, "used");
  put(id, answer.text, words.used, { undone: () => unnote(id, answer) });
}

function put(
  id: number,
  text: string,
  told: string,
  { instead = false, undone = () => {} } = {},
): void {
  const before = writing(id).reply;
  const kept = instead ? "" : before.trim();
  focusComposer(id, false);
  type(id, kept ? `${kept}\n\n${text}` : text);
  const undo = () => {
    undone();
    back(id, before);
  };
  say(told, { undo });
  speak(told);
  opened.value = false;
  setTimeout(toGap, 30);
}

function back(id: number, text: string): void {
  focusComposer(id, false);
  type(id, text);
}

/** Choose the first gap, so that the next key fills it. */
function toGap(): void {
  const field = document.getElementById("composer-text");
  if (!(field instanceof HTMLTextAreaElement)) return;
  const at = field.value.indexOf(GAP);
  if (at >= 0) field.setSelectionRange(at, at + GAP.length);
}

export async function file(id: number, name: string): Promise<void> {
  try {
    await call("POST", `/conversations/${id}/tags`, { add: [name] });
    const found = assists.peek().get(id);
    if (found)
      assists.value = keep(assists.peek(), id, {
        ...found,
        tags: found.tags.filter((one) => one !== name),
      });
    say(words.filed(name));
  } catch (error) {
    complain(error);
  }
}

export function complain(error: unknown): void {
  const why = error instanceof Refused ? error.message : common.errors.unreachable;
  say(words.failed(why), { bad: true });
}

// --- the language model -------------------------------------------------------------------
export const busy = signal<"draft" | "summary" | "translation" | null>(null);
export const sources = signal<ReadonlyMap<number, Source[]>>(new Map()); // of a draft
export const summaries = signal<ReadonlyMap<number, string>>(new Map());

async function during<T>(what: "draft" | "summary" | "translation", work: Promise<T>) {
  busy.value = what;
  try {
    return await work;
  } catch (error) {
    complain(error);
    return null;
  } finally {
    busy.value = null;
  }
}

/** Have a reply drafted; what stands in the composer is what it shall say. */
export async function draft(id: number): Promise<void> {
  if (busy.peek()) return;
  const wish = writing(id).reply.trim();
  const made = await during(
    "draft",
    call<Draft>("POST", `/conversations/${id}/draft-reply`, { wish }),
  );
  if (!made || writing(id).reply.trim() !== wish) return; // somebody wrote on meanwhile
  sources.value = keep(sources.peek(), id, made.sources);
  put(id, made.text, words.used, { instead: true });
}

export async function sumUp(id: number): Promise<void> {
  if (busy.peek()) return;
  const language = mine();
  const path = `/conversations/${id}/summary`;
  const made = await during("summary", call<{ text: string }>("POST", path, { language }));
  if (made) summaries.value = keep(summaries.peek(), id, made.text);
}

/** The language that this agent reads. */
export const mine = (): string => navigator.language.split("-")[0] || "en";

export const translations = signal<ReadonlyMap<number, string | null>>(new Map()); // by message
export const translating = signal<ReadonlySet<number>>(new Set()); // conversations

export function toggleTranslation(id: number): void {
  const next = new Set(translating.peek());
  if (!next.delete(id)) next.add(id);
  translating.value = next;
}

effect(() => {
  const id = openId.value;
  const messages = thread.value?.messages;
  if (id === null || !messages || !translating.value.has(id)) return;
  const strange = messages.filter(
    (m) => m.direction === "in" && m.text.trim() && !translations.peek().has(m.id),
  );
  for (const message of strange.slice(-20)) void translateMessage(message);
});

async function translateMessage(message: Message): Promise<void> {
  const note = (text: string | null) => {
    translations.value = new Map(translations.peek()).set(message.id, text);
  };
  note("");
  const asked = { text: message.text.slice(0, 12_000), to: mine() };
  try {
    const conversation_id = message.conversation_id;
    const made = await call<{ text: string }>("POST", "/translate", { ...asked, conversation_id });
    note(made.text);
  } catch (error) {
    note(null);
    if (error instanceof Refused) complain(error);
  }
}

/** Put what is written into the customer's language. */
export async function translateReply(id: number, to: string): Promise<void> {
  const text = writing(id).reply.trim();
  if (!text || busy.peek()) return;
  const asked = { text, to, conversation_id: id };
  const made = await during("translation", call<{ text: string }>("POST", "/translate", asked));
  if (made && writing(id).reply.trim() === text)
    put(id, made.text, words.translated, { instead: true });
}
