/** The customer: where they are reached, what is known, what was before. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api";
import type { Conversation, Customer, Page, TimelineEntry } from "../shapes";
import {
  agents,
  conversations,
  list,
  myId,
  now,
  onHeal,
  onNews,
  openId,
  thread,
} from "../state/desk";
import { follow, path } from "../state/router";
import { customerShown } from "../state/settings";
import { inFull, onDate, shortly } from "../state/time";
import { say } from "../state/toasts";
import { words } from "../words";
import { Consents } from "./Consents";
import { Channel, Icon } from "./Icon";
import { Identities } from "./Identities";
import { Alikes, Merges } from "./Merging";
import { drawerOpen } from "./open";
import { Button, Face } from "./parts";

export function CustomerPane() {
  const id = openId.value;
  const c = id === null ? undefined : conversations.value.get(id);
  if (!c || (!customerShown.value && !drawerOpen.value)) return null;
  return (
    <>
      {drawerOpen.value && (
        <button
          type="button"
          class="scrim drawer-only"
          aria-label={words.acts.close}
          onClick={() => {
            drawerOpen.value = false;
          }}
        />
      )}
      <aside
        class={`customer-pane ${drawerOpen.value ? "over" : ""} ${customerShown.value ? "beside" : ""}`}
        aria-label={words.customer.label}
      >
        <Known key={c.customer.id} c={c} />
      </aside>
    </>
  );
}

/** Load something, again when the line is back, and whenever *asked* says so. */
export function useLoaded<T>(load: () => Promise<T>, asked: readonly unknown[]) {
  const [value, setValue] = useState<T | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let left = false;
    const go = () => {
      load().then(
        (loaded) => {
          if (left) return;
          setValue(loaded);
          setFailed(false);
        },
        () => left || setFailed(true),
      );
    };
    go();
    const stop = onHeal(go);
    return () => {
      left = true;
      stop();
    };
  }, asked);
  return [value, setValue, failed] as const;
}

function Known({ c }: { c: Conversation }) {
  const [turn, setTurn] = useState(0);
  const id = c.customer.id;
  const [customer, setCustomer, failed] = useLoaded<Customer>(() => api.customer(id), [id, turn]);
  useEffect(
    () =>
      onNews((frame) => {
        if (frame.events.some((event) => event.customer_id === id)) setTurn((n) => n + 1);
      }),
    [id],
  );
  return (
    <>
      <header class="pane-head customer-head">
        <Face name={c.customer.name} id={id} />
        <Name c={c} customer={customer} saved={setCustomer} />
        <Button
          icon="close"
          label={words.acts.hideCustomer}
          class="drawer-only"
          onClick={() => {
            drawerOpen.value = false;
          }}
        />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="customer-body" aria-label={words.customer.label} tabIndex={0}>
        {!customer && (
          <p class="faint">{failed ? words.customer.failed : words.customer.loading}</p>
        )}
        {customer && <Identities customer={customer} saved={setCustomer} />}
        <Alikes customer={id} name={c.customer.name} turn={turn} />
        {customer && <Consents customer={customer} changed={() => setTurn((n) => n + 1)} />}
        {customer && <Attributes customer={customer} saved={setCustomer} />}
        <Others customer={id} open={c.id} turn={turn} />
        <Timeline customer={id} turn={turn} />
        <Merges customer={id} turn={turn} />
        <Source />
      </section>
    </>
  );
}

type Saved = (customer: Customer) => void;

function Name(props: { c: Conversation; customer: Customer | null; saved: Saved }) {
  const { c, customer } = props;
  const [editing, setEditing] = useState(false);
  const name = customer?.name ?? c.customer.name;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (editing) field.current?.select();
  }, [editing]);
  const save = async (event: Event) => {
    event.preventDefault();
    const next = field.current?.value.trim() ?? "";
    setEditing(false);
    if (!next || next === name) return;
    await attempt(async () => props.saved(await api.changeCustomer(c.customer.id, { name: next })));
  };
  if (editing) {
    return (
      <form class="rename" onSubmit={save}>
        <input
          ref={field}
          defaultValue={name}
          aria-label={words.customer.name}
          onKeyDown={(event) => event.key === "Escape" && setEditing(false)}
        />
        <Button icon="check" label={words.customer.save} onClick={(event) => void save(event)} />
      </form>
    );
  }
  return (
    <div class="customer-name">
      <h2>{name}</h2>
      <p class="faint">{customer && words.customer.since(onDate(customer.created_at))}</p>
      <Button
        icon="edit"
        kind="quiet"
        label={words.customer.rename}
        onClick={() => setEditing(true)}
      />
    </div>
  );
}

export async function attempt(what: () => Promise<void>): Promise<void> {
  try {
    await what();
  } catch (error) {
    say(words.done.notChanged((error as Error).message), { bad: true });
  }
}

function Attributes({ customer, saved }: { customer: Customer; saved: Saved }) {
  const [editing, setEditing] = useState<string | null>(null);
  const names = Object.keys(customer.attributes).sort();
  const set = async (name: string, value: string | null) => {
    setEditing(null);
    const attributes = { [name]: value === null ? null : typed(value) };
    await attempt(async () => saved(await api.changeCustomer(customer.id, { attributes })));
  };
  return (
    <section>
      <h3>
        {words.customer.attributes}
        <Button
          icon="plus"
          kind="quiet"
          label={words.customer.add}
          onClick={() => setEditing("")}
        />
      </h3>
      {names.length === 0 && editing === null && <p class="faint">{words.customer.noAttributes}</p>}
      <dl class="attributes">
        {names.map((name) =>
          editing === name ? (
            <Editing
              key={name}
              name={name}
              value={shownAs(customer.attributes[name])}
              save={set}
              close={() => setEditing(null)}
            />
          ) : (
            <div key={name} class="attribute">
              <dt>{name}</dt>
              <dd>
                <span>{shownAs(customer.attributes[name])}</span>
                <Button
                  icon="edit"
                  kind="quiet"
                  label={words.customer.edit(name)}
                  onClick={() => setEditing(name)}
                />
                <Button
                  icon="trash"
                  kind="quiet"
                  label={words.customer.remove(name)}
                  onClick={() => void set(name, null)}
                />
              </dd>
            </div>
          ),
        )}
      </dl>
      {editing === "" && <Editing name="" value="" save={set} close={() => setEditing(null)} />}
    </section>
  );
}

/** Numbers and yes/no keep their type, so that they can be counted later. */
function typed(value: string): string | number | boolean {
  if (value === "true" || value === "false") return value === "true";
  return /^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$/.test(value) ? Number(value) : value;
}

function shownAs(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}

function Editing(props: {
  name: string;
  value: string;
  save: (name: string, value: string) => Promise<void>;
  close: () => void;
}) {
  const name = useRef<HTMLInputElement>(null);
  const value = useRef<HTMLInputElement>(null);
  useEffect(() => (props.name ? value : name).current?.focus(), []);
  const save = (event: Event) => {
    event.preventDefault();
    const called = props.name || name.current?.value.trim();
    if (called) void props.save(called, value.current?.value.trim() ?? "");
  };
  return (
    <form
      class="editing"
      onSubmit={save}
      onKeyDown={(event) => event.key === "Escape" && props.close()}
    >
      {props.name ? (
        <span class="editing-name">{props.name}</span>
      ) : (
        <input ref={name} aria-label={words.customer.name} placeholder={words.customer.name} />
      )}
      <input
        ref={value}
        defaultValue={props.value}
        aria-label={words.customer.value}
        placeholder={words.customer.value}
      />
      <button type="submit" class="button bare" aria-label={words.customer.save}>
        <Icon name="check" />
      </button>
      <Button icon="close" kind="quiet" label={words.customer.cancel} onClick={props.close} />
    </form>
  );
}

function Others(props: { customer: number; open: number; turn: number }) {
  const { customer, open, turn } = props;
  const [page, setPage] = useLoaded<Page<Conversation>>(
    () => api.customerConversations(customer),
    [customer, turn],
  );
  const others = page?.items.filter((c) => c.id !== open) ?? [];
  return (
    <section>
      <h3>{words.customer.conversations}</h3>
      {page && others.length === 0 && <p class="faint">{words.customer.noConversations}</p>}
      <ul class="others">
        {others.map((c) => (
          <li key={c.id}>
            <a href={path("all", c.id)} onClick={follow}>
              <Channel kind={c.channel} />
              <span class="other-text">{c.subject ?? c.preview}</span>
              <span class={`status ${c.status}`}>{words.statuses[c.status]}</span>
              <time dateTime={c.active_at}>{shortly(c.active_at, now.value)}</time>
            </a>
          </li>
        ))}
      </ul>
      <More
        page={page}
        load={(after) => api.customerConversations(customer, after)}
        set={setPage}
      />
    </section>
  );
}

function Timeline({ customer, turn }: { customer: number; turn: number }) {
  const [page, setPage] = useLoaded<Page<TimelineEntry>>(
    () => api.timeline(customer),
    [customer, turn],
  );
  return (
    <section>
      <h3>{words.customer.timeline}</h3>
      {page?.items.length === 0 && <p class="faint">{words.customer.noTimeline}</p>}
      <ol class="timeline">
        {page?.items.map((entry) => (
          <li key={entry.id} class={entry.direction}>
            <a href={path(list.value, entry.conversation_id)} onClick={follow}>
              <time dateTime={entry.at} title={inFull(entry.at)}>
                {shortly(entry.at, now.value)}
              </time>
              {entry.channel ? (
                <Channel kind={entry.channel} />
              ) : (
                <span class="glyph">
                  <Icon name="lock" size={14} />
                  <span class="sr">{words.thread.note}</span>
                </span>
              )}
              <span class="said">
                {entry.direction !== "in" && <b>{who(entry)}: </b>}
                {entry.preview || entry.subject}
              </span>
            </a>
          </li>
        ))}
      </ol>
      <More page={page} load={(after) => api.timeline(customer, after)} set={setPage} />
    </section>
  );
}

function who(entry: TimelineEntry): string {
  if (entry.agent_id === myId.value) return words.thread.you;
  return agents.value.get(entry.agent_id ?? 0)?.name ?? words.thread.us;
}

function More<T>(props: {
  page: Page<T> | null;
  load: (after: string) => Promise<Page<T>>;
  set: (page: Page<T>) => void;
}) {
  const { page, load, set } = props;
  if (!page?.next) return null;
  const next = page.next;
  return (
    <Button
      kind="quiet"
      onClick={() =>
        void attempt(async () => {
          const more = await load(next);
          set({ items: [...page.items, ...more.items], next: more.next });
        })
      }
    >
      {words.customer.more}
    </Button>
  );
}

function Source() {
  const newest = thread.value?.messages.findLast((m) => m.direction === "in");
  if (!newest) return null;
  return (
    <p class="source">
      <a class="link" href={`/api/messages/${newest.id}/raw`} target="_blank" rel="noopener">
        <Icon name="out" size={12} /> {words.customer.source}
      </a>
    </p>
  );
}
