/** What holds for all queues: skills, room, patience, and who is served first. */
import { Button } from "../view/parts";
import { Duration, Group, Lines, Num, Switch, Text, Wrong } from "./fields";
import { Page } from "./Page";
import { administers, change, draft, names } from "./store";
import { words } from "./words";

export function DeskPage() {
  const setup = draft.value;
  if (!setup) return null;
  return (
    <Page title={words.parts.desk} about={words.abouts.desk}>
      <div class="account-form">
        <Group title={words.customersSee} help={words.customersSeeHint}>
          <Text
            title={words.deskName}
            value={setup.name}
            at="name"
            place={words.deskNamePlace}
            set={(name) => change({ name })}
          />
          <Lines
            title={words.contacts}
            value={setup.contacts}
            at="contacts"
            help={words.contactsHint}
            set={(contacts) => change({ contacts })}
          />
        </Group>
        {Object.keys(setup.bots).length > 0 && (
          <Switch
            title={words.rehearseFirst}
            value={setup.rehearse_first}
            help={words.rehearseFirstHint}
            at="rehearse_first"
            set={(rehearse_first) => change({ rehearse_first })}
          />
        )}
        <Lines
          title={words.skills}
          value={setup.skills}
          help={words.skillsHint}
          set={(skills) => change({ skills })}
        />
        <Wrong at="skills" deep />
        <Weights weights={setup.weights} />
        <Num
          title={words.misses}
          value={setup.misses}
          least={1}
          at="misses"
          set={(misses) => change({ misses: misses ?? 1 })}
        />
        <Duration
          title={words.grace}
          value={setup.grace}
          unit="s"
          at="grace"
          set={(grace) => change({ grace: grace ?? 0 })}
        />
        <Order />
        <Group title={words.attributes}>
          <Text
            title={words.tierAttribute}
            value={setup.tier}
            at="tier"
            set={(tier) => change({ tier })}
          />
          <Text
            title={words.valueAttribute}
            value={setup.value}
            at="value"
            set={(value) => change({ value })}
          />
        </Group>
      </div>
    </Page>
  );
}

function Weights({ weights }: { weights: Record<string, number | null> }) {
  const channels = [...new Set([...Object.keys(weights), ...(names.value?.channels ?? [])])].sort();
  const frozen = !administers.value;
  const set = (channel: string, room: number | null) =>
    change({ weights: { ...weights, [channel]: room } });
  return (
    <Group title={words.weights} help={words.weightsHint}>
      <ul class="weights">
        {channels.map((channel) => {
          const room = channel in weights ? (weights[channel] ?? null) : 1;
          return (
            <li key={channel}>
              <span>{channel}</span>
              <input
                class="short"
                type="number"
                min={0}
                step={0.5}
                aria-label={words.room(channel)}
                value={room ?? ""}
                placeholder={words.takesAll}
                disabled={frozen}
                onInput={(event) => {
                  const told = event.currentTarget.value;
                  set(channel, told === "" ? null : Number(told));
                }}
              />
              {!frozen && (
                <Button
                  kind="quiet"
                  pressed={room === null}
                  onClick={() => set(channel, room === null ? 1 : null)}
                >
                  {words.takesAll}
                </Button>
              )}
              <Wrong at={`weights.${channel}`} />
            </li>
          );
        })}
      </ul>
    </Group>
  );
}

function Order() {
  const order = draft.value?.order;
  if (!order) return null;
  const set = (parts: Partial<typeof order>) => change({ order: { ...order, ...parts } });
  return (
    <Group title={words.order} help={words.orderHint}>
      <div class="side">
        {Object.entries(order.priority).map(([priority, seconds]) => (
          <Duration
            key={priority}
            title={words.headStart(words.priorities[priority] ?? priority)}
            value={seconds}
            at={`order.${priority}`}
            set={(given) => set({ priority: { ...order.priority, [priority]: given ?? 0 } })}
          />
        ))}
      </div>
      <Duration
        title={words.value}
        value={order.value}
        at="order.value"
        set={(value) => set({ value: value ?? 0 })}
      />
      <Num
        title={words.slack}
        value={order.slack}
        least={0}
        step={0.1}
        at="order.slack"
        set={(slack) => set({ slack: slack ?? 0 })}
      />
      <Duration
        title={words.patience}
        value={order.patience}
        unit="h"
        at="order.patience"
        set={(patience) => set({ patience: patience ?? 0 })}
      />
    </Group>
  );
}
