/** One form: what it asks, how it begins, whom it asks, what becomes of it; and trying all that. */
import "./bots.css";
import { useEffect, useState } from "preact/hooks";
import { go, path } from "../state/router";
import { say } from "../state/toasts";
import { Tabs } from "../view/heads";
import { Button, Dialog } from "../view/parts";
import { words as common } from "../words";
import { tongue } from "./BotPage";
import { changeFlow, dropFlow, languagesOf, renameFlow, saying } from "./botedits";
import { words } from "./botwords";
import { fits } from "./edits";
import {
  Asked,
  Choices,
  Commas,
  Duration,
  Group,
  Lines,
  Name,
  type Option,
  Select,
  Several,
  Switch,
  Text,
  Wrong,
} from "./fields";
import { Page, to } from "./Page";
import { Questions } from "./Questions";
import type { Flow, LookUp, Said } from "./shapes";
import { administers, api, draft } from "./store";
import { TryFlow } from "./TryFlow";
import { words as setupWords } from "./words";

export interface FlowPart {
  name: string;
  flow: Flow;
  language: string;
  set: (parts: Partial<Flow>) => void;
}

export function FlowPage({ name, flow, tab }: { name: string; flow: Flow; tab: string }) {
  const languages = languagesOf(flow);
  const [chosen, setChosen] = useState(languages[0] ?? "en");
  const language = languages.includes(chosen) ? chosen : (languages[0] ?? "en");
  const part = { name, flow, language, set: (parts: Partial<Flow>) => changeFlow(name, parts) };
  return (
    <Page
      title={flow.title[language] || name}
      about={words.questions(flow.slots.length)}
      acts={administers.value && <Removing name={name} />}
      tabs={<Tabs label={name} tabs={words.tabs} here={tab} to={(one) => to("forms", name, one)} />}
    >
      <div class="form-page">
        <div class="account-form" key={tab}>
          {languages.length > 1 && (
            <Tongues languages={languages} chosen={language} choose={setChosen} flow={flow} />
          )}
          {tab === "" && <Questions {...part} />}
          {tab === "begins" && <Begins {...part} />}
          {tab === "asks" && <Asks {...part} />}
          {tab === "ends" && <Ends {...part} />}
        </div>
        <TryFlow key={language} name={name} flow={flow} language={language} />
      </div>
    </Page>
  );
}

function Removing({ name }: { name: string }) {
  const [sure, setSure] = useState(false);
  const bots = Object.values(draft.value?.bots ?? {});
  const used = bots.some((bot) => bot.greeting === name || bot.closed === name);
  return (
    <>
      <Button icon="trash" label={words.removeForm} onClick={() => setSure(true)} />
      {sure && (
        <Dialog label={words.removeForm} class="calling" close={() => setSure(false)}>
          <header class="dialog-head">
            <h2>{words.removeSure(name)}</h2>
          </header>
          <div class="dialog-body">
            {used && <p>{words.inUse}.</p>}
            <p class="where">
              <Button onClick={() => setSure(false)}>{setupWords.keep}</Button>
              <Button
                kind="danger"
                onClick={() => {
                  dropFlow(name);
                  go(path("setup"));
                }}
              >
                {words.removeForm}
              </Button>
            </p>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** The language in which texts are written now; one that lacks any is marked. */
function Tongues(props: {
  languages: string[];
  chosen: string;
  choose: (language: string) => void;
  flow: Flow;
}) {
  const lacks = (one: string) =>
    props.flow.slots.some((slot) => !slot.ask[one]) || !props.flow.title[one];
  return (
    <fieldset class="asked tongues">
      <legend>{words.writtenIn}</legend>
      {props.languages.map((one) => (
        <label key={one} class="tongue" title={lacks(one) ? words.missingIn(tongue(one)) : ""}>
          <input
            type="radio"
            name="tongue"
            class="sr"
            checked={one === props.chosen}
            onChange={() => props.choose(one)}
          />
          <span>
            {tongue(one)}
            {lacks(one) && <i class="sr"> ({words.missingIn(tongue(one))})</i>}
            {lacks(one) && <i class="lacking" aria-hidden="true" />}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** A text in the language that is being written; another one shows what it says there. */
export function Saying(props: {
  title: string;
  said: Said;
  language: string;
  set: (said: Said) => void;
  at?: string;
  help?: string;
  short?: boolean;
}) {
  const { said, language } = props;
  const other = Object.values(said).find(Boolean) ?? "";
  const given = {
    lang: language,
    value: said[language] ?? "",
    placeholder: other,
    disabled: !administers.value,
    maxLength: 2000,
  };
  const write = (event: { currentTarget: { value: string } }) =>
    props.set(saying(said, language, event.currentTarget.value));
  return (
    <Asked title={props.title} at={props.at} help={props.help}>
      {(id, help) =>
        props.short ? (
          <input {...given} id={id} autocomplete="off" aria-describedby={help} onInput={write} />
        ) : (
          <textarea {...given} id={id} rows={2} aria-describedby={help} onInput={write} />
        )
      }
    </Asked>
  );
}

function Begins({ name, flow, language, set }: FlowPart) {
  const at = `flows.${name}`;
  const { [language]: _, ...others } = flow.examples;
  return (
    <>
      <Name
        value={name}
        fits={(wanted) => fits(wanted, name, draft.value?.flows ?? {})}
        set={(wanted) => {
          renameFlow(name, wanted);
          go(to("forms", wanted, "begins"), true);
        }}
      />
      <Wrong at={at} />
      <Saying
        short
        title={words.title}
        said={flow.title}
        language={language}
        help={words.titleHint}
        at={`${at}.title`}
        set={(title) => set({ title })}
      />
      <Lines
        key={language}
        title={words.examples}
        value={flow.examples[language] ?? []}
        help={words.examplesHint}
        at={`${at}.examples`}
        set={(list) =>
          set({ examples: list.length > 0 ? { ...others, [language]: list } : others })
        }
      />
      <Saying
        title={words.intro}
        said={flow.intro}
        language={language}
        at={`${at}.intro`}
        set={(intro) => set({ intro })}
      />
    </>
  );
}

export const calls = (flow: Flow, language: string): Option[] =>
  flow.slots.map((slot): Option => [slot.name, slot.title[language] || slot.name]);

// --- look-ups ---------------------------------------------------------------------------------
function Asks({ name, flow, language, set }: FlowPart) {
  const fresh = (): LookUp => ({
    url: "https://",
    after: flow.slots[0]?.name ?? "",
    seconds: 5,
    found: {},
    missing: {},
    failed: {},
  });
  const at = (nth: number, field: string) => `flows.${name}.look_ups[${nth}].${field}`;
  return (
    <Group title={words.lookUps} help={words.lookUpsHint}>
      <Several
        list={flow.look_ups}
        set={(look_ups) => set({ look_ups })}
        add={words.addLookUp}
        none={words.noLookUps}
        called={(_, nth) => words.lookUp(nth + 1)}
        fresh={fresh}
      >
        {(one, change, nth) => (
          <>
            <Text
              title={words.url}
              value={one.url}
              at={at(nth, "url")}
              set={(url) => change({ url })}
            />
            <div class="side">
              <Select
                title={words.after}
                value={one.after}
                at={at(nth, "after")}
                set={(after) => change({ after: after ?? "" })}
                options={calls(flow, language)}
              />
              <Duration
                title={words.seconds}
                value={one.seconds}
                unit="s"
                at={at(nth, "seconds")}
                set={(seconds) => change({ seconds: seconds ?? 5 })}
              />
            </div>
            <Saying
              title={words.found}
              said={one.found}
              language={language}
              at={at(nth, "found")}
              set={(found) => change({ found })}
            />
            <Saying
              title={words.missing}
              said={one.missing}
              language={language}
              help={words.missingHint}
              at={at(nth, "missing")}
              set={(missing) => change({ missing })}
            />
            <Saying
              title={words.failed}
              said={one.failed}
              language={language}
              help={words.failedHint}
              at={at(nth, "failed")}
              set={(failed) => change({ failed })}
            />
          </>
        )}
      </Several>
      {flow.look_ups.length > 0 && administers.value && <Secret />}
    </Group>
  );
}

function Secret() {
  const [secret, setSecret] = useState<string | null>(null);
  useEffect(() => void api.ready().then((told) => setSecret(told.secret), console.warn), []);
  if (secret === null) return null;
  return (
    <Asked title={words.secret} help={words.secretHint}>
      {(id, help) => (
        <span class="secret">
          <input id={id} class="mono" readOnly value={secret} aria-describedby={help} />
          <Button
            icon="copy"
            onClick={() =>
              void navigator.clipboard.writeText(secret).then(
                () => say(words.copied),
                () => say(common.done.notChanged(""), { bad: true }),
              )
            }
          >
            {words.copy}
          </Button>
        </span>
      )}
    </Asked>
  );
}

// --- what becomes of it -----------------------------------------------------------------------
function Ends({ name, flow, language, set }: FlowPart) {
  const at = `flows.${name}`;
  const queues = Object.keys(draft.value?.queues ?? {}).map((one): Option => [one, one]);
  return (
    <>
      <Switch title={words.confirm} value={flow.confirm} set={(confirm) => set({ confirm })} />
      <Saying
        title={words.done}
        said={flow.done}
        language={language}
        help={words.doneHint}
        at={`${at}.done`}
        set={(done) => set({ done })}
      />
      <Choices
        title={words.afterwards}
        value={flow.then}
        options={words.thens}
        set={(one) =>
          // biome-ignore lint/suspicious/noThenProperty: it is a word of forms, and nothing awaits them
          set({ then: one as Flow["then"] })
        }
      />
      {flow.then === "hand_over" && queues.length > 0 && (
        <Select
          title={words.queue}
          value={flow.queue}
          at={`${at}.queue`}
          set={(queue) => set({ queue })}
          options={[["", words.anyQueue], ...queues]}
        />
      )}
      <Commas
        title={words.tags}
        value={flow.tags}
        help={setupWords.commas}
        set={(tags) => set({ tags })}
      />
      {flow.slots.length > 0 && <Kept name={name} flow={flow} language={language} set={set} />}
    </>
  );
}

function Kept({ name, flow, language, set }: FlowPart) {
  const list = Object.entries(flow.attributes).map(([attribute, slot]) => ({ attribute, slot }));
  const write = (all: typeof list) =>
    set({ attributes: Object.fromEntries(all.map((one) => [one.attribute, one.slot])) });
  return (
    <Group title={words.attributes} help={words.attributesHint}>
      <Several
        list={list}
        set={write}
        add={words.addAttribute}
        none={words.noAttributes}
        called={(one) => one.attribute}
        fresh={() => ({
          attribute: flow.slots.find((one) => !(one.name in flow.attributes))?.name ?? "",
          slot: flow.slots[0]?.name ?? "",
        })}
      >
        {(one, change) => (
          <div class="side">
            <Text
              title={words.attribute}
              value={one.attribute}
              set={(attribute) => change({ attribute })}
            />
            <Select
              title={words.fromQuestion}
              value={one.slot}
              set={(slot) => change({ slot: slot ?? "" })}
              options={calls(flow, language)}
            />
          </div>
        )}
      </Several>
      <Wrong at={`flows.${name}.attributes`} />
    </Group>
  );
}
