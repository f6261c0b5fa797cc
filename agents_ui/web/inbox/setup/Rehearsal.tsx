/** What really came, played through the setup that is being written, before it holds. */
import "./rehearsal.css";
import { useState } from "preact/hooks";
import { follow, path } from "../state/router";
import { inFull } from "../state/time";
import { Channel } from "../view/Icon";
import {
  type Case,
  type Fate,
  type Figures,
  type Load,
  rehearse,
  type Sides,
  type Span,
  spanOf,
  spoken,
  type Told,
  words,
} from "./rehearsal";
import { draft } from "./store";

export default function Rehearsal() {
  const [span, setSpan] = useState<Span>("yesterday");
  const [date, setDate] = useState("");
  const [told, setTold] = useState<Told | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const setup = draft.value;
  const some = setup !== null && Object.keys(setup.queues).length > 0;
  const asked = spanOf(span, date, new Date());
  const run = async () => {
    if (!setup || !asked) return;
    setBusy(true);
    setWhy(null);
    try {
      setTold(await rehearse(setup, ...asked));
    } catch (error) {
      setWhy((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="rehearsal">
      <p class="lead">{some ? words.hint : words.noQueues}</p>
      <form
        class="side"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <label class="asked plain">
          <span>{words.span}</span>
          <select value={span} onChange={(event) => setSpan(event.currentTarget.value as Span)}>
            {(Object.keys(words.spans) as Span[]).map((one) => (
              <option key={one} value={one}>
                {words.spans[one]}
              </option>
            ))}
          </select>
        </label>
        {span === "date" && (
          <label class="asked plain">
            <span>{words.date}</span>
            <input
              type="date"
              value={date}
              required
              onInput={(event) => setDate(event.currentTarget.value)}
            />
          </label>
        )}
        <button type="submit" class="button act" disabled={busy || !some || !asked}>
          {busy ? words.running : words.run}
        </button>
      </form>
      {why && (
        <p class="why" role="alert">
          {why}
        </p>
      )}
      <div aria-live="polite">{told && <Outcome told={told} />}</div>
    </div>
  );
}

function Outcome({ told }: { told: Told }) {
  const queues = told.queues.filter((one) => one.tried.conversations > 0);
  return (
    <>
      <p class="faint">
        {inFull(told.since)} – {inFull(told.until)}
      </p>
      {told.all.tried.conversations === 0 && <p>{words.none}</p>}
      <h2>{words.differences}</h2>
      {told.differences.length === 0 && <p>{words.same}</p>}
      <Lines lines={told.differences} name="differences" />
      <h2>{words.figures}</h2>
      <p class="faint">{words.figuresHint}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="table-box" tabIndex={0} aria-label={words.figures}>
        <table class="rehearsed">
          <thead>
            <tr>
              <td />
              {Object.values(words.heads).map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <Group name={words.everybody} sides={told.all} />
          {queues.map((one) => (
            <Group key={one.queue} name={one.queue ?? words.noQueue} sides={one} />
          ))}
        </table>
      </section>
      <h2>{words.load}</h2>
      <Loads agents={told.agents} />
      {told.cases.length > 0 && <Cases told={told} />}
      {told.notes.length > 0 && <h2>{words.notes}</h2>}
      <Lines lines={told.notes} name="notes" />
    </>
  );
}

function Lines({ lines, name }: { lines: string[]; name: string }) {
  if (lines.length === 0) return null;
  return (
    <ul class="rehearsal-lines" data-lines={name}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Group({ name, sides }: { name: string; sides: Sides }) {
  return (
    <tbody data-queue={name}>
      <tr>
        <th scope="rowgroup" colSpan={10}>
          {name}
        </th>
      </tr>
      <Row name={words.sides.tried} one={sides.tried} />
      {sides.now && <Row name={words.sides.now} one={sides.now} />}
      <Row name={words.sides.real} one={sides.real} />
    </tbody>
  );
}

function Row({ name, one }: { name: string; one: Figures }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{one.conversations}</td>
      <td>{one.served}</td>
      <td>{spoken(one.mean_wait)}</td>
      <td>{spoken(one.p50_wait)}</td>
      <td>{spoken(one.p90_wait)}</td>
      <td>{one.breached}</td>
      <td>{one.abandoned}</td>
      <td>{one.elsewhere}</td>
      <td>{one.open}</td>
    </tr>
  );
}

function Loads({ agents }: { agents: Load[] }) {
  const had = (share: Load["now"]) =>
    share ? words.had(share.conversations, spoken(share.seconds)) : "–";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
    <section class="table-box" tabIndex={0} aria-label={words.load}>
      <table class="rehearsed">
        <thead>
          <tr>
            <th scope="col">{words.agent}</th>
            <th scope="col">{words.sides.tried}</th>
            <th scope="col">{words.sides.now}</th>
            <th scope="col">{words.sides.real}</th>
            <th scope="col">{words.there}</th>
          </tr>
        </thead>
        <tbody>
          {agents.map((one) => (
            <tr key={one.agent_id}>
              <th scope="row">{one.name}</th>
              <td>{had(one.tried)}</td>
              <td>{had(one.now)}</td>
              <td>{had(one.real)}</td>
              <td>{spoken(one.there)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cases({ told }: { told: Told }) {
  const names = new Map(told.agents.map((one) => [one.agent_id, one.name]));
  const whom = (fate: Fate) =>
    [
      fate.queue ?? words.noQueue,
      names.get(fate.agent_id ?? 0) ?? words.endings[fate.ending] ?? words.nobody,
      fate.waited !== null && words.after(spoken(fate.waited)),
      fate.breached && words.broken,
    ]
      .filter(Boolean)
      .join(", ");
  return (
    <>
      <h2>{words.cases}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="table-box" tabIndex={0} aria-label={words.cases}>
        <table class="rehearsed wordy">
          <thead>
            <tr>
              <th scope="col">{words.conversation}</th>
              <th scope="col">{words.would}</th>
              <th scope="col">{words.before}</th>
              <th scope="col">{words.why}</th>
            </tr>
          </thead>
          <tbody>
            {told.cases.map((one: Case) => (
              <tr key={`${one.conversation_id} ${one.at}`}>
                <th scope="row">
                  <Channel kind={one.channel} />
                  <a href={path("all", one.conversation_id)} onClick={follow}>
                    {one.conversation_id}
                  </a>
                </th>
                <td>{whom(one.tried)}</td>
                <td>{whom(one.real)}</td>
                <td>{[one.rule, one.tried.why].filter(Boolean).join(" ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {told.more > 0 && <p class="faint">{words.more(told.more)}</p>}
    </>
  );
}
