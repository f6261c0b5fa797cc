/** What the desk says about what the bot is taught. */

export interface Brain {
  id: number;
  at: string;
  agent_id: number | null;
  examples: number;
  live: boolean;
  live_at: string | null;
  reason: string | null;
  figures: Record<string, unknown>;
}

export interface Brains {
  items: Brain[];
  training: boolean;
  rehearse_first: boolean;
}

export interface Source {
  conversation_id: number;
  customer: string;
  subject: string | null;
  said: string;
  at: string;
}

export interface About {
  id: number;
  title: string;
  body: string;
  examples: string[];
  revision: number;
}

export interface Proposal {
  id: number;
  kind: "article" | "example" | "edit";
  state: "open" | "approved" | "edited" | "rejected";
  at: string;
  language: string | null;
  title: string;
  questions: string[];
  answer: string;
  weight: number;
  article: About | null;
  sources: Source[];
  decided_at: string | null;
  decided_by_id: number | null;
}

export interface Proposals {
  items: Proposal[];
  waiting: number;
  looking: boolean;
  looked: boolean;
}

export interface Decision {
  decision: "approve" | "reject" | "undo";
  title?: string;
  questions?: string[];
  answer?: string;
  article_id?: number;
}

export type Would = "answer" | "form" | "ask" | "suggest" | "hand_over" | "talk";
export type Did = "answered" | "asked" | "person" | "nobody";

export interface Move {
  would: Would;
  why: string;
  article_id: number | null;
  title: string | null;
  probability: number | null;
  ambiguity: number | null;
  novelty: number | null;
  nearest: string | null;
}

export interface Case {
  conversation_id: number;
  at: string;
  customer: string;
  text: string;
  tried: Move;
  now: Move | null;
  did: Did;
  title: string | null;
  answer: string | null;
  objection: string | null;
  changed: boolean;
}

export interface Rehearsed {
  since: string;
  until: string;
  bot: string | null;
  tried: number;
  live: number | null;
  questions: number;
  more: boolean;
  tried_would: Partial<Record<Would, number>>;
  now_would: Partial<Record<Would, number>> | null;
  did: Partial<Record<Did, number>>;
  agreed: number;
  objections: number;
  changed: number;
  cases: Case[];
  left_out: number;
}

export interface Openings {
  openings: number;
  contained: number;
  handed_over: number;
  taken: number;
  going: number;
  answers: number;
  wrong: number;
}

export interface Figures {
  since: string;
  until: string;
  all: Openings;
  helpful: number;
  unhelpful: number;
  kinds: Record<string, number>;
  suggestions: Record<string, number>;
  reasons: { why: string; openings: number }[];
  articles: {
    article_id: number;
    title: string;
    answers: number;
    helpful: number;
    unhelpful: number;
    wrong: number;
    handed_over: number;
    read_helpful: number;
    read_unhelpful: number;
  }[];
  languages: { language: string | null; all: Openings }[];
  days: { day: string; all: Openings }[];
}
