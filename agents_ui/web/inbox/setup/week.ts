/** Weekly hours as the editor shows them: each day with its ranges. */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Range = [string, string];

/** Return the ranges of Monday to Sunday. */
export function byDay(weekly: Record<string, string[]>): Range[][] {
  const week: Range[][] = DAYS.map(() => []);
  for (const [days, texts] of Object.entries(weekly)) {
    for (const day of daysOf(days)) week[day]?.push(...texts.map(split));
  }
  return week.map((ranges) => ranges.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function daysOf(text: string): number[] {
  const [first = "", last = first] = text.split("-");
  const begin = DAYS.indexOf(first as (typeof DAYS)[number]);
  const end = DAYS.indexOf(last as (typeof DAYS)[number]);
  if (begin < 0 || end < 0) return [];
  return Array.from({ length: ((end - begin + 7) % 7) + 1 }, (_, n) => (begin + n) % 7);
}

export function split(text: string): Range {
  const [opens = "", closes = ""] = text.split("-");
  return [padded(opens), padded(closes)];
}

const padded = (time: string) => (/^\d:/.test(time) ? `0${time}` : time);

export const joined = ([opens, closes]: Range) => `${opens}-${closes}`;

/** Write the week down, days that are alike and follow each other as one: ``mon-fri``. */
export function asWeekly(week: readonly Range[][]): Record<string, string[]> {
  const weekly: Record<string, string[]> = {};
  for (let day = 0; day < DAYS.length; ) {
    const texts = (week[day] ?? []).map(joined);
    let last = day;
    while (last + 1 < DAYS.length && same(texts, (week[last + 1] ?? []).map(joined))) last++;
    const name = last === day ? DAYS[day] : `${DAYS[day]}-${DAYS[last]}`;
    if (texts.length > 0 && name) weekly[name] = texts;
    day = last + 1;
  }
  return weekly;
}

const same = (a: readonly string[], b: readonly string[]) => a.join() === b.join();

/** A day ends at 24:00, which a clock shows as 00:00. */
export const shown = (time: string) => (time === "24:00" ? "00:00" : time);
export const closing = (time: string) => (time === "00:00" ? "24:00" : time);
