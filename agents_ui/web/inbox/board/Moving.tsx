/** Thinking about a move: where to, what it would do, and then to do it. */
import { useEffect, useState } from "preact/hooks";
import { myId } from "../state/desk";
import { Button, Dialog } from "../view/parts";
import { Lend } from "./AgentPanel";
import { Effect } from "./Column";
import type { Move, Preview } from "./shapes";
import { agentName, agents, carryOut, foresee, lending, moving, queueName, queues } from "./store";
import { places } from "./time";
import { words } from "./words";

export function MoveDialog({ move }: { move: Move }) {
  const [to, setTo] = useState(where(move));
  const [told, setTold] = useState<Preview | null>(null);
  const [refused, setRefused] = useState("");
  const wanted = { ...source(move), ...toward(to) };
  const close = () => {
    moving.value = null;
  };
  useEffect(() => {
    let gone = false;
    setTold(null);
    setRefused("");
    if (!to) return;
    foresee(wanted).then(
      (answer) => !gone && setTold(answer),
      (error) => !gone && setRefused((error as Error).message),
    );
    return () => {
      gone = true;
    };
  }, [to]);
  return (
    <Dialog label={words.moveTitle(what(move))} class="board-dialog" close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (told?.count) void carryOut(wanted);
        }}
      >
        <header class="dialog-head">
          <h2>{words.moveTitle(what(move))}</h2>
          <Button icon="close" kind="quiet" label={words.close} onClick={close} />
        </header>
        <div class="board-dialog-body">
          <label for="board-target">
            <span>{words.whereTo}</span>
            <Targets move={move} to={to} choose={setTo} />
          </label>
          <div class="board-foreseen" aria-live="polite" aria-busy={Boolean(to) && !told}>
            {refused && <p class="late">{refused}</p>}
            {to && !told && !refused && <p class="faint">{words.counting}</p>}
            {told && <Foreseen told={told} />}
          </div>
          <p class="faint">{words.estimate}</p>
        </div>
        <footer class="board-dialog-foot">
          <Button onClick={close}>{words.cancel}</Button>
          <button type="submit" class="button act" disabled={!told?.count}>
            {words.confirm}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function Targets(props: { move: Move; to: string; choose: (to: string) => void }) {
  const { move, to, choose } = props;
  const others = agents.value.filter((one) => one.id !== move.from_agent);
  return (
    <select
      id="board-target"
      value={to}
      required
      onChange={(event) => choose(event.currentTarget.value)}
    >
      <option value="" disabled>
        –
      </option>
      {move.from_queue === undefined && <option value="back">{words.back}</option>}
      <optgroup label={words.queues}>
        {queues.value
          .filter((one) => one.id !== move.from_queue)
          .map((one) => (
            <option key={one.id} value={`queue ${one.id}`}>
              {one.name}
            </option>
          ))}
      </optgroup>
      <optgroup label={words.agents}>
        {others.map((one) => (
          <option key={one.id} value={`agent ${one.id}`}>
            {one.id === myId.value ? words.me(one.name) : one.name} ·{" "}
            {words.load(places(one.load), places(one.capacity))}
          </option>
        ))}
      </optgroup>
    </select>
  );
}

function Foreseen({ told }: { told: Preview }) {
  const why = [...new Set(told.skipped.map((one) => one.why))].join(" ");
  return (
    <>
      <p>{told.count > 0 ? words.wouldMove(told.count) : words.nothingMoves}</p>
      <ul>
        {told.queues.map((one) => (
          <li key={one.id}>
            {words.effect(one.name)} <Effect before={one.before} after={one.after} />
          </li>
        ))}
        {told.agents.map((one) => (
          <li key={one.id} class={one.after > one.capacity ? "late" : ""}>
            {words.effectLoad(one.name)} {places(one.before)} → <b>{places(one.after)}</b>{" "}
            {words.load("", places(one.capacity)).trim()}
          </li>
        ))}
      </ul>
      {told.skipped.length > 0 && (
        <p>
          {words.leaves(told.skipped.length)} {why}
        </p>
      )}
    </>
  );
}

function where(move: Move): string {
  if (move.to_queue !== undefined) return `queue ${move.to_queue}`;
  if (move.to_agent !== undefined) return `agent ${move.to_agent}`;
  return "";
}

function toward(to: string): Move {
  const [kind, id] = to.split(" ");
  if (kind === "queue") return { to_queue: Number(id) };
  return kind === "agent" ? { to_agent: Number(id) } : { back: true };
}

function source(move: Move): Move {
  const { to_queue: _queue, to_agent: _agent, back: _back, ...rest } = move;
  return rest;
}

function what(move: Move): string {
  if (move.from_queue !== undefined) return words.allOfQueue(queueName(move.from_queue));
  if (move.from_agent !== undefined) return words.allOfAgent(agentName(move.from_agent));
  return words.these(move.conversations?.length ?? 0);
}

/** An agent was dropped on a queue: until when do they help there? */
export function LendDialog({ agent, queue }: { agent: number; queue: number }) {
  const who = agents.value.find((one) => one.id === agent);
  const close = () => {
    lending.value = null;
  };
  if (!who) return null;
  return (
    <Dialog label={words.lend} class="board-dialog" close={close}>
      <header class="dialog-head">
        <h2>{who.name}</h2>
        <Button icon="close" kind="quiet" label={words.close} onClick={close} />
      </header>
      <div class="board-dialog-body">
        <Lend agent={who} queue={queue} done={close} />
      </div>
    </Dialog>
  );
}
