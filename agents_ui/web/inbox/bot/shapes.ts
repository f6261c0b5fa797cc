/** What crosses the wire about the bot; the mirror of `agents_ui/api/{assist,suggestions}*.py`. */
import type { Direction } from "../shapes";

export type Care = "human_only" | "review" | "internal" | "gaps";

export interface Answer {
  text: string;
  title: string;
  score: number;
  article_id: number | null;
  conversation_id: number | null;
  language: string | null;
  care: Care | null;
  by: number | null;
  at: string | null;
}

export interface Similar {
  conversation_id: number;
  question: string;
  score: number;
  at: string;
  by: number | null;
  subject: string | null;
}

export interface Gist {
  message_id: number;
  direction: Direction;
  text: string;
}

export interface Assist {
  message_id: number | null;
  answers: Answer[];
  similar: Similar[];
  tags: string[];
  mood: { mood: "upset" | "urgent" | "pleased"; because: string[] } | null;
  gist: Gist[];
  language: string | null;
  writes: boolean;
}

export interface Source {
  title: string;
  article_id: number | null;
  conversation_id: number | null;
}

export interface Draft {
  text: string;
  sources: Source[];
}

// --- the bot's part in a conversation -----------------------------------------------------
export interface Notes {
  asked?: string[];
  collected?: Record<string, string>;
  tried?: number[];
  offered?: string[];
  why?: string;
}

export interface Turn {
  id: number;
  at: string;
  kind: string;
  why: string;
  message_id: number | null;
  answer_id: number | null;
  article_id: number | null;
  flow: string | null;
  helpful: boolean | null;
  wrong_at: string | null;
}

export interface BotView {
  session: { state: string; bot: string; reason: string | null; notes: Notes } | null;
  turns: Turn[];
  titles?: Record<string, string>; // of the articles it answered with
}

export interface Suggestion {
  id: number;
  conversation_id: number;
  message_id: number;
  text: string;
  state: string;
  asked_at: string;
  expires_at: string;
  article_id: number | null;
}
