/** Spans of time as the board says them; pure. */
const MINUTE = 60;

/** Return some seconds as people say them, such as "4 min". */
export function span(seconds: number): string {
  if (seconds < 10) return "0 min";
  if (seconds < MINUTE) return "1 min";
  if (seconds < 90 * MINUTE) return `${Math.round(seconds / MINUTE)} min`;
  if (seconds < 48 * 60 * MINUTE) return `${Math.round(seconds / (60 * MINUTE))} h`;
  return `${Math.round(seconds / (24 * 60 * MINUTE))} d`;
}

/** Return a load or a capacity without needless digits. */
export const places = (n: number): string => String(Math.round(n * 10) / 10);

/** Return which of *many* lies *by* steps from *at*, without leaving them. */
export function stepped(many: readonly number[], at: number | null, by: number): number | null {
  if (many.length === 0) return null;
  const now = at === null ? -1 : many.indexOf(at);
  if (now < 0) return many[by < 0 ? many.length - 1 : 0] ?? null;
  return many[Math.min(many.length - 1, Math.max(0, now + by))] ?? null;
}

/** Return those of *many* between two of them, both included, whichever comes first. */
export function between(many: readonly number[], one: number, other: number): number[] {
  const [a, b] = [many.indexOf(one), many.indexOf(other)];
  return a < 0 || b < 0 ? [other] : many.slice(Math.min(a, b), Math.max(a, b) + 1);
}
