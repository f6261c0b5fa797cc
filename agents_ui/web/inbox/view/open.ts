/** What lies over the page at the moment. */
import { computed, signal } from "@preact/signals";
import { callsOpen, transferring, wanted } from "../state/phone";

export const paletteMode = signal<"commands" | "assign" | null>(null);
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
    picture.value !== null,
);
