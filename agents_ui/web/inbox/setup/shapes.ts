/** The setup as it crosses the wire: what the desk decided about routing. */
import type { Priority } from "../shapes";

export type { Priority };
export type Scalar = boolean | number | string;
export interface Bounds {
  at_least?: number | null;
  at_most?: number | null;
}
export type Wanted = Bounds | Scalar | Scalar[];

export interface Calendar {
  weekly: Record<string, string[]>;
  zone: string;
  holidays: string[];
  closed: string[];
  open: Record<string, string[]>;
}

export interface Need {
  skill: string;
  level: number;
  required: boolean;
}

export interface Target {
  priority: Priority | null;
  tier: string | null;
  first_response: number | null;
  next_response: number | null;
  resolution: number | null;
}

export type Fallback = "callback" | "voicemail" | "reply";

export interface Overflow {
  after: number;
  relax: boolean;
  queue: string | null;
  fallback: Fallback | null;
}

export interface Queue {
  hours: string | null;
  needs: Need[];
  policy: string;
  sticky: boolean;
  owner_first: boolean;
  service_level: { targets: Target[]; warn_at: number };
  overflow: Overflow[];
  limit: number | null;
  wrap_up: number;
  offering: string;
  offer_seconds: number;
  answer_seconds: number | null;
  codes: string[];
  full_reply: string | null;
  away_reply: string | null;
  rating: boolean;
  title: Record<string, string>;
}

export interface When {
  channel: string[] | null;
  account: string[] | null;
  language: string[] | null;
  segment: string[] | null;
  words: string[] | null;
  customer: Record<string, Wanted>;
  history: Record<string, Wanted>;
  open: string | null;
  closed: string | null;
}

export interface Then {
  queue: string | null;
  priority: Priority | null;
  needs: Need[];
  tags: string[];
  reply: string | null;
  bot: string | null;
}

export interface Rule {
  name: string;
  when: When;
  then: Then;
}

export interface Setup {
  hours: Record<string, Calendar>;
  skills: string[];
  queues: Record<string, Queue>;
  rules: { rule: Rule[]; match: "first" | "all" };
  order: { priority: Record<string, number>; value: number; slack: number; patience: number };
  usual: string | null;
  weights: Record<string, number | null>;
  misses: number;
  grace: number;
  tier: string;
  value: string;
  bots: Record<string, Bot>;
  flows: Record<string, Flow>;
  bot: string | null;
  rehearse_first: boolean;
  name: string;
  contacts: string[];
}

export interface Bot {
  languages: string[];
  novelty: number;
  ambiguity: number;
  ask_colleague: boolean;
  colleague_seconds: number;
  turn_seconds: number;
  turns: number;
  quiet_hours: number;
  greeting: string | null;
  closed: string | null;
  links: string[];
  model: boolean;
}

/** A text in each of its languages. */
export type Said = Record<string, string>;
export type SlotKind = "text" | "choice" | "email" | "phone" | "date" | "number" | "order";

export interface Slot {
  name: string;
  ask: Said;
  title: Said;
  kind: SlotKind;
  choices: string[];
  titles: Record<string, Said>;
  pattern: string | null;
  help: Said;
  optional: boolean;
  least: number | null;
  most: number | null;
  side: "past" | "future" | null;
  region: string | null;
  when: Record<string, string[]>;
}

export interface LookUp {
  url: string;
  after: string;
  seconds: number;
  found: Said;
  missing: Said;
  failed: Said;
}

export interface Flow {
  title: Said;
  slots: Slot[];
  examples: Record<string, string[]>;
  intro: Said;
  confirm: boolean;
  look_ups: LookUp[];
  done: Said;
  then: "hand_over" | "resolve" | "go_on";
  queue: string | null;
  tags: string[];
  attributes: Record<string, string>;
}

export interface Ready {
  flows: Record<string, Flow>;
  languages: string[];
  secret: string | null;
}

export interface Pressable {
  title: string;
  id: string;
}

/** What a form says to what was typed. */
export interface Stepped {
  outcome: "asking" | "done" | "left" | "person" | "stuck";
  say: string;
  buttons: Pressable[];
  filling: unknown;
  collected: Record<string, string>;
  looked_up: string | null;
  why: string;
}

/** What a bot does about what was typed. */
export interface Talked {
  did: "say" | "suggest" | "hand_over" | "finish" | "silence";
  say: string;
  buttons: Pressable[];
  why: string;
  language: string | null;
  talk: unknown;
  novelty: number | null;
  ambiguity: number | null;
  collected: Record<string, string>;
  looked_up: string | null;
}

export interface Version {
  id: number;
  at: string;
  agent_id: number | null;
  note: string;
}

export interface Held {
  id: number | null;
  at: string | null;
  agent_id: number | null;
  note: string;
  setup: Setup;
  text: string;
}

export interface Checked {
  setup: Setup | null;
  text: string | null;
  where: string | null;
  why: string | null;
}

export interface Names {
  channels: string[];
  accounts: string[];
  history: string[];
  attributes: string[];
  holidays: Record<string, string[]>;
}

export interface Member {
  agent_id: number;
  membership: "primary" | "backup";
  until: string | null;
}

export interface LiveQueue {
  id: number;
  name: string;
  paused: boolean;
  paused_at: string | null;
  waiting: number;
  members: Member[];
}

export interface Skilled {
  agent_id: number;
  skills: Record<string, number>;
  languages: string[];
  capacity: number;
  shift: string | null;
}

export interface TriedRule {
  rule: string;
  matched: boolean;
  why: string;
}

export interface Tried {
  conversation_id: number;
  customer: string;
  channel: string;
  account: string;
  at: string;
  text: string;
  then: Then;
  tried: TriedRule[];
  queue: string | null;
  was: string | null;
}
