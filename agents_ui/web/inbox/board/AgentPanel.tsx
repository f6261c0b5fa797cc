/** One agent: their state, their queues, and what they have. */
import { useState } from "preact/hooks";
import { Button, Face } from "../view/parts";
import { clock, Segments, State } from "./Agents";
import { CardView } from "./Column";
import { keyed } from "./keys";
import type { Availability, BoardAgent } from "./shapes";
import {
  active,
  endLoan,
  held,
  lend,
  moving,
  openDrawer,
  queueName,
  queues,
  selected,
  setState,
} from "./store";
import { places } from "./time";
import { words } from "./words";

const STATES: Availability[] = ["available", "busy", "away", "offline"];

export function AgentPanel({ agent }: { agent: BoardAgent }) {
  const has = held.value ?? [];
  const coming = [...selected.value].filter((id) => !has.some((card) => card.id === id));
  return (
    <>
      <header class="board-drawer-head">
        <Face name={agent.name} id={agent.id} />
        <h2>{agent.name}</h2>
        <Button icon="close" kind="quiet" label={words.close} onClick={() => openDrawer(null)} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="board-drawer-body" tabIndex={0} aria-label={agent.name}>
        {coming.length > 0 && (
          <Button
            kind="act"
            class="wide"
            onClick={() => {
              moving.value = { conversations: coming, to_agent: agent.id };
            }}
          >
            {words.moveHere(coming.length)}
          </Button>
        )}
        <div class="board-field">
          <State agent={agent} />
          <label>
            <span class="sr">{words.state}</span>
            <select
              value={agent.availability}
              onChange={(event) => void setState(agent, event.currentTarget.value as Availability)}
            >
              {STATES.map((one) => (
                <option key={one} value={one}>
                  {words.states[one]}
                </option>
              ))}
            </select>
          </label>
        </div>
        <div class="board-field">
          <Segments load={agent.load} capacity={agent.capacity} />
          <span>{words.loadOf(places(agent.load), places(agent.capacity))}</span>
        </div>
        <Queues agent={agent} />
        <section>
          <div class="board-field">
            <h3>{words.has}</h3>
            {has.length > 0 && (
              <Button
                onClick={() => {
                  moving.value = { from_agent: agent.id };
                }}
              >
                {words.takeOver}
              </Button>
            )}
          </div>
          <Has agent={agent} />
        </section>
      </section>
    </>
  );
}

function Has({ agent }: { agent: BoardAgent }) {
  if (held.value === null) return <p class="faint">{words.loading}</p>;
  const ids = held.value.map((one) => one.id);
  if (ids.length === 0) return <p class="faint">{words.hasNothing}</p>;
  const here = active.value !== null && ids.includes(active.value) ? active.value : null;
  return (
    <div
      class="board-cards still"
      role="listbox"
      tabIndex={0}
      aria-multiselectable="true"
      aria-label={`${agent.name}: ${words.has}`}
      aria-activedescendant={here === null ? undefined : `card-${here}`}
      onFocus={() => {
        if (here === null) active.value = ids[0] ?? null;
      }}
      onKeyDown={(event) => keyed(event, ids, 0)}
    >
      {held.value.map((card, at) => (
        <CardView key={card.id} card={card} ids={ids} at={at} />
      ))}
    </div>
  );
}

function Queues({ agent }: { agent: BoardAgent }) {
  return (
    <section>
      <h3>{words.memberOf}</h3>
      {agent.queues.length === 0 && <p class="faint">{words.noQueues}</p>}
      <ul class="board-memberships">
        {agent.queues.map((one) => (
          <li key={one.queue_id}>
            <span>{queueName(one.queue_id)}</span>
            {one.membership === "backup" && <span class="board-tag">{words.backup}</span>}
            {one.until && <span class="board-tag">{words.lentUntil(clock(one.until))}</span>}
            {one.until && (
              <Button
                icon="close"
                kind="quiet"
                label={words.takeBack(queueName(one.queue_id))}
                onClick={() => void endLoan(agent.id, one.queue_id)}
              />
            )}
          </li>
        ))}
      </ul>
      <Lend agent={agent} />
    </section>
  );
}

/** Lend an agent to a queue; they leave it by themselves. */
export function Lend(props: { agent: BoardAgent; queue?: number; done?: () => void }) {
  const others = queues.value.filter(
    (one) => !props.agent.queues.some((own) => own.queue_id === one.id),
  );
  const [chosen, setChosen] = useState(props.queue ?? 0);
  const [minutes, setMinutes] = useState("60");
  const queue = others.some((one) => one.id === chosen) ? chosen : (others[0]?.id ?? 0);
  if (others.length === 0) return <p class="faint">{words.noMoreQueues}</p>;
  return (
    <form
      class="board-lend"
      aria-label={words.lend}
      onSubmit={(event) => {
        event.preventDefault();
        void lend(props.agent.id, queue, Number(minutes));
        props.done?.();
      }}
    >
      <label>
        <span>{words.lend}</span>
        <select value={queue} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
          {others.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="sr">{words.lendUntil}</span>
        <select value={minutes} onChange={(event) => setMinutes(event.currentTarget.value)}>
          {Object.entries(words.lendFor).map(([n, name]) => (
            <option key={n} value={n}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="button">
        {words.lendDo}
      </button>
    </form>
  );
}
