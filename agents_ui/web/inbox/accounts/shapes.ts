/** What crosses the wire about accounts; the mirror of `agents_ui/api/account_shapes.py`. */
import type { Capabilities } from "../shapes";

/** The part of JSON Schema that settings are told in. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: (string | number | null)[];
  const?: unknown;
  anyOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  writeOnly?: boolean;
  minimum?: number;
  maximum?: number;
  "x-says"?: Record<string, string>;
}

export interface Webhook {
  url: string;
  says: string;
}

export interface ChannelKind {
  kind: string;
  title: string;
  about: string;
  address_kind: string;
  form: Schema;
  webhooks: Webhook[];
  capabilities: Capabilities;
  installs: boolean;
}

export interface Health {
  state: "fine" | "paused" | "trouble" | "archived";
  trouble: string | null;
  trouble_at: string | null;
  heard_at: string | null;
  sent_at: string | null;
  lag: number;
  waiting: number;
  queued: number;
  errors: number;
  listening: boolean | null;
}

export interface AccountDetail {
  id: number;
  kind: string;
  title: string;
  name: string;
  address: string | null;
  from_file: boolean;
  created_at: string;
  paused_at: string | null;
  archived_at: string | null;
  version: number;
  settings: Record<string, unknown> | null;
  kept: string[];
  webhooks: Webhook[];
  install: string | null;
  capabilities: Capabilities | null;
  testable: boolean;
  health: Health;
}

export interface Check {
  name: string;
  fine: boolean;
  found: string;
}

export interface Tested {
  sent: boolean;
  said: string;
  external_id: string | null;
}

export interface Exchange {
  id: number;
  at: string;
  outward: boolean;
  method: string;
  url: string;
  status: number | null;
  request: string;
  response: string;
  took: number;
  error: string | null;
}

export interface Compared {
  at: string;
  since: string;
  source: number | null;
  missing: number;
  trouble: string | null;
}

export interface Ledger {
  account_id: number;
  stored: number;
  updates: number;
  duplicates: number;
  quarantined: number;
  discarded: number;
  waiting: number;
  total: number;
  compared: Compared | null;
  comparable: boolean;
}
