/** Ctrl+K: everything the page can do, by name. */
import { useEffect, useRef, useState } from "preact/hooks";
import { assign } from "../state/acts";
import { agents, conversations, myId, openId, refresh, selected } from "../state/desk";
import { go, path } from "../state/router";
import { channelName, words } from "../words";
import { commands } from "./commands";
import { Icon } from "./Icon";
import { type Choice, paletteMode } from "./open";
import { Dialog, Kbd } from "./parts";

export function Palette() {
  const mode = paletteMode.value;
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    setText("");
    setAt(0);
    field.current?.focus();
    if (mode === "assign") void refresh(); // a colleague may have come just now
  }, [mode]);
  if (!mode) return null;
  const all =
    mode === "assign"
      ? people()
      : mode === "commands"
        ? [...commandChoices(), ...conversationChoices(text)]
        : mode.choices(text);
  const hint =
    mode === "assign"
      ? words.palette.assignHint
      : mode === "commands"
        ? words.palette.hint
        : mode.hint;
  const choices = matching(all, text).slice(0, 40);
  const index = Math.min(at, choices.length - 1);
  const close = () => {
    paletteMode.value = null;
  };
  const act = (choice: Choice | undefined) => {
    close();
    choice?.act();
  };
  const keyed = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && choices.length > 0) {
      event.preventDefault();
      setAt((index + by + choices.length) % choices.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      act(choices[index]);
    }
  };
  return (
    <Dialog label={words.palette.label} class="palette" close={close}>
      <input
        ref={field}
        class="palette-field"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-choices"
        aria-activedescendant={index >= 0 ? `choice-${index}` : undefined}
        aria-label={hint}
        placeholder={hint}
        value={text}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={keyed}
      />
      <div
        id="palette-choices"
        class="palette-choices"
        role="listbox"
        aria-label={words.palette.label}
      >
        {choices.map((choice, n) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the field above has the focus
          <div
            key={`${choice.name}${choice.detail ?? ""}${n}`}
            id={`choice-${n}`}
            role="option"
            class="choice"
            aria-selected={n === index}
            ref={(element) => {
              if (n === index) element?.scrollIntoView({ block: "nearest" });
            }}
            onPointerMove={() => setAt(n)}
            onClick={() => act(choice)}
          >
            <Icon name={choice.icon} />
            <span>{choice.name}</span>
            {choice.detail && <span class="choice-detail">{choice.detail}</span>}
            {choice.keys && <Kbd keys={choice.keys} />}
          </div>
        ))}
      </div>
      {choices.length === 0 && <p class="palette-none">{words.palette.none}</p>}
    </Dialog>
  );
}

function matching(choices: Choice[], text: string): Choice[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  return choices.filter((choice) => {
    const name = `${choice.name} ${choice.detail ?? ""}`.toLowerCase();
    return wanted.every((word) => name.includes(word));
  });
}

function commandChoices(): Choice[] {
  return commands()
    .filter((command) => command.possible?.() ?? true)
    .map((command) => ({
      name: command.name,
      icon: command.icon,
      act: command.act,
      ...(command.keys ? { keys: command.keys } : {}),
    }));
}

function conversationChoices(text: string): Choice[] {
  if (text.trim().length < 2) return [];
  return [...conversations.value.values()].map((c) => ({
    name: c.customer.name,
    icon: "chat",
    detail: c.subject ?? c.preview.slice(0, 60) ?? channelName(c.channel),
    act: () => go(path("all", c.id)),
  }));
}

function people(): Choice[] {
  const id = openId.value ?? selected.value;
  if (id === null) return [];
  const now = conversations.value.get(id)?.assignee_id ?? null;
  const all = [...agents.value.values()].filter((agent) => !agent.archived);
  all.sort((a, b) => Number(b.id === myId.value) - Number(a.id === myId.value));
  const choices: Choice[] = all.map((agent) => ({
    name:
      agent.id === myId.value ? `${agent.name} (${words.thread.you.toLowerCase()})` : agent.name,
    icon: agent.id === now ? "check" : "person",
    detail: agent.email,
    act: () => assign(id, agent.id),
  }));
  if (now !== null) {
    choices.push({ name: words.acts.unassign, icon: "close", act: () => assign(id, null) });
  }
  return choices;
}
