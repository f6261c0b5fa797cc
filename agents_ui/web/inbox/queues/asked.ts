/** Questions between colleagues about conversations that one of them keeps. */
import { batch, computed, signal } from "@preact/signals";
import { call } from "../api";
import type { Page } from "../shapes";
import {
  agents,
  conversations,
  known,
  myId,
  onHeal,
  onNews,
  openConversation,
} from "../state/desk";
import { chime, show } from "../state/news";
import { queues } from "../state/queues";
import { learn } from "../state/reduce";
import { notify, sound } from "../state/settings";
import { say } from "../state/toasts";
import { focusComposer } from "../view/focus";
import { words as common } from "../words";
import type { Consult } from "./shapes";
import { words } from "./words";

const open = signal<readonly Consult[]>([]);

/** What this agent is asked, the oldest first. */
export const asked = computed(() => open.value.filter((one) => one.asker_id !== myId.value));

/** What is asked about a conversation, by or of this agent. */
export const askedAbout = (id: number) => open.value.filter((one) => one.conversation.id === id);

const heard = new Set<number>(); // questions that were announced, or were there from the start
let loaded = false;

async function load(): Promise<void> {
  try {
    const { items } = await call<Page<Consult>>("GET", "/consults");
    batch(() => {
      known.value = learn(
        known.peek(),
        items.map((one) => one.conversation),
      );
      open.value = items;
    });
    for (const one of items) if (!heard.has(one.id)) announce(one);
    loaded = true;
  } catch {
    // asked again when the line is back
  }
}

function announce(one: Consult): void {
  heard.add(one.id);
  if (!loaded || one.asker_id === myId.peek()) return;
  const said = words.asksYou(nameOf(one.asker_id), one.conversation.customer.name);
  say(said);
  if (sound.peek()) chime();
  if (notify.peek() && document.visibilityState !== "visible") {
    show(one.conversation.id, said, one.question);
  }
}

onNews((frame) => {
  const about = new Set(open.peek().map((one) => one.conversation.id));
  const over = frame.gone?.some((id) => about.has(id));
  const told = frame.events.filter((event) => /\.(consulted|advised)$/.test(event.verb));
  for (const event of told) {
    const mine = event.verb === "conversation.advised" && event.for_agent_id === myId.peek();
    if (mine && event.agent_id !== myId.peek()) advised(event.change?.how, event);
  }
  if (over || told.length > 0) void load();
});

function advised(
  how: unknown,
  event: { agent_id: number | null; conversation_id: number | null },
): void {
  const name = conversations.peek().get(event.conversation_id ?? 0)?.customer.name ?? "";
  const who = nameOf(event.agent_id);
  if (how === "answered") say(words.advised(who, name));
  else if (how === "declined") say(words.advises(who, name), { bad: true });
  else return;
  if (sound.peek()) chime();
}

onHeal(() => void load());
void load();

/** Open what one is asked about, with a note begun. */
export function advise(one: Consult): void {
  openConversation(one.conversation.id);
  focusComposer(one.conversation.id, true);
}

/** Take a question back, or decline one. */
export async function putAway(one: Consult): Promise<void> {
  open.value = open.peek().filter((other) => other.id !== one.id);
  try {
    await call("DELETE", `/consults/${one.id}`);
    say(one.asker_id === myId.peek() ? words.takenBack : words.declines(nameOf(one.asker_id)));
  } catch (error) {
    say(common.done.notChanged((error as Error).message), { bad: true });
    void load();
  }
}

export function nameOf(agent: number | null): string {
  return agents.peek().get(agent ?? 0)?.name ?? "";
}

/** Whom a question is for. */
export function whom(one: Consult): string {
  return one.agent_id ? nameOf(one.agent_id) : (queues.peek().get(one.queue_id ?? 0)?.name ?? "");
}
