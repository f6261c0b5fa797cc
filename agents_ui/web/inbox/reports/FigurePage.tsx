/** One figure: what it counts, its chart and its table, and the conversations behind it. */
import { useEffect, useState } from "preact/hooks";
import { agents, now } from "../state/desk";
import { follow, path } from "../state/router";
import { inFull, shortly } from "../state/time";
import { Channel } from "../view/Icon";
import { Button } from "../view/parts";
import { Chart } from "./Chart";
import { changed, named, said, wholeDay } from "./numbers";
import type { Behind, Dimension, Figure, Group, Told } from "./shapes";
import { apart, behind, by, clock, length } from "./store";
import { words } from "./words";

const WITHOUT: Record<string, Dimension[]> = { occupancy: ["queue", "channel", "tag"] };

export function FigurePage({ figure }: { figure: Figure }) {
  const [told, setTold] = useState<Told | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [key, setKey] = useState<string | null>(null);
  const ways = (Object.keys(words.dimensions) as Dimension[]).filter(
    (one) => !(figure.snapshot && one === "hour") && !WITHOUT[figure.name]?.includes(one),
  );
  const way = ways.includes(by.value) ? by.value : "day";
  useEffect(() => {
    let here = true;
    setKey(null);
    setFailed(null);
    apart(figure.name, way).then(
      (report) => here && setTold(report.figures[0] ?? null),
      (error: Error) => here && setFailed(error.message),
    );
    return () => {
      here = false;
    };
  }, [figure.name, way, length.value, clock.value]);
  const choose = (one: string) => setKey((before) => (before === one ? null : one));
  return (
    <article class="report-figure" data-figure={figure.name}>
      <section class="figure-said" aria-label={words.what}>
        <p class="report-definition">{figure.definition}</p>
        {told && <Whole figure={figure} told={told} />}
      </section>
      <fieldset class="report-ways">
        <legend class="sr">{words.by}</legend>
        {ways.map((one) => (
          <label key={one} class="report-way">
            <input
              type="radio"
              name="way"
              checked={one === way}
              onChange={() => {
                by.value = one;
              }}
            />
            <span>{words.dimensions[one]}</span>
          </label>
        ))}
      </fieldset>
      {failed && <p role="alert">{failed}</p>}
      {!told && !failed && <p class="faint">{words.loading}</p>}
      {told && (way === "day" || way === "hour") && (
        <Chart figure={figure} by={way} groups={told.groups} chosen={key} choose={choose} />
      )}
      {told && <Parts figure={figure} way={way} told={told} chosen={key} choose={choose} />}
      {told && (
        <Conversations
          figure={figure}
          way={way}
          chosen={key}
          told={told}
          clear={() => setKey(null)}
        />
      )}
    </article>
  );
}

function Whole({ figure, told }: { figure: Figure; told: Told }) {
  const [change, mood] = changed(figure, told.now, told.before);
  return (
    <dl class="report-whole">
      <div>
        <dt>{words.columns.now}</dt>
        <dd class="report-whole-value">{said(told.now.value, figure.unit)}</dd>
      </div>
      <div>
        <dt>{words.columns.before}</dt>
        <dd>
          {said(told.before?.value, figure.unit)} <b class={`report-change ${mood}`}>{change}</b>
        </dd>
      </div>
      {figure.adding === "median" && (
        <>
          <div>
            <dt>{words.columns.mean}</dt>
            <dd>{said(told.now.mean, figure.unit)}</dd>
          </div>
          <div>
            <dt>{words.columns.p90}</dt>
            <dd>{said(told.now.p90, figure.unit)}</dd>
          </div>
        </>
      )}
      {figure.unit !== "count" && figure.name !== "occupancy" && (
        <div>
          <dt>{words.columns.cases}</dt>
          <dd>{told.now.n.toLocaleString()}</dd>
        </div>
      )}
    </dl>
  );
}

interface PartsProps {
  figure: Figure;
  way: Dimension;
  told: Told;
  chosen: string | null;
  choose: (key: string) => void;
}

/** The table behind the chart; each row opens its conversations. */
function Parts({ figure, way, told, chosen, choose }: PartsProps) {
  const most = Math.max(...told.groups.map((one) => one.now.value ?? 0), 0) || 1;
  const bars = way !== "day" && way !== "hour";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section class="report-parts" aria-label={words.scroll} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.dimensions[way]}</th>
            <th scope="col" class="report-number">
              {words.columns.now}
            </th>
            <th scope="col" class="report-number">
              {words.columns.before}
            </th>
            <th scope="col" class="report-number">
              {words.columns.change}
            </th>
            {figure.adding === "median" && (
              <th scope="col" class="report-number report-wide">
                {words.columns.p90}
              </th>
            )}
            {figure.unit !== "count" && (
              <th scope="col" class="report-number report-wide">
                {words.columns.cases}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {told.groups.map((one) => (
            <Part
              key={one.key}
              figure={figure}
              way={way}
              group={one}
              share={bars ? (one.now.value ?? 0) / most : null}
              on={one.key === chosen}
              choose={choose}
            />
          ))}
        </tbody>
      </table>
      {told.groups.length === 0 && <p class="faint">{words.nothing}</p>}
    </section>
  );
}

function Part(props: {
  figure: Figure;
  way: Dimension;
  group: Group;
  share: number | null;
  on: boolean;
  choose: (key: string) => void;
}) {
  const { figure, way, group, share, on, choose } = props;
  const [change, mood] = changed(figure, group.now, group.before);
  const label = named(way, group.key, group.label);
  return (
    <tr class={on ? "on" : ""}>
      <th scope="row">
        <button
          type="button"
          class="link report-part"
          aria-pressed={on}
          title={way === "day" ? wholeDay(group.key) : label}
          onClick={() => choose(group.key)}
        >
          {label}
        </button>
        {share !== null && (
          <svg class="report-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect width={100 * share} height="4" />
          </svg>
        )}
      </th>
      <td class="report-number">{said(group.now.value, figure.unit)}</td>
      <td class="report-number faint">{said(group.before?.value, figure.unit)}</td>
      <td class={`report-number report-change ${mood}`}>{change}</td>
      {figure.adding === "median" && (
        <td class="report-number faint report-wide">{said(group.now.p90, figure.unit)}</td>
      )}
      {figure.unit !== "count" && (
        <td class="report-number faint report-wide">{group.now.n.toLocaleString()}</td>
      )}
    </tr>
  );
}

interface BehindProps {
  figure: Figure;
  way: Dimension;
  chosen: string | null;
  told: Told;
  clear: () => void;
}

function Conversations({ figure, way, chosen, told, clear }: BehindProps) {
  const [items, setItems] = useState<Behind[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const add = async (after: string | null, here: () => boolean) => {
    try {
      const page = await behind(figure.name, way, chosen, after);
      if (!here()) return;
      setItems((before) => [...(after ? (before ?? []) : []), ...page.items]);
      setNext(page.next);
      setFailed(null);
    } catch (error) {
      if (here()) setFailed((error as Error).message);
    }
  };
  useEffect(() => {
    let here = true;
    setItems(null);
    void add(null, () => here);
    return () => {
      here = false;
    };
  }, [figure.name, way, chosen, told]);
  const part = told.groups.find((one) => one.key === chosen);
  return (
    <section class="report-behind" aria-label={words.conversations}>
      <header>
        <h2>{words.conversations}</h2>
        {part && (
          <p>
            {words.part(named(way, part.key, part.label))}{" "}
            <Button kind="quiet" onClick={clear}>
              {words.whole}
            </Button>
          </p>
        )}
      </header>
      {failed && <p role="alert">{failed}</p>}
      {!items && !failed && <p class="faint">{words.loading}</p>}
      {items?.length === 0 && <p class="faint">{words.noneBehind}</p>}
      <ul>
        {items?.map((one) => (
          <li key={one.conversation_id}>
            <a class="report-row" href={path("all", one.conversation_id)} onClick={follow}>
              <Channel kind={one.channel} />
              <b>{one.customer}</b>
              <span class="report-words">{one.subject ?? one.preview}</span>
              <span class="report-who">{agents.value.get(one.agent_id ?? 0)?.name ?? ""}</span>
              <span class="report-number">
                {said(one.value, figure.name === "occupancy" ? "seconds" : figure.unit)}
              </span>
              <time class="faint" dateTime={one.at} title={inFull(one.at)}>
                {shortly(one.at, now.value)}
              </time>
            </a>
          </li>
        ))}
      </ul>
      {next && <Button onClick={() => void add(next, () => true)}>{words.more}</Button>}
    </section>
  );
}
