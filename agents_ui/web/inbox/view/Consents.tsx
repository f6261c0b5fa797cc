/** Whether a customer wants to be written to: what is known, and writing down what they say. */
import { useState } from "preact/hooks";
import { api } from "../api";
import type { Customer } from "../shapes";
import { accounts } from "../state/desk";
import { inFull } from "../state/time";
import { say } from "../state/toasts";
import { addressName, channelName, words } from "../words";
import { attempt } from "./Customer";
import { Channel, Icon } from "./Icon";
import { Button } from "./parts";

export function Consents({ customer, changed }: { customer: Customer; changed: () => void }) {
  const [recording, setRecording] = useState(false);
  const consents = customer.consents ?? [];
  return (
    <section>
      <h3>
        {words.customer.consents}
        <Button
          icon="plus"
          kind="quiet"
          label={words.customer.record}
          onClick={() => setRecording(!recording)}
        />
      </h3>
      {consents.length === 0 && !recording && <p class="faint">{words.customer.noConsents}</p>}
      <ul class="consents">
        {consents.map((one) => (
          <li key={`${one.kind}:${one.value}`} class={one.granted ? "granted" : "refused"}>
            <Channel kind={one.kind} />
            <span class="identity" title={one.value}>
              {addressName(one.kind, one.value)}
            </span>
            <span class="wish" title={`${one.source ?? ""} · ${inFull(one.at)}`}>
              <Icon name={one.granted ? "check" : "ban"} size={12} />
              {one.granted ? words.customer.granted : words.customer.refused}
            </span>
          </li>
        ))}
      </ul>
      {recording && (
        <Recording
          customer={customer}
          close={() => {
            setRecording(false);
            changed();
          }}
        />
      )}
    </section>
  );
}

const BY_PHONE = ["sms", "whatsapp", "voice"];

/** Each address with each channel that reaches it. */
function places(customer: Customer): { kind: string; value: string }[] {
  const used = new Set([...accounts.value.values()].map((one) => one.kind));
  return customer.identities.flatMap(({ kind, value }) => {
    const kinds = kind === "phone" ? BY_PHONE.filter((one) => used.has(one)) : [kind];
    return kinds.map((one) => ({ kind: one, value }));
  });
}

function Recording({ customer, close }: { customer: Customer; close: () => void }) {
  const all = places(customer);
  const [at, setAt] = useState(0);
  const [granted, setGranted] = useState(false);
  const [source, setSource] = useState("");
  const save = (event: Event) => {
    event.preventDefault();
    const place = all[at];
    if (!place || !source.trim()) return;
    void attempt(async () => {
      await api.consent(customer.id, { ...place, granted, source: source.trim() });
      say(words.customer.recorded);
      close();
    });
  };
  return (
    <form class="recording" onSubmit={save}>
      <select
        aria-label={words.customer.recordWhere}
        value={String(at)}
        onChange={(event) => setAt(Number(event.currentTarget.value))}
      >
        {all.map((one, index) => (
          <option key={`${one.kind}:${one.value}`} value={String(index)}>
            {channelName(one.kind)} · {addressName(one.kind, one.value)}
          </option>
        ))}
      </select>
      <fieldset class="wishes">
        <legend class="sr">{words.customer.recordWish}</legend>
        {[false, true].map((one) => (
          <label key={String(one)}>
            <input
              type="radio"
              name="wish"
              checked={granted === one}
              onChange={() => setGranted(one)}
            />
            {one ? words.customer.granted : words.customer.refused}
          </label>
        ))}
      </fieldset>
      <input
        value={source}
        aria-label={words.customer.recordSource}
        placeholder={words.customer.recordSource}
        onInput={(event) => setSource(event.currentTarget.value)}
      />
      <button type="submit" class="button act" disabled={!source.trim() || all.length === 0}>
        <span>{words.customer.recordSave}</span>
      </button>
    </form>
  );
}
