/** By which way a reply goes, to whom, and the other ways to reach the person. */
import type { Envelope } from "../shapes";
import { accounts, conversations, now } from "../state/desk";
import { type Way, wayBy } from "../state/ways";
import { type Writing, write } from "../state/writing";
import { addressName, channelName, words } from "../words";
import { Channel, Icon } from "./Icon";
import { Button } from "./parts";

/** How the reply would leave, with what the agent changed. */
export function leaves(one: Writing, envelope: Envelope): Way {
  const way = wayBy(one.account, envelope, accounts.value, now.value);
  return {
    ...way,
    to: one.to === null ? way.to : [one.to],
    copied: one.copied === null ? way.copied : [one.copied].filter(Boolean),
  };
}

export function WayLine(props: {
  id: number;
  one: Writing;
  envelope: Envelope;
  changing: boolean;
  toggle: () => void;
}) {
  const { one, envelope } = props;
  const way = leaves(one, envelope);
  const name = conversations.value.get(props.id)?.customer.name;
  const to = way.to.map((value) => addressName(way.channel, value, name));
  const changeable = envelope.choices.length > 0 || way.capabilities.copies;
  const line = (
    <>
      <Channel kind={way.channel} />
      <span class="way-word">
        {words.composer.via} <b>{channelName(way.channel)}</b>
      </span>
      {way.sender && (
        <span class="way-word">
          {words.composer.from} <b>{way.sender}</b>
        </span>
      )}
      <span class="way-word way-to">
        {words.composer.to} <b>{to.join(", ") || "…"}</b>
      </span>
      {way.copied.length > 0 && (
        <span class="way-word">
          {words.composer.copied} <b>{way.copied.join(", ")}</b>
        </span>
      )}
    </>
  );
  if (!changeable) {
    return (
      <p class="way" data-way={way.channel}>
        {line}
      </p>
    );
  }
  return (
    <button
      type="button"
      class="way"
      data-way={way.channel}
      aria-expanded={props.changing}
      title={words.composer.change}
      onClick={props.toggle}
    >
      {line}
      <Icon name="down" size={14} />
    </button>
  );
}

export function Ways(props: { id: number; one: Writing; envelope: Envelope; close: () => void }) {
  const { id, one, envelope } = props;
  const way = leaves(one, envelope);
  const choose = (account: number) => {
    const usual = account === envelope.account_id;
    write(id, { account: usual ? null : account, to: null, copied: null, content: null });
    if (!way.capabilities.copies) props.close();
  };
  return (
    <div class="ways">
      {envelope.choices.length > 0 && (
        <AllWays
          chosen={way.account_id}
          envelope={envelope}
          choose={choose}
          name={conversations.value.get(id)?.customer.name}
        />
      )}
      {way.capabilities.copies && (
        <>
          <Recipients
            word={words.composer.recipients}
            value={one.to ?? way.to.join(", ")}
            set={(to) => write(id, { to })}
          />
          <Recipients
            word={words.composer.copies}
            value={one.copied ?? way.copied.join(", ")}
            set={(copied) => write(id, { copied })}
          />
        </>
      )}
      {(one.account !== null || one.to !== null || one.copied !== null) && (
        <Button kind="quiet" onClick={() => write(id, { account: null, to: null, copied: null })}>
          {words.composer.reset}
        </Button>
      )}
    </div>
  );
}

function AllWays(props: {
  chosen: number;
  envelope: Envelope;
  choose: (account: number) => void;
  name: string | undefined;
}) {
  const { envelope } = props;
  const all = [envelope.account_id, ...envelope.choices.map((other) => other.account_id)];
  return (
    <fieldset class="all-ways">
      <legend class="sr">{words.composer.allWays}</legend>
      {all.map((account) => {
        const way = wayBy(account, envelope, accounts.value, now.value);
        return (
          <label key={account} class="one-way" data-account={account}>
            <input
              type="radio"
              name="way"
              checked={account === props.chosen}
              onChange={() => props.choose(account)}
            />
            <Channel kind={way.channel} />
            <b>{channelName(way.channel)}</b>
            <span class="one-way-to">
              {way.to.map((value) => addressName(way.channel, value, props.name)).join(", ")}
            </span>
            <span class="faint">{standing(way) || accounts.value.get(account)?.name}</span>
          </label>
        );
      })}
    </fieldset>
  );
}

function standing(way: Way): string {
  if (!way.consent) return words.customer.refused;
  return way.open ? "" : words.composer.windowClosed;
}

function Recipients(props: { word: string; value: string; set: (value: string) => void }) {
  return (
    <label>
      <span>{props.word}</span>
      <input
        value={props.value}
        autocomplete="off"
        spellcheck={false}
        title={words.composer.recipientsHint}
        onInput={(event) => props.set(event.currentTarget.value)}
      />
    </label>
  );
}
