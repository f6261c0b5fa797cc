/** A form from a JSON Schema: groups in groups, choices with their meaning, secrets unseen. */
import { useId, useState } from "preact/hooks";
import { Icon } from "../view/Icon";
import { Button } from "../view/parts";
import { type Asked, defaults, isGroup, questions, resolve, spaced, type Values } from "./schema";
import type { Schema } from "./shapes";
import { words } from "./words";

export interface Answering {
  root: Schema; // where references lead
  kept: ReadonlySet<string>; // secrets that have a value
  wrong: { field: string; why: string } | null;
  frozen: boolean;
}

export function Group(props: {
  schema: Schema;
  values: Values;
  set: (values: Values) => void;
  form: Answering;
  above?: string;
}) {
  const { values, form } = props;
  const asked = questions(props.schema, form.root, props.above);
  return (
    <>
      {asked.map((one) => (
        <Question
          key={one.name}
          asked={one}
          value={values[one.name]}
          set={(value) => props.set({ ...values, [one.name]: value })}
          form={form}
        />
      ))}
    </>
  );
}

interface Part {
  asked: Asked;
  value: unknown;
  set: (value: unknown) => void;
  form: Answering;
}

function Question(props: Part) {
  const { asked } = props;
  switch (asked.kind) {
    case "group":
      return <Inner {...props} />;
    case "list":
      return <List {...props} />;
    case "switch":
      return <Switch {...props} />;
    default:
      return <Labelled {...props} />;
  }
}

function Labelled(props: Part) {
  const { asked, form } = props;
  const id = useId();
  const why = wrong(asked, form);
  return (
    <div class={`asked ${why ? "wrong" : ""}`} data-field={asked.path}>
      <label for={id}>
        {asked.title}
        {asked.required && <span class="needed">{words.required}</span>}
      </label>
      <Field {...props} id={id} />
      {why && (
        <p class="why" role="alert">
          {why}
        </p>
      )}
      {asked.help && (
        <p class="help" id={`${id}-help`}>
          <Told text={asked.help} />
        </p>
      )}
    </div>
  );
}

/** A sentence with what stands in backticks as it is typed. */
export function Told({ text }: { text: string }) {
  return (
    <>
      {text.split(/`{1,2}([^`]+)`{1,2}/).map((part, at) => (at % 2 ? <code>{part}</code> : part))}
    </>
  );
}

function wrong(asked: Asked, form: Answering): string | null {
  return form.wrong?.field === `settings.${asked.path}` ? form.wrong.why : null;
}

function Field(props: Part & { id: string }) {
  const { asked, value, set, form, id } = props;
  const common = {
    id,
    disabled: form.frozen,
    "aria-describedby": asked.help ? `${id}-help` : undefined,
    "aria-invalid": wrong(asked, form) ? true : undefined,
  };
  switch (asked.kind) {
    case "secret":
      return <Secret {...props} />;
    case "choice":
      return <Choice {...props} />;
    case "number":
      return (
        <input
          {...common}
          type="number"
          step={asked.schema.type === "integer" ? 1 : "any"}
          min={asked.schema.minimum}
          max={asked.schema.maximum}
          value={value === null || value === undefined ? "" : String(value)}
          onInput={(event) => {
            const told = event.currentTarget.value;
            set(told === "" ? (asked.optional ? null : undefined) : Number(told));
          }}
        />
      );
    case "lines":
      return (
        <>
          <textarea
            {...common}
            rows={Math.min(8, Math.max(2, lines(value).length + 1))}
            value={lines(value).join("\n")}
            onChange={(event) =>
              set(
                event.currentTarget.value
                  .split("\n")
                  .map((one) => one.trim())
                  .filter(Boolean),
              )
            }
          />
          <p class="help">{words.oneEach}</p>
        </>
      );
    case "json":
      return <Json {...props} />;
    default:
      return (
        <input
          {...common}
          value={typeof value === "string" ? value : ""}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => set(event.currentTarget.value || (asked.optional ? null : ""))}
        />
      );
  }
}

function lines(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** A secret is written, never read: what is kept stays until somebody replaces it. */
function Secret({ asked, value, set, form, id }: Part & { id: string }) {
  const has = form.kept.has(asked.path);
  const [replacing, setReplacing] = useState(false);
  const [shown, setShown] = useState(false);
  if (has && !replacing) {
    return (
      <p class="secret" id={id}>
        <Icon name="lock" size={14} />
        <span>{words.secretKept}</span>
        {!form.frozen && (
          <Button
            label={`${words.secretReplace}: ${asked.title}`}
            onClick={() => setReplacing(true)}
          >
            {words.secretReplace}
          </Button>
        )}
      </p>
    );
  }
  return (
    <p class="secret">
      <input
        id={id}
        type={(shown ? "text" : "password") as "password"}
        value={typeof value === "string" ? value : ""}
        autocomplete="new-password"
        spellcheck={false}
        disabled={form.frozen}
        onInput={(event) => set(event.currentTarget.value || null)}
      />
      <Button
        icon={shown ? "unseen" : "seen"}
        label={words.show}
        pressed={shown}
        onClick={() => setShown(!shown)}
      />
      {has && (
        <Button
          kind="quiet"
          onClick={() => {
            setReplacing(false);
            set(null);
          }}
        >
          {words.secretKeep}
        </Button>
      )}
    </p>
  );
}

const FEW = 4; // choices that are shown side by side

function Choice({ asked, value, set, form, id }: Part & { id: string }) {
  const says = asked.schema["x-says"] ?? {};
  const options = (asked.schema.enum ?? []).filter((one) => one !== null).map(String);
  if (options.length <= FEW && options.some((one) => says[one])) {
    return (
      <fieldset class="options" id={id} disabled={form.frozen}>
        <legend class="sr">{asked.title}</legend>
        {options.map((one) => (
          <label key={one} class="option">
            <input
              type="radio"
              name={id}
              checked={String(value) === one}
              onChange={() => set(one)}
            />
            <span>
              <b>{spaced(one)}</b>
              {says[one] && (
                <span class="help">
                  <Told text={says[one]} />
                </span>
              )}
            </span>
          </label>
        ))}
      </fieldset>
    );
  }
  return (
    <select
      id={id}
      disabled={form.frozen}
      value={value === null || value === undefined ? "" : String(value)}
      onChange={(event) => set(event.currentTarget.value || null)}
    >
      {(asked.optional || value === undefined) && <option value="">…</option>}
      {options.map((one) => (
        <option key={one} value={one}>
          {says[one] ? `${spaced(one)}: ${says[one]}` : spaced(one)}
        </option>
      ))}
    </select>
  );
}

function Switch({ asked, value, set, form }: Part) {
  return (
    <div class="asked" data-field={asked.path}>
      <label class="switch">
        <span>{asked.title}</span>
        <input
          type="checkbox"
          role="switch"
          aria-checked={value === true}
          checked={value === true}
          disabled={form.frozen}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      </label>
      {asked.help && (
        <p class="help">
          <Told text={asked.help} />
        </p>
      )}
    </div>
  );
}

/** A group of its own; one that may be left out is switched on. */
function Inner({ asked, value, set, form }: Part) {
  const open = !asked.optional || isGroup(value);
  return (
    <fieldset class="group" data-field={asked.path}>
      <legend>{asked.title}</legend>
      {asked.help && (
        <p class="help">
          <Told text={asked.help} />
        </p>
      )}
      {asked.optional && (
        <label class="switch">
          <span>{words.group(asked.title)}</span>
          <input
            type="checkbox"
            role="switch"
            aria-checked={open}
            checked={open}
            disabled={form.frozen}
            onChange={(event) =>
              set(event.currentTarget.checked ? defaults(asked.schema, form.root) : null)
            }
          />
        </label>
      )}
      {open && (
        <Group
          schema={asked.schema}
          values={isGroup(value) ? value : {}}
          set={set}
          form={form}
          above={asked.path}
        />
      )}
    </fieldset>
  );
}

/** Several groups of the same kind. */
function List({ asked, value, set, form }: Part) {
  const rows = Array.isArray(value) ? (value as Values[]) : [];
  const schema = resolve(asked.schema.items ?? {}, form.root);
  return (
    <fieldset class="group" data-field={asked.path}>
      <legend>{asked.title}</legend>
      {asked.help && (
        <p class="help">
          <Told text={asked.help} />
        </p>
      )}
      {rows.map((row, at) => (
        <div class="list-one" key={`${asked.path}.${String(at)}`}>
          <Group
            schema={schema}
            values={row}
            set={(next) => set(rows.with(at, next))}
            form={form}
            above={`${asked.path}.${at}`}
          />
          {!form.frozen && (
            <Button
              icon="trash"
              kind="quiet"
              label={words.removeOne(at + 1)}
              onClick={() => set(rows.filter((_, other) => other !== at))}
            />
          )}
        </div>
      ))}
      {!form.frozen && (
        <Button icon="plus" onClick={() => set([...rows, defaults(schema, form.root)])}>
          {words.addOne}
        </Button>
      )}
    </fieldset>
  );
}

/** What has no field of its own is written as the data that it is. */
function Json({ asked, value, set, form, id }: Part & { id: string }) {
  const [bad, setBad] = useState(false);
  return (
    <>
      <textarea
        id={id}
        class="mono"
        rows={6}
        spellcheck={false}
        disabled={form.frozen}
        defaultValue={value === undefined || value === null ? "" : JSON.stringify(value, null, 2)}
        aria-invalid={bad}
        onChange={(event) => {
          const told = event.currentTarget.value.trim();
          try {
            set(told ? JSON.parse(told) : asked.optional ? null : undefined);
            setBad(false);
          } catch {
            setBad(true);
          }
        }}
      />
      <p class={bad ? "why" : "help"}>{bad ? words.badJson : words.json}</p>
    </>
  );
}
