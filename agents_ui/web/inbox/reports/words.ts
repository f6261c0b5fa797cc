/** What the reports say. */
import type { Dimension } from "./shapes";

export const words = {
  title: "Reports",
  loading: "Counting …",
  failed: "The report could not be made",
  again: "Try again",
  period: "Period",
  periods: { 0: "Today", 1: "Yesterday", 7: "7 days", 28: "28 days", 91: "13 weeks" } as Record<
    number,
    string
  >,
  clock: "Time counted",
  clocks: { clock: "By the clock", business: "Business hours" } as Record<string, string>,
  by: "Taken apart by",
  dimensions: {
    day: "Day",
    hour: "Hour of the day",
    queue: "Queue",
    agent: "Agent",
    channel: "Channel",
    tag: "Tag",
  } as Record<Dimension, string>,
  csv: "Download CSV",
  print: "Print",
  figures: "Figures",
  what: "What it counts",
  conversations: "The conversations behind it",
  more: "Show more",
  nothing: "Nothing in this period",
  noneBehind: "There is no conversation behind this.",
  none: { queue: "No queue", agent: "Nobody", tag: "No tag", channel: "No channel" } as Record<
    string,
    string
  >,
  columns: {
    now: "This period",
    before: "Before",
    change: "Change",
    cases: "Cases",
    mean: "Mean",
    p90: "90th percentile",
  },
  same: "unchanged",
  versus: (value: string) => `before ${value}`,
  part: (label: string) => `Only ${label}`,
  whole: "Show all",
  scroll: "The table behind the chart",
  units: { s: "s", min: "min", h: "h", d: "d" },
};
