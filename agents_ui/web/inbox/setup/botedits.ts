/** Changes to bots and forms, and to whatever names them. */
import { free, moved, renamedKey } from "./edits";
import type { Bot, Flow, Ready, Said, Setup, Slot, SlotKind } from "./shapes";
import { change, draft } from "./store";

export const newBot = (languages: string[], ready: boolean): Bot => ({
  languages,
  novelty: 0.95,
  ambiguity: 0.6,
  ask_colleague: false,
  colleague_seconds: 60,
  turn_seconds: 15,
  turns: 12,
  quiet_hours: 24,
  greeting: ready ? "greeting" : null,
  closed: ready ? "closed" : null,
  links: [],
  model: false,
});

export const newFlow = (): Flow => ({
  title: {},
  slots: [],
  examples: {},
  intro: {},
  confirm: true,
  look_ups: [],
  done: {},
  // biome-ignore lint/suspicious/noThenProperty: it is a word of forms, and nothing awaits them
  then: "hand_over",
  queue: null,
  tags: [],
  attributes: {},
});

export const newSlot = (name: string, kind: SlotKind = "text"): Slot => ({
  name,
  ask: {},
  title: {},
  kind,
  choices: [],
  titles: {},
  pattern: null,
  help: {},
  optional: false,
  least: null,
  most: null,
  side: null,
  region: null,
  when: {},
});

/** Return a slot that asks for something else, without what belonged to the kind it was. */
export function ofKind(slot: Slot, kind: SlotKind): Slot {
  const { name, ask, title, help, optional, when } = slot;
  const fresh = { ...newSlot(name, kind), ask, title, help, optional, when };
  return kind === "choice" ? { ...fresh, choices: ["choice_1", "choice_2"] } : fresh;
}

/** The language that this browser speaks, when the bot has words in it. */
export function ours(ready: readonly string[]): string {
  const mine = navigator.language.split("-")[0] ?? "en";
  return ready.includes(mine) ? mine : "en";
}

/** Add a bot; the first one gets the forms that are ready, and talks with everybody. */
export function addBot(base: string, ready: Ready): string {
  const setup = draft.peek();
  const bots = setup?.bots ?? {};
  const first = Object.keys(bots).length === 0;
  const name = free(base, Object.keys(bots));
  const own = ours(ready.languages);
  const languages = own === "en" ? ["en"] : [own, "en"];
  change({
    bots: { ...bots, [name]: newBot(languages, true) },
    flows: { ...ready.flows, ...setup?.flows },
    ...(first ? { bot: name } : {}),
  });
  return name;
}

export function changeBot(name: string, parts: Partial<Bot>): void {
  const all = draft.peek()?.bots ?? {};
  const before = all[name];
  if (before) change({ bots: { ...all, [name]: { ...before, ...parts } } });
}

export function renameBot(old: string, name: string): void {
  const setup = draft.peek();
  if (!setup) return;
  const other = (one: string | null) => (one === old ? name : one);
  change({
    bots: renamedKey(setup.bots, old, name),
    bot: other(setup.bot),
    rules: withBots(setup, other),
  });
}

export function dropBot(name: string): void {
  const setup = draft.peek();
  if (!setup) return;
  const { [name]: _, ...bots } = setup.bots;
  const other = (one: string | null) => (one === name ? null : one);
  change({ bots, bot: other(setup.bot), rules: withBots(setup, other) });
}

function withBots(setup: Setup, other: (bot: string | null) => string | null): Setup["rules"] {
  const rule = setup.rules.rule.map((one) => ({
    ...one,
    // biome-ignore lint/suspicious/noThenProperty: it is a word of the rules, and nothing awaits them
    then: { ...one.then, bot: other(one.then.bot) },
  }));
  return { ...setup.rules, rule };
}

// --- forms ------------------------------------------------------------------------------------
export function addFlow(base: string): string {
  const flows = draft.peek()?.flows ?? {};
  const name = free(base, Object.keys(flows));
  change({ flows: { ...flows, [name]: newFlow() } });
  return name;
}

export function changeFlow(name: string, parts: Partial<Flow>): void {
  const all = draft.peek()?.flows ?? {};
  const before = all[name];
  if (before) change({ flows: { ...all, [name]: { ...before, ...parts } } });
}

export function renameFlow(old: string, name: string): void {
  const setup = draft.peek();
  if (!setup) return;
  change({
    flows: renamedKey(setup.flows, old, name),
    bots: withForms(setup, (one) => (one === old ? name : one)),
  });
}

export function dropFlow(name: string): void {
  const setup = draft.peek();
  if (!setup) return;
  const { [name]: _, ...flows } = setup.flows;
  change({ flows, bots: withForms(setup, (one) => (one === name ? null : one)) });
}

function withForms(setup: Setup, other: (form: string | null) => string | null): Setup["bots"] {
  return Object.fromEntries(
    Object.entries(setup.bots).map(([name, bot]) => [
      name,
      { ...bot, greeting: other(bot.greeting), closed: other(bot.closed) },
    ]),
  );
}

/** The languages in which the texts of a form are, or should be. */
export function languagesOf(flow: Flow): string[] {
  const spoken = Object.values(draft.value?.bots ?? {}).flatMap((bot) => bot.languages);
  const written = [flow.title, flow.intro, flow.done, ...flow.slots.map((slot) => slot.ask)];
  return [...new Set([...spoken, ...written.flatMap(Object.keys), ...Object.keys(flow.examples)])];
}

/** Return a text with what is said in one language; an empty one is left out. */
export function saying(said: Said, language: string, text: string): Said {
  if (text) return { ...said, [language]: text };
  const { [language]: _, ...rest } = said;
  return rest;
}

/** Call a question otherwise, wherever it is named: conditions, look-ups, attributes, blanks. */
export function renameSlot(flow: Flow, old: string, name: string): Flow {
  const other = (one: string) => (one === old ? name : one);
  const blank = (said: Said): Said =>
    Object.fromEntries(
      Object.entries(said).map(([language, text]) => [
        language,
        text.replaceAll(`{${old}}`, `{${name}}`),
      ]),
    );
  return {
    ...flow,
    intro: blank(flow.intro),
    done: blank(flow.done),
    slots: flow.slots.map((slot) => ({
      ...slot,
      name: other(slot.name),
      ask: blank(slot.ask),
      help: blank(slot.help),
      when: renamedKey(slot.when, old, name),
    })),
    look_ups: flow.look_ups.map((one) => ({
      ...one,
      after: other(one.after),
      found: blank(one.found),
      missing: blank(one.missing),
      failed: blank(one.failed),
    })),
    attributes: Object.fromEntries(
      Object.entries(flow.attributes).map(([attribute, slot]) => [attribute, other(slot)]),
    ),
  };
}

/** Leave a question out, and whatever hung on it. */
export function dropSlot(flow: Flow, name: string): Flow {
  const slots = flow.slots.filter((slot) => slot.name !== name);
  return {
    ...flow,
    slots: slots.map((slot) => {
      const { [name]: _, ...when } = slot.when;
      return { ...slot, when };
    }),
    look_ups: flow.look_ups.filter((one) => one.after !== name),
    attributes: Object.fromEntries(
      Object.entries(flow.attributes).filter(([, slot]) => slot !== name),
    ),
  };
}

/** Move a question; a condition on what then comes later is dropped. */
export function moveSlot(flow: Flow, from: number, by: number): Flow {
  const slots = moved(flow.slots, from, by);
  return {
    ...flow,
    slots: slots.map((slot, at) => {
      const before = new Set(slots.slice(0, at).map((one) => one.name));
      const when = Object.entries(slot.when).filter(([name]) => before.has(name));
      return { ...slot, when: Object.fromEntries(when) };
    }),
  };
}

const SLUG = 30; // letters of a name

/** Return a name for programs, made of words: "Order number" becomes order_number. */
export function slug(words: string, taken: readonly string[]): string {
  const plain = words
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, SLUG - 3);
  const base = plain || "answer";
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}_${n}`;
    if (!taken.includes(name)) return name;
  }
}
