/** Dragging cards and agents, and what it would do before they are let go. */
import { signal } from "@preact/signals";
import type { Move, Preview } from "./shapes";
import {
  carryOut,
  type Dragged,
  dragged,
  foresee,
  hovered,
  lending,
  load,
  selected,
} from "./store";

/** What would happen where somebody points. */
export const foreseen = signal<Preview | null>(null);
const PATIENCE = 120; // milliseconds that one has to rest somewhere
let asked = 0;
let timer = 0;

/** Think about moving what is selected, or dragged, to *place*. */
export function consider(place: string | null, move: Move | null): void {
  if (place === hovered.peek()) return;
  hovered.value = place;
  foreseen.value = null;
  clearTimeout(timer);
  const number = ++asked;
  if (!move || !place) return;
  timer = setTimeout(async () => {
    const told = await foresee(move).catch(() => null);
    if (number === asked) foreseen.value = told;
  }, PATIENCE);
}

/** Return what a move of the selected, or dragged, cards to a queue or an agent would be. */
export function moveTo(to: { to_queue?: number; to_agent?: number }): Move | null {
  const what = dragged.peek();
  const ids = what?.kind === "cards" ? what.ids : what ? [] : [...selected.peek()];
  return ids.length > 0 ? { conversations: ids, ...to } : null;
}

// --- with a pointer -------------------------------------------------------------------------
const FAR = 6; // pixels after which a mouse drags rather than clicks
const STILL = 10; // pixels within which a finger rests
const LONG = 350; // milliseconds after which a finger that rests drags rather than scrolls
const EDGE = 40; // pixels from the edge at which what is below scrolls
const STEP = 12; // pixels that it scrolls each time

interface Grip {
  pointer: number;
  touch: boolean;
  x: number;
  y: number;
  what: () => Dragged;
  name: () => string;
}

let grip: Grip | null = null;
let resting = 0;
let scrolling = 0;
let ghost: HTMLElement | null = null;

/** A card or an agent is held: with a mouse it moves at once, with a finger after resting on it. */
export function grab(event: PointerEvent, what: () => Dragged, name: () => string): void {
  if (event.button !== 0 || grip) return;
  const touch = event.pointerType === "touch";
  grip = { pointer: event.pointerId, touch, x: event.clientX, y: event.clientY, what, name };
  if (touch) resting = setTimeout(begin, LONG);
  const own = { capture: true };
  addEventListener("pointermove", follow, own);
  addEventListener("pointerup", letGo, own);
  addEventListener("pointercancel", release, own);
  addEventListener("keydown", given, own);
  addEventListener("contextmenu", still, own);
  addEventListener("touchmove", still, { capture: true, passive: false });
}

function begin(): void {
  if (!grip) return;
  dragged.value = grip.what();
  ghost = document.createElement("div");
  ghost.className = "board-ghost";
  ghost.textContent = grip.name();
  document.body.append(ghost);
  if (grip.touch) navigator.vibrate?.(10);
  point(grip.x, grip.y);
  scrolling = setInterval(scroll, 30);
}

function follow(event: PointerEvent): void {
  if (!grip || event.pointerId !== grip.pointer) return;
  if (!dragged.peek()) {
    const far = Math.hypot(event.clientX - grip.x, event.clientY - grip.y);
    if (far <= (grip.touch ? STILL : FAR)) return;
    if (grip.touch) {
      release(); // it scrolls
      return;
    }
    begin();
  }
  [grip.x, grip.y] = [event.clientX, event.clientY];
  point(event.clientX, event.clientY);
}

/** Think about dropping what is dragged at a point. */
function point(x: number, y: number): void {
  if (ghost) ghost.style.transform = `translate(${x}px, ${y}px)`;
  const [place, move] = below(x, y);
  consider(place, move);
}

type Below = [place: string | null, move: Move | null];

function below(x: number, y: number): Below {
  const found = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-drop]");
  const [kind, id] = found?.dataset.drop?.split(" ") ?? [];
  if (kind === "queue") return [`queue ${id}`, moveTo({ to_queue: Number(id) })];
  if (kind !== "agent" || dragged.peek()?.kind === "agent") return [null, null];
  return [`agent ${id}`, moveTo({ to_agent: Number(id) })];
}

function scroll(): void {
  if (!grip) return;
  const { x, y } = grip;
  let at = document.elementFromPoint(x, y)?.closest<HTMLElement>(".board-body *") ?? null;
  for (; at && !at.matches(".board-body"); at = at.parentElement) {
    const box = at.getBoundingClientRect();
    const across = at.scrollWidth > at.clientWidth ? way(x, box.left, box.right) : 0;
    const down = at.scrollHeight > at.clientHeight ? way(y, box.top, box.bottom) : 0;
    if (across || down) at.scrollBy(across, down);
  }
  point(x, y);
}

function way(at: number, from: number, to: number): number {
  if (at < from + EDGE) return -STEP;
  return at > to - EDGE ? STEP : 0;
}

function letGo(event: PointerEvent): void {
  if (!grip || event.pointerId !== grip.pointer) return;
  const what = dragged.peek();
  const [place, move] = what ? below(event.clientX, event.clientY) : [null, null];
  release();
  if (!what) return;
  addEventListener("click", swallow, { capture: true, once: true }); // it was no click
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
  if (move) void carryOut(move);
  else if (what.kind === "agent" && place) {
    lending.value = { agent: what.id, queue: Number(place.split(" ")[1]) };
  }
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

/** Escape gives up. */
function given(event: KeyboardEvent): void {
  if (event.key !== "Escape" || !dragged.peek()) return;
  swallow(event);
  release();
}

/** Nothing scrolls, and no menu opens, under what is dragged. */
function still(event: Event): void {
  const pressed = event.type === "contextmenu" && grip?.touch;
  if ((dragged.peek() || pressed) && event.cancelable) event.preventDefault();
}

function release(): void {
  const own = { capture: true };
  removeEventListener("pointermove", follow, own);
  removeEventListener("pointerup", letGo, own);
  removeEventListener("pointercancel", release, own);
  removeEventListener("keydown", given, own);
  removeEventListener("contextmenu", still, own);
  removeEventListener("touchmove", still, own);
  clearTimeout(resting);
  clearInterval(scrolling);
  ghost?.remove();
  ghost = grip = null;
  consider(null, null);
  if (!dragged.peek()) return;
  dragged.value = null;
  void load(); // what came meanwhile was not shown
}
