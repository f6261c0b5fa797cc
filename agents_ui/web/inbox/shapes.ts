/** What crosses the wire; the mirror of `agents_ui/api/shapes.py`. */

export type Role = "agent" | "supervisor" | "admin";
export type Status = "pending" | "open" | "snoozed" | "resolved";
export type Priority = "low" | "normal" | "high" | "urgent";
export type Stage = "queued" | "offered" | "accepted" | "held" | "resolved";
export type Direction = "in" | "out" | "note";
export type Kind = "message" | "auto_reply" | "bounce" | "feedback_report";
export type Proof = "claimed" | "heard" | "verified";
export type Delivery =
  | "scheduled"
  | "queued"
  | "sending"
  | "unknown"
  | "sent"
  | "delivered"
  | "read"
  | "failed"
  | "dead"
  | "canceled";

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Problem {
  title: string;
  status: number;
  detail?: string | null;
  field?: string | null;
  trace?: string | null;
}

export interface Agent {
  id: number;
  name: string;
  email: string;
  role: Role;
  archived: boolean;
}

export interface Segments {
  price: string | null;
  currency: string | null;
}

/** What a channel can carry; what is not said it cannot. */
export interface Capabilities {
  max_text: number;
  max_attachment: number;
  attachments?: Record<string, number>;
  max_files?: number;
  caption?: number | null;
  formats: string[];
  subject: boolean;
  copies: boolean;
  buttons?: number;
  button_title?: number;
  quotes?: boolean;
  reactions?: boolean;
  edits?: boolean;
  deletes?: boolean;
  receipts: boolean;
  typing: boolean;
  calls?: boolean;
  window?: number | null;
  templates?: boolean;
  opt_out?: string[];
  opt_in?: string[];
  segments?: Segments | null;
  idempotent: boolean;
  fleeting?: boolean;
}

export interface Account {
  id: number;
  kind: string;
  name: string;
  address: string | null;
  archived: boolean;
  capabilities: Capabilities | null;
  healthy: boolean;
  trouble: string | null;
}

export interface Counts {
  mine: number;
  unassigned: number;
  all: number;
  quarantined: number;
  undelivered: number;
  pending?: number; // with the bot
  queues?: Record<string, number>; // how many wait in each
}

export interface Me {
  agent: Agent;
  agents: Agent[];
  accounts: Account[];
  sequence: number;
  counts: Counts;
  version: string;
}

export interface Conversation {
  id: number;
  customer: { id: number; name: string };
  account_id: number;
  channel: string;
  status: Status;
  subject: string | null;
  preview: string;
  created_at: string;
  active_at: string;
  waiting_since: string | null;
  assignee_id: number | null;
  unread: boolean;
  spam: boolean;
  last_message_id: number | null;
  queue_id?: number | null;
  stage?: Stage | null; // none where routing has nothing to do with it
  priority?: Priority;
  queued_at?: string | null;
  promise?: string | null; // the most urgent one to be kept
  due_at?: string | null;
  warn_at?: string | null;
  tags?: string[];
  offer?: Offer | null;
}

/** Somebody is being asked to take a conversation. */
export interface Offer {
  id: number;
  agent_id: number;
  offered_at: string;
  expires_at: string | null;
}

/** Where conversations wait. */
export interface Queue {
  id: number;
  name: string;
  paused: boolean;
  membership: string | null; // this agent's
  waiting: number;
  codes: string[]; // what a conversation may have been about
}

export interface Attachment {
  id: number;
  name: string;
  media_type: string;
  size: number;
  url: string;
  content_id: string | null;
  inline: boolean;
  image: boolean;
  pending?: boolean;
  trouble?: string | null;
}

export interface Place {
  type: "location";
  latitude: number;
  longitude: number;
  name?: string | null;
  address?: string | null;
}

export interface ContactCard {
  type: "card";
  name: string;
  phone?: string | null;
  email?: string | null;
}

export interface Choice {
  title: string;
  id?: string;
  url?: string | null;
}

export interface Choices {
  type: "choices";
  buttons: Choice[];
  prompt?: string | null;
}

export interface Pressed {
  type: "pressed";
  id: string;
  title: string;
  about?: string | null;
}

export interface Templated {
  type: "template";
  name: string;
  variables?: Record<string, string>;
  language?: string | null;
}

export interface Leg {
  external_id: string;
  who: string;
  address?: string | null;
  agent_id?: number | null;
  began_at?: string | null;
  answered_at?: string | null;
  ended_at?: string | null;
  outcome?: string | null;
}

export interface Recording {
  external_id: string;
  seconds: number;
  attachment_id?: number | null;
  transcript?: string | null;
  voicemail?: boolean;
}

export interface Call {
  type: "call";
  state: string;
  outcome?: string | null;
  began_at?: string | null;
  answered_at?: string | null;
  ended_at?: string | null;
  legs?: Leg[];
  choices?: string[];
  recordings?: Recording[];
  callback?: boolean;
}

export type Content = Place | ContactCard | Choices | Pressed | Templated | Call;

export interface Reaction {
  emoji: string;
  who: string;
  name: string | null;
  mine: boolean;
}

export interface Message {
  id: number;
  conversation_id: number;
  direction: Direction;
  kind: Kind;
  channel: string | null;
  account_id: number | null;
  created_at: string;
  sent_at: string | null;
  text: string;
  quoted: string | null;
  has_html: boolean;
  subject: string | null;
  sender: string | null;
  sender_name: string | null;
  recipients: string[];
  copied: string[];
  author_id: number | null;
  delivery: Delivery | null;
  reason: string | null;
  retry: boolean;
  client_id: string | null;
  about_id: number | null;
  attachments: Attachment[];
  answers_id?: number | null;
  content?: Content | null;
  edited_at?: string | null;
  deleted_at?: string | null;
  reactions?: Reaction[];
}

export interface DeskEvent {
  id: number;
  at: string;
  verb: string;
  agent_id: number | null;
  conversation_id: number | null;
  customer_id: number | null;
  message_id: number | null;
  for_agent_id: number | null;
  change: Record<string, unknown> | null;
}

/** Another way to the same person. */
export interface EnvelopeChoice {
  account_id: number;
  channel: string;
  to: string[];
  closes_at?: string | null;
  window_open?: boolean;
  consent?: boolean;
  reason?: string | null;
}

export interface Template {
  name: string;
  title: string;
  text: string;
  language?: string | null;
  variables?: string[];
  category?: string | null;
}

export interface Envelope {
  account_id: number;
  channel: string;
  sender: string | null;
  to: string[];
  copied: string[];
  subject: string | null;
  capabilities: Capabilities;
  possible: boolean;
  reason: string | null;
  choices: EnvelopeChoice[];
  closes_at?: string | null;
  window_open?: boolean;
  consent?: boolean;
  templates?: boolean;
}

export interface Draft {
  text: string;
  note: boolean;
}

export interface Thread {
  conversation: Conversation;
  messages: Page<Message>;
  events: DeskEvent[];
  envelope: Envelope;
  draft: Draft | null;
  sequence: number;
}

export interface Change {
  status?: Status;
  assignee_id?: number | null;
  spam?: boolean;
  outcome?: string; // the wrap-up code, with resolving
}

export interface NewReply {
  text: string;
  client_id: string;
  attachments: string[];
  account_id: number | null;
  to: string[] | null;
  copied: string[] | null;
  last_seen_id: number | null;
  resolve: boolean;
  outcome?: string | null;
  content?: Choices | Templated | Place | null;
  answers_id?: number | null;
}

export interface NewNote {
  text: string;
  client_id: string;
  attachments: string[];
}

export interface Uploaded {
  token: string;
  name: string;
  media_type: string;
  size: number;
}

export interface Identity {
  id: number;
  kind: string;
  value: string;
  proof: Proof;
  created_at: string;
}

export type Attribute = string | number | boolean | null;

export interface Customer {
  id: number;
  name: string;
  created_at: string;
  attributes: Record<string, unknown>;
  identities: Identity[];
  consents?: Consent[];
}

/** Whether a person wants to be reached at an address. */
export interface Consent {
  kind: string;
  value: string;
  granted: boolean;
  at: string;
  source?: string | null;
}

/** One thing said with a customer, on whichever channel. */
export interface TimelineEntry {
  id: number;
  at: string;
  agent_id: number | null;
  conversation_id: number;
  message_id: number;
  direction: Direction;
  kind: Kind;
  channel: string | null;
  subject: string | null;
  preview: string;
  delivery: Delivery | null;
}

export interface Quarantined {
  id: number;
  account_id: number;
  received_at: string;
  reason: string;
  size: number;
  headers: Record<string, string>;
  beginning: string;
}

export interface Token {
  id: number;
  name: string;
  created_at: string;
  used_at: string | null;
  token: string | null;
}

export interface ChangeFrame {
  type: "change";
  sequence: number;
  conversations: Conversation[];
  messages: Message[];
  events: DeskEvent[];
  gone?: number[]; // conversations that this agent sees no longer
}

export type Frame =
  | ChangeFrame
  | { type: "typing"; conversation_id: number; agent_id: number | null }
  | { type: "counts"; counts: Counts }
  | { type: "ringing"; on: boolean }
  | { type: "board" }
  | { type: "resync"; sequence: number }
  | { type: "goodbye" };

/** An agent in a call. */
export interface Taker {
  agent_id: number;
  since: string;
  mode: string | null; // none for who speaks with the customer
}

/** A call that is not over; the mirror of `agents_ui/api/calls.py`. */
export interface LiveCall {
  message_id: number | null;
  external_id: string;
  conversation_id: number | null;
  customer: { id: number; name: string } | null;
  account_id: number;
  peer: string | null;
  outward: boolean;
  state: string;
  began_at: string;
  queue: string | null;
  queued_at: string | null;
  place: number | null;
  callback: boolean;
  answered_at: string | null;
  ringing: number[];
  takers: Taker[];
  transfer: number | null;
  consulting: boolean;
}

export interface SoftphoneToken {
  account_id: number;
  token: string;
  identity: string;
  expires_at: string;
}

/** Two customers who are one; the mirror of `agents_ui/api/people.py`. */
export interface Merge {
  id: number;
  kept_id: number;
  merged_id: number;
  at: string;
  agent_id: number | null;
  evidence: string;
  undone_at: string | null;
  conversations: number;
  addresses: number;
}

/** Another customer with one of the same addresses. */
export interface Alike {
  id: number;
  name: string;
  kind: string;
  value: string;
}
