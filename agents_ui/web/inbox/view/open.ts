/** What lies over the page at the moment. */
import { computed, signal } from "@preact/signals";

export const paletteMode = signal<"commands" | "assign" | null>(null);
export const sheetOpen = signal(false);
export const menuOpen = signal(false);
export const tokensOpen = signal(false);
export const picture = signal<{ url: string; name: string } | null>(null);
export const drawerOpen = signal(false); // the customer, where there is no room beside

/** Something covers the page: its keys rest. */
export const covered = computed(
  () =>
    paletteMode.value !== null ||
    sheetOpen.value ||
    menuOpen.value ||
    tokensOpen.value ||
    picture.value !== null,
);
