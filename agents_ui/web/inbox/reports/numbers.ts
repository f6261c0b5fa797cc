/** Figures as people read them; pure. */
import type { Figure, Sum, Unit } from "./shapes";
import { words } from "./words";

const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const hundredth = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const { s, min, h, d } = words.units;

/** Say a number of a unit, such as "4 min 12 s" or "93 %". */
export function said(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined) return "–";
  if (unit === "seconds") return lasted(value);
  if (unit === "share") return `${tenth.format(value * 100)} %`;
  return unit === "score" ? hundredth.format(value) : whole.format(value);
}

function lasted(value: number): string {
  const seconds = Math.round(value);
  if (seconds < 60) return `${seconds} ${s}`;
  const minutes = Math.round(seconds / 60);
  if (seconds < 600 && seconds % 60)
    return `${Math.floor(seconds / 60)} ${min} ${seconds % 60} ${s}`;
  if (minutes < 60) return `${minutes} ${min}`;
  if (minutes < 48 * 60) return two(minutes, 60, h, min);
  return two(Math.round(minutes / 60), 24, d, h);
}

const two = (n: number, size: number, large: string, small: string) =>
  n % size ? `${Math.floor(n / size)} ${large} ${n % size} ${small}` : `${n / size} ${large}`;

/** Say how a figure differs from the period before, and whether that is good. */
export function changed(figure: Figure, now: Sum, before: Sum | null): [string, string] {
  if (!before || before.value === null || now.value === null) return ["", ""];
  const by = now.value - before.value;
  if (Math.abs(by) < 1e-9) return [words.same, "same"];
  const good = figure.better === "neither" ? "" : by > 0 === (figure.better === "more");
  const sign = by > 0 ? "+" : "−";
  const size = Math.abs(by);
  const relative = figure.unit === "count" || figure.unit === "seconds";
  const text =
    relative && before.value > 0
      ? `${sign}${whole.format((100 * size) / before.value)} %`
      : figure.unit === "share"
        ? `${sign}${tenth.format(size * 100)} pp`
        : `${sign}${said(size, figure.unit)}`;
  return [text, good === "" ? "" : good ? "good" : "bad"];
}

/** Return round marks for an axis up to *most*; at least one lies at or above it. */
export function marks(most: number, unit: Unit): number[] {
  if (most <= 0) return [0, 1];
  const step = roundStep(most / 3, unit);
  const top = Math.ceil(most / step - 1e-9);
  return Array.from({ length: top + 1 }, (_, n) => n * step);
}

const TIMES = [1, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200];

function roundStep(rough: number, unit: Unit): number {
  if (unit === "seconds" && rough <= 43_200) return TIMES.find((one) => one >= rough) ?? 86_400;
  const base = unit === "seconds" ? 86_400 : 1;
  const size = 10 ** Math.floor(Math.log10(rough / base));
  const step = base * size * ([1, 2, 5, 10].find((one) => one * size >= rough / base) ?? 10);
  return unit === "count" ? Math.max(1, step) : step;
}

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeZone: "UTC" });

/** Say what a part is called. */
export function named(by: string | null, key: string, label: string): string {
  if (by === "day") return day.format(new Date(`${key}T00:00:00Z`));
  return key === "" ? (words.none[by ?? ""] ?? "–") : label;
}

export const wholeDay = (key: string): string => full.format(new Date(`${key}T00:00:00Z`));
