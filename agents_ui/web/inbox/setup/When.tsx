/** The conditions of a rule, one below the other; all of them have to hold. */
import type { ComponentChildren } from "preact";
import { Button } from "../view/parts";
import { Asked, Commas, Lines, type Option, Select, Text } from "./fields";
import type { Scalar, Wanted, When } from "./shapes";
import { administers, draft, names } from "./store";
import { isBounds } from "./told";
import { words } from "./words";

type Set = (parts: Partial<When>) => void;
const LISTS = ["channel", "account", "words", "language", "segment"] as const;
type Listed = (typeof LISTS)[number];

export function Conditions({ when, set }: { when: When; set: Set }) {
  const hours = Object.keys(draft.value?.hours ?? {});
  const rows: ComponentChildren[] = [];
  for (const name of LISTS) {
    const value = when[name];
    if (value === null) continue;
    rows.push(
      <Row key={name} called={words.kinds[name] ?? name} remove={() => set({ [name]: null })}>
        <List name={name} value={value} set={(list) => set({ [name]: list })} />
      </Row>,
    );
  }
  for (const kind of ["customer", "history"] as const) {
    rows.push(...wishes(kind, when[kind], (all) => set({ [kind]: all })));
  }
  for (const kind of ["open", "closed"] as const) {
    if (when[kind] === null) continue;
    rows.push(
      <Row key={kind} called={words.kinds[kind] ?? kind} remove={() => set({ [kind]: null })}>
        <Select
          title={words.kinds[kind] ?? kind}
          value={when[kind]}
          set={(name) => set({ [kind]: name })}
          options={hours.map((one): Option => [one, one])}
        />
      </Row>,
    );
  }
  return (
    <div class="conditions">
      {rows.length === 0 && <p class="faint">{words.always}</p>}
      {rows}
      {administers.value && <Adding when={when} set={set} />}
    </div>
  );
}

function Row(props: { called: string; remove: () => void; children: ComponentChildren }) {
  return (
    <div class="several condition">
      {props.children}
      {administers.value && (
        <Button
          icon="trash"
          kind="quiet"
          label={words.remove(props.called)}
          onClick={props.remove}
        />
      )}
    </div>
  );
}

/** Choose what else has to hold. */
function Adding({ when, set }: { when: When; set: Set }) {
  const hours = Object.keys(draft.value?.hours ?? {});
  const free = Object.entries(words.kinds).filter(([kind]) => {
    if (kind === "customer") return true;
    if (kind === "history") return Object.keys(when.history).length < 4;
    if (kind === "open" || kind === "closed") return hours.length > 0 && when[kind] === null;
    return when[kind as Listed] === null;
  });
  const add = (kind: string) => {
    if (kind === "customer") set({ customer: { ...when.customer, [unused(when.customer)]: [] } });
    else if (kind === "history") set({ history: { ...when.history, ...next(when.history) } });
    else if (kind === "open" || kind === "closed") set({ [kind]: hours[0] ?? null });
    else set({ [kind]: [] });
  };
  return (
    <label class="labelled adding">
      <span>{words.addWhen}</span>
      <select
        value=""
        onChange={(event) => {
          const kind = event.currentTarget.value;
          event.currentTarget.value = "";
          if (kind) add(kind);
        }}
      >
        <option value="">…</option>
        {free.map(([kind, word]) => (
          <option key={kind} value={kind}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

function unused(all: Record<string, Wanted>): string {
  return names.value?.attributes.find((one) => !(one in all)) ?? "";
}

function next(all: Record<string, Wanted>): Record<string, Wanted> {
  const name = Object.keys(words.histories).find((one) => !(one in all)) ?? "earlier";
  if (name === "reopened") return { [name]: true };
  return { [name]: name === "last_queue" ? [] : { at_least: 1 } };
}

function List(props: { name: Listed; value: string[]; set: (list: string[]) => void }) {
  const { name, value, set } = props;
  const title = words.kinds[name] ?? name;
  if (name === "channel" || name === "account") {
    const known = name === "channel" ? names.value?.channels : names.value?.accounts;
    return (
      <Ticks title={title} all={[...new Set([...(known ?? []), ...value])]} on={value} set={set} />
    );
  }
  if (name === "words") return <Lines title={title} value={value} set={set} />;
  return <Commas title={title} value={value} help={words.commas} set={set} />;
}

function Ticks(props: {
  title: string;
  all: readonly string[];
  on: readonly string[];
  set: (list: string[]) => void;
}) {
  return (
    <fieldset class="asked ticks" disabled={!administers.value}>
      <legend>{props.title}</legend>
      {props.all.map((one) => (
        <label key={one} class="tick">
          <input
            type="checkbox"
            checked={props.on.includes(one)}
            onChange={(event) =>
              props.set(
                event.currentTarget.checked
                  ? [...props.on, one]
                  : props.on.filter((other) => other !== one),
              )
            }
          />
          <span>{one}</span>
        </label>
      ))}
    </fieldset>
  );
}

// --- attributes and the past --------------------------------------------------------------------
function wishes(
  kind: "customer" | "history",
  all: Record<string, Wanted>,
  set: (all: Record<string, Wanted>) => void,
): ComponentChildren[] {
  return Object.entries(all).map(([name, wish], at) => {
    const { [name]: _, ...rest } = all;
    const called = kind === "history" ? (words.histories[name] ?? name) : name;
    return (
      <Row key={`${kind}-${at}`} called={called} remove={() => set(rest)}>
        <Wish
          kind={kind}
          name={name}
          wish={wish}
          rename={(to) =>
            set(Object.fromEntries(Object.entries(all).map(([k, v]) => [k === name ? to : k, v])))
          }
          set={(value) => set({ ...all, [name]: value })}
        />
      </Row>
    );
  });
}

function Wish(props: {
  kind: "customer" | "history";
  name: string;
  wish: Wanted;
  rename: (name: string) => void;
  set: (wish: Wanted) => void;
}) {
  const { kind, name, wish, set } = props;
  const how = comparison(wish);
  return (
    <div class="side">
      {kind === "history" ? (
        <Select
          title={words.kinds.history ?? kind}
          value={name}
          set={(to) => to && props.rename(to)}
          options={Object.entries(words.histories)}
        />
      ) : (
        <>
          <Text title={words.attribute} value={name} list="attributes" set={props.rename} />
          <datalist id="attributes">
            {names.value?.attributes.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </>
      )}
      <Select
        title={words.comparison}
        value={how}
        set={(to) => set(turned(wish, to ?? "is"))}
        options={Object.entries(words.comparisons)}
      />
      <Asked title={words.valueOf(name)} help={how === "is" ? words.commas : undefined}>
        {(id, help) =>
          how === "is" ? (
            <input
              id={id}
              aria-describedby={help}
              defaultValue={texts(wish)}
              disabled={!administers.value}
              onInput={(event) => set(scalars(event.currentTarget.value))}
            />
          ) : (
            <input
              id={id}
              type="number"
              step="any"
              value={isBounds(wish) ? (wish[how] ?? "") : ""}
              disabled={!administers.value}
              onInput={(event) => {
                const told = event.currentTarget.value;
                set({ [how]: told === "" ? null : Number(told) });
              }}
            />
          )
        }
      </Asked>
    </div>
  );
}

function comparison(wish: Wanted): "is" | "at_least" | "at_most" {
  if (!isBounds(wish)) return "is";
  return wish.at_least === undefined || wish.at_least === null ? "at_most" : "at_least";
}

function turned(wish: Wanted, to: string): Wanted {
  const number = isBounds(wish) ? (wish.at_least ?? wish.at_most ?? 1) : Number(texts(wish)) || 1;
  return to === "is" ? [number] : { [to]: number };
}

const texts = (wish: Wanted) =>
  isBounds(wish) ? "" : (Array.isArray(wish) ? wish : [wish]).map(String).join(", ");

/** What is written like a number or a truth is one. */
function scalars(text: string): Scalar[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean)
    .map((one) => {
      if (one === "true" || one === "false") return one === "true";
      return /^-?\d+(\.\d+)?$/.test(one) ? Number(one) : one;
    });
}
