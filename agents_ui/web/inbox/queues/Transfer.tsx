/** Pass a conversation on: to a queue or a colleague, with a note, at once or after asking. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Conversation } from "../shapes";
import { agents, myId, refresh } from "../state/desk";
import { loadQueues, queues } from "../state/queues";
import { Icon } from "../view/Icon";
import { Button, Dialog } from "../view/parts";
import { words as common } from "../words";
import { short } from "./RailParts";
import type { Here } from "./shapes";
import { everybody, transfer } from "./store";
import { words } from "./words";

interface Goal {
  key: string;
  name: string;
  detail: string;
  state?: Here;
  queue_id?: number;
  agent_id?: number;
}

function goals(c: Conversation, duty: Map<number, Here>): Goal[] {
  const there = [...queues.value.values()]
    .filter((one) => one.id !== c.queue_id || c.assignee_id !== null)
    .map((one) => ({
      key: `q${one.id}`,
      name: one.name,
      queue_id: one.id,
      detail: one.paused ? words.paused : words.waiting(one.waiting),
    }));
  const people = [...agents.value.values()]
    .filter((one) => !one.archived && one.id !== c.assignee_id && one.id !== myId.value)
    .map((one): Goal => {
      const state = duty.get(one.id);
      return {
        key: `a${one.id}`,
        name: one.name,
        agent_id: one.id,
        detail: state ? being(state) : "",
        ...(state && { state }),
      };
    });
  return [...there, ...people];
}

/** Return those with a word that begins so; else those that contain it anywhere. */
function matching(all: Goal[], asked: string): Goal[] {
  const wanted = asked.trim().toLowerCase();
  const begin = all.filter((one) =>
    one.name
      .toLowerCase()
      .split(/\s+/)
      .some((word) => word.startsWith(wanted)),
  );
  return begin.length > 0 ? begin : all.filter((one) => one.name.toLowerCase().includes(wanted));
}

/** Whether a colleague is there, and how much they have. */
function being(one: Here): string {
  const state = one.connected ? one.availability : "offline";
  return [
    words.states[state]?.[0],
    one.reason,
    state !== "offline" && words.inHand(short(one.load), short(one.capacity)),
  ]
    .filter(Boolean)
    .join(" · ");
}

export function Transfer({ c, close }: { c: Conversation; close: () => void }) {
  const [find, setFind] = useState("");
  const [to, setTo] = useState<string | null>(null);
  const [consult, setConsult] = useState(false);
  const [text, setText] = useState("");
  const [duty, setDuty] = useState<Map<number, Here>>(new Map());
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    void refresh(); // a colleague may have come just now
    void loadQueues();
    everybody().then(setDuty, () => {}); // names are enough
  }, []);
  const all = goals(c, duty);
  const fitting = matching(all, find);
  const goal = all.find((one) => one.key === to);
  const asks = consult;
  const ready = goal && (!asks || text.trim());
  const pass = async () => {
    if (!goal || !ready) return;
    const done = await transfer(
      c,
      {
        ...(goal.queue_id ? { queue_id: goal.queue_id } : { agent_id: goal.agent_id ?? 0 }),
        ...(text.trim() && { note: text.trim() }),
        ...(asks && { consult: true }),
      },
      goal.name,
    );
    if (done) close();
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void pass();
  };
  const group = (title: string, some: Goal[]) =>
    some.length > 0 && (
      <fieldset class="goals">
        <legend>{title}</legend>
        {some.map((one) => (
          <label key={one.key} class="goal">
            <input
              type="radio"
              name="goal"
              checked={to === one.key}
              onChange={() => setTo(one.key)}
            />
            {one.state ? (
              <span
                class={`presence ${one.state.connected ? one.state.availability : "offline"}`}
                aria-hidden="true"
              />
            ) : (
              <Icon name={one.queue_id ? "layers" : "person"} />
            )}
            <span class="goal-name">{one.name}</span>
            <span class="faint">{one.detail}</span>
          </label>
        ))}
      </fieldset>
    );
  return (
    <Dialog label={words.transfer} class="transfer" close={close}>
      <header class="dialog-head">
        <h2>
          {words.transfer}: {c.customer.name}
        </h2>
        <Button icon="close" kind="quiet" label={common.acts.close} onClick={close} />
      </header>
      <form
        class="dialog-body"
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
        }}
      >
        <input
          ref={field}
          type="text"
          aria-label={words.transferTo}
          placeholder={words.transferTo}
          value={find}
          autocomplete="off"
          onInput={(event) => {
            const asked = event.currentTarget.value;
            setFind(asked);
            const found = matching(all, asked);
            if (asked.trim() && !found.some((one) => one.key === to)) setTo(found[0]?.key ?? null);
          }}
        />
        <div class="goals-box">
          {group(
            words.toQueues,
            fitting.filter((one) => one.queue_id),
          )}
          {group(
            words.toAgents,
            fitting.filter((one) => one.agent_id),
          )}
          {fitting.length === 0 && <p class="faint">{words.notFound}</p>}
        </div>
        <label class="labelled">
          <span>{words.transferNote}</span>
          <textarea
            rows={3}
            placeholder={words.transferNoteHint}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        {goal && (
          <label class="consult">
            <input
              type="checkbox"
              checked={consult}
              onChange={(event) => setConsult(event.currentTarget.checked)}
            />
            <span>
              {words.consult}
              <span class="faint">{words.consultHint}</span>
            </span>
          </label>
        )}
        <p class="dialog-acts">
          <Button onClick={close}>{words.cancel}</Button>
          <button type="submit" class="button act" disabled={!ready}>
            <span>{asks ? words.ask : words.transfer}</span>
          </button>
        </p>
      </form>
    </Dialog>
  );
}
