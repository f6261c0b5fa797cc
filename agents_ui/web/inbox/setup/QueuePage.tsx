/** One queue: who belongs to it, how work is handed out, what is promised, what happens late. */
import { useState } from "preact/hooks";
import { agents, now } from "../state/desk";
import { go, path } from "../state/router";
import { inFull } from "../state/time";
import { say } from "../state/toasts";
import { Tabs } from "../view/heads";
import { Button, Dialog, Face } from "../view/parts";
import { words as common } from "../words";
import { tongue } from "./BotPage";
import { saying } from "./botedits";
import { dropQueue, fits, renameQueue } from "./edits";
import {
  Choices,
  Duration,
  Group,
  Lines,
  Name,
  Num,
  type Option,
  Prose,
  Select,
  Several,
  Switch,
  Text,
  Wrong,
} from "./fields";
import { Page, to } from "./Page";
import type { Fallback, LiveQueue, Need, Overflow, Priority, Queue, Target } from "./shapes";
import { administers, api, changeQueue, draft, liveOf } from "./store";
import { words } from "./words";

export async function attempt(what: () => Promise<unknown>, said?: string): Promise<void> {
  try {
    await what();
    if (said) say(said);
  } catch (error) {
    say(common.done.notChanged((error as Error).message), { bad: true });
  }
}

interface Part {
  name: string;
  queue: Queue;
  set: (parts: Partial<Queue>) => void;
}

export function QueuePage({ name, queue, tab }: { name: string; queue: Queue; tab: string }) {
  const live = liveOf(name);
  const part = { name, queue, set: (parts: Partial<Queue>) => changeQueue(name, parts) };
  return (
    <Page
      title={name}
      about={standing(live)}
      acts={<Acts name={name} live={live} />}
      tabs={
        <Tabs label={name} tabs={words.tabs} here={tab} to={(one) => to("queues", name, one)} />
      }
    >
      <div class="account-form" key={tab}>
        {tab === "" && <Belonging {...part} live={live} />}
        {tab === "offers" && <Offers {...part} />}
        {tab === "promises" && <Promises {...part} />}
        {tab === "late" && <Late {...part} />}
        {tab === "after" && <After {...part} />}
      </div>
    </Page>
  );
}

function standing(live: LiveQueue | null): string {
  if (!live) return words.unsavedQueue;
  const waits = words.waiting(live.waiting);
  return live.paused ? `${words.paused} · ${waits}` : waits;
}

function Acts({ name, live }: { name: string; live: LiveQueue | null }) {
  const [sure, setSure] = useState(false);
  return (
    <>
      {live && (
        <Button
          icon={live.paused ? "play" : "pause"}
          onClick={() =>
            void attempt(
              () => api.pause(live.id, !live.paused),
              live.paused ? words.resumedNow(name) : words.pausedNow(name),
            )
          }
        >
          {live.paused ? words.resume : words.pause}
        </Button>
      )}
      {administers.value && (
        <Button icon="trash" label={words.removeQueue} onClick={() => setSure(true)} />
      )}
      {sure && <Removing name={name} live={live} close={() => setSure(false)} />}
    </>
  );
}

function Removing(props: { name: string; live: LiveQueue | null; close: () => void }) {
  const { name, live, close } = props;
  const others = Object.keys(draft.value?.queues ?? {}).filter((one) => one !== name);
  const [target, setTarget] = useState<string | null>(others[0] ?? null);
  return (
    <Dialog label={words.removeQueue} class="calling" close={close}>
      <header class="dialog-head">
        <h2>{words.removeSure(name)}</h2>
      </header>
      <div class="dialog-body">
        <p>{words.removeHint}</p>
        {live && others.length > 0 && (
          <Select
            title={words.moveTo}
            value={target}
            set={setTarget}
            options={others.map((one) => [one, one])}
          />
        )}
        <p class="where">
          <Button onClick={close}>{words.keep}</Button>
          <Button
            kind="danger"
            onClick={() => {
              close();
              dropQueue(name, target);
              go(path("setup"));
            }}
          >
            {words.removeQueue}
          </Button>
        </p>
      </div>
    </Dialog>
  );
}

// --- people -----------------------------------------------------------------------------------
function Belonging({ name, queue, set, live }: Part & { live: LiveQueue | null }) {
  return (
    <>
      <Name
        value={name}
        fits={(wanted) => fits(wanted, name, draft.value?.queues ?? {})}
        set={(wanted) => {
          renameQueue(name, wanted);
          go(to("queues", wanted), true);
        }}
      />
      <Wrong at={`queues.${name}`} />
      <Called name={name} queue={queue} set={set} />
      <Group title={words.tabs[""] ?? ""} help={live ? words.membersHint : words.saveFirst}>
        {live && <Members live={live} />}
      </Group>
    </>
  );
}

/** What customers call a queue, in each language that a bot speaks. */
function Called({ name, queue, set }: Part) {
  const spoken = Object.values(draft.value?.bots ?? {}).flatMap((bot) => bot.languages);
  const languages = [...new Set([...spoken, ...Object.keys(queue.title)])];
  if (languages.length === 0) return null;
  return (
    <Group title={words.calledByCustomers} help={words.calledByCustomersHint}>
      <div class="side">
        {languages.map((one) => (
          <Text
            key={one}
            title={tongue(one)}
            value={queue.title[one] ?? ""}
            set={(text) => set({ title: saying(queue.title, one, text) })}
          />
        ))}
      </div>
      <Wrong at={`queues.${name}.title`} />
    </Group>
  );
}

function Members({ live }: { live: LiveQueue }) {
  const known = agents.value;
  const inside = new Set(live.members.map((one) => one.agent_id));
  const others = [...known.values()].filter((one) => !inside.has(one.id) && !one.archived);
  return (
    <>
      {live.members.length === 0 && <p class="why">{words.nobody}</p>}
      <ul class="members">
        {live.members.map((one) => {
          const who = known.get(one.agent_id)?.name ?? String(one.agent_id);
          return (
            <li key={one.agent_id}>
              <Face name={who} id={one.agent_id} />
              <b>{who}</b>
              {one.until && Date.parse(one.until) > now.value && (
                <span class="faint">{words.lentUntil(inFull(one.until))}</span>
              )}
              <select
                aria-label={words.membership(who)}
                value={one.membership}
                onChange={(event) => {
                  const membership = event.currentTarget.value as "primary" | "backup";
                  void attempt(() => api.join(live.id, { ...one, membership }));
                }}
              >
                {Object.entries(words.memberships).map(([value, word]) => (
                  <option key={value} value={value}>
                    {word}
                  </option>
                ))}
              </select>
              <Button
                icon="trash"
                kind="quiet"
                label={words.remove(who)}
                onClick={() => void attempt(() => api.part(live.id, one.agent_id))}
              />
            </li>
          );
        })}
      </ul>
      {others.length === 0 ? (
        <p class="faint">{words.everybody}</p>
      ) : (
        <label class="labelled adding">
          <span>{words.addMember}</span>
          <select
            value=""
            onChange={(event) => {
              const agent = Number(event.currentTarget.value);
              event.currentTarget.value = "";
              const member = { agent_id: agent, membership: "primary" as const, until: null };
              if (agent) void attempt(() => api.join(live.id, member));
            }}
          >
            <option value="">…</option>
            {others.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}

// --- handing out ------------------------------------------------------------------------------
function Offers({ name, queue, set }: Part) {
  const calendars = Object.keys(draft.value?.hours ?? {}).map((one): Option => [one, one]);
  return (
    <>
      <Select
        title={words.hours}
        value={queue.hours}
        set={(hours) => set({ hours })}
        at={`queues.${name}.hours`}
        help={words.hoursHint}
        options={[["", words.alwaysOpen], ...calendars]}
      />
      <Choices
        title={words.offering}
        value={queue.offering}
        set={(offering) => set({ offering })}
        options={words.offerings}
      />
      {queue.offering === "ask" && (
        <Duration
          title={words.offerSeconds}
          value={queue.offer_seconds}
          unit="s"
          set={(seconds) => set({ offer_seconds: seconds ?? 30 })}
          at={`queues.${name}.offer_seconds`}
          help={words.offerHint}
        />
      )}
      <Duration
        title={words.answerSeconds}
        value={queue.answer_seconds}
        set={(answer_seconds) => set({ answer_seconds })}
        at={`queues.${name}.answer_seconds`}
        help={words.answerHint}
      />
      <Choices
        title={words.policy}
        value={queue.policy}
        set={(policy) => set({ policy })}
        options={words.policies}
      />
      <Switch title={words.sticky} value={queue.sticky} set={(sticky) => set({ sticky })} />
      <Switch
        title={words.ownerFirst}
        value={queue.owner_first}
        set={(owner_first) => set({ owner_first })}
      />
      <Group title={words.needs} help={words.needsHint}>
        <Needs needs={queue.needs} set={(needs) => set({ needs })} at={`queues.${name}.needs`} />
      </Group>
    </>
  );
}

export function Needs(props: { needs: Need[]; set: (needs: Need[]) => void; at: string }) {
  const skills = draft.value?.skills ?? [];
  if (skills.length === 0 && props.needs.length === 0) {
    return <p class="faint">{words.noSkills}</p>;
  }
  return (
    <Several
      list={props.needs}
      set={props.set}
      at={props.at}
      add={words.addNeed}
      none={words.none}
      called={(one) => one.skill}
      fresh={() => ({ skill: skills[0] ?? "", level: 1, required: true })}
    >
      {(need, change) => (
        <div class="side">
          <Select
            title={words.skill}
            value={need.skill}
            set={(skill) => change({ skill: skill ?? "" })}
            options={skills.map((one) => [one, one])}
          />
          <Num
            title={words.level}
            value={need.level}
            least={1}
            most={5}
            set={(level) => change({ level: level ?? 1 })}
          />
          <Switch
            title={words.required}
            value={need.required}
            set={(required) => change({ required })}
          />
        </div>
      )}
    </Several>
  );
}

// --- promises ---------------------------------------------------------------------------------
const newTarget = (): Target => ({
  priority: null,
  tier: null,
  first_response: 3600,
  next_response: null,
  resolution: null,
});

function Promises({ name, queue, set }: Part) {
  const level = queue.service_level;
  const priorities = Object.entries(words.priorities);
  return (
    <>
      <p class="lead">{words.promisesHint}</p>
      <Several
        list={level.targets}
        set={(targets) => set({ service_level: { ...level, targets } })}
        at={`queues.${name}.service_level.targets`}
        add={words.addTarget}
        none={words.noPromises}
        called={(one) => words.priorities[one.priority ?? ""] ?? ""}
        fresh={newTarget}
      >
        {(target, change) => (
          <>
            <div class="side">
              <Select
                title={words.priority}
                value={target.priority}
                set={(priority) => change({ priority: priority as Priority | null })}
                options={priorities}
              />
              <Tier value={target.tier} set={(tier) => change({ tier })} />
            </div>
            <div class="side">
              <Duration
                title={words.first}
                business
                value={target.first_response}
                set={(first_response) => change({ first_response })}
              />
              <Duration
                title={words.next}
                business
                value={target.next_response}
                set={(next_response) => change({ next_response })}
              />
              <Duration
                title={words.resolution}
                business
                value={target.resolution}
                unit="h"
                set={(resolution) => change({ resolution })}
              />
            </div>
          </>
        )}
      </Several>
      <Num
        title={words.warnAt}
        value={Math.round(level.warn_at * 100)}
        least={1}
        most={100}
        help={words.warnHint}
        at={`queues.${name}.service_level.warn_at`}
        set={(share) => set({ service_level: { ...level, warn_at: (share ?? 80) / 100 } })}
      />
    </>
  );
}

function Tier({ value, set }: { value: string | null; set: (tier: string | null) => void }) {
  return (
    <label class="asked plain">
      <span>{words.tier}</span>
      <input
        value={value ?? ""}
        placeholder={words.anyTier}
        disabled={!administers.value}
        onInput={(event) => set(event.currentTarget.value.trim() || null)}
      />
    </label>
  );
}

// --- when nobody comes ------------------------------------------------------------------------
function stepOf(step: Overflow): string {
  if (step.relax) return "relax";
  return step.fallback ?? "queue";
}

function asStep(what: string, queue: string | null): Partial<Overflow> {
  const nothing = { relax: false, queue: null, fallback: null };
  if (what === "relax") return { ...nothing, relax: true };
  if (what === "queue") return { ...nothing, queue };
  return { ...nothing, fallback: what as Fallback };
}

function Late({ name, queue, set }: Part) {
  const others = Object.keys(draft.value?.queues ?? {}).filter((one) => one !== name);
  const what = Object.entries(words.steps).filter(([one]) => one !== "queue" || others.length > 0);
  return (
    <>
      <Group title={words.overflow} help={words.overflowHint}>
        <Several
          list={queue.overflow}
          set={(overflow) => set({ overflow })}
          at={`queues.${name}.overflow`}
          add={words.addStep}
          none={words.noSteps}
          called={(one) => words.steps[stepOf(one)] ?? ""}
          fresh={() => ({
            after: (queue.overflow.at(-1)?.after ?? 0) + 300,
            relax: true,
            queue: null,
            fallback: null,
          })}
        >
          {(step, change) => (
            <div class="side">
              <Duration
                title={words.after}
                value={step.after}
                set={(after) => change({ after: after ?? 0 })}
              />
              <Select
                title={words.does}
                value={stepOf(step)}
                options={what}
                set={(one) => change(asStep(one ?? "relax", others[0] ?? null))}
              />
              {stepOf(step) === "queue" && (
                <Select
                  title={words.intoQueue}
                  value={step.queue}
                  options={others.map((one) => [one, one])}
                  set={(one) => change({ queue: one })}
                />
              )}
            </div>
          )}
        </Several>
        <Wrong at={`queues.${name}.overflow`} />
      </Group>
      <Prose
        title={words.awayReply}
        value={queue.away_reply}
        at={`queues.${name}.away_reply`}
        help={words.awayHint}
        set={(away_reply) => set({ away_reply })}
      />
      <Num
        title={words.limit}
        value={queue.limit}
        least={1}
        help={words.limitHint}
        at={`queues.${name}.limit`}
        set={(limit) => set({ limit })}
      />
      <Prose
        title={words.fullReply}
        value={queue.full_reply}
        at={`queues.${name}.full_reply`}
        help={words.fullHint}
        set={(full_reply) => set({ full_reply })}
      />
    </>
  );
}

function After({ name, queue, set }: Part) {
  return (
    <>
      <Duration
        title={words.wrapUp}
        value={queue.wrap_up}
        unit="s"
        help={words.wrapHint}
        at={`queues.${name}.wrap_up`}
        set={(wrap_up) => set({ wrap_up: wrap_up ?? 0 })}
      />
      <Lines
        title={words.codes}
        value={queue.codes}
        help={words.codesHint}
        at={`queues.${name}.codes`}
        set={(codes) => set({ codes })}
      />
      <Switch
        title={words.rating}
        value={queue.rating}
        help={words.ratingHint}
        set={(rating) => set({ rating })}
      />
    </>
  );
}
