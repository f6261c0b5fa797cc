/** What the reports' calls answer. */
export type Unit = "count" | "seconds" | "share" | "score";
export type Dimension = "queue" | "agent" | "channel" | "tag" | "hour" | "day";

export interface Figure {
  name: string;
  title: string;
  definition: string;
  unit: Unit;
  adding: "sum" | "median" | "mean" | "share";
  better: "more" | "less" | "neither";
  timed: boolean;
  snapshot: boolean;
  routed: boolean;
}

export interface Sum {
  n: number;
  value: number | null;
  mean: number | null;
  p90: number | null;
}

export interface Group {
  key: string;
  label: string;
  now: Sum;
  before: Sum | null;
}

export interface Told {
  figure: string;
  now: Sum;
  before: Sum | null;
  groups: Group[];
}

export interface Report {
  since: string;
  until: string;
  zone: string;
  clock: "clock" | "business";
  by: Dimension | null;
  figures: Told[];
}

export interface Behind {
  conversation_id: number;
  customer: string;
  subject: string | null;
  preview: string;
  channel: string;
  status: string;
  at: string;
  n: number;
  value: number;
  agent_id: number | null;
  queue_id: number | null;
}
