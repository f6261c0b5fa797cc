/** Charts of our own: ink for what matters, faint ink for the period before. */
import { useState } from "preact/hooks";
import { marks, named, said } from "./numbers";
import type { Figure, Group } from "./shapes";

const WIDE = 720;
const TALL = 220;
const LEFT = 64;
const FOOT = 24;
const TOP = 12;

interface Props {
  figure: Figure;
  by: string;
  groups: readonly Group[];
  chosen: string | null;
  choose: (key: string) => void;
}

/** Days as a line, hours as columns; each point can be chosen. */
export function Chart({ figure, by, groups, chosen, choose }: Props) {
  const [over, setOver] = useState<number | null>(null);
  const values = groups.flatMap((one) => [one.now.value ?? 0, one.before?.value ?? 0]);
  const ticks = marks(Math.max(...values, 0), figure.unit);
  const top = ticks.at(-1) ?? 1;
  const step = (WIDE - LEFT - 8) / Math.max(1, groups.length);
  const x = (n: number) => LEFT + step * (n + 0.5);
  const y = (value: number) => TOP + (TALL - TOP - FOOT) * (1 - value / top);
  const every = Math.ceil(groups.length / 8);
  const shown = over === null ? undefined : groups[over];
  return (
    <svg
      class="report-chart"
      viewBox={`0 0 ${WIDE} ${TALL}`}
      role="presentation"
      aria-hidden="true"
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="report-rule" x1={LEFT} x2={WIDE} y1={y(tick)} y2={y(tick)} />
          <text class="report-tick" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
            {said(tick, figure.unit)}
          </text>
        </g>
      ))}
      {groups.map((one, n) =>
        n % every === 0 ? (
          <text key={one.key} class="report-tick" x={x(n)} y={TALL - 6} text-anchor="middle">
            {named(by, one.key, one.label)}
          </text>
        ) : null,
      )}
      {by === "hour" ? (
        <Columns groups={groups} x={x} y={y} width={step * 0.62} />
      ) : (
        <>
          <path class="report-before" d={line(groups, x, y, true)} />
          <path class="report-now" d={line(groups, x, y, false)} />
          {groups.map((one, n) =>
            one.now.value === null ? null : (
              <circle
                key={one.key}
                class={`report-dot ${over === n || chosen === one.key ? "on" : ""}`}
                cx={x(n)}
                cy={y(one.now.value)}
                r={over === n || chosen === one.key ? 4 : groups.length > 40 ? 0 : 2.5}
              />
            ),
          )}
        </>
      )}
      {groups.map((one, n) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the table beside it does the same by keyboard
        <rect
          key={one.key}
          class={`report-touch ${chosen === one.key ? "on" : ""}`}
          x={x(n) - step / 2}
          y={TOP}
          width={step}
          height={TALL - TOP - FOOT}
          onPointerEnter={() => setOver(n)}
          onPointerLeave={() => setOver(null)}
          onClick={() => choose(one.key)}
        />
      ))}
      {shown && over !== null && (
        <text
          class="report-word"
          x={Math.min(WIDE - 4, Math.max(LEFT, x(over)))}
          y={Math.max(TOP + 2, y(shown.now.value ?? 0) - 10)}
          text-anchor={over > groups.length * 0.8 ? "end" : over < 1 ? "start" : "middle"}
        >
          {`${named(by, shown.key, shown.label)}: ${said(shown.now.value, figure.unit)}`}
        </text>
      )}
    </svg>
  );
}

type At = (n: number) => number;

/** A line with gaps where there is nothing to tell. */
function line(groups: readonly Group[], x: At, y: At, before: boolean): string {
  let pen = "M";
  return groups
    .map((one, n) => {
      const value = before ? one.before?.value : one.now.value;
      if (value === null || value === undefined) {
        pen = "M";
        return "";
      }
      const point = `${pen}${x(n).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = "L";
      return point;
    })
    .join("");
}

function Columns(props: { groups: readonly Group[]; x: At; y: At; width: number }) {
  const { groups, x, y, width } = props;
  return (
    <>
      {groups.map((one, n) => {
        const value = one.now.value ?? 0;
        const before = one.before?.value ?? 0;
        return (
          <g key={one.key}>
            <rect
              class="report-column"
              x={x(n) - width / 2}
              y={y(value)}
              width={width}
              height={y(0) - y(value)}
            />
            {before > 0 && (
              <line
                class="report-before"
                x1={x(n) - width / 2 - 2}
                x2={x(n) + width / 2 + 2}
                y1={y(before)}
                y2={y(before)}
              />
            )}
          </g>
        );
      })}
    </>
  );
}

/** A figure's days in a few square centimetres. */
export function Spark({ groups }: { groups: readonly Group[] }) {
  const most = Math.max(...groups.flatMap((g) => [g.now.value ?? 0, g.before?.value ?? 0]), 0) || 1;
  const x = (n: number) => 2 + (116 * n) / Math.max(1, groups.length - 1);
  const y = (value: number) => 26 - (24 * value) / most;
  return (
    <svg class="report-spark" viewBox="0 0 120 28" preserveAspectRatio="none" aria-hidden="true">
      <path class="report-before" d={line(groups, x, y, true)} />
      <path class="report-now" d={line(groups, x, y, false)} />
    </svg>
  );
}
