/** What lies over the page because of queues: offers, and what is decided about a conversation. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Conversation } from "../shapes";
import { conversations, now } from "../state/desk";
import { queues } from "../state/queues";
import { lasting } from "../state/time";
import { Channel, Icon } from "../view/Icon";
import { deciding } from "../view/open";
import { Button, Dialog, Kbd } from "../view/parts";
import { words as common } from "../words";
import { Urgency } from "./Marks";
import { short } from "./RailParts";
import type { Availability } from "./shapes";
import { answer, choose, course, ends, expire, here, offers, silent } from "./store";
import { Transfer } from "./Transfer";
import { standing, told } from "./time";
import { Why } from "./Why";
import { words } from "./words";

export function Over() {
  const asked = deciding.value;
  const c = conversations.value.get(asked?.id ?? 0);
  const close = () => {
    deciding.value = null;
  };
  return (
    <>
      <Offers />
      {asked?.what === "availability" && <Choose close={close} />}
      {asked?.what === "transfer" && c && <Transfer c={c} close={close} />}
      {asked?.what === "why" && <Why id={asked.id} close={close} />}
    </>
  );
}

const STACK = 3; // cards; further ones wait behind them, and all but one where there is no room
const roomy = matchMedia("(min-width: 1100px)");

function Offers() {
  const most = roomy.matches ? STACK : 1;
  const waiting = offers.value.slice(0, most);
  if (waiting.length === 0 && !silent.value) return null;
  return (
    <section class="offers" aria-label={words.offers}>
      {waiting.map((c, at) => (
        <Card key={c.offer?.id} c={c} first={at === 0} />
      ))}
      {offers.value.length > most && (
        <p class="offers-more">{words.moreOffers(offers.value.length - most)}</p>
      )}
      {silent.value && <Silent />}
    </section>
  );
}

/** Somebody waits, and this agent is asked to take them. */
function Card({ c, first }: { c: Conversation; first: boolean }) {
  const left = useSeconds(c);
  const queue = queues.value.get(c.queue_id ?? 0)?.name;
  const how = standing(c, now.value);
  const busy = useRef(false);
  const go = (what: "accept" | "decline") => {
    if (!busy.current) void answer(c, what);
    busy.current = true;
  };
  return (
    <article class="offer" aria-label={words.offer(c.customer.name)} data-offer={c.offer?.id}>
      <header class="offer-head">
        <Channel kind={c.channel} size={16} />
        <b>{c.customer.name}</b>
        <Urgency c={c} />
        {Number.isFinite(left) && (
          <span class="offer-left" data-left={left}>
            <span aria-hidden="true">{words.secondsLeft(left)}</span>
            <span class="sr">{words.secondsLeftLong(left)}</span>
          </span>
        )}
      </header>
      <p class="offer-facts">
        {queue && <span>{queue}</span>}
        {c.queued_at && <span>{words.waits(lasting(c.queued_at, now.value))}</span>}
        {c.due_at && <span class={`waits due ${how}`}>{told(c, now.value)}</span>}
      </p>
      <p class="offer-text">
        {c.subject && <b>{c.subject} </b>}
        {c.preview}
      </p>
      <p class="offer-acts">
        <Button kind="act" keys={first ? "y, Alt+Y" : ""} onClick={() => go("accept")}>
          {words.accept} {first && <Kbd keys="y" />}
        </Button>
        <Button keys={first ? "x, Alt+X" : ""} onClick={() => go("decline")}>
          {words.decline} {first && <Kbd keys="x" />}
        </Button>
        <Button
          icon="why"
          kind="quiet"
          class="offer-why"
          label={words.why}
          onClick={() => {
            deciding.value = { what: "why", id: c.id };
          }}
        />
      </p>
      {Number.isFinite(left) && <Draining c={c} />}
    </article>
  );
}

/** A line that drains while the offer stands. */
function Draining({ c }: { c: Conversation }) {
  const line = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const { had, all } = course(c);
    const moving = line.current?.animate([{ scale: "1 1" }, { scale: "0 1" }], {
      duration: all,
      delay: -had,
      fill: "forwards",
    });
    return () => moving?.cancel();
  }, [c.offer?.id]);
  return <span class="offer-line" ref={line} aria-hidden="true" />;
}

/** Seconds until an offer is over; it is put away then. */
function useSeconds(c: Conversation): number {
  const count = () => Math.max(0, Math.ceil((ends(c) - Date.now()) / 1_000));
  const [left, setLeft] = useState(count);
  useEffect(() => {
    const timer = setInterval(() => {
      setLeft(count());
      if (Date.now() >= ends(c)) expire(c);
    }, 500);
    return () => clearInterval(timer);
  }, [c.offer?.id, c.offer?.expires_at]);
  return left;
}

/** Offers went unanswered: one click, and they come again. */
function Silent() {
  return (
    <div class="offer silent" role="status">
      <p class="offer-text">{words.silent}</p>
      <p class="offer-acts">
        <Button kind="act" onClick={() => void choose("available", null)}>
          {words.back}
        </Button>
        <Button
          kind="quiet"
          label={common.acts.close}
          icon="close"
          onClick={() => {
            silent.value = false;
          }}
        />
      </p>
    </div>
  );
}

const STATES: Availability[] = ["available", "busy", "away", "offline"];

/** What an agent chooses to be. */
function Choose({ close }: { close: () => void }) {
  const mine = here.value;
  const field = useRef<HTMLInputElement>(null);
  const be = (what: Availability, reason: string | null = null) => {
    close();
    void choose(what, reason);
  };
  const away = (event: Event) => {
    event.preventDefault();
    be("away", field.current?.value.trim() || null);
  };
  return (
    <Dialog label={words.availability} class="menu being" close={close}>
      <h2>{words.availability}</h2>
      <div role="radiogroup" aria-label={words.availability}>
        {STATES.map((state) => {
          const [name, hint] = words.states[state] ?? ["", ""];
          return (
            // biome-ignore lint/a11y/useSemanticElements: a click on the chosen one closes as well
            <button
              type="button"
              key={state}
              role="radio"
              class="being-state"
              aria-checked={mine?.availability === state}
              onClick={() => be(state)}
            >
              <span class={`presence ${state}`} aria-hidden="true" />
              <span>
                <b>{name}</b>
                <span class="faint">{hint}</span>
              </span>
              {mine?.availability === state && <Icon name="check" />}
            </button>
          );
        })}
      </div>
      <form class="being-reason" onSubmit={away}>
        <p>
          {words.reasons.map((reason) => (
            <Button key={reason} onClick={() => be("away", reason)}>
              {reason}
            </Button>
          ))}
        </p>
        <input ref={field} aria-label={words.reason} placeholder={words.reason} maxLength={200} />
        <button type="submit" class="button">
          <span>{words.setAway}</span>
        </button>
      </form>
      {mine && (
        <p class="being-load">
          <Load load={mine.load} capacity={mine.capacity} />
          <span>
            {mine.load >= mine.capacity
              ? words.full
              : words.inHand(short(mine.load), short(mine.capacity))}
          </span>
        </p>
      )}
    </Dialog>
  );
}

/** Load as filled segments. */
function Load({ load, capacity }: { load: number; capacity: number }) {
  const parts = Math.max(1, Math.min(12, Math.ceil(capacity)));
  return (
    <span class="load" aria-hidden="true">
      {Array.from({ length: parts }, (_, at) => (
        <i key={at} style={{ "--full": String(Math.max(0, Math.min(1, load - at))) }} />
      ))}
    </span>
  );
}
