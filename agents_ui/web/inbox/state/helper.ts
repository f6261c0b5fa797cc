/** The bot and what helps an agent; all of it is loaded once a conversation is open. */
import { effect, signal } from "@preact/signals";
import type { Message } from "../shapes";
import { counts, onHeal, openId, session } from "./desk";

type Kit = typeof import("../bot/helping");

export const helper = signal<Kit | null>(null);

/** The bot wrote it: nobody of ours has, and only the bot calls its messages so. */
export const byBot = (m: Message): boolean =>
  m.direction === "out" && m.author_id === null && /^bot-/.test(m.client_id ?? "");

let asked = false;

async function load(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    helper.value = await import("../bot/helping");
  } catch {
    asked = false; // again when the line is back
  }
}

const needed = () => session.value === "in" && (openId.value !== null || counts.value?.pending);

effect(() => {
  if (needed()) setTimeout(() => void load(), 0);
});
onHeal(() => {
  if (needed()) void load();
});
