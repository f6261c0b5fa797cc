/** What the board shows; the mirror of `agents_ui/api/board_shapes.py`. */

export type Availability = "available" | "busy" | "away" | "offline";
export type Priority = "low" | "normal" | "high" | "urgent";
export type Stage = "queued" | "offered" | "accepted" | "held" | "resolved";

export interface Card {
  id: number;
  customer: { id: number; name: string };
  channel: string;
  subject: string | null;
  preview: string;
  stage: Stage;
  priority: Priority;
  queue_id: number | null;
  agent_id: number | null;
  since: string | null;
  due_at: string | null;
  warn_at: string | null;
  promise: string | null;
}

export interface Outlook {
  waiting: number;
  wait: number | null; // seconds; none when nobody is there
  empty_in: number | null; // seconds; none when the team does not keep up
}

export interface Queue {
  id: number;
  name: string;
  paused_at: string | null;
  waiting: number;
  offered: number;
  accepted: number;
  held: number;
  at_risk: number;
  breached: number;
  longest: string | null;
  channels: Record<string, number>;
  trend: number[];
  team: number;
  slots: number;
  arrivals: number;
  handling: number;
  measured: boolean;
  outlook: Outlook;
  cards: Card[];
  more: boolean;
  aside: Card[]; // on hold
}

export interface Membership {
  queue_id: number;
  membership: "primary" | "backup";
  until: string | null;
}

export interface BoardAgent {
  id: number;
  name: string;
  availability: Availability;
  reason: string | null;
  since: string | null;
  connected: boolean;
  on_call: boolean;
  capacity: number;
  load: number;
  conversations: number;
  offers: number;
  queues: Membership[];
}

export interface Undo {
  id: number;
  until: string;
  seconds: number;
  target: string;
  count: number;
}

export interface Board {
  at: string;
  queues: Queue[];
  agents: BoardAgent[];
  undo: Undo | null;
}

/** What goes where. */
export interface Move {
  conversations?: number[];
  from_queue?: number;
  from_agent?: number;
  to_queue?: number;
  to_agent?: number;
  back?: boolean;
}

export interface Skipped {
  conversation_id: number;
  why: string;
}

export interface Moved {
  id: number | null;
  until: string | null;
  moved: number[];
  skipped: Skipped[];
}

export interface Preview {
  count: number;
  queues: { id: number; name: string; before: Outlook; after: Outlook }[];
  agents: { id: number; name: string; capacity: number; before: number; after: number }[];
  skipped: Skipped[];
}
