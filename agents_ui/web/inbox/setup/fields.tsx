/** Fields of the setup: each has its label, its sentence, and where it stands in the document. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import * as plain from "../view/fields";
import { Button } from "../view/parts";
import { administers, wrong } from "./store";
import { words } from "./words";

/** A labelled field; *at* is its place in the setup, where a mistake in it is told. */
export function Asked(props: {
  title: string;
  at?: string;
  help?: string;
  children: (id: string, help: string | undefined) => ComponentChildren;
}) {
  return <plain.Field {...props} why={useWrong(props.at)} />;
}

export function useWrong(at: string | undefined): string | null {
  return at !== undefined && wrong.value?.where === at ? wrong.value.why : null;
}

/** A mistake in a part that has no field of its own. */
export function Wrong({ at, deep = false }: { at: string; deep?: boolean }) {
  const found = wrong.value;
  const here =
    found &&
    (found.where === at || (deep && /^[.[ ]/.test(found.where.slice(at.length)))) &&
    found.where.startsWith(at);
  return here ? <p class="why">{found.why}</p> : null;
}

interface Field<T> {
  title: string;
  value: T;
  set: (value: T) => void;
  at?: string;
  help?: string;
}

const frozen = () => !administers.value;

export function Text(props: Field<string> & { list?: string; place?: string }) {
  return (
    <Asked title={props.title} at={props.at} help={props.help}>
      {(id, help) => (
        <input
          id={id}
          value={props.value}
          list={props.list}
          placeholder={props.place}
          autocomplete="off"
          spellcheck={false}
          disabled={frozen()}
          aria-describedby={help}
          onInput={(event) => props.set(event.currentTarget.value)}
        />
      )}
    </Asked>
  );
}

/** A name is changed when one leaves the field, so that it is never half a name. */
export function Name(props: {
  value: string;
  fits: (name: string) => boolean;
  set: (name: string) => void;
}) {
  const [now, setNow] = useState(props.value);
  useEffect(() => setNow(props.value), [props.value]);
  const bad = now.trim() !== props.value && !props.fits(now.trim());
  const done = () => {
    const name = now.trim().replace(/\s+/g, " ");
    if (name === props.value) return;
    if (props.fits(name)) props.set(name);
    else setNow(props.value);
  };
  return (
    <Asked title={words.name}>
      {(id) => (
        <>
          <input
            id={id}
            class="name-field"
            value={now}
            maxLength={60}
            autocomplete="off"
            disabled={frozen()}
            aria-invalid={bad}
            onInput={(event) => setNow(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && done()}
            onBlur={done}
          />
          {bad && <p class="why">{words.badName}</p>}
        </>
      )}
    </Asked>
  );
}

/** A longer text; an empty one is none. */
export function Prose(props: Field<string | null>) {
  return (
    <Asked title={props.title} at={props.at} help={props.help}>
      {(id, help) => (
        <textarea
          id={id}
          rows={3}
          value={props.value ?? ""}
          disabled={frozen()}
          aria-describedby={help}
          onInput={(event) => props.set(event.currentTarget.value || null)}
        />
      )}
    </Asked>
  );
}

export function Lines(props: Field<string[]>) {
  const help = props.help ? `${props.help} ${words.oneEach}` : words.oneEach;
  return (
    <Asked title={props.title} at={props.at} help={help}>
      {(id, described) => (
        <textarea
          id={id}
          rows={Math.min(10, Math.max(3, props.value.length + 1))}
          defaultValue={props.value.join("\n")}
          disabled={frozen()}
          aria-describedby={described}
          onInput={(event) => props.set(parted(event.currentTarget.value, "\n"))}
        />
      )}
    </Asked>
  );
}

export function parted(text: string, mark: string): string[] {
  const all = text.split(mark).map((one) => one.trim().replace(/\s+/g, " "));
  return [...new Set(all.filter(Boolean))];
}

/** Several short words in a line, with commas between. */
export function Commas(props: Field<string[]>) {
  return (
    <Asked title={props.title} at={props.at} help={props.help}>
      {(id, help) => (
        <input
          id={id}
          defaultValue={props.value.join(", ")}
          autocomplete="off"
          spellcheck={false}
          disabled={frozen()}
          aria-describedby={help}
          onInput={(event) => props.set(parted(event.currentTarget.value, ","))}
        />
      )}
    </Asked>
  );
}

export function Num(
  props: Field<number | null> & { least?: number; most?: number; step?: number },
) {
  return (
    <Asked title={props.title} at={props.at} help={props.help}>
      {(id, help) => (
        <input
          id={id}
          class="short"
          type="number"
          min={props.least}
          max={props.most}
          step={props.step ?? 1}
          value={props.value ?? ""}
          disabled={frozen()}
          aria-describedby={help}
          onInput={(event) => {
            const told = event.currentTarget.value;
            props.set(told === "" ? null : Number(told));
          }}
        />
      )}
    </Asked>
  );
}

const UNITS: [string, number][] = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
];

/** A stretch of time in the unit that suits it; an empty one is none. */
export function Duration(
  props: Field<number | null> & { unit?: string; business?: boolean }, // business time has no days
) {
  const units = props.business ? UNITS.slice(1) : UNITS;
  const [unit, setUnit] = useState(() => fitting(props.value, props.unit ?? "m", units));
  const size = UNITS.find(([name]) => name === unit)?.[1] ?? 1;
  return (
    <Asked title={props.title} at={props.at} help={props.help}>
      {(id, help) => (
        <span class="duration">
          <input
            id={id}
            class="short"
            type="number"
            min={0}
            step="any"
            value={props.value === null ? "" : Math.round((props.value / size) * 1000) / 1000}
            disabled={frozen()}
            aria-describedby={help}
            onInput={(event) => {
              const told = event.currentTarget.value;
              props.set(told === "" ? null : Number(told) * size);
            }}
          />
          <select
            aria-label={words.unitOf(props.title)}
            value={unit}
            disabled={frozen()}
            onChange={(event) => {
              const next = event.currentTarget.value;
              const grown = UNITS.find(([name]) => name === next)?.[1] ?? 1;
              setUnit(next);
              if (props.value !== null) props.set((props.value / size) * grown);
            }}
          >
            {units.toReversed().map(([name]) => (
              <option key={name} value={name}>
                {words.units[name]}
              </option>
            ))}
          </select>
        </span>
      )}
    </Asked>
  );
}

function fitting(seconds: number | null, usual: string, units: typeof UNITS): string {
  if (!seconds) return usual;
  return units.find(([, size]) => seconds % size === 0)?.[0] ?? "s";
}

export type Option = readonly [value: string, word: string];

/** One of several; the empty value is none. */
export function Select(props: Field<string | null> & { options: readonly Option[] }) {
  const known = props.options.some(([value]) => value === (props.value ?? ""));
  return (
    <Asked title={props.title} at={props.at} help={props.help}>
      {(id, help) => (
        <select
          id={id}
          value={props.value ?? ""}
          disabled={frozen()}
          aria-describedby={help}
          onChange={(event) => props.set(event.currentTarget.value || null)}
        >
          {!known && <option value={props.value ?? ""}>{props.value ?? "…"}</option>}
          {props.options.map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
      )}
    </Asked>
  );
}

export function Switch(props: Field<boolean>) {
  return <plain.Switch {...props} frozen={frozen()} />;
}

export function Choices(props: Field<string> & { options: Record<string, string> }) {
  return <plain.Choices {...props} frozen={frozen()} />;
}

export function Group(props: { title: string; help?: string; children: ComponentChildren }) {
  return (
    <fieldset class="part">
      <legend>{props.title}</legend>
      {props.help && <p class="help">{props.help}</p>}
      {props.children}
    </fieldset>
  );
}

/** Several of a kind, each of which can be removed. */
export function Several<T>(props: {
  list: readonly T[];
  set: (list: T[]) => void;
  add: string;
  fresh: () => T;
  none: string;
  called: (one: T, at: number) => string;
  at?: string;
  children: (one: T, change: (parts: Partial<T>) => void, at: number) => ComponentChildren;
}) {
  const { list, set } = props;
  return (
    <>
      {list.length === 0 && <p class="faint">{props.none}</p>}
      {list.map((one, at) => (
        <div class="several" key={at}>
          {props.children(one, (parts) => set(list.with(at, { ...one, ...parts })), at)}
          {administers.value && (
            <Button
              icon="trash"
              kind="quiet"
              label={words.remove(props.called(one, at))}
              onClick={() => set(list.filter((_, other) => other !== at))}
            />
          )}
          {props.at && <Wrong at={`${props.at}[${at}]`} deep />}
        </div>
      ))}
      {administers.value && (
        <p>
          <Button icon="plus" onClick={() => set([...list, props.fresh()])}>
            {props.add}
          </Button>
        </p>
      )}
    </>
  );
}
