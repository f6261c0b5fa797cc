/** Which report is looked at, and what the desk counted for it. */
import { signal } from "@preact/signals";
import { call, query } from "../api";
import type { Page } from "../shapes";
import type { Behind, Dimension, Figure, Report } from "./shapes";

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
export const length = signal(7); // days
export const clock = signal<"clock" | "business">("clock");
export const by = signal<Dimension>("day");
export const figures = signal<readonly Figure[]>([]);
export const report = signal<Report | null>(null); // all figures by day
export const trouble = signal<string | null>(null);

/** Return the whole days of a period: today when it has none, else those up to last midnight. */
export function period(days: number, now = new Date()): { since: string; until: string } {
  const midnight = new Date(now);
  midnight.setHours(0, 0, 0, 0);
  const until = new Date(midnight);
  if (days === 0) until.setDate(until.getDate() + 1);
  const since = new Date(until);
  since.setDate(since.getDate() - Math.max(1, days));
  return { since: since.toISOString(), until: until.toISOString() };
}

export const asked = () => ({ ...period(length.value), zone, clock: clock.value });

const counted = (more: Record<string, string | null>) =>
  call<Report>("GET", `/reports${query({ ...asked(), compare: "true", ...more })}`);

let latest = 0;

/** Count all figures by day. */
export async function load(): Promise<void> {
  latest += 1;
  const turn = latest;
  trouble.value = null;
  try {
    if (figures.value.length === 0) {
      figures.value = (await call<Page<Figure>>("GET", "/reports/figures")).items;
    }
    const told = await counted({ by: "day" });
    if (turn === latest) report.value = told;
  } catch (error) {
    if (turn === latest) trouble.value = (error as Error).message;
  }
}

/** Take one figure apart. */
export const apart = (figure: string, by: Dimension) => counted({ figures: figure, by });

/** Fetch a page of the conversations behind a figure, or behind a part of it. */
export const behind = (figure: string, by: Dimension, key: string | null, after: string | null) =>
  call<Page<Behind>>(
    "GET",
    `/reports/conversations${query({ ...asked(), figure, by: key === null ? null : by, key, after })}`,
  );

/** Return where the table for a spreadsheet lies. */
export const table = (figure: string | null, by: Dimension): string =>
  `/api/reports/csv${query({ ...asked(), compare: "true", figures: figure, by })}`;
