/** Telling somebody who looks elsewhere: title, badge, sound, desktop notification. */
import { effect, signal } from "@preact/signals";
import type { ChangeFrame, Message } from "../shapes";
import { words } from "../words";
import { conversations, list, myId, onNews, openId, unreadIn, visible } from "./desk";
import { titleOf } from "./queues";
import type { Known } from "./reduce";
import { go, path } from "./router";
import { notify, sound } from "./settings";
import { speak } from "./toasts";

onNews(announce);

/** Tell of the customers' messages in *frame* that were not known *before*. */
function announce(frame: ChangeFrame, before: Known): void {
  for (const message of frame.messages) {
    if (message.direction === "in" && isNews(message, before)) tell(message);
  }
}

function isNews(message: Message, before: Known): boolean {
  const last = before.conversations.get(message.conversation_id)?.last_message_id ?? 0;
  return message.id > last;
}

function tell(message: Message): void {
  const c = conversations.peek().get(message.conversation_id);
  const name = c?.customer.name ?? message.sender_name ?? words.thread.somebody;
  if (message.conversation_id === openId.peek()) speak(words.thread.newIn(name, message.text));
  const forMe = c?.assignee_id === myId.peek() || c?.assignee_id === null;
  if (!forMe || (visible.peek() && message.conversation_id === openId.peek())) return;
  if (sound.peek()) chime();
  if (notify.peek() && !visible.peek()) show(message.conversation_id, name, message.text);
}

export function show(conversation: number, name: string, text: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const note = new Notification(name, { body: text.slice(0, 140), tag: `c${conversation}` });
  note.onclick = () => {
    window.focus();
    go(path(list.peek(), conversation));
    note.close();
  };
}

let audio: AudioContext | null = null;

/** Two soft tones; made here, so that no file is loaded. */
export function chime(): void {
  try {
    audio ??= new AudioContext();
    for (const [hertz, after] of [
      [660, 0],
      [880, 0.09],
    ] as const) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const at = audio.currentTime + after;
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0.06, at);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.36);
    }
  } catch {
    // a browser without sound stays silent
  }
}

/** What the title says before anything else. */
export const calling = signal<string | null>(null);

effect(() => {
  const n = unreadIn.value;
  const here = calling.value ?? `${n > 0 ? `(${n}) ` : ""}${titleOf(list.value)}`;
  document.title = `${here} · ${words.product}`;
  if ("setAppBadge" in navigator) {
    (n > 0 ? navigator.setAppBadge(n) : navigator.clearAppBadge()).catch(() => {});
  }
});
