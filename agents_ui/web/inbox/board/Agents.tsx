/** Everybody who answers: what they are, and how much they have. */
import { useState } from "preact/hooks";
import { Icon } from "../view/Icon";
import { Face } from "../view/parts";
import { foreseen, grab } from "./dragging";
import type { BoardAgent } from "./shapes";
import { agents, drawer, hovered, openDrawer, queueName } from "./store";
import { places } from "./time";
import { useWindow } from "./windowed";
import { words } from "./words";

const ROW = 64; // pixels; the style sheet says the same
const WIDE = 232;

export function Agents() {
  const [sought, setSought] = useState("");
  const all = agents.value;
  const found = arranged(all, sought.trim().toLowerCase());
  const window = useWindow(found.length, ROW, WIDE);
  return (
    <section class="board-agents" aria-label={words.agents}>
      <header class="board-agents-head">
        <h2>{words.agents}</h2>
        <Summary all={all} />
        <label class="filter">
          <Icon name="search" size={14} />
          <span class="sr">{words.find}</span>
          <input
            type="search"
            placeholder={words.find}
            value={sought}
            autocomplete="off"
            onInput={(event) => setSought(event.currentTarget.value)}
          />
        </label>
      </header>
      {found.length === 0 && (
        <p class="board-empty">{all.length > 0 ? words.nobodyFound : words.noAgents}</p>
      )}
      <div class="board-people" ref={window.box} onScroll={window.scrolled}>
        <ul style={{ height: `${window.height}px` }}>
          {found.slice(window.first, window.last).map((agent, at) => {
            const place = window.first + at;
            return (
              <li
                key={agent.id}
                style={{
                  width: `${100 / window.columns}%`,
                  left: `${((place % window.columns) * 100) / window.columns}%`,
                  transform: `translateY(${window.top(place)}px)`,
                }}
              >
                <Tile agent={agent} />
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}

const ORDER: Record<string, number> = {
  available: 0,
  call: 1,
  busy: 1,
  away: 2,
  gone: 3,
  offline: 4,
};

/** Who is there comes first, then by name. */
function arranged(all: readonly BoardAgent[], sought: string): BoardAgent[] {
  const rank = (one: BoardAgent) => ORDER[state(one)] ?? 5;
  return all
    .filter((one) => one.name.toLowerCase().includes(sought))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

function Summary({ all }: { all: readonly BoardAgent[] }) {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(state(one), (counts.get(state(one)) ?? 0) + 1);
  return (
    <p class="board-summary">
      {Object.keys(ORDER)
        .filter((name) => counts.has(name))
        .map((name) => (
          <span key={name} class={`board-state ${name}`}>
            <span class="board-shape" aria-hidden="true" />
            {counts.get(name)} {words.states[name]?.toLowerCase()}
          </span>
        ))}
    </p>
  );
}

/** What an agent is: a call outdoes what they chose, and so does not being there. */
export function state(agent: BoardAgent): string {
  if (agent.on_call) return "call";
  if (agent.availability !== "offline" && !agent.connected) return "gone";
  return agent.availability;
}

function Tile({ agent }: { agent: BoardAgent }) {
  const place = `agent ${agent.id}`;
  const then = foreseen.value?.agents.find((one) => one.id === agent.id);
  return (
    <button
      type="button"
      class={`board-agent ${hovered.value === place ? "target" : ""}`}
      data-agent={agent.id}
      data-state={state(agent)}
      aria-haspopup="dialog"
      aria-expanded={drawer.value?.kind === "agent" && drawer.value.id === agent.id}
      data-drop={place}
      onClick={() => openDrawer({ kind: "agent", id: agent.id })}
      onPointerDown={(event) =>
        grab(
          event,
          () => ({ kind: "agent", id: agent.id }),
          () => agent.name,
        )
      }
    >
      <Face name={agent.name} id={agent.id} />
      <span class="board-agent-name">{agent.name}</span>
      <State agent={agent} />
      <span class="board-agent-load">
        <Segments load={then?.after ?? agent.load} capacity={agent.capacity} />
        <span aria-hidden="true">
          {then ? `${places(then.before)} → ${places(then.after)}` : places(agent.load)}
        </span>
        <span class="sr">{words.loadOf(places(agent.load), places(agent.capacity))}</span>
      </span>
      <span class="board-agent-queues">
        {agent.queues
          .map(
            (one) =>
              queueName(one.queue_id) + (one.until ? ` ${words.lentUntil(clock(one.until))}` : ""),
          )
          .join(", ")}
      </span>
    </button>
  );
}

export const clock = (at: string): string =>
  new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export function State({ agent }: { agent: BoardAgent }) {
  const name = state(agent);
  return (
    <span class={`board-state ${name}`} title={agent.reason ?? undefined}>
      <span class="board-shape" aria-hidden="true" />
      {words.states[name]}
    </span>
  );
}

/** The load as segments, as many as there are places; very many are one bar. */
export function Segments({ load, capacity }: { load: number; capacity: number }) {
  const n = Math.max(1, Math.min(12, Math.ceil(capacity)));
  const full = capacity > 0 ? load / capacity : load > 0 ? 1 : 0;
  return (
    <span
      class={`board-segments ${full > 1 ? "over" : ""}`}
      aria-hidden="true"
      style={{ "--of": String(n), "--full": `${Math.min(1, full) * 100}%` }}
    />
  );
}
