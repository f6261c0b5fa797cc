/** What crosses the wire about offers and decisions; the mirror of `agents_ui/api/offers.py`. */

export type Availability = "available" | "busy" | "away" | "offline";

/** What an agent chose to be, and how much they have in hand. */
export interface Here {
  availability: Availability;
  reason: string | null;
  since: string;
  load: number;
  capacity: number;
}

export interface Transfer {
  queue_id?: number;
  agent_id?: number;
  note?: string;
  consult?: boolean;
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

export interface Detail {
  candidates?: { agent_id: number; score?: number; [fact: string]: unknown }[];
  removed?: { agent_id: number; removal?: string; why: string }[];
  rules?: { name: string; matched: boolean; why?: string }[];
  [fact: string]: unknown;
}
