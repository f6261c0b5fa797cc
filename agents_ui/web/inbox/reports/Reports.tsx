/** Reports: every figure with what it counts, how it went, and the conversations behind it. */
import "./reports.css";
import { useEffect } from "preact/hooks";
import { follow, path, place } from "../state/router";
import { Icon } from "../view/Icon";
import { Blank, Button } from "../view/parts";
import { ShowLists } from "../view/Rail";
import { Spark } from "./Chart";
import { FigurePage } from "./FigurePage";
import { changed, said } from "./numbers";
import type { Figure, Told } from "./shapes";
import { by, clock, figures, length, load, report, table, trouble } from "./store";
import { words } from "./words";

export default function Reports() {
  const [name] = place.value.rest;
  const chosen = figures.value.find((one) => one.name === name);
  useEffect(() => void load(), [length.value, clock.value]);
  return (
    <section class="reports" aria-label={words.title}>
      <header class="pane-head reports-head">
        <ShowLists />
        {chosen ? (
          <h1>
            <a class="link" href={path("reports")} onClick={follow}>
              {words.title}
            </a>
            <span aria-hidden="true"> / </span>
            {chosen.title}
          </h1>
        ) : (
          <h1>{words.title}</h1>
        )}
        <Choices figure={chosen ?? null} />
      </header>
      <div class="reports-body">
        <Body chosen={chosen} />
      </div>
    </section>
  );
}

function Body({ chosen }: { chosen: Figure | undefined }) {
  if (trouble.value) {
    return (
      <Blank icon="offline" title={words.failed} hint={trouble.value}>
        <Button onClick={() => void load()}>{words.again}</Button>
      </Blank>
    );
  }
  if (!report.value) return <p class="faint">{words.loading}</p>;
  if (chosen) return <FigurePage key={chosen.name} figure={chosen} />;
  const told = new Map(report.value.figures.map((one) => [one.figure, one]));
  const shown = figures.value.filter((one) => !one.routed || (told.get(one.name)?.now.n ?? 0) > 0);
  return (
    <ul class="report-tiles" aria-label={words.figures}>
      {shown.map((one) => (
        <Tile key={one.name} figure={one} told={told.get(one.name)} />
      ))}
    </ul>
  );
}

/** A figure among the others. */
function Tile({ figure, told }: { figure: Figure; told: Told | undefined }) {
  if (!told) return null;
  const [change, mood] = changed(figure, told.now, told.before);
  return (
    <li>
      <a
        class="report-tile"
        href={path("reports", figure.name)}
        onClick={follow}
        title={figure.definition}
      >
        <span class="report-tile-title">{figure.title}</span>
        <span class="report-tile-value" data-figure={figure.name}>
          {said(told.now.value, figure.unit)}
        </span>
        <span class={`report-change ${mood}`}>
          {change && <b>{change}</b>}{" "}
          {mood !== "same" &&
            told.before?.value != null &&
            words.versus(said(told.before.value, figure.unit))}
        </span>
        <Spark groups={told.groups} />
      </a>
    </li>
  );
}

function Choices({ figure }: { figure: Figure | null }) {
  const timed = figure ? figure.timed : true;
  return (
    <div class="reports-choices">
      <label>
        <span class="sr">{words.period}</span>
        <select
          value={String(length.value)}
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
      {timed && (
        <label>
          <span class="sr">{words.clock}</span>
          <select
            value={clock.value}
            onChange={(event) => {
              clock.value = event.currentTarget.value === "business" ? "business" : "clock";
            }}
          >
            {Object.entries(words.clocks).map(([name, word]) => (
              <option key={name} value={name}>
                {word}
              </option>
            ))}
          </select>
        </label>
      )}
      <a class="button" href={table(figure?.name ?? null, by.value)} download>
        <Icon name="down" />
        <span>{words.csv}</span>
      </a>
      <Button kind="quiet" class="reports-print" onClick={() => print()}>
        {words.print}
      </Button>
    </div>
  );
}
