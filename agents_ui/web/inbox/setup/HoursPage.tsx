/** When the desk is open: every week, on holidays, and on days of its own. */
import { useState } from "preact/hooks";
import { go, path } from "../state/router";
import { Button } from "../view/parts";
import { changeHours, dropHours, fits, renameHours } from "./edits";
import { Group, Name, Text, Wrong } from "./fields";
import { Page, to } from "./Page";
import type { Calendar } from "./shapes";
import { administers, draft, names } from "./store";
import { asWeekly, byDay, closing, joined, type Range, shown, split } from "./week";
import { words } from "./words";

const ZONES: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone")];
const fresh = (ranges: readonly Range[]): Range =>
  ranges.length === 0 ? ["09:00", "17:00"] : [ranges.at(-1)?.[1] ?? "17:00", "24:00"];

export function HoursPage({ name, calendar }: { name: string; calendar: Calendar }) {
  const setup = draft.value;
  const users = Object.entries(setup?.queues ?? {}).filter(([, queue]) => queue.hours === name);
  const set = (parts: Partial<Calendar>) => changeHours(name, parts);
  return (
    <Page
      title={name}
      about={
        users.length > 0 ? words.usedBy(users.map(([queue]) => queue).join(", ")) : words.unused
      }
      acts={
        administers.value && (
          <Button
            icon="trash"
            label={words.removeHours}
            onClick={() => {
              dropHours(name);
              go(path("setup"));
            }}
          />
        )
      }
    >
      <div class="account-form">
        <Name
          value={name}
          fits={(wanted) => fits(wanted, name, draft.value?.hours ?? {})}
          set={(wanted) => {
            renameHours(name, wanted);
            go(to("hours", wanted), true);
          }}
        />
        <Wrong at={`hours.${name}`} />
        <Text
          title={words.zone}
          value={calendar.zone}
          list="zones"
          at={`hours.${name}.zone`}
          set={(zone) => set({ zone })}
        />
        <datalist id="zones">
          {ZONES.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <Week name={name} calendar={calendar} set={set} />
        <Holidays name={name} calendar={calendar} set={set} />
        <Special name={name} calendar={calendar} set={set} />
      </div>
    </Page>
  );
}

interface Part {
  name: string;
  calendar: Calendar;
  set: (parts: Partial<Calendar>) => void;
}

function Week({ name, calendar, set }: Part) {
  const week = byDay(calendar.weekly);
  const write = (next: Range[][]) => set({ weekly: asWeekly(next) });
  return (
    <Group title={words.week}>
      <Wrong at={`hours.${name}.weekly`} deep />
      {week.map((ranges, day) => (
        <Day
          key={words.days[day]}
          called={words.days[day] ?? ""}
          ranges={ranges}
          set={(next) => write(week.with(day, next))}
        />
      ))}
      {administers.value && (
        <p>
          <Button
            onClick={() => write(week.map((ranges, day) => (day < 5 ? (week[0] ?? []) : ranges)))}
          >
            {words.toAll}
          </Button>
        </p>
      )}
    </Group>
  );
}

/** The hours of one day: none is closed, two have a break between them. */
function Day(props: { called: string; ranges: Range[]; set: (ranges: Range[]) => void }) {
  const { called, ranges, set } = props;
  const frozen = !administers.value;
  return (
    <div class="day">
      <b>{called}</b>
      <span>
        {ranges.length === 0 && <span class="faint">{words.closed}</span>}
        {ranges.map(([opens, closes], at) => (
          <span class="range" key={at}>
            <input
              type="time"
              aria-label={words.opens(called, at + 1)}
              value={opens}
              disabled={frozen}
              onChange={(event) => {
                const time = event.currentTarget.value;
                if (time) set(ranges.with(at, [time, closes]));
              }}
            />
            <span aria-hidden="true">–</span>
            <input
              type="time"
              aria-label={words.closes(called, at + 1)}
              value={shown(closes)}
              disabled={frozen}
              onChange={(event) => {
                const time = event.currentTarget.value;
                if (time) set(ranges.with(at, [opens, closing(time)]));
              }}
            />
            {!frozen && (
              <Button
                icon="close"
                kind="quiet"
                label={words.removeRange(called, at + 1)}
                onClick={() => set(ranges.filter((_, other) => other !== at))}
              />
            )}
          </span>
        ))}
        {!frozen && (
          <Button
            icon="plus"
            kind="quiet"
            label={words.addRange(called)}
            onClick={() => set([...ranges, fresh(ranges)])}
          />
        )}
      </span>
    </div>
  );
}

const COUNTRIES = new Intl.DisplayNames(["en"], { type: "region" });

function country(code: string): string {
  const [land = "", ...part] = code.split("-");
  const name = /^[A-Z]{2}$/.test(land) ? (COUNTRIES.of(land) ?? land) : land;
  return part.length > 0 ? `${name}, ${part.join("-")}` : name;
}

function Holidays({ name, calendar, set }: Part) {
  const [land, setLand] = useState("");
  const [part, setPart] = useState("");
  const known = names.value?.holidays ?? {};
  const parts = known[land] ?? [];
  const lands = Object.keys(known).sort((a, b) => country(a).localeCompare(country(b)));
  return (
    <Group title={words.holidays}>
      <Wrong at={`hours.${name}.holidays`} />
      <ul class="chips">
        {calendar.holidays.map((code) => (
          <li key={code}>
            <span>{country(code)}</span>
            {administers.value && (
              <Button
                icon="close"
                kind="quiet"
                label={words.remove(country(code))}
                onClick={() => set({ holidays: calendar.holidays.filter((one) => one !== code) })}
              />
            )}
          </li>
        ))}
        {calendar.holidays.length === 0 && <li class="faint">{words.none}</li>}
      </ul>
      {administers.value && (
        <div class="side">
          <label class="asked plain">
            <span>{words.country}</span>
            <select
              value={land}
              onChange={(event) => {
                setLand(event.currentTarget.value);
                setPart("");
              }}
            >
              <option value="">…</option>
              {lands.map((code) => (
                <option key={code} value={code}>
                  {country(code)}
                </option>
              ))}
            </select>
          </label>
          {parts.length > 0 && (
            <label class="asked plain">
              <span>{words.part}</span>
              <select value={part} onChange={(event) => setPart(event.currentTarget.value)}>
                <option value="">{words.whole}</option>
                {parts.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
            </label>
          )}
          <Button
            icon="plus"
            disabled={!land}
            onClick={() => {
              const code = part ? `${land}-${part}` : land;
              set({ holidays: [...new Set([...calendar.holidays, code])] });
              setLand("");
              setPart("");
            }}
          >
            {words.addCountry}
          </Button>
        </div>
      )}
    </Group>
  );
}

/** Days that are closed, or open otherwise than usual. */
function Special({ name, calendar, set }: Part) {
  const [day, setDay] = useState("");
  const days = [...calendar.closed, ...Object.keys(calendar.open)].sort();
  const without = (gone: string) => {
    const { [gone]: _, ...open } = calendar.open;
    return { closed: calendar.closed.filter((one) => one !== gone), open };
  };
  const write = (one: string, ranges: Range[]) => {
    const rest = without(one);
    set(
      ranges.length === 0
        ? { ...rest, closed: [...rest.closed, one].sort() }
        : { ...rest, open: { ...rest.open, [one]: ranges.map(joined) } },
    );
  };
  return (
    <Group title={words.special} help={words.specialHint}>
      <Wrong at={`hours.${name}.open`} deep />
      {days.map((one) => (
        <div class="special" key={one}>
          <Day
            called={one}
            ranges={(calendar.open[one] ?? []).map(split)}
            set={(ranges) => write(one, ranges)}
          />
          {administers.value && (
            <Button
              icon="trash"
              kind="quiet"
              label={words.remove(one)}
              onClick={() => set(without(one))}
            />
          )}
        </div>
      ))}
      {administers.value && (
        <div class="side">
          <label class="asked plain">
            <span>{words.day}</span>
            <input type="date" value={day} onInput={(event) => setDay(event.currentTarget.value)} />
          </label>
          <Button
            icon="plus"
            disabled={!day || days.includes(day)}
            onClick={() => {
              write(day, []);
              setDay("");
            }}
          >
            {words.addDay}
          </Button>
        </div>
      )}
    </Group>
  );
}
