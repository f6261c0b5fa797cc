/** One bot: with whom it talks, in which languages, how sure it has to be, when a person gets it. */
import "./bots.css";
import { useEffect, useState } from "preact/hooks";
import { go, path } from "../state/router";
import { Button } from "../view/parts";
import { changeBot, dropBot, renameBot } from "./botedits";
import { words } from "./botwords";
import { fits } from "./edits";
import { Duration, Group, Lines, Name, Num, type Option, Select, Switch, Wrong } from "./fields";
import { Page, to } from "./Page";
import type { Bot } from "./shapes";
import { administers, api, change, draft } from "./store";
import { TryBot } from "./TryBot";

interface Part {
  bot: Bot;
  at: string;
  set: (parts: Partial<Bot>) => void;
}

export function BotPage({ name, bot }: { name: string; bot: Bot }) {
  const setup = draft.value;
  const part = { bot, at: `bots.${name}`, set: (parts: Partial<Bot>) => changeBot(name, parts) };
  const first = setup?.bot === name;
  return (
    <Page
      title={name}
      about={first ? words.everybodys : words.byRule}
      acts={
        administers.value && (
          <Button
            icon="trash"
            label={words.removeBot}
            onClick={() => {
              dropBot(name);
              go(path("setup"));
            }}
          />
        )
      }
    >
      <div class="form-page">
        <div class="account-form">
          <Name
            value={name}
            fits={(wanted) => fits(wanted, name, setup?.bots ?? {})}
            set={(wanted) => {
              renameBot(name, wanted);
              go(to("bots", wanted), true);
            }}
          />
          <Wrong at={part.at} />
          <Switch
            title={words.first}
            value={first}
            help={words.firstHint}
            set={(on) => change({ bot: on ? name : null })}
          />
          <Languages {...part} />
          <Words {...part} />
          <Sureness {...part} />
          <Limits {...part} />
          <Over {...part} />
        </div>
        <TryBot bot={bot} />
      </div>
    </Page>
  );
}

const NAMES = new Intl.DisplayNames(["en"], { type: "language" });

export function tongue(code: string): string {
  try {
    return NAMES.of(code) ?? code;
  } catch {
    return code; // no language that anybody knows
  }
}

function Languages({ bot, at, set }: Part) {
  const [ready, setReady] = useState<readonly string[]>([]);
  useEffect(() => void api.ready().then((told) => setReady(told.languages), console.warn), []);
  const all = [...new Set([...ready, ...bot.languages])].sort((a, b) =>
    tongue(a).localeCompare(tongue(b)),
  );
  const tick = (one: string, on: boolean) =>
    set({
      languages: on ? [...bot.languages, one] : bot.languages.filter((other) => other !== one),
    });
  const usual = (one: string | null) =>
    one && set({ languages: [one, ...bot.languages.filter((other) => other !== one)] });
  return (
    <>
      <fieldset class="asked ticks" disabled={!administers.value}>
        <legend>{words.languages}</legend>
        {all.map((one) => (
          <label key={one} class="tick">
            <input
              type="checkbox"
              checked={bot.languages.includes(one)}
              onChange={(event) => tick(one, event.currentTarget.checked)}
            />
            <span>{tongue(one)}</span>
          </label>
        ))}
      </fieldset>
      <Wrong at={`${at}.languages`} />
      {bot.languages.length > 1 && (
        <Select
          title={words.usual}
          value={bot.languages[0] ?? null}
          set={usual}
          options={bot.languages.map((one): Option => [one, tongue(one)])}
        />
      )}
    </>
  );
}

function Words({ bot, at, set }: Part) {
  const forms = Object.keys(draft.value?.flows ?? {}).map((one): Option => [one, one]);
  return (
    <>
      <Select
        title={words.greeting}
        value={bot.greeting}
        at={`${at}.greeting`}
        set={(greeting) => set({ greeting })}
        options={[["", words.noForm], ...forms]}
      />
      <Select
        title={words.closed}
        value={bot.closed}
        at={`${at}.closed`}
        set={(closed) => set({ closed })}
        options={[["", words.noClosed], ...forms]}
      />
    </>
  );
}

function Sureness({ bot, at, set }: Part) {
  return (
    <Group title={words.sure} help={words.sureHint}>
      <Level
        title={words.novelty}
        value={bot.novelty}
        at={`${at}.novelty`}
        options={words.novelties}
        set={(novelty) => set({ novelty })}
      />
      <Level
        title={words.ambiguity}
        value={bot.ambiguity}
        at={`${at}.ambiguity`}
        options={words.ambiguities}
        set={(ambiguity) => set({ ambiguity })}
      />
      <Switch
        title={words.colleague}
        value={bot.ask_colleague}
        help={words.colleagueHint}
        set={(ask_colleague) => set({ ask_colleague })}
      />
      {bot.ask_colleague && (
        <Duration
          title={words.colleagueSeconds}
          value={bot.colleague_seconds}
          unit="s"
          at={`${at}.colleague_seconds`}
          set={(seconds) => set({ colleague_seconds: seconds ?? 60 })}
        />
      )}
      <Switch
        title={words.model}
        value={bot.model}
        help={words.modelHint}
        set={(model) => set({ model })}
      />
    </Group>
  );
}

/** A measure as one of three ways; one that was set in the text stays as it is. */
function Level(props: {
  title: string;
  value: number;
  at: string;
  options: [string, string][];
  set: (value: number) => void;
}) {
  const value = String(props.value);
  const known = props.options.some(([one]) => one === value);
  const options: Option[] = known
    ? props.options
    : [...props.options, [value, words.custom(props.value)]];
  return (
    <Select
      title={props.title}
      value={value}
      at={props.at}
      set={(one) => one && props.set(Number(one))}
      options={options}
    />
  );
}

function Over({ bot, at, set }: Part) {
  return (
    <Group title={words.over}>
      <Duration
        title={words.quiet}
        value={bot.quiet_hours * 3600}
        unit="h"
        at={`${at}.quiet_hours`}
        help={words.quietHint}
        set={(seconds) => set({ quiet_hours: (seconds ?? 0) / 3600 })}
      />
    </Group>
  );
}

function Limits({ bot, at, set }: Part) {
  return (
    <Group title={words.limits}>
      <Duration
        title={words.turnSeconds}
        value={bot.turn_seconds}
        unit="s"
        at={`${at}.turn_seconds`}
        set={(seconds) => set({ turn_seconds: seconds ?? 15 })}
      />
      <Num
        title={words.turns}
        value={bot.turns}
        least={1}
        most={100}
        at={`${at}.turns`}
        set={(turns) => set({ turns: turns ?? 12 })}
      />
      <Lines
        title={words.links}
        value={bot.links}
        help={words.linksHint}
        set={(links) => set({ links: links.map((one) => one.toLowerCase()) })}
      />
      <Wrong at={`${at}.links`} />
    </Group>
  );
}
