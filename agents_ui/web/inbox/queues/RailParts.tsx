/** In the rail: the agent's queues, and what the agent chose to be. */
import { useEffect, useState } from "preact/hooks";
import { ahead } from "../api";
import { counts, list } from "../state/desk";
import { queues, trays } from "../state/queues";
import { follow, path } from "../state/router";
import { lengthOf } from "../state/time";
import { deciding } from "../view/open";
import { railOpen } from "../view/Rail";
import { AskedTray } from "./Asked";
import { here } from "./store";
import { words } from "./words";

/** A tray for each queue of this agent, and how many wait in it. */
export function Trays() {
  if (trays.value.length === 0) return <AskedTray />;
  return (
    <>
      <AskedTray />
      <li class="rail-rule">{words.trays}</li>
      {trays.value.map((queue) => {
        const name = `queue-${queue.id}`;
        const n = counts.value?.queues?.[queue.id] ?? 0;
        return (
          <li key={name}>
            <a
              class="rail-item"
              href={path(name)}
              title={queue.paused ? `${queue.name} (${words.paused})` : queue.name}
              aria-current={list.value === name ? "page" : undefined}
              onClick={(event) => {
                railOpen.value = false;
                follow(event);
              }}
            >
              <span class="rail-initials" aria-hidden="true">
                {queue.name.slice(0, 2)}
              </span>
              <span class="rail-word">
                {queue.name}
                {queue.paused && <span class="faint"> ({words.paused})</span>}
              </span>
              {n > 0 && (
                <span class="count" data-count={name}>
                  {n > 99 ? "99+" : n}
                </span>
              )}
            </a>
          </li>
        );
      })}
    </>
  );
}

/** What the agent chose to be; a click changes it. */
export function Availability() {
  const now = here.value;
  const wraps = useLeft(now?.wraps_up_until ?? null);
  if (!now || queues.value.size === 0) return null;
  const [state] = words.states[now.availability] ?? [""];
  const said = [state, now.reason].filter(Boolean).join(" · ");
  return (
    <button
      type="button"
      class="rail-item"
      title={`${words.availability}: ${said} (v)`}
      aria-haspopup="dialog"
      data-availability={now.availability}
      onClick={() => {
        railOpen.value = false;
        deciding.value = { what: "availability", id: 0 };
      }}
    >
      <span class={`presence ${now.availability}`} aria-hidden="true" />
      <span class="rail-word">
        <span class="sr">{words.availability}: </span>
        {said}
      </span>
      {wraps > 0 && (
        <span class="count" title={words.wrapsUp(lengthOf(wraps))} data-wraps-up>
          <span aria-hidden="true">{lengthOf(wraps)}</span>
          <span class="sr">{words.wrapsUp(lengthOf(wraps))}</span>
        </span>
      )}
      <span class="count" title={words.inHand(short(now.load), short(now.capacity))}>
        {short(now.load)}/{short(now.capacity)}
      </span>
    </button>
  );
}

/** Milliseconds until *at*, second by second; 0 once it is past. */
function useLeft(at: string | null): number {
  const left = () => (at ? Math.max(0, Date.parse(at) + ahead() - Date.now()) : 0);
  const [, tick] = useState(0);
  useEffect(() => {
    if (left() === 0) return;
    const timer = setInterval(() => {
      tick((n) => n + 1);
      if (left() === 0) clearInterval(timer);
    }, 1_000);
    return () => clearInterval(timer);
  }, [at]);
  return left();
}

export function short(n: number): string {
  return n.toLocaleString(undefined, { maximumFractionDigits: 1 });
}
