/** The questions of a form, in their order; one of them is open at a time. */
import { useEffect, useState } from "preact/hooks";
import { Button } from "../view/parts";
import {
  changeFlow,
  dropSlot,
  moveSlot,
  newSlot,
  ofKind,
  renameSlot,
  saying,
  slug,
} from "./botedits";
import { words } from "./botwords";
import { calls, type FlowPart, Saying } from "./FlowPage";
import { Asked, Group, Num, type Option, Select, Switch, Text, Wrong } from "./fields";
import { Pattern } from "./Pattern";
import type { Slot, SlotKind } from "./shapes";
import { administers, wrong } from "./store";
import { words as setupWords } from "./words";

export function Questions({ name, flow, language, set }: FlowPart) {
  const [open, setOpen] = useState<number | null>(null);
  const add = () => {
    const taken = flow.slots.map((slot) => slot.name);
    set({ slots: [...flow.slots, newSlot(slug("answer", taken))] });
    setOpen(flow.slots.length);
  };
  return (
    <>
      <Wrong at={`flows.${name}.slots`} />
      {flow.slots.length === 0 && <p class="faint">{words.noQuestions}</p>}
      <ol class="rules">
        {flow.slots.map((slot, at) => (
          <li key={at} class="ruling" data-slot={slot.name}>
            <Head
              slot={slot}
              at={at}
              last={flow.slots.length - 1}
              language={language}
              open={open === at}
              toggle={() => setOpen(open === at ? null : at)}
              move={(by) => {
                changeFlow(name, moveSlot(flow, at, by));
                if (open === at) setOpen(at + by);
              }}
              remove={() => {
                changeFlow(name, dropSlot(flow, slot.name));
                setOpen(null);
              }}
            />
            {open === at && (
              <Editor
                slot={slot}
                at={at}
                part={{ name, flow, language, set }}
                done={() => setOpen(null)}
              />
            )}
            {open !== at && wrong.value?.where.startsWith(`flows.${name}.slots[${at}]`) && (
              <p class="why">{wrong.value.why}</p>
            )}
          </li>
        ))}
      </ol>
      {administers.value && (
        <p>
          <Button icon="plus" onClick={add}>
            {words.addQuestion}
          </Button>
        </p>
      )}
    </>
  );
}

function Head(props: {
  slot: Slot;
  at: number;
  last: number;
  language: string;
  open: boolean;
  toggle: () => void;
  move: (by: number) => void;
  remove: () => void;
}) {
  const { slot, at, language } = props;
  const called = slot.ask[language] || Object.values(slot.ask)[0] || words.newQuestion;
  return (
    <div class="ruling-head">
      <span class="ruling-number" aria-hidden="true">
        {at + 1}
      </span>
      <button type="button" class="ruling-open" aria-expanded={props.open} onClick={props.toggle}>
        <b>{called}</b>
        <span>
          {words.kinds[slot.kind]}
          {slot.optional && ` · ${words.optional.toLowerCase()}`}
        </span>
      </button>
      {administers.value && (
        <span class="ruling-acts">
          <Button
            icon="up"
            kind="quiet"
            label={setupWords.up(called)}
            disabled={at === 0}
            onClick={() => props.move(-1)}
          />
          <Button
            icon="newest"
            kind="quiet"
            label={setupWords.down(called)}
            disabled={at === props.last}
            onClick={() => props.move(1)}
          />
          <Button
            icon="trash"
            kind="quiet"
            label={setupWords.remove(called)}
            onClick={props.remove}
          />
        </span>
      )}
    </div>
  );
}

export interface SlotPart {
  slot: Slot;
  language: string;
  where: string; // in the document
  change: (parts: Partial<Slot>) => void;
}

function Editor(props: { slot: Slot; at: number; part: FlowPart; done: () => void }) {
  const { slot, at, part } = props;
  const { flow, language } = part;
  const where = `flows.${part.name}.slots[${at}]`;
  const change = (parts: Partial<Slot>) =>
    part.set({ slots: flow.slots.with(at, { ...slot, ...parts }) });
  const rename = (name: string) => changeFlow(part.name, renameSlot(flow, slot.name, name));
  const inner = { slot, language, where, change };
  return (
    <div class="ruling-editor">
      <Saying
        title={words.ask}
        said={slot.ask}
        language={language}
        at={`${where}.ask`}
        set={(ask) => change({ ask })}
      />
      <div class="side">
        <Select
          title={words.kind}
          value={slot.kind}
          at={`${where}.kind`}
          set={(kind) => part.set({ slots: flow.slots.with(at, ofKind(slot, kind as SlotKind)) })}
          options={Object.entries(words.kinds)}
        />
        <Saying
          short
          title={words.called}
          said={slot.title}
          language={language}
          help={words.calledHint}
          set={(title) => change({ title })}
        />
      </div>
      {slot.kind === "choice" && <ChoiceList {...inner} />}
      {slot.kind !== "choice" && <Particulars {...inner} />}
      <Saying
        title={words.help}
        said={slot.help}
        language={language}
        help={words.helpHint}
        at={`${where}.help`}
        set={(help) => change({ help })}
      />
      <Switch
        title={words.optional}
        value={slot.optional}
        set={(optional) => change({ optional })}
      />
      <Condition {...inner} earlier={flow.slots.slice(0, at)} names={calls(flow, language)} />
      <Blank
        name={slot.name}
        taken={flow.slots.map((one) => one.name)}
        rename={rename}
        at={`${where}.name`}
      />
      <p class="form-acts">
        <Button onClick={props.done}>{setupWords.done}</Button>
      </p>
    </div>
  );
}

/** What belongs to one kind of answer alone. */
function Particulars({ slot, language, where, change }: SlotPart) {
  switch (slot.kind) {
    case "text":
    case "order":
      return <Pattern slot={slot} language={language} where={where} change={change} />;
    case "number":
      return (
        <div class="side">
          <Num
            title={words.least}
            value={slot.least}
            at={`${where}.least`}
            set={(least) => change({ least })}
          />
          <Num
            title={words.most}
            value={slot.most}
            at={`${where}.most`}
            set={(most) => change({ most })}
          />
        </div>
      );
    case "date":
      return (
        <Select
          title={words.side}
          value={slot.side}
          at={`${where}.side`}
          set={(side) => change({ side: side as Slot["side"] })}
          options={Object.entries(words.sides)}
        />
      );
    case "phone":
      return (
        <Text
          title={words.region}
          value={slot.region ?? ""}
          help={words.regionHint}
          at={`${where}.region`}
          set={(region) => change({ region: region.trim().toUpperCase() || null })}
        />
      );
    default:
      return null;
  }
}

function ChoiceList({ slot, language, where, change }: SlotPart) {
  const add = () => change({ choices: [...slot.choices, slug("choice", slot.choices)] });
  const remove = (id: string) => {
    const { [id]: _, ...titles } = slot.titles;
    change({ choices: slot.choices.filter((one) => one !== id), titles });
  };
  return (
    <Group title={words.choices}>
      <ol class="choice-list">
        {slot.choices.map((id, at) => {
          const said = slot.titles[id] ?? {};
          return (
            <li key={id}>
              <input
                aria-label={words.choice(at + 1)}
                lang={language}
                value={said[language] ?? ""}
                placeholder={Object.values(said)[0] ?? id}
                maxLength={200}
                autocomplete="off"
                disabled={!administers.value}
                onInput={(event) => {
                  const title = saying(said, language, event.currentTarget.value);
                  change({ titles: { ...slot.titles, [id]: title } });
                }}
              />
              {administers.value && (
                <Button
                  icon="close"
                  kind="quiet"
                  label={words.removeChoice(at + 1)}
                  onClick={() => remove(id)}
                />
              )}
            </li>
          );
        })}
      </ol>
      <Wrong at={`${where}.choices`} />
      <Wrong at={`${where}.titles`} />
      {administers.value && (
        <p>
          <Button icon="plus" onClick={add}>
            {words.addChoice}
          </Button>
        </p>
      )}
    </Group>
  );
}

/** Only asked when an earlier choice was answered so. */
function Condition(props: SlotPart & { earlier: Slot[]; names: Option[] }) {
  const { slot, language, where, change } = props;
  const choices = props.earlier.filter((one) => one.kind === "choice");
  const [on, values] = Object.entries(slot.when)[0] ?? ["", []];
  if (choices.length === 0 && on === "") return null;
  const about = choices.find((one) => one.name === on);
  const called = props.names.find(([name]) => name === on)?.[1] ?? on;
  return (
    <>
      <Select
        title={words.only}
        value={on || null}
        at={`${where}.when`}
        set={(name) => {
          const first = choices.find((one) => one.name === name)?.choices[0];
          change({ when: name ? { [name]: first ? [first] : [] } : {} });
        }}
        options={[
          ["", words.always],
          ...choices.map(
            (one): Option => [one.name, words.onlyIf(one.title[language] || one.name)],
          ),
        ]}
      />
      {about && (
        <fieldset class="asked ticks" disabled={!administers.value}>
          <legend class="sr">{words.onlyIf(called)}</legend>
          {about.choices.map((id) => (
            <label key={id} class="tick">
              <input
                type="checkbox"
                checked={values.includes(id)}
                onChange={(event) => {
                  const rest = values.filter((one) => one !== id);
                  const all = event.currentTarget.checked ? [...rest, id] : rest;
                  change({ when: { [on]: all } });
                }}
              />
              <span>
                {about.titles[id]?.[language] || Object.values(about.titles[id] ?? {})[0] || id}
              </span>
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}

const NAME = /^[a-z][a-z0-9_]{0,29}$/;

/** What programs and blanks call the answer; changed when one leaves the field. */
function Blank(props: {
  name: string;
  taken: string[];
  rename: (name: string) => void;
  at: string;
}) {
  const [now, setNow] = useState(props.name);
  useEffect(() => setNow(props.name), [props.name]);
  const fine = now === props.name || (NAME.test(now) && !props.taken.includes(now));
  const done = () => {
    if (now === props.name) return;
    if (fine) props.rename(now);
    else setNow(props.name);
  };
  return (
    <Asked title={words.name} help={words.nameHint(props.name)} at={props.at}>
      {(id, help) => (
        <>
          <input
            id={id}
            class="mono"
            value={now}
            maxLength={30}
            autocomplete="off"
            spellcheck={false}
            disabled={!administers.value}
            aria-invalid={!fine}
            aria-describedby={help}
            onInput={(event) => setNow(event.currentTarget.value.trim())}
            onKeyDown={(event) => event.key === "Enter" && done()}
            onBlur={done}
          />
          {!fine && <p class="why">{words.badName}</p>}
        </>
      )}
    </Asked>
  );
}
