/** What customers asked, played through a version of the bot: nothing is written. */
import { useState } from "preact/hooks";
import { follow, path } from "../state/router";
import { inFull } from "../state/time";
import { Button } from "../view/parts";
import type { Case, Move, Rehearsed, Would } from "./shapes";
import { api, brains, tried } from "./store";
import { words } from "./words";

const ORDER: Would[] = ["answer", "form", "ask", "suggest", "talk", "hand_over"];
const DID = ["answered", "asked", "person", "nobody"] as const;

export function Rehearsal() {
  const [days, setDays] = useState(7);
  const [told, setTold] = useState<Rehearsed | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const versions = brains.value?.items.filter((one) => !one.reason) ?? [];
  const run = async () => {
    setBusy(true);
    setWhy(null);
    try {
      setTold(await api.rehearse(tried.value, days));
    } catch (error) {
      setWhy((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <p class="teaching-lead">{words.rehearsalHint}</p>
      <form
        class="rehearse-bot"
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <label>
          <span>{words.version}</span>
          <select
            value={tried.value ?? ""}
            onChange={(event) => {
              const value = event.currentTarget.value;
              tried.value = value ? Number(value) : null;
            }}
          >
            <option value="">{words.newest}</option>
            {versions.map((one) => (
              <option key={one.id} value={one.id}>
                #{one.id} {one.live ? `(${words.live.toLowerCase()})` : ""}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{words.span}</span>
          <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {Object.entries(words.spans).map(([value, word]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button act" disabled={busy}>
          {busy ? words.running : words.run}
        </button>
      </form>
      {why && (
        <p class="teaching-why" role="alert">
          {why}
        </p>
      )}
      <div aria-live="polite">{told && <Outcome told={told} />}</div>
    </>
  );
}

function Outcome({ told }: { told: Rehearsed }) {
  const [filter, setFilter] = useState(told.objections ? "objections" : "all");
  if (told.questions === 0) return <p class="faint">{words.nothing}</p>;
  const shown = told.cases.filter(
    (one) => filter === "all" || (filter === "objections" ? one.objection !== null : one.changed),
  );
  const filters = [
    ["all", told.questions],
    ["objections", told.objections],
    ...(told.now_would ? [["changed", told.changed]] : []),
  ] as [string, number][];
  return (
    <>
      <p class="faint">
        {inFull(told.since)} – {inFull(told.until)} · {words.questions(told.questions)}.{" "}
        {told.more && words.cut}
      </p>
      <div class="plays">
        <Play
          name={words.wouldTried(told.tried)}
          order={ORDER}
          said={words.would}
          counts={told.tried_would}
        />
        {told.now_would && told.live !== null && (
          <Play
            name={words.wouldNow(told.live)}
            order={ORDER}
            said={words.would}
            counts={told.now_would}
          />
        )}
        <Play name={words.was} order={DID} said={words.did} counts={told.did} />
      </div>
      <ul class="rehearsed-said">
        <li>{words.agreed(told.agreed)}</li>
        <li data-objections={told.objections}>{words.objected(told.objections)}</li>
        {told.now_would && <li>{words.differ(told.changed)}</li>}
      </ul>
      <h2>{words.cases}</h2>
      <fieldset class="filters">
        <legend class="sr">{words.cases}</legend>
        {filters.map(([name, count]) => (
          <Button key={name} pressed={filter === name} onClick={() => setFilter(name)}>
            {words.filters[name]} <b>{count}</b>
          </Button>
        ))}
      </fieldset>
      {shown.length === 0 && <p class="faint">{words.noneHere}</p>}
      <ul class="cases">
        {shown.map((one) => (
          <Asked key={`${one.conversation_id} ${one.at}`} one={one} />
        ))}
      </ul>
      {told.left_out > 0 && <p class="faint">{words.left(told.left_out)}</p>}
    </>
  );
}

/** How many questions went which way: a bar, and the numbers beside it. */
function Play<T extends string>(props: {
  name: string;
  order: readonly T[];
  said: Record<T, string>;
  counts: Partial<Record<T, number>>;
}) {
  const parts = props.order
    .map((one) => ({ one, count: props.counts[one] ?? 0 }))
    .filter(({ count }) => count > 0);
  return (
    <div class="play">
      <h2 class="quiet-head">{props.name}</h2>
      <div class="play-bar" aria-hidden="true">
        {parts.map(({ one, count }) => (
          <span key={one} class={`part-${one}`} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul>
        {parts.map(({ one, count }) => (
          <li key={one}>
            <span class={`play-mark part-${one}`} aria-hidden="true" />
            {props.said[one]} <b>{count}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Asked({ one }: { one: Case }) {
  return (
    <li class="case">
      <p class="case-head">
        <a href={path("all", one.conversation_id)} onClick={follow}>
          {one.customer}
        </a>
        <time dateTime={one.at}>{inFull(one.at)}</time>
      </p>
      <p class="case-said">{one.text}</p>
      <dl>
        <dt>{words.here}</dt>
        <dd>{moved(one.tried)}</dd>
        <dt>{words.before}</dt>
        <dd>
          {words.did[one.did]}
          {one.title && ` “${one.title}”`}
        </dd>
        {one.answer && (
          <>
            <dt>{words.said}</dt>
            <dd class="case-answer">{one.answer}</dd>
          </>
        )}
        {one.tried.would === "answer" && one.tried.nearest && (
          <>
            <dt>{words.nearest}</dt>
            <dd>{one.tried.nearest}</dd>
          </>
        )}
      </dl>
      {one.objection && <p class="case-objection">{one.objection}</p>}
    </li>
  );
}

function moved(move: Move): string {
  const what = words.would[move.would];
  return move.title ? `${what} “${move.title}”` : `${what} · ${move.why}`;
}
