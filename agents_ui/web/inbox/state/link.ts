/** The live line to the desk: a websocket that comes back by itself and misses nothing. */
import { signal } from "@preact/signals";
import type { Frame } from "../shapes";

export type LinkState = "off" | "connecting" | "open" | "lost";

const FIRST = 400; // milliseconds until the first attempt to come back, doubled each time
const MOST = 15_000;
const STALE = 10_000; // an attempt that takes longer is given up

/** Return how long to wait before attempt *n*; spread, so that browsers do not come back as one. */
export function patience(n: number, random: number): number {
  return Math.min(MOST, FIRST * 2 ** n) * (0.5 + random / 2);
}

export class Link {
  readonly state = signal<LinkState>("off");
  private socket: WebSocket | null = null;
  private timer = 0;
  private attempts = 0;

  constructor(
    private readonly since: () => number,
    private readonly take: (frame: Frame) => void,
    private readonly opened: () => void,
    private readonly failed: () => void,
  ) {
    addEventListener("online", () => this.now());
    addEventListener("offline", () => this.drop());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.now();
    });
  }

  start(): void {
    if (this.state.value === "off") this.connect();
  }

  stop(): void {
    this.state.value = "off";
    clearTimeout(this.timer);
    this.close();
  }

  /** Try at once instead of waiting for the next attempt. */
  now(): void {
    if (this.state.value !== "lost") return;
    this.attempts = 0;
    this.connect();
  }

  /** Say something that may be missed. */
  say(frame: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private connect(): void {
    clearTimeout(this.timer);
    this.close();
    if (this.state.value !== "lost") this.state.value = "connecting";
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/api/live?since=${this.since()}`);
    this.socket = socket;
    this.timer = setTimeout(() => socket === this.socket && this.lose(true), STALE);
    socket.onopen = () => this.settle(socket);
    socket.onmessage = (event) => this.hear(socket, event.data);
    socket.onclose = () => socket === this.socket && this.lose(this.state.value !== "open");
  }

  private settle(socket: WebSocket): void {
    if (socket !== this.socket) return;
    clearTimeout(this.timer);
    this.attempts = 0;
    this.state.value = "open";
    this.opened();
  }

  private hear(socket: WebSocket, text: unknown): void {
    if (socket !== this.socket || typeof text !== "string") return;
    const frame = JSON.parse(text) as Frame;
    if (frame.type === "goodbye") this.lose(false);
    else this.take(frame);
  }

  private drop(): void {
    if (this.state.value === "open" || this.state.value === "connecting") this.lose(false);
  }

  private lose(neverOpened: boolean): void {
    if (this.state.value === "off") return;
    this.close();
    this.state.value = "lost";
    if (neverOpened) this.failed();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), patience(this.attempts++, Math.random()));
  }

  private close(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
