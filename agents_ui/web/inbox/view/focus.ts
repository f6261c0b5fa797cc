/** Where the cursor goes. */
import { setNote } from "../state/writing";

/** Put the cursor into the composer, for a reply or for a note. */
export function focusComposer(id: number, note: boolean): void {
  setNote(id, note);
  // the field of the other kind is drawn anew; wait for it
  setTimeout(() => document.getElementById("composer-text")?.focus(), 0);
}
