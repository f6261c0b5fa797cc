/** The emoji that people put on a message, and putting one there. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Message, Reaction } from "../shapes";
import { react } from "../state/acts";
import { words } from "../words";
import { Icon } from "./Icon";

/** These are taken by every channel that has reactions. */
const USUAL = ["👍", "❤", "🎉", "🙏", "🔥", "👀", "😁", "😢"];

export function Reactions({ message, possible }: { message: Message; possible: boolean }) {
  const told = message.reactions ?? [];
  if (told.length === 0) return null;
  const kinds = [...new Set(told.map((one) => one.emoji))];
  return (
    <ul class="reactions" aria-label={words.thread.reactions}>
      {kinds.map((emoji) => (
        <li key={emoji}>
          <Emoji
            message={message}
            emoji={emoji}
            by={told.filter((one) => one.emoji === emoji)}
            possible={possible}
          />
        </li>
      ))}
    </ul>
  );
}

function Emoji(props: { message: Message; emoji: string; by: Reaction[]; possible: boolean }) {
  const { message, emoji, by } = props;
  const mine = by.some((one) => one.mine);
  const names = by.map((one) => (one.mine ? words.thread.you : (one.name ?? one.who)));
  return (
    <button
      type="button"
      class="reaction"
      aria-pressed={mine}
      disabled={!props.possible}
      title={names.join(", ")}
      aria-label={`${emoji} ${names.join(", ")}`}
      onClick={() => void react(message, emoji, !mine)}
    >
      <span aria-hidden="true">{emoji}</span>
      {by.length > 1 && <span class="reaction-count">{by.length}</span>}
    </button>
  );
}

/** The button that offers the usual emoji. */
export function React({ message }: { message: Message }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLElement>(".emojis button")?.focus();
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [open]);
  const close = () => {
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what its buttons opened
    <span
      class="react"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        type="button"
        class="link tool"
        aria-expanded={open}
        aria-label={words.thread.react}
        title={words.thread.react}
        onClick={() => setOpen(!open)}
      >
        <Icon name="react" size={14} />
      </button>
      {open && (
        <fieldset class="emojis" aria-label={words.thread.react}>
          {USUAL.map((emoji) => (
            <button
              type="button"
              key={emoji}
              aria-label={words.thread.reactWith(emoji)}
              onClick={() => {
                close();
                void react(message, emoji, true);
              }}
            >
              {emoji}
            </button>
          ))}
        </fieldset>
      )}
    </span>
  );
}
