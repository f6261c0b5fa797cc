/** A queue: its numbers, what to expect of it, and who waits in it. */
import { ahead } from "../api";
import { now } from "../state/desk";
import { lasting } from "../state/time";
import { Channel, Icon } from "../view/Icon";
import { Button } from "../view/parts";
import { consider, foreseen, grab, moveTo } from "./dragging";
import { keyed } from "./keys";
import type { Card, Outlook, Queue } from "./shapes";
import {
  active,
  agentName,
  anchor,
  type Dragged,
  deep,
  hovered,
  load,
  moving,
  openDrawer,
  pause,
  select,
  selected,
  toggle,
} from "./store";
import { between, span } from "./time";
import { useWindow } from "./windowed";
import { words } from "./words";

const ROW = 62; // pixels; the style sheet says the same

export function Column({ queue }: { queue: Queue }) {
  const place = `queue ${queue.id}`;
  return (
    <section
      class={`board-column ${hovered.value === place ? "target" : ""}`}
      aria-label={queue.name}
      data-queue={queue.id}
      data-paused={queue.paused_at ? "" : undefined}
      data-drop={place}
    >
      <Head queue={queue} />
      <Cards queue={queue} />
    </section>
  );
}

function Head({ queue }: { queue: Queue }) {
  const there = queue.cards.filter((one) => selected.value.has(one.id)).length;
  const coming = selected.value.size - there;
  const place = `queue ${queue.id}`;
  const move = () => moveTo({ to_queue: queue.id });
  return (
    <header class="board-head">
      <div class="board-title">
        <h2>{queue.name}</h2>
        {queue.paused_at && <span class="board-tag">{words.paused}</span>}
        {queue.waiting > 0 && (
          <Button
            icon="right"
            kind="quiet"
            label={words.moveAllOf(queue.name)}
            onClick={() => {
              moving.value = { from_queue: queue.id };
            }}
          />
        )}
        <Button
          icon={queue.paused_at ? "play" : "pause"}
          kind="quiet"
          label={queue.paused_at ? words.resume(queue.name) : words.pause(queue.name)}
          onClick={() => void pause(queue)}
        />
      </div>
      <dl class="board-numbers">
        <Figure name={words.waiting} value={words.many(queue.waiting)} />
        <Figure name={words.longest} value={queue.longest ? ago(queue.longest) : "–"} />
        <Figure
          name={words.atRisk}
          value={words.many(queue.at_risk)}
          mark={queue.breached ? "late" : queue.at_risk ? "risk" : ""}
          more={queue.breached ? words.lateOf(queue.breached) : ""}
        />
        <Trend numbers={queue.trend} />
      </dl>
      <Expected queue={queue} />
      <p class="board-rest">
        {Object.entries(queue.channels).map(([kind, n]) => (
          <span key={kind}>
            <Channel kind={kind} size={12} /> {n}
          </span>
        ))}
        <span>
          {queue.offered} {words.offered}
        </span>
        <span>
          {queue.accepted} {words.accepted}
        </span>
        {queue.held > 0 && (
          <span>
            {queue.held} {words.held}
          </span>
        )}
      </p>
      {coming > 0 && (
        <div
          class="board-here"
          onPointerEnter={() => consider(place, move())}
          onPointerLeave={() => consider(null, null)}
          onFocusCapture={() => consider(place, move())}
          onBlurCapture={() => consider(null, null)}
        >
          <Button
            icon="right"
            onClick={() => {
              moving.value = move();
            }}
          >
            {words.moveHere(selected.value.size)}
          </Button>
        </div>
      )}
    </header>
  );
}

const ago = (at: string) => {
  const time = lasting(new Date(Date.parse(at) + ahead()).toISOString(), now.value);
  return time === "now" ? "< 1 min" : time;
};

function Figure(props: { name: string; value: string; mark?: string; more?: string }) {
  return (
    <div class={props.mark}>
      <dt>{props.name}</dt>
      <dd>
        {props.mark && <Icon name={props.mark === "late" ? "alert" : "clock"} size={13} />}
        {props.value}
        {props.more && <small>{props.more}</small>}
      </dd>
    </div>
  );
}

/** The wait of whoever comes next; what it would be where a move is thought about. */
function Expected({ queue }: { queue: Queue }) {
  const then = foreseen.value?.queues.find((one) => one.id === queue.id);
  const basis = words.basis(queue.arrivals, span(queue.handling), queue.measured);
  return (
    <p class={`board-outlook ${then ? "foreseen" : ""}`} title={basis} aria-live="off">
      {then ? <Effect before={then.before} after={then.after} /> : told(queue.outlook)}
      <span class="board-team">{words.team(queue.team)}</span>
    </p>
  );
}

function told(outlook: Outlook): string {
  if (outlook.wait === null) return words.nobodyHere;
  const rest = outlook.empty_in === null ? words.grows : words.emptyIn(span(outlook.empty_in));
  return outlook.waiting > 0
    ? `${words.outlook(span(outlook.wait))}, ${rest}`
    : words.outlook(span(outlook.wait));
}

/** "4 → 9 min", and how many would wait. */
export function Effect({ before, after }: { before: Outlook; after: Outlook }) {
  const say = (one: Outlook) => (one.wait === null ? "?" : span(one.wait));
  return (
    <span class="board-effect">
      {before.wait === null ? (
        <>
          {before.waiting} → <b>{after.waiting}</b> {words.waiting}
        </>
      ) : (
        <>
          {say(before)} → <b>{say(after)}</b>
        </>
      )}
    </span>
  );
}

function Trend({ numbers }: { numbers: number[] }) {
  const most = Math.max(1, ...numbers);
  const points = numbers
    .map((n, at) => `${(at / (numbers.length - 1)) * 56 + 2},${22 - (n / most) * 20}`)
    .join(" ");
  return (
    <div class="board-trend">
      <dt class="sr">{words.trend("")}</dt>
      <dd>
        <svg viewBox="0 0 60 24" width="60" height="24" aria-hidden="true">
          <polyline points={points} />
        </svg>
        <span class="sr">{numbers.join(", ")}</span>
      </dd>
    </div>
  );
}

function Cards({ queue }: { queue: Queue }) {
  const all = [...queue.cards, ...queue.aside];
  const ids = all.map((one) => one.id);
  const window = useWindow(ids.length, ROW);
  const here = active.value !== null && ids.includes(active.value) ? active.value : null;
  if (ids.length === 0) return <p class="board-empty">{words.nobodyWaits}</p>;
  return (
    <>
      <div
        class="board-cards"
        ref={window.box}
        id={`cards-${queue.id}`}
        role="listbox"
        tabIndex={0}
        aria-multiselectable="true"
        aria-label={words.cards(queue.name)}
        aria-activedescendant={here === null ? undefined : `card-${here}`}
        onScroll={window.scrolled}
        onFocus={() => {
          if (here === null) active.value = ids[0] ?? null;
        }}
        onKeyDown={(event) => keyed(event, ids, ROW)}
      >
        <div role="presentation" style={{ height: `${window.height}px`, position: "relative" }}>
          {all.slice(window.first, window.last).map((card, at) => (
            <CardView
              key={card.id}
              card={card}
              ids={ids}
              at={window.first + at}
              top={window.top(window.first + at)}
            />
          ))}
        </div>
      </div>
      {queue.more && deep.value !== queue.id && (
        <Button
          kind="quiet"
          class="board-more"
          onClick={() => {
            deep.value = queue.id;
            void load();
          }}
        >
          {words.more(words.many(queue.waiting))}
        </Button>
      )}
    </>
  );
}

/** Choose a card as people expect of lists: alone, one more, or all up to it. */
function choose(event: MouseEvent, id: number, ids: readonly number[]): void {
  const touched = (event as PointerEvent).pointerType === "touch";
  if (event.shiftKey) {
    select([...selected.peek(), ...between(ids, anchor.peek() ?? id, id)]);
    active.value = id;
  } else if (touched || event.ctrlKey || event.metaKey || ticked(event)) toggle(id);
  else {
    select([id]);
    active.value = id;
    anchor.value = id;
  }
}

const ticked = (event: MouseEvent) =>
  Boolean((event.target as HTMLElement).closest(".board-check"));

/** What is dragged with a card: all that is selected, or the card alone. */
function taken(id: number): Dragged {
  if (!selected.peek().has(id)) select([id]);
  return { kind: "cards", ids: [...selected.peek()] };
}

const named = (card: Card) =>
  selected.peek().size > 1 ? words.selected(selected.peek().size) : card.customer.name;

export function CardView(props: { card: Card; ids: readonly number[]; at: number; top?: number }) {
  const { card, ids, at, top } = props;
  const chosen = selected.value.has(card.id);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys belong to the list as a whole
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, this is its active card
    <div
      id={`card-${card.id}`}
      class={`board-card ${active.value === card.id ? "active" : ""}`}
      role="option"
      aria-selected={chosen}
      aria-setsize={ids.length}
      aria-posinset={at + 1}
      data-id={card.id}
      style={top === undefined ? undefined : { transform: `translateY(${top}px)` }}
      onClick={(event) => choose(event, card.id, ids)}
      onDblClick={() => openDrawer({ kind: "watch", id: card.id })}
      onPointerDown={(event) =>
        grab(
          event,
          () => taken(card.id),
          () => named(card),
        )
      }
    >
      <span class="board-check" aria-hidden="true">
        {chosen && <Icon name="check" size={12} />}
      </span>
      <span class="board-who">{card.customer.name}</span>
      <Waited card={card} />
      <span class="board-what">
        <Channel kind={card.channel} size={13} />
        <span>{card.channel === "email" && card.subject ? card.subject : card.preview}</span>
      </span>
      <span class="board-marks">
        {card.agent_id !== null && (
          <span class="sr">{words.withAgent(agentName(card.agent_id))}</span>
        )}
        {card.stage === "held" && <span class="board-tag">{words.held}</span>}
        {card.priority !== "normal" && (
          <span class={`board-priority ${card.priority}`}>{words.priorities[card.priority]}</span>
        )}
        <Due card={card} />
      </span>
    </div>
  );
}

function Waited({ card }: { card: Card }) {
  if (!card.since) return null;
  return (
    <span class={`board-waited waits ${standing(card)}`}>
      <span class="dial" aria-hidden="true" />
      {ago(card.since)}
    </span>
  );
}

const reached = (at: string | null) => at !== null && now.value >= Date.parse(at) + ahead();

function standing(card: Card): string {
  if (reached(card.due_at)) return "late";
  return reached(card.warn_at) ? "risk" : "calm";
}

function Due({ card }: { card: Card }) {
  if (!card.due_at) return null;
  const seconds = (Date.parse(card.due_at) + ahead() - now.value) / 1000;
  const late = seconds <= 0;
  return (
    <span class={`board-due ${standing(card)}`}>
      {late ? words.late(span(Math.max(60, -seconds))) : words.left(span(Math.max(60, seconds)))}
    </span>
  );
}
