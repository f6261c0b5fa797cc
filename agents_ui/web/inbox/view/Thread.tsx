/** The conversation: all channels in one thread. */
import { useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Conversation, DeskEvent, Message } from "../shapes";
import { reopen, resolve, retry, spam, take } from "../state/acts";
import {
  agents,
  closeConversation,
  conversations,
  loadEarlier,
  loadThread,
  myId,
  now,
  openId,
  thread,
  threadStates,
  typing,
} from "../state/desk";
import { entries } from "../state/entries";
import { helper } from "../state/helper";
import { leaving } from "../state/outbox";
import { kit } from "../state/queues";
import type { Opened } from "../state/reduce";
import { customerShown } from "../state/settings";
import { daily, inFull, lasting, wait } from "../state/time";
import { speak } from "../state/toasts";
import { channelName, words } from "../words";
import { Composer } from "./Composer";
import { Channel, Icon } from "./Icon";
import { MessageView } from "./MessageView";
import { drawerOpen, paletteMode } from "./open";
import { ParcelView } from "./ParcelView";
import { Blank, Button } from "./parts";

export function ThreadPane() {
  const id = openId.value;
  if (id === null) {
    return (
      <section class="thread-pane vacant" aria-label={words.thread.label}>
        <Blank icon="chat" title={words.thread.none} hint={words.thread.noneHint} />
      </section>
    );
  }
  const c = conversations.value.get(id);
  return (
    <section class="thread-pane" aria-label={words.thread.label} data-conversation={id}>
      <Head id={id} c={c} />
      {c?.stage && kit.value && <kit.value.Strip c={c} />}
      {thread.value ? <Open key={id} id={id} opened={thread.value} /> : <Absent id={id} />}
    </section>
  );
}

function Absent({ id }: { id: number }) {
  const state = threadStates.value.get(id) ?? "loading";
  if (state === "gone") {
    return <Blank icon="alert" title={words.thread.gone} hint={words.thread.goneHint} />;
  }
  if (state === "failed") {
    return (
      <Blank icon="offline" title={words.thread.failed} hint={words.thread.failedHint}>
        <Button onClick={() => void loadThread(id)}>{words.list.again}</Button>
      </Blank>
    );
  }
  return (
    <div class="skeleton thread-skeleton" aria-label={words.thread.loading} role="img">
      {[70, 45, 60].map((width) => (
        <div class="skeleton-row" key={width}>
          <span style={{ width: `${width * 0.4}%` }} />
          <span style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}

function Head({ id, c }: { id: number; c: Conversation | undefined }) {
  return (
    <header class="pane-head thread-head">
      <Button
        icon="back"
        label={words.thread.back}
        keys="u"
        class="narrow-only"
        onClick={closeConversation}
      />
      <div class="thread-title">
        <h2 tabIndex={-1} id="thread-title">
          {c?.customer.name ?? "…"}
          {c?.subject && <span class="thread-subject">{c.subject}</span>}
        </h2>
        {c && <Standing c={c} />}
      </div>
      {c && <Acts id={id} c={c} />}
    </header>
  );
}

/** Who is this, where does it stand, what do I owe them. */
function Standing({ c }: { c: Conversation }) {
  const name = agents.value.get(c.assignee_id ?? 0)?.name;
  const whose = c.assignee_id === myId.value ? words.thread.you : (name ?? words.thread.unassigned);
  return (
    <p class="standing">
      <Channel kind={c.channel} />
      <span class="standing-word">{channelName(c.channel)}</span>
      <span class={`status ${c.status}`} data-status={c.status}>
        {words.statuses[c.status]}
      </span>
      <span class="standing-whose" data-assignee={c.assignee_id ?? ""}>
        {whose}
      </span>
      {c.waiting_since && !c.due_at && c.status !== "resolved" && (
        <span class={`waits ${wait(c.channel, c.waiting_since, now.value)}`}>
          <span class="dial" aria-hidden="true" />
          {words.thread.waited(lasting(c.waiting_since, now.value))}
        </span>
      )}
    </p>
  );
}

function Acts({ id, c }: { id: number; c: Conversation }) {
  const resolved = c.status === "resolved";
  const mine = c.assignee_id === myId.value;
  return (
    <div class="acts">
      {!mine && (
        <Button icon="take" keys="i" onClick={() => take(id)}>
          {words.acts.take}
        </Button>
      )}
      <Button
        icon="assign"
        label={words.acts.assign}
        keys="a"
        onClick={() => {
          paletteMode.value = "assign";
        }}
      />
      <Button
        icon="ban"
        label={c.spam ? words.acts.unspam : words.acts.spam}
        pressed={c.spam}
        onClick={() => spam(id, !c.spam)}
      />
      <Button
        icon={resolved ? "undo" : "check"}
        keys="e"
        class="settle"
        onClick={() => (resolved ? reopen(id) : resolve(id))}
      >
        {resolved ? words.acts.reopen : words.acts.resolve}
      </Button>
      <Button
        icon="panel"
        label={customerInSight() ? words.acts.hideCustomer : words.acts.showCustomer}
        keys="c"
        onClick={toggleCustomer}
      />
    </div>
  );
}

function roomBeside(): boolean {
  return matchMedia("(min-width: 1100px)").matches;
}

function customerInSight(): boolean {
  return roomBeside() ? customerShown.value : drawerOpen.value;
}

/** Show or hide the customer: beside the conversation, or over it where there is no room. */
export function toggleCustomer(): void {
  if (roomBeside()) customerShown.value = !customerShown.peek();
  else drawerOpen.value = !drawerOpen.peek();
}

/** Tell a screen reader which conversation is open, and put its place there. */
export function focusThread(): void {
  setTimeout(() => document.getElementById("thread-title")?.focus({ preventScroll: true }), 0);
}

function Open({ id, opened }: { id: number; opened: Opened }) {
  const scroller = useRef<HTMLDivElement>(null);
  const { pinned, below, jump } = useScroll(scroller, id, opened);
  const lines = useMemo(
    () => entries(opened.messages, opened.events, opened.earlier === null),
    [opened.messages, opened.events, opened.earlier],
  );
  const ours = useComputed(() => leaving.value.get(id) ?? []);
  const known = new Set(opened.messages.map((m) => m.client_id));
  const waiting = ours.value.filter((parcel) => !known.has(parcel.client_id));
  const broken = opened.messages.filter((m) => m.retry && m.delivery !== "unknown");
  return (
    <>
      {broken.length > 0 && <Broken messages={broken} />}
      <div class="scroller-box">
        <div
          class="scroller"
          ref={scroller}
          id="scroller"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
          tabIndex={0}
          role="log"
          aria-label={words.thread.label}
          aria-live="off"
        >
          <div class="lines">
            {opened.earlier && <Earlier id={id} scroller={scroller} />}
            {lines.map((line) => {
              if (line.kind === "rule") return <Rule key={line.key} line={line} />;
              if (line.kind === "event") return <EventLine key={line.key} event={line.event} />;
              return <MessageView key={line.key} message={line.message} />;
            })}
            {waiting.map((parcel) => (
              <ParcelView key={parcel.client_id} parcel={parcel} />
            ))}
            <Typing id={id} />
          </div>
        </div>
        {!pinned && (
          <button type="button" class="newest" onClick={jump}>
            <Icon name="newest" size={14} />
            {below > 0 ? words.thread.freshBelow(below) : words.thread.newest}
          </button>
        )}
      </div>
      {helper.value && <helper.value.Beside id={id} />}
      <Composer id={id} opened={opened} />
    </>
  );
}

/** Stay at the newest message while one is there; say what came while one is not. */
function useScroll(scroller: { current: HTMLDivElement | null }, id: number, opened: Opened) {
  const [pinned, setPinned] = useState(true);
  const [below, setBelow] = useState(0);
  const at = useRef(true);
  const newest = opened.messages.at(-1)?.id ?? 0;
  const seen = useRef(newest);
  const mine = leaving.value.get(id)?.length ?? 0;

  const jump = () => {
    const box = scroller.current;
    if (!box) return;
    at.current = true;
    box.scrollTop = box.scrollHeight;
    setPinned(true);
    setBelow(0);
  };
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    jump();
    const watch = new ResizeObserver(() => at.current && jump());
    watch.observe(box);
    if (box.firstElementChild) watch.observe(box.firstElementChild);
    let top = box.scrollTop;
    const scrolled = () => {
      const near = box.scrollHeight - box.scrollTop - box.clientHeight < 48;
      // what grows below does not scroll us away from the newest; only a person does
      at.current = near || (at.current && box.scrollTop >= top);
      top = box.scrollTop;
      setPinned(at.current);
      if (at.current) setBelow(0);
    };
    box.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      watch.disconnect();
      box.removeEventListener("scroll", scrolled);
    };
  }, []);
  useLayoutEffect(() => {
    if (at.current) jump();
    else
      setBelow(opened.messages.filter((m) => m.id > seen.current && m.direction === "in").length);
    if (at.current) seen.current = newest;
  }, [newest]);
  useLayoutEffect(() => {
    if (mine > 0) jump(); // what one has just written is what one looks at
  }, [mine]);
  useEffect(() => {
    jumpers.add(jump);
    return () => {
      jumpers.delete(jump);
    };
  });
  return { pinned, below, jump };
}

const jumpers = new Set<() => void>();

/** Go to the newest message of the open conversation. */
export function jumpToNewest(): void {
  for (const jump of jumpers) jump();
}

function Earlier({ id, scroller }: { id: number; scroller: { current: HTMLDivElement | null } }) {
  const [busy, setBusy] = useState(false);
  const load = async () => {
    const box = scroller.current;
    if (busy || !box) return;
    setBusy(true);
    const fromEnd = box.scrollHeight - box.scrollTop;
    try {
      await loadEarlier(id);
      requestAnimationFrame(() => {
        box.scrollTop = box.scrollHeight - fromEnd;
      });
    } catch (error) {
      speak((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="earlier">
      <Button kind="quiet" disabled={busy} onClick={() => void load()}>
        {words.thread.earlier}
      </Button>
    </div>
  );
}

function Rule({ line }: { line: { at: string; day: boolean; channel: string | null } }) {
  const { today, yesterday } = words.thread;
  const day = line.day && daily(line.at, now.value, today, yesterday);
  const channel = line.channel && channelName(line.channel);
  return (
    <div class="rule">
      <span title={inFull(line.at)}>{[day, channel].filter(Boolean).join(" · ")}</span>
    </div>
  );
}

function EventLine({ event }: { event: DeskEvent }) {
  if (helper.value && BOT.test(event.verb)) return <helper.value.Told event={event} />;
  const line = kit.value?.told(event) ?? told(event);
  return (
    line && (
      <p class="event-line" title={inFull(event.at)}>
        {line}
      </p>
    )
  );
}

const BOT = /^(bot|suggestion|answer)\./;

function told(event: DeskEvent): string {
  const name = (id: number | null) =>
    id === myId.value ? words.thread.you : (agents.value.get(id ?? 0)?.name ?? words.events.desk);
  const who = name(event.agent_id);
  switch (event.verb) {
    case "conversation.assigned": {
      if (event.for_agent_id === null) return words.events.unassigned(who);
      if (event.for_agent_id === event.agent_id) return words.events.took(who);
      return words.events.assigned(who, name(event.for_agent_id));
    }
    case "conversation.resolved":
      return words.events.resolved(who);
    case "conversation.reopened":
      return event.agent_id === null ? words.events.reopenedItself : words.events.reopened(who);
    case "consent.changed":
      return became(event.change?.granted) === true
        ? words.events.consentOn(words.thread.somebody)
        : words.events.consentOff(words.thread.somebody);
    case "customer.merged":
      return words.events.merged(who);
    case "customer.unmerged":
      return words.events.unmerged(who);
    case "conversation.marked_spam":
      return became(event.change?.spam) === false
        ? words.events.unspam(who)
        : words.events.spam(who);
    default:
      return ""; // of queues, before what tells of them is loaded
  }
}

/** A change is told as what it was and what it is. */
function became(told: unknown): unknown {
  return Array.isArray(told) ? told.at(-1) : told;
}

function Typing({ id }: { id: number }) {
  const writer = typing.value.get(id);
  if (!writer) return null;
  const name =
    writer.agent === null
      ? conversations.value.get(id)?.customer.name
      : agents.value.get(writer.agent)?.name;
  return (
    <p class="typing">
      <span class="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {words.thread.typing(name ?? words.thread.somebody)}
    </p>
  );
}

function Broken({ messages }: { messages: Message[] }) {
  return (
    <div class="broken" role="status">
      <Icon name="alert" />
      <span>
        {words.thread.undelivered(messages.length)} {messages[0]?.reason}
      </span>
      <Button
        icon="retry"
        onClick={() => {
          for (const message of messages) void retry(message);
        }}
      >
        {words.thread.retryAll}
      </Button>
    </div>
  );
}
