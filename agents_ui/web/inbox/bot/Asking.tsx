/** The bot asks a colleague: its answer, and one key to let it be said. */
import { useEffect, useRef, useState } from "preact/hooks";
import { conversations, known, openId } from "../state/desk";
import { follow, path } from "../state/router";
import { Icon } from "../view/Icon";
import { inShort } from "../view/MessageView";
import { Button, Kbd } from "../view/parts";
import { answer, drop, editing, ends, first, suggestions } from "./session";
import type { Suggestion } from "./shapes";
import { words } from "./words";

/** What the bot asks about conversations that are not open. */
export function Over() {
  const waiting = suggestions.value.filter((one) => one.conversation_id !== openId.value);
  const [one] = waiting;
  if (!one) return null;
  return (
    <section class="asking-over" aria-label={words.asked}>
      <Asking key={one.id} one={one} elsewhere />
    </section>
  );
}

export function Asking({ one, elsewhere = false }: { one: Suggestion; elsewhere?: boolean }) {
  const c = conversations.value.get(one.conversation_id);
  const asked = known.value.threads
    .get(one.conversation_id)
    ?.messages.find((m) => m.id === one.message_id);
  const keys = first.value?.id === one.id;
  const left = useSeconds(one);
  const key = (letter: string) => (keys ? <Kbd keys={letter} /> : null);
  return (
    <article class="asking" aria-label={words.may} data-suggestion={one.id}>
      <header>
        <Icon name="bot" />
        <b>{words.may}</b>
        {elsewhere && (
          <a class="link" href={path("pending", one.conversation_id)} onClick={follow}>
            {c?.customer.name ?? words.open}
          </a>
        )}
        <span class="asking-left" data-left={left}>
          <span aria-hidden="true">{words.left(left)}</span>
          <span class="sr">{words.leftLong(left)}</span>
        </span>
      </header>
      {elsewhere && (asked || c) && (
        <blockquote dir="auto">{asked ? inShort(asked) : c?.preview}</blockquote>
      )}
      {editing.value === one.id ? (
        <Editing one={one} />
      ) : (
        <>
          <p class="asking-text" dir="auto">
            {one.text}
          </p>
          <p class="asking-acts">
            <Button kind="act" keys={keys ? "s" : ""} onClick={() => void answer(one, "approve")}>
              {words.yes} {key("s")}
            </Button>
            <Button
              keys={keys ? "f" : ""}
              onClick={() => {
                editing.value = one.id;
              }}
            >
              {words.change} {key("f")}
            </Button>
            <Button keys={keys ? "d" : ""} onClick={() => void answer(one, "reject")}>
              {words.no} {key("d")}
            </Button>
          </p>
        </>
      )}
      <Draining one={one} />
    </article>
  );
}

function Editing({ one }: { one: Suggestion }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(one.text.length, one.text.length);
  }, []);
  const close = () => {
    editing.value = null;
  };
  const save = () => {
    const text = field.current?.value.trim() ?? "";
    if (!text) return;
    void answer(one, text === one.text.trim() ? "approve" : "edit", text);
  };
  return (
    <form
      class="asking-edit"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        ref={field}
        defaultValue={one.text}
        aria-label={words.answer}
        dir="auto"
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            event.stopPropagation();
            save();
          }
          if (event.key !== "Escape") return;
          event.stopPropagation();
          close();
        }}
      />
      <p class="asking-acts">
        <button type="submit" class="button act" title="Ctrl+Enter">
          <span>
            {words.changed} <Kbd keys="Ctrl ⏎" />
          </span>
        </button>
        <Button kind="quiet" onClick={close}>
          {words.cancel}
        </Button>
      </p>
    </form>
  );
}

/** Seconds until nobody is asked any more; it is put away then. */
function useSeconds(one: Suggestion): number {
  const count = () => Math.max(0, Math.ceil((ends(one) - Date.now()) / 1_000));
  const [left, setLeft] = useState(count);
  useEffect(() => {
    const timer = setInterval(() => {
      setLeft(count());
      if (Date.now() >= ends(one)) drop(one.id);
    }, 500);
    return () => clearInterval(timer);
  }, [one.id, one.expires_at]);
  return left;
}

/** A line that drains while the customer waits. */
function Draining({ one }: { one: Suggestion }) {
  const line = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const all = Math.max(1, Date.parse(one.expires_at) - Date.parse(one.asked_at));
    const had = Math.max(0, all - (ends(one) - Date.now()));
    const moving = line.current?.animate([{ scale: "1 1" }, { scale: "0 1" }], {
      duration: all,
      delay: -had,
      fill: "forwards",
    });
    return () => moving?.cancel();
  }, [one.id]);
  return <span class="asking-line" ref={line} aria-hidden="true" />;
}
