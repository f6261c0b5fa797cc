/** Watch a conversation as it goes on, whisper to whoever has it, or take it over. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api";
import type { Message, Thread } from "../shapes";
import { agents, myId, onHeal, onNews } from "../state/desk";
import { newId } from "../state/outbox";
import { follow, path } from "../state/router";
import { atClock } from "../state/time";
import { say } from "../state/toasts";
import { Channel } from "../view/Icon";
import { Button } from "../view/parts";
import { Priorities } from "./Acts";
import { cards, change, openDrawer, takeOver } from "./store";
import { words } from "./words";

export function Watch({ id }: { id: number }) {
  const [thread, failed] = useThread(id);
  const talk = thread?.conversation;
  const name = talk?.customer.name ?? cards.value.get(id)?.customer.name ?? "";
  const mine = talk?.assignee_id === myId.value;
  const heldNow = cards.value.get(id)?.stage === "held" || talk?.stage === "held";
  return (
    <>
      <header class="board-drawer-head">
        {talk && <Channel kind={talk.channel} />}
        <h2>
          <span class="sr">{words.watching(name)}</span>
          <span aria-hidden="true">{name}</span>
        </h2>
        <Button icon="close" kind="quiet" label={words.close} onClick={() => openDrawer(null)} />
      </header>
      <div class="board-acts">
        {!mine && (
          <Button icon="take" onClick={() => void takeOver([id])}>
            {words.take}
          </Button>
        )}
        <Button icon="pause" onClick={() => void change([id], { held: !heldNow })}>
          {heldNow ? words.unhold : words.hold}
        </Button>
        <Priorities ids={[id]} now={cards.value.get(id)?.priority ?? talk?.priority ?? "normal"} />
        <a class="link" href={path("all", id)} onClick={follow}>
          {words.open}
        </a>
      </div>
      {failed && <p class="board-empty">{words.notLoaded}</p>}
      <Said thread={thread} />
      <Whisper id={id} />
    </>
  );
}

/** Return a conversation, kept up while one watches. */
function useThread(id: number): [Thread | null, boolean] {
  const [thread, setThread] = useState<Thread | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let gone = false;
    const load = () =>
      api.thread(id).then(
        (told) => {
          if (gone) return;
          setThread(told);
          setFailed(false);
        },
        () => !gone && setFailed(true),
      );
    void load();
    const concerns = (one: { conversation_id: number | null }) => one.conversation_id === id;
    const stops = [
      onHeal(() => void load()),
      onNews((frame) => {
        if (frame.messages.some(concerns) || frame.events.some(concerns)) void load();
      }),
    ];
    return () => {
      gone = true;
      for (const stop of stops) stop();
    };
  }, [id]);
  return [thread?.conversation.id === id ? thread : null, failed];
}

function Said({ thread }: { thread: Thread | null }) {
  const box = useRef<HTMLDivElement>(null);
  const last = thread?.messages.items.at(-1)?.id;
  useEffect(() => {
    if (last) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [last]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
    <div class="board-said" ref={box} role="log" aria-busy={thread === null} tabIndex={0}>
      {thread?.messages.next && <p class="faint">{words.earlier}</p>}
      {thread?.messages.items.map((one) => (
        <Line key={one.id} message={one} />
      ))}
    </div>
  );
}

function Line({ message }: { message: Message }) {
  const by = message.author_id
    ? (agents.value.get(message.author_id)?.name ?? "")
    : (message.sender_name ?? words.customer);
  return (
    <article class={`board-line ${message.direction}`}>
      <p class="board-line-head">
        <b>{by}</b> <time dateTime={message.created_at}>{atClock(message.created_at)}</time>
      </p>
      <p class="board-line-text">{message.text}</p>
    </article>
  );
}

function Whisper({ id }: { id: number }) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const whisper = async () => {
    const said = text.trim();
    if (!said || busy) return;
    setBusy(true);
    try {
      await api.note(id, { text: said, attachments: [], client_id: newId() });
      setText("");
      say(words.whispered);
    } catch (error) {
      say(words.notDone((error as Error).message), { bad: true });
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="board-whisper"
      onSubmit={(event) => {
        event.preventDefault();
        void whisper();
      }}
    >
      <label>
        <span>{words.whisper}</span>
        <textarea
          rows={2}
          value={text}
          placeholder={words.whisperHint}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              void whisper();
            }
          }}
        />
      </label>
      <button type="submit" class="button" disabled={busy || !text.trim()}>
        {words.whisperDo}
      </button>
    </form>
  );
}
