/** What lies over the page at the moment. */
import { computed, signal } from "@preact/signals";
import { callsOpen, transferring, wanted } from "../state/phone";
import type { IconName } from "./Icon";

/** One of several is chosen in the command bar. */
export interface Picking {
  hint: string;
  choices: (text: string) => Choice[];
}

export interface Choice {
  name: string;
  icon: IconName;
  keys?: string;
  detail?: string;
  act: () => void;
}

export const paletteMode = signal<"commands" | "assign" | Picking | null>(null);
/** What is decided about a conversation in a queue, or about the agent's own availability. */
export const deciding = signal<{ what: "transfer" | "why" | "availability"; id: number } | null>(
  null,
);
export const sheetOpen = signal(false);
export const menuOpen = signal(false);
export const tokensOpen = signal(false);
export const picture = signal<{ url: string; name: string } | null>(null);
/** The customer into whose record another one is merged. */
export const mergeOpen = signal<{ id: number; name: string; other: number | null } | null>(null);
export const drawerOpen = signal(false); // the customer, where there is no room beside

/** Something covers the page: its keys rest. */
export const covered = computed(
  () =>
    paletteMode.value !== null ||
    sheetOpen.value ||
    menuOpen.value ||
    tokensOpen.value ||
    callsOpen.value ||
    wanted.value !== null ||
    transferring.value !== null ||
    mergeOpen.value !== null ||
    deciding.value !== null ||
    picture.value !== null,
);
