/** By which way a reply goes, and what that way can carry. */
import type { Account, Capabilities, Envelope } from "../shapes";

/** One way to a person: an account, and what is true of writing there now. */
export interface Way {
  account_id: number;
  channel: string;
  sender: string | null;
  to: string[];
  copied: string[];
  capabilities: Capabilities;
  closes_at: string | null;
  open: boolean; // what one likes can be said now
  templates: boolean;
  consent: boolean;
  reason: string | null; // why nothing can be sent there
}

/** Return the way by *account*, or the envelope's own. */
export function wayBy(
  account: number | null,
  envelope: Envelope,
  accounts: ReadonlyMap<number, Account>,
  now: number,
): Way {
  const choice = envelope.choices.find((other) => other.account_id === account);
  const told = accounts.get(choice?.account_id ?? envelope.account_id);
  const source = choice ?? envelope;
  const capabilities = (choice ? told?.capabilities : null) ?? envelope.capabilities;
  const closes_at = source.closes_at ?? null;
  const consent = source.consent ?? true;
  return {
    account_id: source.account_id,
    channel: source.channel,
    sender: choice ? (told?.address ?? null) : (envelope.sender ?? told?.address ?? null),
    to: source.to,
    copied: choice ? [] : envelope.copied,
    capabilities,
    closes_at,
    open: (source.window_open ?? true) && (closes_at === null || Date.parse(closes_at) > now),
    templates: capabilities.templates ?? false,
    consent,
    reason: choice ? (choice.reason ?? null) : envelope.possible ? null : envelope.reason,
  };
}

/** Say whether nothing at all can be sent by *way*. */
export function barred(way: Way, envelope: Envelope): boolean {
  if (!way.consent) return true;
  return way.account_id === envelope.account_id && !envelope.possible && way.open;
}

/** Say whether the channel carries such a file itself; else a link to it is sent. */
export function fitting(capabilities: Capabilities, type: string, size: number): boolean {
  if (size > capabilities.max_attachment) return false;
  const kinds = Object.entries(capabilities.attachments ?? {});
  if (kinds.length === 0) return true;
  const limits = kinds.filter(([kind]) => matches(type, kind)).map(([, most]) => most);
  return limits.length > 0 && size <= Math.max(...limits);
}

function matches(type: string, kind: string): boolean {
  return kind.endsWith("*") ? type.startsWith(kind.slice(0, -1)) : type === kind;
}

/** Say how long a reply window stays open, such as "5 h 12 min"; nothing when it is closed. */
export function remaining(closes_at: string, now: number): string {
  const minutes = Math.ceil((Date.parse(closes_at) - now) / 60_000);
  if (minutes <= 0) return "";
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}
