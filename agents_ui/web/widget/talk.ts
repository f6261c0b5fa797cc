/**
 * The line to the desk: a websocket, or questions that wait for an answer where none gets
 * through. What was not acknowledged is said again under the same name after every break.
 */
import { base } from "./front";
import { keep, kept, lasting, passing } from "./memory";

export interface FileLink {
  name: string;
  media_type: string;
  size: number;
  url: string;
}

export interface Message {
  id: number | null;
  mine: boolean;
  client_id: string | null;
  text: string;
  at: string;
  author?: string | null;
  files: FileLink[];
  seen?: boolean;
}

export type Heard =
  | {
      type: "welcome";
      token: string | null;
      messages: Message[];
      seen: number | null;
      name: string | null;
      known: boolean;
    }
  | { type: "message"; message: Message }
  | { type: "stored"; client_id: string }
  | { type: "refused"; client_id: string; reason: string; again: number | null }
  | { type: "typing"; on: boolean }
  | { type: "seen"; id: number; client_ids: string[] }
  | { type: "error"; reason: string };

export type Frame = { type: string; [fact: string]: unknown };
export type Pending = { frame: Frame; message: Message };

const ACKNOWLEDGED_WITHIN = 20_000; // else the connection is dead and nobody told us
const WELCOME_WITHIN = 10_000;
const KEPT = 19;
const LONGEST_PAUSE = 30_000;
const tab = crypto.randomUUID();

export class Talk {
  online = false;
  pending = new Map<string, Pending>();
  stored: Message[] = []; // acknowledged, and perhaps not in the history yet
  user: string | null = null; // the token of somebody the site vouches for; never stored
  private token = kept(lasting, "token");
  private entering: Promise<unknown> | undefined;
  private socket: WebSocket | undefined;
  private asking: AbortController | undefined;
  private failures = 0;
  private timer = 0;
  private late = 0;

  constructor(
    private readonly heard: (frame: Heard) => void,
    private readonly changed: () => void,
    private readonly expired: () => void,
  ) {
    addEventListener("online", () => this.retry(0));
    addEventListener("offline", () => this.broken());
    addEventListener("storage", () => {
      this.token = kept(lasting, "token"); // another tab has begun
      this.connect();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && !this.online && this.key) this.retry(0);
    });
    for (const it of JSON.parse(kept(passing, "pending") ?? "[]") as Pending[])
      this.pending.set(String(it.frame.client_id), it);
    this.stored = JSON.parse(kept(passing, "stored") ?? "[]");
  }

  /** Whether the visitor should know that nothing gets through. */
  get troubled(): boolean {
    return !navigator.onLine || (!this.online && this.failures > 1);
  }

  get key(): string | null {
    return this.user ?? this.token;
  }

  /** Become the visitor of last time, or a new one; once, however many ask for it. */
  enter(): Promise<unknown> {
    this.entering ??= this.become().finally(() => {
      this.entering = undefined;
    });
    return this.entering;
  }

  /** Become somebody: the one of last time, or whom the site's signature names. */
  async become(jwt?: string): Promise<{ name: string | null; known: boolean } | null> {
    this.token = kept(lasting, "token") ?? this.token; // another tab may have been quicker
    const body = JSON.stringify(jwt ? { jwt } : { token: this.token });
    const response = await fetch(new URL("session", base), { method: "POST", body });
    if (!response.ok) return null;
    const given = await response.json();
    if (jwt) this.user = given.token;
    else this.own(given.token);
    return given;
  }

  /** Be nobody's user any more; the visitor of before is still there. */
  leave(): void {
    this.user = null;
    this.stored = [];
    this.hangUp();
  }

  connect(): void {
    if (!this.key || this.socket || this.asking) return;
    if (this.failures >= 3 && this.failures % 4 !== 0) this.poll();
    else this.dial();
  }

  /** Say something that must arrive; it is repeated until it is stored. */
  post(pending: Pending): void {
    this.pending.set(String(pending.frame.client_id), pending);
    this.remember();
    if (this.online) this.say(pending.frame);
    else this.retry(0);
  }

  /** Say something that may be lost. */
  say(frame: Frame): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
    else if (this.asking) void this.hand([frame]);
    if (frame.type === "message" && !this.late)
      this.late = setTimeout(() => this.hangUp(), ACKNOWLEDGED_WITHIN);
  }

  /** Stop repeating a message; one that was stored is remembered until the history has it. */
  settled(clientId: string, stored = false): void {
    const pending = this.pending.get(clientId);
    if (stored && pending) this.stored = [...this.stored.slice(-KEPT), pending.message];
    this.pending.delete(clientId);
    this.remember();
  }

  /** The history has it: nothing of it need be remembered here. */
  known(clientId: string): void {
    this.stored = this.stored.filter((message) => message.client_id !== clientId);
    this.settled(clientId);
  }

  hangUp(): void {
    this.broken();
    this.retry(0);
  }

  private remember(): void {
    const left = [...this.pending.values()];
    keep(passing, "pending", left.length ? JSON.stringify(left) : null);
    keep(passing, "stored", this.stored.length ? JSON.stringify(this.stored) : null);
  }

  private dial(): void {
    const socket = new WebSocket(Object.assign(new URL("socket", base), { protocol: scheme() }));
    this.socket = socket;
    const patience = setTimeout(() => socket.close(), WELCOME_WITHIN);
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token: this.key }));
    socket.onmessage = ({ data }) => {
      clearTimeout(patience);
      if (this.socket === socket) this.hear(JSON.parse(data));
    };
    socket.onclose = ({ code, reason }) => {
      clearTimeout(patience);
      if (this.socket !== socket) return;
      if (code === 1008 && reason === "token") this.unknown();
      this.broken();
      this.retry();
    };
  }

  /** Ask for news, and wait for it, as long as no websocket gets through. */
  private async poll(): Promise<void> {
    const asking = new AbortController();
    this.asking = asking;
    let after = 0;
    try {
      while (this.asking === asking) {
        const response = await this.fetch(`messages?tab=${tab}&after=${after}`, {
          signal: asking.signal,
        });
        const news = await response.json();
        after = news.next;
        for (const frame of news.frames) this.hear(frame);
      }
    } catch {
      if (this.asking !== asking) return;
      this.broken();
      this.retry();
    }
  }

  private async hand(frames: Frame[]): Promise<void> {
    try {
      const body = JSON.stringify(frames);
      const response = await this.fetch(`messages?tab=${tab}`, { method: "POST", body });
      for (const frame of await response.json()) this.hear(frame);
    } catch {
      this.hangUp();
    }
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = { Authorization: `Bearer ${this.key}` };
    const response = await fetch(new URL(path, base), { ...init, headers });
    if (response.status === 401) this.unknown();
    if (!response.ok) throw new Error(response.statusText);
    return response;
  }

  /** Hand a file over; the message names it by what this returns. */
  async upload(file: File): Promise<{ file: string } & FileLink> {
    if (!this.key) await this.enter();
    const headers = {
      Authorization: `Bearer ${this.key}`,
      "X-File-Name": encodeURIComponent(file.name),
    };
    const response = await fetch(new URL("files", base), { method: "POST", headers, body: file });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail);
    return answer;
  }

  private hear(frame: Heard): void {
    clearTimeout(this.late); // whoever speaks is there
    this.late = 0;
    if (frame.type === "welcome") {
      this.online = true;
      this.failures = 0;
      if (frame.token && !this.user) this.own(frame.token);
      this.heard(frame);
      this.changed();
      for (const { frame: again } of this.pending.values()) this.say(again);
    } else this.heard(frame);
  }

  private own(token: string | null): void {
    this.token = token;
    keep(lasting, "token", token);
  }

  private unknown(): void {
    if (this.user) {
      this.user = null;
      this.expired();
    } else this.own(null);
  }

  private broken(): void {
    const { asking, socket } = this;
    this.asking = this.socket = undefined;
    asking?.abort();
    socket?.close();
    clearTimeout(this.late);
    this.late = 0;
    this.online = false;
    this.changed();
  }

  /** Try again after a pause that grows, and is never the same for two browsers. */
  retry(pause?: number): void {
    clearTimeout(this.timer);
    if (pause === undefined) this.failures++;
    const longest = Math.min(LONGEST_PAUSE, 250 * 2 ** this.failures);
    this.timer = setTimeout(() => this.begin(), pause ?? longest * (0.5 + Math.random() / 2));
  }

  private async begin(): Promise<void> {
    try {
      if (!this.key && this.pending.size) await this.enter();
      if (this.key) this.connect();
      else if (this.pending.size) this.retry();
    } catch {
      this.retry();
    }
  }
}

const scheme = () => (location.protocol === "https:" ? "wss:" : "ws:");
