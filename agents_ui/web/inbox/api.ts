/** The public JSON API, as this page speaks it. */
import type {
  Alike,
  Change,
  Consent,
  Conversation,
  Customer,
  Draft,
  Me,
  Merge,
  Message,
  NewNote,
  NewReply,
  Page,
  Problem,
  Quarantined,
  Template,
  Thread,
  TimelineEntry,
  Token,
  Uploaded,
} from "./shapes";
import { words } from "./words";

/** The desk understood and said no. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }
  get status(): number {
    return this.problem.status;
  }
}

/** The desk could not be asked; asking again later is right. */
export class Unreachable extends Error {
  constructor() {
    super(words.errors.unreachable);
  }
}

const AGAIN = new Set([408, 425, 429, 502, 503, 504]);
const PATIENCE = 30_000; // milliseconds; a request that takes longer is asked again

let signedOut: () => void = () => {};

/** Have *listener* called when the desk does not know this browser any more. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

export async function call<T>(
  method: string,
  path: string,
  body?: unknown,
  key?: string,
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  let answer: Response;
  try {
    answer = await fetch(`/api${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new Unreachable();
  }
  return understand<T>(answer, path);
}

let clock = 0;

/** Milliseconds by which this browser's clock is ahead of the desk's; none when nobody notices. */
export const ahead = (): number => clock;

function compareClocks(told: string | null): void {
  const by = Date.now() - Date.parse(told ?? "");
  clock = Math.abs(by) > 2_500 ? by : 0; // no clock that is told in seconds is more exact
}

async function understand<T>(answer: Response, path: string): Promise<T> {
  compareClocks(answer.headers.get("Date"));
  if (answer.ok) return (await read(answer)) as T;
  if (AGAIN.has(answer.status) && path !== "/session") throw new Unreachable();
  const problem = (await read(answer).catch(() => null)) as Problem | null;
  if (answer.status === 401 && path !== "/session") signedOut();
  throw new Refused({
    ...problem,
    status: answer.status,
    title: problem?.title ?? words.errors.odd(answer.status),
  });
}

async function read(answer: Response): Promise<unknown> {
  try {
    const text = await answer.text();
    return text ? JSON.parse(text) : null;
  } catch {
    throw new Unreachable(); // the line broke in the middle of the answer
  }
}

export function query(values: Record<string, string | number | null | undefined>): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined) asked.set(name, String(value));
  }
  const text = asked.toString();
  return text && `?${text}`;
}

export const api = {
  signIn: (email: string, password: string) =>
    call<unknown>("POST", "/session", { email, password }),
  signOut: () => call<unknown>("DELETE", "/session"),
  me: () => call<Me>("GET", "/me"),

  conversations: (name: string, after?: string | null, limit = 50) => {
    const [list, queue] = name.split("-"); // of a queue, what waits there
    return call<Page<Conversation>>("GET", `/conversations${query({ list, queue, after, limit })}`);
  },
  thread: (id: number) => call<Thread>("GET", `/conversations/${id}`),
  earlier: (id: number, before: string) =>
    call<Page<Message>>("GET", `/conversations/${id}/messages${query({ before })}`),
  change: (id: number, change: Change) =>
    call<Conversation>("PATCH", `/conversations/${id}`, change),
  reply: (id: number, reply: NewReply) =>
    call<Message>("POST", `/conversations/${id}/replies`, reply, reply.client_id),
  note: (id: number, note: NewNote) =>
    call<Message>("POST", `/conversations/${id}/notes`, note, note.client_id),
  draft: (id: number, draft: Draft) => call<unknown>("PUT", `/conversations/${id}/draft`, draft),
  read: (id: number, message_id: number) =>
    call<unknown>("PUT", `/conversations/${id}/read`, { message_id }),

  retry: (message: number) => call<Message | null>("POST", `/messages/${message}/retry`),
  cancel: (message: number) => call<Message | null>("POST", `/messages/${message}/cancel`),
  arrived: (message: number) => call<Message | null>("POST", `/messages/${message}/arrived`),
  edit: (message: number, text: string) => call<Message>("PATCH", `/messages/${message}`, { text }),
  unsay: (message: number) => call<Message | null>("DELETE", `/messages/${message}`),
  react: (message: number, emoji: string, on: boolean) =>
    call<Message | null>(
      on ? "PUT" : "DELETE",
      `/messages/${message}/reactions/${encodeURIComponent(emoji)}`,
    ),
  templates: (account: number) =>
    call<Page<Template> | Template[]>("GET", `/accounts/${account}/templates`),

  customer: (id: number) => call<Customer>("GET", `/customers/${id}`),
  link: (customer: number, kind: string, value: string) =>
    call<Customer>("POST", `/customers/${customer}/identities`, { kind, value }),
  unlink: (customer: number, identity: number) =>
    call<unknown>("DELETE", `/customers/${customer}/identities/${identity}`),
  findCustomers: (q: string) => call<Page<Customer>>("GET", `/customers${query({ q })}`),
  alike: (customer: number) => call<Page<Alike>>("GET", `/customers/${customer}/alike`),
  merge: (customer: number, other_id: number, evidence: string) =>
    call<Merge>("POST", `/customers/${customer}/merge`, { other_id, evidence }),
  merges: (customer: number) => call<Page<Merge>>("GET", `/customers/${customer}/merges`),
  unmerge: (merge: number) => call<Merge>("POST", `/merges/${merge}/undo`),
  consent: (customer: number, consent: Omit<Consent, "at">) =>
    call<unknown>("POST", `/customers/${customer}/consents`, consent),
  changeCustomer: (
    id: number,
    change: { name?: string; attributes?: Record<string, string | number | boolean | null> },
  ) => call<Customer>("PATCH", `/customers/${id}`, change),
  customerConversations: (id: number, after?: string | null) =>
    call<Page<Conversation>>("GET", `/customers/${id}/conversations${query({ after })}`),
  timeline: (id: number, after?: string | null) =>
    call<Page<TimelineEntry>>("GET", `/customers/${id}/timeline${query({ after })}`),

  quarantine: (after?: string | null) =>
    call<Page<Quarantined>>("GET", `/quarantine${query({ after })}`),
  retryQuarantined: (id: number) => call<unknown>("POST", `/quarantine/${id}/retry`),
  discardQuarantined: (id: number) => call<unknown>("POST", `/quarantine/${id}/discard`),

  tokens: () => call<Page<Token> | Token[]>("GET", "/tokens"),
  newToken: (name: string) => call<Token>("POST", "/tokens", { name }),
  revokeToken: (id: number) => call<unknown>("DELETE", `/tokens/${id}`),
};

/** Upload a file; `fetch` cannot tell how far it got, so this is the older way. */
export function upload(
  file: File,
  progress: (done: number) => void,
): { done: Promise<Uploaded>; stop: () => void } {
  const request = new XMLHttpRequest();
  const done = new Promise<Uploaded>((resolve, reject) => {
    request.open("POST", "/api/files");
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.upload.onprogress = (event) => progress(event.loaded / (event.total || 1));
    request.onload = () => {
      const answer = new Response(request.responseText, { status: request.status });
      understand<Uploaded>(answer, "/files").then(resolve, reject);
    };
    request.onerror = () => reject(new Unreachable());
    request.onabort = () => reject(new Unreachable());
    request.send(file);
  });
  return { done, stop: () => request.abort() };
}
