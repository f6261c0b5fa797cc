/** Dragging cards and agents, and what it would do before they are let go. */
import { signal } from "@preact/signals";
import type { Move, Preview } from "./shapes";
import { carryOut, dragged, foresee, hovered, load, selected } from "./store";

/** What would happen where somebody points. */
export const foreseen = signal<Preview | null>(null);
const PATIENCE = 120; // milliseconds that one has to rest somewhere
let asked = 0;
let timer = 0;

/** Think about moving what is selected, or dragged, to *place*. */
export function consider(place: string | null, move: Move | null): void {
  if (place === hovered.peek()) return;
  hovered.value = place;
  foreseen.value = null;
  clearTimeout(timer);
  const number = ++asked;
  if (!move || !place) return;
  timer = setTimeout(async () => {
    const told = await foresee(move).catch(() => null);
    if (number === asked) foreseen.value = told;
  }, PATIENCE);
}

/** Return what a move of the selected, or dragged, cards to a queue or an agent would be. */
export function moveTo(to: { to_queue?: number; to_agent?: number }): Move | null {
  const what = dragged.peek();
  const ids = what?.kind === "cards" ? what.ids : what ? [] : [...selected.peek()];
  return ids.length > 0 ? { conversations: ids, ...to } : null;
}

export function begin(
  event: DragEvent,
  what: NonNullable<typeof dragged.value>,
  name: string,
): void {
  event.dataTransfer?.setData("text/plain", name);
  if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
  dragged.value = what;
}

export function over(event: DragEvent, place: string, move: Move | null): void {
  if (!dragged.peek()) return;
  event.preventDefault();
  consider(place, move);
}

export function left(event: DragEvent): void {
  const box = event.currentTarget as HTMLElement;
  if (!box.contains(event.relatedTarget as Node | null)) consider(null, null);
}

export function end(): void {
  consider(null, null);
  dragged.value = null;
  void load(); // what came meanwhile was not shown
}

export function drop(event: DragEvent, move: Move | null): void {
  event.preventDefault();
  end();
  if (move) void carryOut(move);
}
