/** What the browser keeps, where it keeps anything: storage may be blocked. */
import { front } from "./front";

const name = (what: string) => `parlour:${front.account}:${what}`;

export function keep(store: () => Storage, what: string, value: string | null): void {
  try {
    if (value === null) store().removeItem(name(what));
    else store().setItem(name(what), value);
  } catch {
    // without storage the chat lasts as long as the page
  }
}

export function kept(store: () => Storage, what: string): string | null {
  try {
    return store().getItem(name(what));
  } catch {
    return null;
  }
}

export const lasting = () => localStorage;
export const passing = () => sessionStorage;
