/** Two records of one person: finding them, making them one, parting them again. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../api";
import type { Alike, Customer, Merge, Page } from "../shapes";
import { agents, myId, refreshOpen } from "../state/desk";
import { inFull, onDate } from "../state/time";
import { say } from "../state/toasts";
import { addressName, words } from "../words";
import { attempt, useLoaded } from "./Customer";
import { Channel, Icon } from "./Icon";
import { mergeOpen } from "./open";
import { Button, Dialog, Face } from "./parts";

/** Other customers with one of the same addresses. */
export function Alikes(props: { customer: number; name: string; turn: number }) {
  const { customer, turn } = props;
  const [page] = useLoaded<Page<Alike>>(() => api.alike(customer), [customer, turn]);
  if (!page?.items.length) return null;
  return (
    <section>
      <h3>{words.customer.suggestions}</h3>
      <ul class="alikes">
        {page.items.map((one) => (
          <li key={`${one.id}:${one.value}`}>
            <Face name={one.name} id={one.id} />
            <span class="identity">
              <b>{one.name}</b>
              <span class="faint">{addressName(one.kind, one.value)}</span>
            </span>
            <Button
              icon="merge"
              onClick={() => {
                mergeOpen.value = { id: customer, name: props.name, other: one.id };
              }}
            >
              {words.customer.compare}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was merged before, with a way back. */
export function Merges({ customer, turn }: { customer: number; turn: number }) {
  const [page, setPage] = useLoaded<Page<Merge>>(() => api.merges(customer), [customer, turn]);
  const standing = page?.items.filter((one) => !one.undone_at && one.kept_id === customer) ?? [];
  if (standing.length === 0) return null;
  return (
    <section>
      <h3>{words.customer.merges}</h3>
      <ul class="merges">
        {standing.map((one) => (
          <li key={one.id}>
            <span title={inFull(one.at)}>
              {one.evidence}
              <span class="faint">
                {onDate(one.at)} ·{" "}
                {one.agent_id === myId.value
                  ? words.thread.you
                  : (agents.value.get(one.agent_id ?? 0)?.name ?? words.events.desk)}
              </span>
            </span>
            <Button
              icon="undo"
              onClick={() =>
                void attempt(async () => {
                  await part(one.id);
                  setPage(await api.merges(customer));
                })
              }
            >
              {words.customer.mergeUndo}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

async function part(merge: number): Promise<void> {
  await api.unmerge(merge);
  refreshOpen();
  say(words.customer.unmerged);
}

export function MergeDialog() {
  const asked = mergeOpen.value;
  const [two, setTwo] = useState<[Customer, Customer] | null>(null);
  const choose = (mine: number, other: number) =>
    attempt(async () => {
      const both = await Promise.all([api.customer(mine), api.customer(other)]);
      setTwo(named(both[0]) || !named(both[1]) ? both : [both[1], both[0]]);
    });
  useEffect(() => {
    if (asked?.other) void choose(asked.id, asked.other);
  }, []);
  if (!asked) return null;
  const close = () => {
    mergeOpen.value = null;
  };
  return (
    <Dialog label={words.customer.mergeTitle} class="merging" close={close}>
      <header class="dialog-head">
        <h2>{words.customer.mergeTitle}</h2>
        <Button icon="close" kind="quiet" label={words.acts.close} onClick={close} />
      </header>
      <div class="dialog-body">
        {two ? (
          <Preview
            key={two[0].id}
            kept={two[0]}
            other={two[1]}
            swap={() => setTwo([two[1], two[0]])}
            again={() => setTwo(null)}
            done={close}
          />
        ) : (
          <Find not={asked.id} found={(other) => void choose(asked.id, other.id)} />
        )}
      </div>
    </Dialog>
  );
}

/** Say whether a record has a name, and not just the address that it came from. */
function named(customer: Customer): boolean {
  return !customer.identities.some((one) => one.value === customer.name);
}

const PAUSE = 250; // milliseconds after the last key until the desk is asked

function Find({ not, found }: { not: number; found: (customer: Customer) => void }) {
  const [asked, setAsked] = useState("");
  const [rows, setRows] = useState<Customer[] | null>(null);
  useEffect(() => {
    if (asked.trim().length < 2) {
      setRows(null);
      return;
    }
    let late = false;
    const timer = setTimeout(() => {
      void attempt(async () => {
        const page = await api.findCustomers(asked.trim());
        if (!late) setRows(page.items.filter((one) => one.id !== not));
      });
    }, PAUSE);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [asked]);
  return (
    <>
      <label class="labelled">
        <span>{words.customer.mergeFind}</span>
        <input
          type="search"
          value={asked}
          placeholder={words.customer.mergeFindHint}
          autocomplete="off"
          onInput={(event) => setAsked(event.currentTarget.value)}
        />
      </label>
      {rows?.length === 0 && <p class="faint">{words.customer.mergeNone}</p>}
      <ul class="found">
        {rows?.map((one) => (
          <li key={one.id}>
            <button type="button" onClick={() => found(one)}>
              <Face name={one.name} id={one.id} />
              <span class="identity">
                <b>{one.name}</b>
                <span class="faint">
                  {one.identities.map((it) => addressName(it.kind, it.value)).join(", ")}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Preview(props: {
  kept: Customer;
  other: Customer;
  swap: () => void;
  again: () => void;
  done: () => void;
}) {
  const { kept, other } = props;
  const [evidence, setEvidence] = useState("");
  const [talks, setTalks] = useState<string>("…");
  useEffect(() => {
    api.customerConversations(other.id).then(
      (page) => setTalks(words.customer.talks(page.items.length, page.next !== null)),
      () => setTalks(""),
    );
  }, []);
  const merge = (event: Event) => {
    event.preventDefault();
    if (!evidence.trim()) return;
    void attempt(async () => {
      const merged = await api.merge(kept.id, other.id, evidence.trim());
      props.done();
      refreshOpen();
      say(words.customer.merged(other.name), { undo: () => void attempt(() => part(merged.id)) });
    });
  };
  return (
    <form class="preview" onSubmit={merge}>
      <div class="two">
        <p>
          <Face name={other.name} id={other.id} />
          <b>{other.name}</b>
          <span class="faint">{words.customer.since(onDate(other.created_at))}</span>
        </p>
        <Button icon="right" kind="quiet" label={words.customer.mergeSwap} onClick={props.swap} />
        <p>
          <Face name={kept.name} id={kept.id} />
          <b>{kept.name}</b>
          <span class="faint">{words.customer.since(onDate(kept.created_at))}</span>
        </p>
      </div>
      <div>
        <h3>{words.customer.mergeMoves}</h3>
        <ul class="moves">
          {other.identities.map((one) => (
            <li key={one.id}>
              <Channel kind={one.kind} />
              {addressName(one.kind, one.value)}
            </li>
          ))}
          {talks && (
            <li>
              <Icon name="chat" size={14} />
              {talks}
            </li>
          )}
          {Object.keys(other.attributes).map((name) => (
            <li key={name}>
              <Icon name="file" size={14} />
              {name}
            </li>
          ))}
        </ul>
      </div>
      <label class="labelled">
        <span>{words.customer.mergeEvidence}</span>
        <input
          value={evidence}
          placeholder={words.customer.mergeEvidenceHint}
          autocomplete="off"
          onInput={(event) => setEvidence(event.currentTarget.value)}
        />
      </label>
      <p class="faint">{words.customer.mergeKeeps(kept.name)}</p>
      <p class="form-foot">
        <Button kind="quiet" onClick={props.again}>
          {words.customer.mergeOther}
        </Button>
        <button type="submit" class="button act" disabled={!evidence.trim()}>
          <span>{words.customer.mergeDo}</span>
        </button>
      </p>
    </form>
  );
}
