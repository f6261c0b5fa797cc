/** What a page that stays open for weeks may forget; pure. */
import { lineUp, type Shelf } from "./order";
import type { Known } from "./reduce";

/** Forget the conversations in no list and not open, except *also*; how far they were read stays. */
export function tidied(
  known: Known,
  shelves: ReadonlyMap<string, Shelf>,
  me: number,
  also: Iterable<number>,
): Known {
  const kept = new Set([...known.threads.keys(), ...also]);
  for (const [list, shelf] of shelves)
    for (const id of lineUp(list, known.conversations, me, shelf)) kept.add(id);
  const conversations = new Map([...known.conversations].filter(([id]) => kept.has(id)));
  return { ...known, conversations };
}
