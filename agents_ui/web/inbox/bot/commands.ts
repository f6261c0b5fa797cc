/** What can be done with the bot and with what helps, with its keys. */
import type { Conversation } from "../shapes";
import { openId } from "../state/desk";
import type { Command } from "../view/commands";
import { answer, editing, first, stop } from "./session";
import { helpful, opened, use } from "./store";
import { words } from "./words";

export function commands(c: Conversation | null): Command[] {
  const one = first.peek();
  const id = openId.peek();
  const found = id === null ? null : helpful(id);
  const asked: Command[] = one
    ? [
        {
          name: words.yes,
          icon: "check",
          keys: "s",
          group: "act",
          act: () => void answer(one, "approve"),
        },
        {
          name: words.change,
          icon: "edit",
          keys: "f",
          group: "act",
          act: () => {
            editing.value = one.id;
          },
        },
        {
          name: words.no,
          icon: "close",
          keys: "d",
          group: "act",
          act: () => void answer(one, "reject"),
        },
      ]
    : [];
  const uses = (found?.answers ?? []).map((each, at): Command => {
    const keys = String(at + 1);
    return {
      name: words.use(at + 1),
      icon: "reply",
      keys,
      also: [`Alt ${keys}`],
      group: "write",
      act: () => use(id ?? 0, each),
    };
  });
  const everything: Command = {
    name: words.everything,
    icon: "down",
    keys: ".",
    group: "write",
    possible: () => openId.peek() !== null,
    act: () => {
      opened.value = !opened.peek();
    },
  };
  const held: Command[] =
    c?.status === "pending"
      ? [
          {
            name: words.stop,
            icon: "bot",
            group: "act",
            act: () => void stop(c.id),
          },
        ]
      : [];
  return [...asked, ...held, ...uses, everything];
}
