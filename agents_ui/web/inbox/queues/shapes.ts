/** What crosses the wire about offers and decisions; the mirror of `agents_ui/api/offers.py`. */

import type { Conversation, Stage } from "../shapes";

export type Availability = "available" | "busy" | "away" | "offline";

/** What an agent chose to be, and how much they have in hand. */
export interface Here {
  agent_id: number;
  availability: Availability;
  reason: string | null;
  since: string | null;
  connected: boolean;
  on_call: boolean;
  load: number;
  capacity: number;
  wraps_up_until: string | null;
}

export interface Transfer {
  queue_id?: number;
  agent_id?: number;
  note?: string;
  consult?: boolean;
}

/** A question to a colleague, or to those of a queue. */
export interface Consult {
  id: number;
  conversation: Conversation;
  question: string;
  asker_id: number;
  agent_id: number | null;
  queue_id: number | null;
  asked_at: string;
}

/** How a conversation came to where it is. */
export interface Reasons {
  stage: Stage | null;
  queue_id: number | null;
  queue_paused: boolean;
  queued_at: string | null;
  needs: { skill: string; level?: number; required?: boolean }[];
  language: string | null;
  relaxed: boolean;
  decisions: Decision[]; // the newest first
}

/** One thing that routing decided about a conversation, and why. */
export interface Decision {
  id: number;
  at: string;
  kind: string;
  setup_id: number | null;
  version: string;
  queue_id: number | null;
  agent_id: number | null;
  why: string;
  detail: Detail;
}

/** What a decision keeps of whom it chose from; of many only the first are named. */
export interface Detail {
  tried?: { rule: string; matched: boolean; why: string }[];
  candidates?: number;
  scores?: [agent: number, points: number][]; // the best first
  removed?: [agent: number, removal: string, why: string][];
  removed_by?: Record<string, number>;
  score?: Record<string, number>; // of the conversation, by what it is made of
}
