/** Which row the keys act on; pure.
 *
 * The selection is a conversation's id, never a position or an element, so that a list
 * that is loaded again, reordered or redrawn between two keys cannot lose it.
 */

/** Return the row *by* steps away; the first row when nothing is selected here. */
export function step(ids: readonly number[], selected: number | null, by: number): number | null {
  if (ids.length === 0) return selected;
  const at = selected === null ? -1 : ids.indexOf(selected);
  if (at < 0) return ids[0] ?? null;
  return ids[Math.max(0, Math.min(ids.length - 1, at + by))] ?? null;
}

/** Return what Enter opens: the selected row, else the first. */
export function toOpen(ids: readonly number[], selected: number | null): number | null {
  if (selected !== null && ids.includes(selected)) return selected;
  return ids[0] ?? null;
}

/** Return the selection after the rows changed: a row that left hands over to its neighbour. */
export function follow(
  before: readonly number[],
  now: readonly number[],
  selected: number | null,
): number | null {
  if (selected === null || now.includes(selected)) return selected;
  const at = before.indexOf(selected);
  if (at < 0 || now.length === 0) return selected; // it was not here, or the list is loading
  const rest = new Set(now);
  const below = before.slice(at + 1).find((id) => rest.has(id));
  const above = before.slice(0, at).findLast((id) => rest.has(id));
  return below ?? above ?? now[0] ?? null;
}
