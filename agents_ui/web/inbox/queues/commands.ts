/** What can be done with a conversation in a queue, with its keys. */
import { signal } from "@preact/signals";
import type { Conversation, Priority } from "../shapes";
import { myId } from "../state/desk";
import type { Command } from "../view/commands";
import { type Choice, deciding, paletteMode } from "../view/open";
import { answer, giveBack, hold, offers, prioritise, tag, usedTags } from "./store";
import { words } from "./words";

const URGENCIES: Priority[] = ["urgent", "high", "normal", "low"];

type Act = Command & { keys: string };

/** What the strip shows as buttons: what fits the place where routing has it. */
export function acts(c: Conversation): Act[] {
  if (!c.stage || c.stage === "resolved") return [];
  const held = c.stage === "held";
  const mine = c.assignee_id === myId.peek();
  const all: (Act | false)[] = [
    {
      name: words.transfer,
      icon: "transfer",
      keys: "t",
      group: "act",
      act: () => {
        deciding.value = { what: "transfer", id: c.id };
      },
    },
    mine &&
      c.queue_id != null && {
        name: words.giveBack,
        icon: "undo",
        keys: "b",
        group: "act",
        act: () => giveBack(c),
      },
    c.status !== "pending" && {
      name: held ? words.unhold : words.hold,
      icon: held ? "play" : "pause",
      keys: "h",
      group: "act",
      act: () => hold(c, !held),
    },
    {
      name: words.setPriority,
      icon: "flag",
      keys: "p",
      group: "act",
      act: () => choosePriority(c),
    },
  ];
  return all.filter((one) => one !== false);
}

/** Everything that keys and the command bar can do about queues. */
export function commands(c: Conversation | null): Command[] {
  const [first] = offers.peek();
  const offered: Command[] = first
    ? [
        {
          name: `${words.accept}: ${first.customer.name}`,
          icon: "check",
          keys: "y",
          also: ["Alt y"],
          group: "act",
          act: () => void answer(first, "accept"),
        },
        {
          name: `${words.decline}: ${first.customer.name}`,
          icon: "close",
          keys: "x",
          also: ["Alt x"],
          group: "act",
          act: () => void answer(first, "decline"),
        },
      ]
    : [];
  const here: Command[] = c?.stage
    ? [
        ...acts(c),
        { name: words.tag, icon: "tag", keys: "l", group: "act", act: () => chooseTag(c) },
        {
          name: words.whyTitle,
          icon: "why",
          keys: "w",
          group: "act",
          act: () => {
            deciding.value = { what: "why", id: c.id };
          },
        },
      ]
    : [];
  return [
    ...offered,
    ...here,
    {
      name: words.availability,
      icon: "person",
      keys: "v",
      group: "page",
      act: () => {
        deciding.value = { what: "availability", id: 0 };
      },
    },
  ];
}

function choosePriority(c: Conversation): void {
  paletteMode.value = {
    hint: words.setPriority,
    choices: () =>
      URGENCIES.map((one) => ({
        name: words.priorities[one] ?? one,
        icon: one === c.priority ? "check" : "flag",
        act: () => prioritise(c, one),
      })),
  };
}

/** Ask for a tag: one of those in use, or a new one. */
export function chooseTag(c: Conversation): void {
  const there = new Set(c.tags);
  const used = signal([...there].sort());
  usedTags().then(
    (names) => {
      used.value = [...new Set([...used.peek(), ...names])];
    },
    () => {}, // a new one can be written nevertheless
  );
  paletteMode.value = {
    hint: words.tagHint,
    choices: (text) => {
      const name = text.trim().replace(/\s+/g, " ").toLowerCase();
      const rows = used.value.map(
        (one): Choice => ({
          name: one,
          icon: there.has(one) ? "check" : "tag",
          act: () => tag(c, one, !there.has(one)),
        }),
      );
      if (!name || used.value.includes(name)) return rows;
      return [...rows, { name: words.newTag(name), icon: "plus", act: () => tag(c, name, true) }];
    },
  };
}
