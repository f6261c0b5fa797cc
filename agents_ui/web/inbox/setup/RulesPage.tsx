/** Rules: where a new conversation goes, written as sentences, and tried on the past. */
import { useState } from "preact/hooks";
import { Button } from "../view/parts";
import { free, moved, newRule } from "./edits";
import { Choices, Commas, Prose, Select, Text } from "./fields";
import { Page } from "./Page";
import { Needs } from "./QueuePage";
import type { Priority, Rule, Then, When } from "./shapes";
import { administers, change, draft, wrong } from "./store";
import { TryOut } from "./TryOut";
import { thenSaid, whenSaid } from "./told";
import { Conditions } from "./When";
import { words } from "./words";

export function RulesPage() {
  const setup = draft.value;
  const [open, setOpen] = useState<number | null>(null);
  if (!setup) return null;
  const { rule: rules, match } = setup.rules;
  const set = (rule: Rule[]) => change({ rules: { ...setup.rules, rule } });
  const queues = Object.keys(setup.queues);
  const add = () => {
    const name = free(
      words.newRule,
      rules.map((one) => one.name),
    );
    set([...rules, newRule(name, queues[0] ?? null)]);
    setOpen(rules.length);
  };
  return (
    <Page title={words.parts.rules} about={words.rulesHint}>
      <div class="account-form wide">
        <ol class="rules">
          {rules.map((rule, at) => (
            <li key={at} class="ruling" data-rule={rule.name}>
              <Head
                rule={rule}
                at={at}
                last={rules.length - 1}
                open={open === at}
                toggle={() => setOpen(open === at ? null : at)}
                move={(by) => {
                  set(moved(rules, at, by));
                  if (open === at) setOpen(at + by);
                }}
                remove={() => {
                  set(rules.filter((_, other) => other !== at));
                  setOpen(null);
                }}
              />
              {open === at && (
                <Editor
                  rule={rule}
                  at={at}
                  set={(parts) => set(rules.with(at, { ...rule, ...parts }))}
                  done={() => setOpen(null)}
                />
              )}
              {wrong.value?.where.startsWith(`rules.rule[${at}]`) && (
                <p class="why">{wrong.value.why}</p>
              )}
            </li>
          ))}
        </ol>
        {rules.length === 0 && <p class="faint">{words.noRules}</p>}
        {administers.value && (
          <p>
            <Button icon="plus" onClick={add}>
              {words.addRule}
            </Button>
          </p>
        )}
        <Select
          title={words.usual}
          value={setup.usual}
          at="usual"
          set={(usual) => change({ usual })}
          options={[["", words.usualNone], ...queues.map((one) => [one, one] as const)]}
        />
        <Choices
          title={words.match}
          value={match}
          options={words.matches}
          set={(one) => change({ rules: { ...setup.rules, match: one as "first" | "all" } })}
        />
      </div>
      <TryOut setup={setup} />
    </Page>
  );
}

function Head(props: {
  rule: Rule;
  at: number;
  last: number;
  open: boolean;
  toggle: () => void;
  move: (by: number) => void;
  remove: () => void;
}) {
  const { rule, at } = props;
  return (
    <div class="ruling-head">
      <span class="ruling-number" aria-hidden="true">
        {at + 1}
      </span>
      <button type="button" class="ruling-open" aria-expanded={props.open} onClick={props.toggle}>
        <b>{rule.name}</b>
        <span>
          {words.when} {whenSaid(rule.when)} → {thenSaid(rule.then)}
        </span>
      </button>
      {administers.value && (
        <span class="ruling-acts">
          <Button
            icon="up"
            kind="quiet"
            label={words.up(rule.name)}
            disabled={at === 0}
            onClick={() => props.move(-1)}
          />
          <Button
            icon="newest"
            kind="quiet"
            label={words.down(rule.name)}
            disabled={at === props.last}
            onClick={() => props.move(1)}
          />
          <Button
            icon="trash"
            kind="quiet"
            label={words.remove(rule.name)}
            onClick={props.remove}
          />
        </span>
      )}
    </div>
  );
}

function Editor(props: {
  rule: Rule;
  at: number;
  set: (parts: Partial<Rule>) => void;
  done: () => void;
}) {
  const { rule, set } = props;
  const queues = Object.keys(draft.value?.queues ?? {});
  const bots = Object.keys(draft.value?.bots ?? {});
  const when = (parts: Partial<When>) => set({ when: { ...rule.when, ...parts } });
  const then = (parts: Partial<Then>) =>
    // biome-ignore lint/suspicious/noThenProperty: it is a word of the rules, and nothing awaits them
    set({ then: { ...rule.then, ...parts } });
  return (
    <div class="ruling-editor">
      <Text title={words.name} value={rule.name} set={(name) => set({ name })} />
      <h2>{words.when}</h2>
      <Conditions when={rule.when} set={when} />
      <h2>{words.what}</h2>
      <div class="side">
        <Select
          title={words.toQueue}
          value={rule.then.queue}
          set={(queue) => then({ queue })}
          options={[["", words.noQueue], ...queues.map((one) => [one, one] as const)]}
        />
        <Select
          title={words.withPriority}
          value={rule.then.priority}
          set={(priority) => then({ priority: priority as Priority | null })}
          options={[
            ["", words.asIs],
            ...Object.entries(words.priorities).filter(([name]) => name !== ""),
          ]}
        />
        {bots.length > 0 && (
          <Select
            title={words.withBot}
            value={rule.then.bot}
            set={(bot) => then({ bot })}
            options={[["", words.noBot], ...bots.map((one) => [one, one] as const)]}
          />
        )}
        <Commas
          title={words.withTags}
          value={rule.then.tags}
          help={words.commas}
          set={(tags) => then({ tags })}
        />
      </div>
      <fieldset class="part">
        <legend>{words.withNeeds}</legend>
        <Needs
          needs={rule.then.needs}
          set={(needs) => then({ needs })}
          at={`rules.rule[${props.at}] '${rule.name}'.then.needs`}
        />
      </fieldset>
      <Prose title={words.withReply} value={rule.then.reply} set={(reply) => then({ reply })} />
      <p class="form-acts">
        <Button onClick={props.done}>{words.done}</Button>
      </p>
    </div>
  );
}
