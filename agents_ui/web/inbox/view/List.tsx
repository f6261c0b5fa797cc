/** The list: rows in live order, windowed, and still under the pointer. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Conversation } from "../shapes";
import {
  agents,
  conversations,
  filter,
  held,
  list,
  loadList,
  myId,
  now,
  openConversation,
  openId,
  selected,
  shelf,
  shown,
} from "../state/desk";
import { leaving } from "../state/outbox";
import { kit, titleOf } from "../state/queues";
import { density } from "../state/settings";
import { lasting, shortly, wait } from "../state/time";
import { writings } from "../state/writing";
import { words } from "../words";
import { Channel, Icon } from "./Icon";
import { Blank, Button, Kbd } from "./parts";
import { ShowLists } from "./Rail";

const HEIGHTS = { comfortable: 60, compact: 36 }; // pixels; the style sheet says the same
const SPARE = 8; // rows drawn beyond the edges, so that a flick shows no gap
const AHEAD = 20; // rows before the end at which the next page is asked for
const RESTS = 900; // milliseconds after which a pointer is no longer about to click

export function List() {
  return (
    <section class="list-pane" aria-label={words.list.label(titleOf(list.value))}>
      <header class="pane-head list-head">
        <ShowLists />
        <h1>{titleOf(list.value)}</h1>
        <Filter />
      </header>
      {kit.value && <kit.value.Asked />}
      <Rows />
    </section>
  );
}

function Filter() {
  return (
    <label class="filter">
      <Icon name="search" size={14} />
      <span class="sr">{words.list.filterHint}</span>
      <input
        id="filter"
        type="search"
        placeholder={words.list.filter}
        value={filter.value}
        autocomplete="off"
        onInput={(event) => {
          filter.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            filter.value = "";
            event.currentTarget.blur();
          } else if (event.key === "Enter" || event.key === "ArrowDown") {
            event.preventDefault();
            selected.value = shown.value.ids[0] ?? null;
            document.getElementById("rows")?.focus();
          }
        }}
      />
      {!filter.value && <Kbd keys="/" />}
    </label>
  );
}

function Rows() {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(800);
  const row = HEIGHTS[density.value];
  const { ids, fresh } = shown.value;
  const first = Math.max(0, Math.floor(top / row) - SPARE);
  const last = Math.min(ids.length, Math.ceil((top + height) / row) + SPARE);

  useHolding(box);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setHeight(element.clientHeight));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (last > ids.length - AHEAD && shelf.value.next) void loadList(list.value, true);
  }, [last, ids.length, shelf.value.next, shelf.value.state]);
  useEffect(() => {
    box.current?.scrollTo({ top: 0 });
  }, [list.value, filter.value]);
  useLayoutEffect(() => {
    const at = selected.value === null ? -1 : ids.indexOf(selected.value);
    const element = box.current;
    if (at < 0 || !element) return;
    if (at * row < element.scrollTop) element.scrollTop = at * row;
    const below = (at + 1) * row - element.clientHeight;
    if (below > element.scrollTop) element.scrollTop = below;
  }, [selected.value, row]);

  const active = selected.value !== null && ids.includes(selected.value) ? selected.value : null;
  return (
    <>
      {fresh > 0 && (
        <button
          type="button"
          class="fresh"
          onClick={() => {
            box.current?.scrollTo({ top: 0 });
            held.value = false;
          }}
        >
          <Icon name="up" size={14} />
          {words.list.fresh(fresh)}
        </button>
      )}
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role is one of two */}
      <div
        id="rows"
        class="rows"
        ref={box}
        role={ids.length > 0 ? "listbox" : "group"}
        tabIndex={0}
        aria-label={words.list.label(titleOf(list.value))}
        aria-activedescendant={active === null ? undefined : `row-${active}`}
        aria-busy={shelf.value.state === "loading"}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        {ids.length > 0 && (
          <div class="rows-sizer" role="presentation" style={{ height: `${ids.length * row}px` }}>
            {ids.slice(first, last).map((id, at) => {
              const c = conversations.value.get(id);
              return (
                c && <Row key={id} c={c} at={first + at} of={ids.length} top={(first + at) * row} />
              );
            })}
          </div>
        )}
        {ids.length === 0 && <Nothing />}
      </div>
      {filter.value && ids.length > 0 && shelf.value.next && (
        <p class="list-foot">{words.list.filtered(ids.length, conversations.value.size)}</p>
      )}
    </>
  );
}

/** Hold the rows still while somebody reads further down or is about to click. */
function useHolding(box: { current: HTMLDivElement | null }): void {
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let timer = 0;
    let pointing = false;
    const settle = () => {
      held.value = pointing || element.scrollTop > 4;
    };
    const point = () => {
      pointing = true;
      clearTimeout(timer);
      timer = setTimeout(leave, RESTS);
      settle();
    };
    const leave = () => {
      clearTimeout(timer);
      pointing = false;
      settle();
    };
    element.addEventListener("scroll", settle, { passive: true });
    element.addEventListener("pointermove", point, { passive: true });
    element.addEventListener("pointerleave", leave, { passive: true });
    return () => {
      clearTimeout(timer);
      held.value = false;
      element.removeEventListener("scroll", settle);
      element.removeEventListener("pointermove", point);
      element.removeEventListener("pointerleave", leave);
    };
  }, []);
}

function Row({ c, at, of, top }: { c: Conversation; at: number; of: number; top: number }) {
  const open = openId.value === c.id;
  const chosen = selected.value === c.id;
  const draft = writings.value.get(c.id);
  const writing = draft && (draft.reply || draft.internal);
  const title = !writing && c.channel === "email" && c.subject ? c.subject : null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys belong to the list as a whole
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, this is its active row
    <div
      id={`row-${c.id}`}
      class="row"
      role="option"
      aria-selected={chosen}
      aria-current={open ? "true" : undefined}
      aria-setsize={of}
      aria-posinset={at + 1}
      data-id={c.id}
      data-unread={c.unread || undefined}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => openConversation(c.id)}
    >
      <span class="row-dot" aria-hidden="true" />
      <span class="row-name">{c.customer.name}</span>
      {c.unread && <span class="sr">, {words.list.unread}</span>}
      {c.due_at && kit.value ? <kit.value.Due c={c} /> : <Waiting c={c} />}
      <Channel kind={c.channel} />
      <span class="row-text">
        {writing && <span class="row-draft">{words.composer.saved.split(" ")[0]}: </span>}
        {title && <span class="row-subject">{title}</span>}
        {title && c.preview && <span aria-hidden="true"> · </span>}
        {writing || c.preview}
      </span>
      {leaving.value.has(c.id) && (
        <span class="row-sending">
          <Icon name="clock" size={12} />
        </span>
      )}
      {c.stage && kit.value ? <kit.value.Marks c={c} /> : <Assignee c={c} />}
    </div>
  );
}

function Assignee({ c }: { c: Conversation }) {
  if (list.value === "mine" || c.assignee_id === null) return null;
  const name = agents.value.get(c.assignee_id)?.name ?? words.thread.somebody;
  const mine = c.assignee_id === myId.value;
  return (
    <span class="row-agent" title={name}>
      {mine ? words.thread.you : name.split(" ")[0]}
    </span>
  );
}

/** How long the customer waits; nothing shouts but one who waited too long. */
export function Waiting({ c }: { c: Conversation }) {
  if (!c.waiting_since || c.status === "resolved") {
    return (
      <time class="row-time" dateTime={c.active_at}>
        {shortly(c.active_at, now.value)}
      </time>
    );
  }
  const time = lasting(c.waiting_since, now.value);
  return (
    <span class={`row-time waits ${wait(c.channel, c.waiting_since, now.value)}`}>
      <span class="dial" aria-hidden="true" />
      <span class="sr">, {words.list.waiting(time)}</span>
      <span aria-hidden="true">{time}</span>
    </span>
  );
}

function Nothing() {
  const { state } = shelf.value;
  if (state === "failed") {
    return (
      <Blank icon="offline" title={words.list.failed} hint={words.list.failedHint}>
        <Button onClick={() => void loadList(list.value)}>{words.list.again}</Button>
      </Blank>
    );
  }
  if (state === "loading") return <Skeleton />;
  if (filter.value)
    return <Blank icon="search" title={words.list.none} hint={words.list.noneHint} />;
  const [title, hint] = words.list.empty[list.value.split("-")[0] ?? ""] ?? ["", ""];
  return <Blank icon="done" title={title} hint={hint} />;
}

function Skeleton() {
  return (
    <div class="skeleton" aria-label={words.list.loading} role="img">
      {[64, 52, 72, 44, 60, 50].map((width) => (
        <div class="skeleton-row" key={width}>
          <span style={{ width: `${width * 0.6}%` }} />
          <span style={{ width: `${width + 20}%` }} />
        </div>
      ))}
    </div>
  );
}
