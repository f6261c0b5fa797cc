/** Times as people say them; pure, given the present. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Return how long ago *since* is, such as "4 min" or "2 d". */
export function lasting(since: string, now: number): string {
  const ms = Math.max(0, now - Date.parse(since));
  if (ms < MINUTE) return "now";
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  if (ms < 14 * DAY) return `${Math.floor(ms / DAY)} d`;
  return `${Math.floor(ms / (7 * DAY))} w`;
}

/** Return how long something took, such as "4:05" or "1:02:03". */
export function lengthOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

export type Wait = "calm" | "risk" | "late";

/** How long a customer waits on each channel before it is noticed, and before it hurts. */
const PATIENCE: Record<string, [number, number]> = {
  webchat: [2 * MINUTE, 10 * MINUTE],
  telegram: [15 * MINUTE, HOUR],
  sms: [15 * MINUTE, HOUR],
  whatsapp: [15 * MINUTE, HOUR],
  slack: [15 * MINUTE, HOUR],
  voice: [5 * MINUTE, HOUR],
};

/** Say whether somebody has waited too long for their channel. */
export function wait(channel: string, since: string, now: number): Wait {
  const [risk, late] = PATIENCE[channel] ?? [2 * HOUR, 8 * HOUR];
  const ms = now - Date.parse(since);
  if (ms >= late) return "late";
  return ms >= risk ? "risk" : "calm";
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: "short" });
const date = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const dated = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  year: "numeric",
});
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const long = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

export const atClock = (at: string): string => clock.format(new Date(at));
export const inFull = (at: string): string => full.format(new Date(at));
export const onDate = (at: string): string => long.format(new Date(at));

/** Return when *at* was, as short as a list row needs it. */
export function shortly(at: string, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return atClock(at);
  if (days < 7) return weekday.format(new Date(at));
  return sameYear(at, now) ? date.format(new Date(at)) : dated.format(new Date(at));
}

/** Return the day of *at*, as a rule in the conversation says it. */
export function daily(at: string, now: number, today: string, yesterday: string): string {
  const days = daysBetween(at, now);
  if (days === 0) return today;
  if (days === 1) return yesterday;
  if (days < 7) return `${weekday.format(new Date(at))} ${date.format(new Date(at))}`;
  return sameYear(at, now) ? date.format(new Date(at)) : dated.format(new Date(at));
}

function daysBetween(at: string, now: number): number {
  const then = new Date(at).setHours(0, 0, 0, 0);
  return Math.round((new Date(now).setHours(0, 0, 0, 0) - then) / DAY);
}

function sameYear(at: string, now: number): boolean {
  return new Date(at).getFullYear() === new Date(now).getFullYear();
}

const UNITS = ["B", "KB", "MB", "GB"];

/** Return *bytes* as people read them. */
export function sized(bytes: number): string {
  let unit = 0;
  let n = bytes;
  while (n >= 1000 && unit < UNITS.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${unit === 0 || n >= 100 ? Math.round(n) : n.toFixed(1)} ${UNITS[unit]}`;
}
