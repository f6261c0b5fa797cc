/** Where a customer is reached: writing and calling there, adding and taking off. */
import { useRef, useState } from "preact/hooks";
import { api } from "../api";
import type { Customer, Identity } from "../shapes";
import { accounts, openId, thread } from "../state/desk";
import { callNumber, supportsCalls } from "../state/phone";
import { say } from "../state/toasts";
import { write } from "../state/writing";
import { addressName, words } from "../words";
import { attempt } from "./Customer";
import { focusComposer } from "./focus";
import { Channel, Icon } from "./Icon";
import { drawerOpen, mergeOpen } from "./open";
import { Button } from "./parts";

type Saved = (customer: Customer) => void;

export function Identities({ customer, saved }: { customer: Customer; saved: Saved }) {
  const [adding, setAdding] = useState(false);
  return (
    <section>
      <h3>
        {words.customer.identities}
        <span>
          <Button
            icon="merge"
            kind="quiet"
            label={words.customer.merge}
            onClick={() => {
              mergeOpen.value = { id: customer.id, name: customer.name, other: null };
            }}
          />
          <Button
            icon="plus"
            kind="quiet"
            label={words.customer.linkTitle}
            onClick={() => setAdding(!adding)}
          />
        </span>
      </h3>
      <ul class="identities">
        {customer.identities.map((one) => (
          <li key={one.id}>
            <One customer={customer} identity={one} saved={saved} />
          </li>
        ))}
      </ul>
      {adding && <Adding customer={customer} saved={saved} close={() => setAdding(false)} />}
    </section>
  );
}

function One(props: { customer: Customer; identity: Identity; saved: Saved }) {
  const { customer, identity } = props;
  const [sure, setSure] = useState(false);
  const [word, hint] = words.proofs[identity.proof] ?? [identity.proof, ""];
  const name = addressName(identity.kind, identity.value);
  const account = writingTo(identity);
  return (
    <>
      <Channel kind={identity.kind} />
      <span class="identity" title={identity.value}>
        {name}
      </span>
      <span class="identity-acts">
        {account !== undefined && (
          <Button
            icon="reply"
            kind="quiet"
            label={words.customer.write(name)}
            onClick={() => begin(account)}
          />
        )}
        {identity.kind === "phone" && supportsCalls.value && (
          <Button
            icon="phone"
            kind="quiet"
            label={words.phone.callName(name)}
            onClick={() => callNumber(identity.value, customer.id, customer.name)}
          />
        )}
        <Button
          icon="unlink"
          kind="quiet"
          label={words.customer.unlink(name)}
          onClick={() => setSure(!sure)}
        />
      </span>
      <span class={`proof ${identity.proof}`} title={hint}>
        {identity.proof === "verified" && <Icon name="check" size={12} />}
        {word}
      </span>
      {sure && (
        <div class="sure">
          <p>{words.customer.unlinkSure(name)}</p>
          <p>
            <Button kind="quiet" onClick={() => setSure(false)}>
              {words.customer.cancel}
            </Button>
            <Button
              kind="danger"
              onClick={() =>
                void attempt(async () => {
                  await api.unlink(customer.id, identity.id);
                  props.saved(await api.customer(customer.id));
                  say(words.customer.unlinked(name));
                })
              }
            >
              {words.customer.takeOff}
            </Button>
          </p>
        </div>
      )}
    </>
  );
}

/** By which account the open conversation can go on there: null is the usual one. */
function writingTo(identity: Identity): number | null | undefined {
  const envelope = thread.value?.envelope;
  if (!envelope) return undefined;
  if (envelope.possible && envelope.to.includes(identity.value)) return null;
  return envelope.choices.find((one) => one.to.includes(identity.value))?.account_id;
}

/** Go on in the open conversation by another way. */
function begin(account: number | null): void {
  const id = openId.peek();
  if (id === null) return;
  drawerOpen.value = false;
  write(id, { account, to: null, copied: null, content: null });
  focusComposer(id, false);
}

function Adding(props: { customer: Customer; saved: Saved; close: () => void }) {
  const kinds = linkable();
  const [kind, setKind] = useState(kinds[0] ?? "phone");
  const field = useRef<HTMLInputElement>(null);
  const save = (event: Event) => {
    event.preventDefault();
    const value = field.current?.value.trim();
    if (!value) return;
    void attempt(async () => {
      props.saved(await api.link(props.customer.id, kind, value));
      say(words.customer.linked(value));
      props.close();
    });
  };
  return (
    <form
      class="adding"
      onSubmit={save}
      onKeyDown={(event) => event.key === "Escape" && props.close()}
    >
      <select
        aria-label={words.customer.linkKind}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value)}
      >
        {kinds.map((one) => (
          <option key={one} value={one}>
            {words.customer.linkKinds[one] ?? one}
          </option>
        ))}
      </select>
      <input
        ref={field}
        aria-label={words.customer.linkValue}
        placeholder={words.customer.linkValue}
        autocomplete="off"
      />
      <button type="submit" class="button act">
        <span>{words.customer.link}</span>
      </button>
    </form>
  );
}

/** Kinds of address that somebody can type; numbers and mail always, others where they are used. */
function linkable(): string[] {
  const kinds = new Set([...accounts.value.values()].map((one) => one.kind));
  return ["phone", "email", ...["telegram", "slack"].filter((one) => kinds.has(one))];
}
