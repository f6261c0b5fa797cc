/** How the bot did: what it kept from people, what was wrong, and why it handed over. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { period, zone } from "../reports/store";
import { follow, path } from "../state/router";
import { onDate } from "../state/time";
import { Blank } from "../view/parts";
import type { Openings, Figures as Told } from "./shapes";
import { api, load, trouble } from "./store";
import { words } from "./words";

const told = signal<Told | null>(null);
const length = signal(28);

const fetchFigures = () =>
  load(async () => {
    const { since } = period(length.peek());
    told.value = await api.figures(since, new Date().toISOString(), zone);
  });

const NOTHING: Openings = {
  openings: 0,
  contained: 0,
  handed_over: 0,
  taken: 0,
  going: 0,
  answers: 0,
  wrong: 0,
};
const share = (some: number, all: number): string =>
  all === 0 ? "–" : `${Math.round((100 * some) / all)} %`;
const over = (one: Openings): number => one.contained + one.handed_over + one.taken;

export function Figures() {
  useEffect(() => void fetchFigures(), [length.value]);
  const one = told.value;
  return (
    <>
      <label class="figures-period">
        <span class="sr">{words.period}</span>
        <select
          value={length.value}
          onChange={(event) => {
            length.value = Number(event.currentTarget.value);
          }}
        >
          {Object.entries(words.periods).map(([days, word]) => (
            <option key={days} value={days}>
              {word}
            </option>
          ))}
        </select>
      </label>
      {trouble.value && <p class="teaching-why">{trouble.value}</p>}
      {one && one.all.openings + one.articles.length > 0 && <Shown one={one} />}
      {one && one.all.openings + one.articles.length === 0 && (
        <Blank icon="reports" title={words.noFigures} hint={words.noFiguresHint} />
      )}
    </>
  );
}

function Shown({ one }: { one: Told }) {
  const { all } = one;
  const said = one.helpful + one.unhelpful;
  const { tiles, columns } = words;
  return (
    <>
      <ul class="tiles">
        <Tile
          name="contained"
          title={tiles.contained}
          hint={tiles.containedHint}
          value={share(all.contained, over(all))}
          of={`${all.contained} / ${over(all)}`}
        />
        <Tile
          name="openings"
          title={tiles.openings}
          hint={tiles.openingsHint}
          value={String(all.openings)}
          of={`${columns.going}: ${all.going}`}
        />
        <Tile
          name="handed"
          title={tiles.handed}
          hint={tiles.handedHint}
          value={share(all.handed_over + all.taken, over(all))}
          of={`${all.handed_over} + ${all.taken}`}
        />
        <Tile
          name="helpful"
          title={tiles.helpful}
          hint={tiles.helpfulHint}
          value={share(one.helpful, said)}
          of={`${one.helpful} / ${said}`}
        />
        <Tile
          name="wrong"
          title={tiles.wrong}
          hint={tiles.wrongHint}
          value={share(all.wrong, all.answers)}
          of={`${all.wrong} / ${all.answers}`}
        />
      </ul>
      <Days one={one} />
      <h2>{words.reasons}</h2>
      <ul class="reasons">
        {one.reasons.map((reason) => (
          <li key={reason.why}>
            <span class="reason-why">{reason.why}</span>
            <span class="reason-bar" aria-hidden="true">
              <span
                style={{
                  width: share(reason.openings, one.reasons[0]?.openings ?? 1).replace(" ", ""),
                }}
              />
            </span>
            <b>{reason.openings}</b>
          </li>
        ))}
      </ul>
      {one.articles.length > 0 && (
        <Table
          name={words.perArticle}
          heads={[
            columns.article,
            columns.answers,
            columns.helpful,
            columns.unhelpful,
            columns.wrong,
            columns.handed,
            columns.readHelpful,
            columns.readUnhelpful,
          ]}
          rows={one.articles.map((each) => [
            <a key="a" href={path("knowledge", each.article_id)} onClick={follow}>
              {each.title || `#${each.article_id}`}
            </a>,
            each.answers,
            each.helpful,
            each.unhelpful,
            each.wrong,
            each.handed_over,
            each.read_helpful,
            each.read_unhelpful,
          ])}
        />
      )}
      <Table
        name={words.perLanguage}
        heads={[
          columns.language,
          columns.openings,
          columns.contained,
          columns.handed,
          columns.answers,
          columns.wrong,
        ]}
        rows={one.languages.map(({ language, all: some }) => [
          language ?? words.noLanguage,
          some.openings,
          share(some.contained, over(some)),
          some.handed_over + some.taken,
          some.answers,
          some.wrong,
        ])}
      />
    </>
  );
}

function Tile(props: { name: string; title: string; hint: string; value: string; of: string }) {
  return (
    <li class="tile" title={props.hint} data-figure={props.name}>
      <span class="tile-title">{props.title}</span>
      <span class="tile-value">{props.value}</span>
      <span class="tile-of">{props.of}</span>
    </li>
  );
}

/** Fill in the days on which nothing happened, so that a gap is one. */
function everyDay(one: Told): Told["days"] {
  const known = new Map(one.days.map((day) => [day.day, day]));
  const until = new Date(one.until);
  const days = [];
  for (const at = new Date(one.since); at < until; at.setDate(at.getDate() + 1)) {
    const two = (number: number) => String(number).padStart(2, "0");
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    days.push(known.get(day) ?? { day, all: NOTHING });
  }
  return days;
}

/** Each day: what was contained in ink, all else fainter; the table behind it is for readers. */
function Days({ one }: { one: Told }) {
  const days = everyDay(one);
  const most = Math.max(1, ...days.map(({ all }) => all.openings));
  const { columns } = words;
  return (
    <>
      <h2>{words.days}</h2>
      <div class="day-bars" aria-hidden="true">
        {days.map(({ day, all }) => (
          <span key={day} class="day-bar" title={`${day}: ${all.contained} / ${all.openings}`}>
            <span
              class="day-rest"
              style={{ height: `${(100 * (all.openings - all.contained)) / most}%` }}
            />
            <span class="day-kept" style={{ height: `${(100 * all.contained) / most}%` }} />
          </span>
        ))}
      </div>
      <p class="day-ends" aria-hidden="true">
        <span>{onDate(`${days[0]?.day}T12:00`)}</span>
        <span>{onDate(`${days.at(-1)?.day}T12:00`)}</span>
      </p>
      <details class="behind">
        <summary>
          {columns.contained} / {columns.openings}
        </summary>
        <Table
          name=""
          heads={[
            columns.day,
            columns.openings,
            columns.contained,
            columns.handed,
            columns.taken,
            columns.going,
          ]}
          rows={one.days.map(({ day, all }) => [
            day,
            all.openings,
            all.contained,
            all.handed_over,
            all.taken,
            all.going,
          ])}
        />
      </details>
    </>
  );
}

function Table(props: { name: string; heads: string[]; rows: preact.ComponentChildren[][] }) {
  return (
    <>
      {props.name && <h2>{props.name}</h2>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="figures-table" tabIndex={0} aria-label={props.name || words.days}>
        <table>
          <thead>
            <tr>
              {props.heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {props.rows.map(([first, ...rest], at) => (
              <tr key={at}>
                <th scope="row">{first}</th>
                {rest.map((cell, column) => (
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
