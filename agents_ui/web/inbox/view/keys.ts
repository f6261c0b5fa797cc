/** The keyboard: one listener for the whole page, from before anything is drawn.
 *
 * Keys act on signals, never on elements, so that a row may be redrawn, moved or loaded
 * again between two keys without losing either.
 */

import { openId, session } from "../state/desk";
import { letters } from "../state/settings";
import { send } from "../state/writing";
import { commands } from "./commands";
import { covered, drawerOpen, paletteMode } from "./open";
import { railOpen } from "./Rail";

const CHORD = 1_500; // milliseconds to press the second key of two
let pending = "";
let pendingUntil = 0;

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || session.peek() !== "in") return;
  if (command(event) || sending(event) || escaping(event) || chosen(event) || letter(event))
    event.preventDefault();
});

/** Keys pressed while the focus is inside a mail's frame; its one script passes them on. */
const FROM_LETTERS = new Set(["Escape", "j", "k", "e", "r", "n"]);

addEventListener("message", (event) => {
  const told = event.data as { type?: unknown; key?: unknown } | null;
  if (told?.type !== "parlour:key" || !FROM_LETTERS.has(String(told.key))) return;
  for (const frame of document.querySelectorAll<HTMLIFrameElement>(".as-sent iframe")) {
    if (frame.contentWindow !== event.source) continue;
    frame.blur(); // the keys after this one are pressed here
    frame.dispatchEvent(new KeyboardEvent("keydown", { key: String(told.key), bubbles: true }));
  }
});

/** Ctrl+K works everywhere. */
function command(event: KeyboardEvent): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return false;
  paletteMode.value = paletteMode.peek() ? null : "commands";
  return true;
}

/** Ctrl+Enter sends, from anywhere in the composer; with Shift it resolves as well. */
function sending(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return false;
  const id = openId.peek();
  if (id === null || covered.peek() || !(event.target as Element).closest(".composer"))
    return false;
  send(id, { resolve: event.shiftKey });
  return true;
}

/** In a dialog the page's keys rest, whoever opened it. */
function resting(event: KeyboardEvent): boolean {
  return covered.peek() || !!(event.target as Element).closest?.("dialog");
}

/** Escape leaves the nearest thing: a field, a drawer, the conversation. */
function escaping(event: KeyboardEvent): boolean {
  if (event.key !== "Escape" || resting(event)) return false;
  if (railOpen.peek() || drawerOpen.peek()) {
    railOpen.value = false;
    drawerOpen.value = false;
    return true;
  }
  const target = event.target as HTMLElement;
  if (writes(target)) {
    target.blur();
    return true;
  }
  return run("Escape");
}

/** With Alt a letter means the same while one writes: an offer does not wait. */
function chosen(event: KeyboardEvent): boolean {
  if (!event.altKey || event.ctrlKey || event.metaKey || covered.peek()) return false;
  return run(`Alt ${event.code.slice(-1).toLowerCase()}`);
}

function letter(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || resting(event) || writes(target))
    return false;
  if (event.key === "Enter") return !acts(target) && run("Enter");
  if (event.key.startsWith("Arrow")) return inList(target) && run(event.key);
  if (event.key.length !== 1 || !letters.peek()) return false;
  if (event.key === " " || (event.repeat && !"jk".includes(event.key))) return false;
  return chord(event.key);
}

function chord(key: string): boolean {
  const two = pending && Date.now() < pendingUntil ? `${pending} ${key}` : "";
  pending = "";
  if (two && run(two)) return true;
  if (key === "g") {
    pending = key;
    pendingUntil = Date.now() + CHORD;
    return true;
  }
  return run(key);
}

function run(keys: string): boolean {
  const wanted = commands().find((one) => one.keys === keys || one.also?.includes(keys));
  wanted?.act();
  return Boolean(wanted);
}

function writes(target: HTMLElement): boolean {
  return (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type))
  );
}

/** Enter on a button or link does what it says. */
function acts(target: HTMLElement): boolean {
  return Boolean(target.closest("button, a, summary, [role=button]"));
}

function inList(target: HTMLElement): boolean {
  return target === document.body || Boolean(target.closest("#rows"));
}
