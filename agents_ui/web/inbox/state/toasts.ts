/** Short sentences that say what was done, with a way back. */
import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  text: string;
  bad: boolean;
  undo: (() => void) | null;
}

const LASTS = 8_000; // milliseconds; long enough to read it and to change one's mind

export const toasts = signal<Toast[]>([]);
let last = 0;

/** Say *text*; returns what takes it back. */
export function say(text: string, more: { bad?: boolean; undo?: () => void } = {}): () => void {
  const id = ++last;
  const toast = { id, text, bad: more.bad ?? false, undo: more.undo ?? null };
  toasts.value = [...toasts.value.slice(-2), toast];
  const close = () => {
    toasts.value = toasts.value.filter((other) => other.id !== id);
  };
  setTimeout(close, LASTS);
  return close;
}

/** Do what the newest toast offers to undo. */
export function undoLast(): void {
  const toast = toasts.value.findLast((one) => one.undo);
  if (!toast) return;
  toasts.value = toasts.value.filter((one) => one !== toast);
  toast.undo?.();
}

/** What a screen reader says next. */
export const spoken = signal("");
export function speak(text: string): void {
  spoken.value = text;
}
