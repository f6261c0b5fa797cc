/** The keyboard on the board: in its lists, and anywhere on it. */
import { batch } from "@preact/signals";
import { letters } from "../state/settings";
import { covered } from "../view/open";
import {
  active,
  anchor,
  drawer,
  lending,
  moving,
  openDrawer,
  select,
  selected,
  takeBack,
  toggle,
} from "./store";
import { between, stepped } from "./time";

/** Keys in a list of cards whose rows are *row* pixels high. */
export function keyed(event: KeyboardEvent, ids: readonly number[], row: number): void {
  const box = event.currentTarget as HTMLElement;
  if (!inside(event, ids, box)) return;
  event.preventDefault();
  const at = ids.indexOf(active.peek() ?? -1);
  if (at < 0) return;
  if (at * row < box.scrollTop) box.scrollTop = at * row;
  const below = (at + 1) * row - box.clientHeight;
  if (below > box.scrollTop) box.scrollTop = below;
}

function inside(event: KeyboardEvent, ids: readonly number[], box: HTMLElement): boolean {
  const here = active.peek();
  switch (event.key) {
    case "ArrowDown":
      return go(ids, 1, event.shiftKey);
    case "ArrowUp":
      return go(ids, -1, event.shiftKey);
    case "Home":
      return go(ids, -ids.length, event.shiftKey);
    case "End":
      return go(ids, ids.length, event.shiftKey);
    case "ArrowLeft":
      return beside(box, -1);
    case "ArrowRight":
      return beside(box, 1);
    case " ":
      if (here !== null) toggle(here);
      return true;
    case "Enter":
      if (here !== null) openDrawer({ kind: "watch", id: here });
      return true;
    case "a":
      if (!(event.ctrlKey || event.metaKey)) return false;
      select(ids);
      return true;
    default:
      return false;
  }
}

function go(ids: readonly number[], by: number, extend: boolean): boolean {
  const next = stepped(ids, active.peek(), by);
  if (next === null) return true;
  batch(() => {
    if (extend) {
      anchor.value ??= active.peek() ?? next;
      select(between(ids, anchor.peek() ?? next, next));
    } else anchor.value = next;
    active.value = next;
  });
  return true;
}

/** Go to the list of the queue beside. */
function beside(box: HTMLElement, by: number): boolean {
  const lists = [...document.querySelectorAll<HTMLElement>(".board-cards")];
  const next = lists[lists.indexOf(box) + by];
  if (!next) return true;
  active.value = null;
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

/** Keys anywhere on the board; returns whether one was ours. */
export function anywhere(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (covered.peek() || moving.peek() || lending.peek()) return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  if (target.closest("input:not([type=checkbox]), textarea, select")) return false;
  if (event.key === "Escape") return leave();
  if (!letters.peek()) return false;
  if (event.key === "z") {
    void takeBack();
    return true;
  }
  if (event.key === "m") return think();
  return false;
}

function leave(): boolean {
  if (drawer.peek()) openDrawer(null);
  else if (selected.peek().size > 0) select([]);
  else return false;
  return true;
}

/** Think about moving what is selected, or else the active card. */
function think(): boolean {
  const here = active.peek();
  if (selected.peek().size === 0 && here !== null) select([here]);
  if (selected.peek().size === 0) return false;
  moving.value = { conversations: [...selected.peek()] };
  return true;
}
