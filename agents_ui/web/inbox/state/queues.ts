/** Queues. A desk without any loads nothing of what follows from them. */
import { batch, computed, effect, signal } from "@preact/signals";
import { call } from "../api";
import type { Page, Queue } from "../shapes";
import { listName } from "../words";
import { onHeal, onNews, session, supervises } from "./desk";

type Kit = typeof import("../queues/kit");

export const queues = signal<ReadonlyMap<number, Queue>>(new Map());
export const kit = signal<Kit | null>(null); // chips, offers, dialogs and commands

/** The queues whose waiting conversations lie in a tray of this agent. */
export const trays = computed(() =>
  [...queues.value.values()].filter((queue) => queue.membership || supervises.value),
);

/** Return the name of a list, or of the queue that it shows. */
export function titleOf(name: string): string {
  return queues.value.get(queueIn(name) ?? 0)?.name ?? listName(name);
}

/** Return the queue that a list shows; none when it is another list. */
export function queueIn(name: string): number | null {
  const found = /^queue-(\d+)$/.exec(name);
  return found ? Number(found[1]) : null;
}

let asking: Promise<void> | null = null;

export function loadQueues(): Promise<void> {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

async function ask(): Promise<void> {
  if (session.peek() !== "in") return;
  try {
    const { items } = await call<Page<Queue>>("GET", "/queues");
    const parts = items.length > 0 ? (kit.peek() ?? (await import("../queues/kit"))) : kit.peek();
    batch(() => {
      queues.value = new Map(items.map((queue) => [queue.id, queue]));
      kit.value = parts;
    });
  } catch {
    // asked again when the line is back
  }
}

const CHANGES = /^(setup\.|queue\.|agent\.availability)/;

onNews((frame) => {
  const strange = frame.conversations.some((c) => c.queue_id && !queues.peek().has(c.queue_id));
  if (strange || frame.events.some((event) => CHANGES.test(event.verb))) void loadQueues();
});
onHeal(() => void loadQueues());
effect(() => {
  if (session.value === "in") queueMicrotask(() => void loadQueues());
  else if (session.value === "out") queues.value = new Map();
});
