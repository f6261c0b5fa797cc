/** Changes that reach across the parts of a setup: names are used in more than one place. */
import { batch } from "@preact/signals";
import type { Calendar, Queue, Rule, Setup, Wanted } from "./shapes";
import { change, draft, moves, origins } from "./store";

export const newQueue = (): Queue => ({
  hours: null,
  needs: [],
  policy: "least_busy",
  sticky: true,
  owner_first: false,
  service_level: { targets: [], warn_at: 0.8 },
  overflow: [],
  limit: null,
  wrap_up: 0,
  offering: "ask",
  offer_seconds: 30,
  answer_seconds: null,
  codes: [],
  full_reply: null,
  away_reply: null,
  rating: false,
  title: {},
});

export const newCalendar = (): Calendar => ({
  weekly: { "mon-fri": ["09:00-17:00"] },
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  holidays: [],
  closed: [],
  open: {},
});

export const newRule = (name: string, queue: string | null): Rule => ({
  name,
  when: {
    channel: null,
    account: null,
    language: null,
    segment: null,
    words: null,
    customer: {},
    history: {},
    open: null,
    closed: null,
  },
  // biome-ignore lint/suspicious/noThenProperty: it is a word of the rules, and nothing awaits them
  then: { queue, priority: null, needs: [], tags: [], reply: null, bot: null },
});

/** Return a name that nothing has yet. */
export function free(base: string, taken: readonly string[]): string {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base} ${n}`;
    if (!used.has(name.toLowerCase())) return name;
  }
}

export function renamedKey<T>(
  all: Record<string, T>,
  old: string,
  name: string,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(all).map(([key, one]) => [key === old ? name : key, one]),
  );
}

/** Tell whether something can be called so: it is a name, and nothing else has it. */
export function fits(name: string, old: string, all: Record<string, unknown>): boolean {
  const same = (one: string) => one.toLowerCase() === name.toLowerCase();
  return (
    name !== "" && name.length <= 60 && !Object.keys(all).some((one) => one !== old && same(one))
  );
}

export function renameQueue(old: string, name: string): void {
  const setup = draft.peek();
  if (!setup) return;
  const other = (one: string | null) => (one === old ? name : one);
  const queues = renamedKey(setup.queues, old, name);
  for (const [key, queue] of Object.entries(queues)) {
    const overflow = queue.overflow.map((step) => ({ ...step, queue: other(step.queue) }));
    queues[key] = { ...queue, overflow };
  }
  batch(() => {
    const flows = Object.fromEntries(
      Object.entries(setup.flows).map(([key, one]) => [key, { ...one, queue: other(one.queue) }]),
    );
    change({
      queues,
      flows,
      usual: other(setup.usual),
      rules: rulesWith(setup, other, (hours) => hours),
    });
    const before = origins.peek();
    origins.value = new Map([...before].map(([now, was]) => [now === old ? name : now, was]));
  });
}

export function renameHours(old: string, name: string): void {
  const setup = draft.peek();
  if (!setup) return;
  const other = (one: string | null) => (one === old ? name : one);
  const queues = Object.fromEntries(
    Object.entries(setup.queues).map(([key, queue]) => [
      key,
      { ...queue, hours: other(queue.hours) },
    ]),
  );
  change({
    hours: renamedKey(setup.hours, old, name),
    queues,
    rules: rulesWith(setup, (queue) => queue, other),
  });
}

function rulesWith(
  setup: Setup,
  queue: (name: string | null) => string | null,
  hours: (name: string | null) => string | null,
): Setup["rules"] {
  const rule = setup.rules.rule.map((one) => ({
    ...one,
    when: {
      ...one.when,
      history: historyWith(one.when.history, queue),
      open: hours(one.when.open),
      closed: hours(one.when.closed),
    },
    // biome-ignore lint/suspicious/noThenProperty: it is a word of the rules, and nothing awaits them
    then: { ...one.then, queue: queue(one.then.queue) },
  }));
  return { ...setup.rules, rule };
}

function historyWith(
  history: Rule["when"]["history"],
  queue: (name: string | null) => string | null,
): Rule["when"]["history"] {
  const { last_queue: wish } = history;
  if (wish === undefined) return history;
  const other = <T>(one: T) => (typeof one === "string" ? (queue(one) ?? one) : one);
  return {
    ...history,
    last_queue: (Array.isArray(wish) ? wish.map(other) : other(wish)) as Wanted,
  };
}

export function addQueue(base: string): string {
  const all = draft.peek()?.queues ?? {};
  const name = free(base, Object.keys(all));
  const first = Object.keys(all).length === 0;
  change({ queues: { ...all, [name]: newQueue() }, ...(first ? { usual: name } : {}) });
  return name;
}

/** Leave a queue out; what is in it goes to *target* when this is saved. */
export function dropQueue(name: string, target: string | null): void {
  const setup = draft.peek();
  if (!setup) return;
  const { [name]: _, ...queues } = setup.queues;
  const was = origins.peek().get(name);
  batch(() => {
    change({ queues, usual: setup.usual === name ? target : setup.usual });
    if (was && target) moves.value = { ...moves.peek(), [was]: target };
    origins.value = new Map([...origins.peek()].filter(([now]) => now !== name));
  });
}

export function addHours(base: string): string {
  const all = draft.peek()?.hours ?? {};
  const name = free(base, Object.keys(all));
  change({ hours: { ...all, [name]: newCalendar() } });
  return name;
}

export function dropHours(name: string): void {
  const { [name]: _, ...hours } = draft.peek()?.hours ?? {};
  change({ hours });
}

export function changeHours(name: string, parts: Partial<Calendar>): void {
  const all = draft.peek()?.hours ?? {};
  const before = all[name];
  if (before) change({ hours: { ...all, [name]: { ...before, ...parts } } });
}

/** Move something in a list up or down. */
export function moved<T>(list: readonly T[], from: number, by: number): T[] {
  const rest = list.filter((_, at) => at !== from);
  rest.splice(from + by, 0, list[from] as T);
  return rest;
}
