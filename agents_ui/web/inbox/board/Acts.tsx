/** What is done with the selected conversations, and the way back from it. */
import { useEffect, useState } from "preact/hooks";
import { Button, Kbd } from "../view/parts";
import {
  cards,
  change,
  moving,
  openDrawer,
  select,
  selected,
  takeBack,
  takeOver,
  undo,
} from "./store";
import { words } from "./words";

export function Acts() {
  const ids = [...selected.value];
  const [only] = ids;
  if (ids.length === 0 || only === undefined) return null;
  const held = ids.every((id) => cards.value.get(id)?.stage === "held");
  const same = new Set(ids.map((id) => cards.value.get(id)?.priority ?? "normal"));
  return (
    <div class="board-toolbar" role="toolbar" aria-label={words.selected(ids.length)}>
      <b aria-hidden="true">{words.selected(ids.length)}</b>
      <Button
        kind="act"
        keys="m"
        onClick={() => {
          moving.value = { conversations: ids };
        }}
      >
        {words.move}
      </Button>
      <Button icon="take" onClick={() => void takeOver(ids)}>
        {words.take}
      </Button>
      <Priorities ids={ids} now={same.size === 1 ? [...same][0] : undefined} />
      <Button icon="pause" onClick={() => void change(ids, { held: !held })}>
        {held ? words.unhold : words.hold}
      </Button>
      {ids.length === 1 && (
        <Button icon="seen" onClick={() => openDrawer({ kind: "watch", id: only })}>
          {words.watch}
        </Button>
      )}
      <Button icon="close" kind="quiet" label={words.clear} onClick={() => select([])} />
    </div>
  );
}

/** A priority for some conversations; none is chosen while they differ. */
export function Priorities({ ids, now }: { ids: readonly number[]; now?: string | undefined }) {
  return (
    <label class="board-select">
      <span class="sr">{words.priority}</span>
      <select
        value={now ?? ""}
        onChange={(event) => void change(ids, { priority: event.currentTarget.value })}
      >
        {!now && (
          <option value="" disabled>
            {words.priority}
          </option>
        )}
        {Object.entries(words.priorities).map(([name, word]) => (
          <option key={name} value={name}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Thirty seconds in which a move can be undone, as a line that drains. */
export function UndoBar() {
  const last = undo.value;
  return (
    <div class="board-undo" role="status">
      {last && (
        <div class="toast" key={last.id}>
          <span>{last.text}</span>
          <button type="button" class="link" onClick={() => void takeBack()}>
            {words.undo} <Kbd keys="Z" />
          </button>
          <Left until={last.until} />
        </div>
      )}
    </div>
  );
}

function Left({ until }: { until: number }) {
  const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(left()), 500);
    return () => clearInterval(timer);
  }, [until]);
  return (
    <>
      <small aria-hidden="true">{words.seconds(seconds)}</small>
      <span
        class="board-drain"
        aria-hidden="true"
        style={{ transform: `scaleX(${Math.min(1, seconds / 30)})` }}
      />
    </>
  );
}
