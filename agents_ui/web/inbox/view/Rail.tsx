/** The lists, how much lies in each, and the agent. */
import { signal } from "@preact/signals";
import type { Counts } from "../shapes";
import { counts, list, me, supervises } from "../state/desk";
import { LEADING, SHARED } from "../state/pages";
import { callsOpen, liveCalls, queued, supportsCalls } from "../state/phone";
import { kit } from "../state/queues";
import { follow, LISTS, path } from "../state/router";
import { listName, words } from "../words";
import { Icon, type IconName } from "./Icon";
import { Mark } from "./Mark";
import { menuOpen, paletteMode, sheetOpen } from "./open";
import { Button, Face } from "./parts";

export const railOpen = signal(false); // on narrow screens it lies over the rest

const ICONS: Record<string, IconName> = {
  mine: "person",
  unassigned: "inbox",
  all: "layers",
  snoozed: "snooze",
  resolved: "done",
  quarantined: "quarantine",
  undelivered: "mailx",
  accounts: "accounts",
  board: "board",
  reports: "reports",
  setup: "setup",
  pending: "bot",
  knowledge: "book",
  teaching: "teach",
};

/** Brings the rail to where it does not fit. */
export function ShowLists() {
  return (
    <Button
      icon="menu"
      label={words.rail.menu}
      class="narrow-only"
      onClick={() => {
        railOpen.value = true;
      }}
    />
  );
}

export function Rail() {
  const agent = me.value?.agent;
  return (
    <>
      {railOpen.value && (
        <button
          type="button"
          class="scrim"
          aria-label={words.acts.close}
          onClick={() => {
            railOpen.value = false;
          }}
        />
      )}
      <nav class={`rail ${railOpen.value ? "over" : ""}`} aria-label={words.rail.label}>
        <div class="rail-mark">
          <Mark />
          <span>{words.product}</span>
        </div>
        <ul class="rail-lists">
          {LISTS.map((name) =>
            // who has no bot need not know of one
            name !== "pending" || counts.value?.pending || list.value === name ? (
              <Entry key={name} name={name} />
            ) : null,
          )}
          {kit.value && <kit.value.Trays />}
          <li class="rail-rule">{words.rail.care}</li>
          <Entry name="undelivered" />
          {supervises.value && <Entry name="quarantined" />}
          <li class="rail-rule">{supervises.value ? words.rail.lead : words.rail.know}</li>
          {Object.keys(supervises.value ? { ...SHARED, ...LEADING } : SHARED).map((name) => (
            <Entry key={name} name={name} />
          ))}
        </ul>
        <div class="rail-foot">
          {kit.value && <kit.value.Availability />}
          {supportsCalls.value && <LiveCalls />}
          <button
            type="button"
            class="rail-item"
            title={`${words.rail.commands} (Ctrl+K)`}
            onClick={() => {
              paletteMode.value = "commands";
            }}
          >
            <Icon name="command" />
            <span class="rail-word">{words.rail.commands}</span>
            <kbd>Ctrl K</kbd>
          </button>
          <button
            type="button"
            class="rail-item"
            title={`${words.rail.shortcuts} (?)`}
            onClick={() => {
              sheetOpen.value = true;
            }}
          >
            <Icon name="keyboard" />
            <span class="rail-word">{words.rail.shortcuts}</span>
            <kbd>?</kbd>
          </button>
          <button
            type="button"
            class="rail-item rail-agent"
            title={words.rail.agent}
            aria-haspopup="dialog"
            aria-expanded={menuOpen.value}
            onClick={() => {
              menuOpen.value = !menuOpen.value;
            }}
          >
            <Face name={agent?.name ?? ""} id={agent?.id ?? 0} />
            <span class="rail-word">
              {agent?.name}
              <span class="sr">, {words.rail.agent}</span>
            </span>
          </button>
        </div>
      </nav>
    </>
  );
}

/** How many speak or wait on the telephone. */
function LiveCalls() {
  const n = liveCalls.value.length;
  return (
    <button
      type="button"
      class="rail-item"
      title={words.phone.live}
      onClick={() => {
        callsOpen.value = true;
      }}
    >
      <Icon name="phone" />
      <span class="rail-word">{words.phone.live}</span>
      {n > 0 && (
        <span class={`count ${queued.value.length > 0 ? "urgent" : ""}`} data-count="calls">
          {n}
        </span>
      )}
    </button>
  );
}

function Entry({ name }: { name: string }) {
  const n = Number(counts.value?.[name as keyof Counts] ?? 0);
  const urgent = name === "quarantined" || name === "undelivered";
  return (
    <li>
      <a
        class="rail-item"
        href={path(name)}
        title={listName(name)}
        aria-current={list.value === name ? "page" : undefined}
        onClick={(event) => {
          railOpen.value = false;
          follow(event);
        }}
      >
        <Icon name={ICONS[name] ?? "inbox"} />
        <span class="rail-word">{listName(name)}</span>
        {n > 0 && (
          <span class={`count ${urgent ? "urgent" : ""}`} data-count={name}>
            {n > 99 ? "99+" : n}
          </span>
        )}
      </a>
    </li>
  );
}
