/** The setup that holds, the one that is being written, and what is told about both. */
import { batch, computed, effect, signal } from "@preact/signals";
import { call } from "../api";
import type { Page } from "../shapes";
import { me } from "../state/desk";
import type {
  Checked,
  Held,
  LiveQueue,
  Member,
  Names,
  Queue,
  Ready,
  Setup,
  Skilled,
  Stepped,
  Talked,
  Tried,
  Version,
} from "./shapes";

export const held = signal<Held | null>(null); // what holds
export const draft = signal<Setup | null>(null); // what is being written
export const queues = signal<readonly LiveQueue[]>([]);
export const skilled = signal<ReadonlyMap<number, Skilled>>(new Map());
export const names = signal<Names | null>(null);
export const failed = signal(false);
export const wrong = signal<{ where: string; why: string } | null>(null);
export const checking = signal(false);
export const text = signal(""); // the draft in TOML
export const administers = computed(() => me.value?.agent.role === "admin");

/** What the queues of the draft are called in what holds, and where those go that are left out. */
export const origins = signal<ReadonlyMap<string, string>>(new Map());
export const moves = signal<Readonly<Record<string, string>>>({});

export const changed = computed(() => {
  const [now, before] = [draft.value, held.value];
  return now !== null && before !== null && JSON.stringify(now) !== JSON.stringify(before.setup);
});

export const live = computed(() => new Map(queues.value.map((one) => [one.name, one])));

/** The queue of the desk behind a queue of the draft; none while it was never saved. */
export function liveOf(name: string): LiveQueue | null {
  return live.value.get(origins.value.get(name) ?? "") ?? null;
}

export async function load(): Promise<void> {
  try {
    const [setup, all, people] = await Promise.all([
      call<Held>("GET", "/setup"),
      call<Page<LiveQueue>>("GET", "/queues"),
      call<Page<Skilled>>("GET", "/agents/skills"),
    ]);
    batch(() => {
      queues.value = all.items;
      skilled.value = new Map(people.items.map((one) => [one.agent_id, one]));
      failed.value = false;
      if (draft.peek() === null || !changed.peek()) take(setup);
    });
    names.value ??= await call<Names>("GET", "/setup/names");
  } catch {
    failed.value = true;
  }
}

/** Begin anew from what holds. */
export function take(setup: Held): void {
  batch(() => {
    held.value = setup;
    draft.value = setup.setup;
    text.value = setup.text;
    wrong.value = null;
    origins.value = new Map(Object.keys(setup.setup.queues).map((name) => [name, name]));
    moves.value = {};
  });
}

export function discard(): void {
  if (held.peek()) take(held.peek() as Held);
}

/** Write something else down; it holds once it is saved. */
export function change(parts: Partial<Setup>): void {
  const before = draft.peek();
  if (before) draft.value = { ...before, ...parts };
}

export function changeQueue(name: string, parts: Partial<Queue>): void {
  const all = draft.peek()?.queues ?? {};
  const before = all[name];
  if (before) change({ queues: { ...all, [name]: { ...before, ...parts } } });
}

// --- what the desk thinks of it ---------------------------------------------------------------
const SOON = 350; // milliseconds after the last key
let timer: ReturnType<typeof setTimeout> | undefined;
let asked = 0;

effect(() => {
  const written = draft.value;
  if (!written || !changed.value) {
    clearTimeout(timer);
    asked++;
    checking.value = false;
    return;
  }
  checking.value = true;
  clearTimeout(timer);
  timer = setTimeout(() => void look(written), SOON);
});

async function look(written: Setup): Promise<void> {
  const mine = ++asked;
  try {
    const said = await call<Checked>("POST", "/setup/check", { setup: written });
    if (mine !== asked) return;
    batch(() => {
      wrong.value = said.why === null ? null : { where: said.where ?? "", why: said.why };
      if (said.text !== null) text.value = said.text;
      checking.value = false;
    });
  } catch {
    if (mine === asked) checking.value = false; // it is checked when it is saved, too
  }
}

export async function save(note: string): Promise<void> {
  const renamed = Object.fromEntries(
    [...origins.peek()].filter(([name, before]) => name !== before).map(([a, b]) => [b, a]),
  );
  const body = {
    setup: draft.peek(),
    note,
    base: held.peek()?.id ?? null,
    renamed,
    move_to: moves.peek(),
  };
  const answer = await call<Held>("PUT", "/setup", body);
  take(answer);
  await load();
}

export const api = {
  check: (written: { setup?: Setup; text?: string }) =>
    call<Checked>("POST", "/setup/check", written),
  attempt: (setup: Setup, limit: number) =>
    call<Page<Tried>>("POST", "/setup/try", { setup, limit }),
  ready: () => call<Ready>("GET", "/bots/ready"),
  play: (body: Record<string, unknown>) => call<Stepped>("POST", "/bots/try", body),
  talk: (body: Record<string, unknown>) => call<Talked>("POST", "/bots/talk", body),
  versions: (after: string | null) =>
    call<Page<Version>>("GET", `/setup/versions${after ? `?after=${after}` : ""}`),
  version: (id: number) => call<Held>("GET", `/setup/versions/${id}`),
  join: (queue: number, member: Member) =>
    call<LiveQueue>("PUT", `/queues/${queue}/members/${member.agent_id}`, {
      membership: member.membership,
      until: member.until,
    }).then(learn),
  part: (queue: number, agent: number) =>
    call<LiveQueue>("DELETE", `/queues/${queue}/members/${agent}`).then(learn),
  pause: (queue: number, on: boolean) =>
    call<LiveQueue>("POST", `/queues/${queue}/${on ? "pause" : "resume"}`).then(learn),
  enable: (agent: number, parts: Partial<Skilled>) =>
    call<Skilled>("PATCH", `/agents/${agent}/skills`, parts).then((told) => {
      skilled.value = new Map(skilled.peek()).set(agent, told);
    }),
};

function learn(queue: LiveQueue): void {
  queues.value = queues.peek().map((one) => (one.id === queue.id ? queue : one));
}
