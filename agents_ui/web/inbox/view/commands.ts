/** What can be done, with its keys: the key handler, the command bar and the sheet read this. */
import { settle, spam, take } from "../state/acts";
import {
  closeConversation,
  conversations,
  list,
  move,
  openId,
  openSelected,
  selected,
  supervises,
} from "../state/desk";
import { helper } from "../state/helper";
import { LEADING, SHARED } from "../state/pages";
import { kit } from "../state/queues";
import { go, LISTS, PAGES, path } from "../state/router";
import { undoLast } from "../state/toasts";
import { listName, words } from "../words";
import { focusComposer } from "./focus";
import type { IconName } from "./Icon";
import { paletteMode, sheetOpen } from "./open";
import { moveQuarantined, openQuarantined } from "./Quarantine";
import { focusThread, jumpToNewest, toggleCustomer } from "./Thread";

export interface Command {
  name: string;
  icon: IconName;
  keys?: string; // "g m" is g, then m
  group: "move" | "act" | "write" | "page";
  also?: string[]; // further keys that do the same
  possible?: () => boolean;
  act: () => void;
}

/** The conversation that keys act on: the open one, or else the selected one. */
export function target(): number | null {
  if (PAGES.has(list.peek())) return null;
  return openId.peek() ?? selected.peek();
}

const has = () => target() !== null;
const isOpen = () => openId.peek() !== null;
const on = (act: (id: number) => void) => () => {
  const id = target();
  if (id !== null) act(id);
};

function step(by: number): void {
  if (list.peek() === "quarantined") moveQuarantined(by);
  else if (!PAGES.has(list.peek())) move(by);
}

const GO: Record<string, string> = {
  mine: "m",
  unassigned: "u",
  all: "a",
  snoozed: "s",
  resolved: "r",
  quarantined: "q",
  accounts: "c",
  board: "b",
  reports: "p",
  setup: "e",
  undelivered: "d",
  pending: "w",
  knowledge: "k",
  teaching: "t",
};

/** Put the cursor into the composer of the open conversation; opens the selected one first. */
function compose(note: boolean): void {
  const id = target();
  if (id === null) return;
  if (openId.peek() !== id) openSelected();
  focusComposer(id, note);
}

function goTo(name: string): Command {
  return {
    name: words.acts.goTo(listName(name)),
    icon: "right",
    keys: `g ${GO[name]}`,
    group: "move",
    act: () => go(path(name)),
  };
}

export function commands(): Command[] {
  const c = conversations.peek().get(target() ?? 0);
  const lists = [
    ...LISTS,
    "undelivered",
    ...Object.keys(SHARED),
    ...(supervises.peek() ? ["quarantined", ...Object.keys(LEADING)] : []),
  ];
  return [
    {
      name: words.acts.next,
      icon: "down",
      keys: "j",
      also: ["ArrowDown"],
      group: "move",
      act: () => step(1),
    },
    {
      name: words.acts.previous,
      icon: "up",
      keys: "k",
      also: ["ArrowUp"],
      group: "move",
      act: () => step(-1),
    },
    {
      name: words.acts.open,
      icon: "right",
      keys: "Enter",
      also: ["o"],
      group: "move",
      act: () => {
        if (list.peek() === "quarantined") openQuarantined();
        else if (!PAGES.has(list.peek())) openSelected();
        focusThread();
      },
    },
    {
      name: words.acts.back,
      icon: "back",
      keys: "u",
      also: ["Escape"],
      group: "move",
      act: () => {
        if (PAGES.has(list.peek())) go(path(list.peek()));
        else closeConversation();
        setTimeout(() => document.getElementById("rows")?.focus({ preventScroll: true }), 0);
      },
    },
    {
      name: words.acts.filter,
      icon: "search",
      keys: "/",
      group: "move",
      act: () => document.getElementById("filter")?.focus(),
    },
    {
      name: words.acts.newest,
      icon: "newest",
      keys: "G",
      group: "move",
      possible: isOpen,
      act: jumpToNewest,
    },
    ...lists.map(goTo),
    { name: words.acts.take, icon: "take", keys: "i", group: "act", possible: has, act: on(take) },
    {
      name: words.acts.assign,
      icon: "assign",
      keys: "a",
      group: "act",
      possible: has,
      act: () => {
        if (has()) paletteMode.value = "assign";
      },
    },
    {
      name: c?.status === "resolved" ? words.acts.reopen : words.acts.resolve,
      icon: "check",
      keys: "e",
      group: "act",
      possible: has,
      act: on(settle),
    },
    {
      name: c?.spam ? words.acts.unspam : words.acts.spam,
      icon: "ban",
      keys: "!",
      group: "act",
      possible: has,
      act: on((id) => spam(id, !conversations.peek().get(id)?.spam)),
    },
    ...(kit.peek()?.commands(c ?? null) ?? []),
    ...(helper.peek()?.commands(c ?? null) ?? []),
    { name: words.acts.undo, icon: "undo", keys: "z", group: "act", act: undoLast },
    {
      name: words.acts.reply,
      icon: "reply",
      keys: "r",
      group: "write",
      possible: has,
      act: () => compose(false),
    },
    {
      name: words.acts.note,
      icon: "lock",
      keys: "n",
      group: "write",
      possible: has,
      act: () => compose(true),
    },
    {
      name: words.acts.customer,
      icon: "panel",
      keys: "c",
      group: "page",
      possible: isOpen,
      act: toggleCustomer,
    },
    {
      name: words.acts.shortcuts,
      icon: "keyboard",
      keys: "?",
      group: "page",
      act: () => {
        sheetOpen.value = true;
      },
    },
  ];
}
