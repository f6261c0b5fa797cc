/** Channel accounts: how each is, and the way to another one. */
import "./accounts.css";
import { useEffect, useState } from "preact/hooks";
import { now, onHeal, onNews, visible } from "../state/desk";
import { follow, go, path, place } from "../state/router";
import { shortly } from "../state/time";
import { Channel, Icon } from "../view/Icon";
import { Blank, Button } from "../view/parts";
import { ShowLists } from "../view/Rail";
import { words as common } from "../words";
import { Account } from "./Account";
import { Adding } from "./Adding";
import type { AccountDetail } from "./shapes";
import { accounts, administers, failed, load } from "./store";
import { words } from "./words";

const AGAIN = 10_000; // milliseconds between two looks at how the accounts are

export function Accounts() {
  useEffect(() => {
    void load();
    const timer = setInterval(() => visible.peek() && void load(), AGAIN);
    const stop = onHeal(() => void load());
    const silence = onNews((frame) => {
      if (frame.events.some((event) => event.verb.startsWith("account."))) void load();
    });
    return () => {
      clearInterval(timer);
      stop();
      silence();
    };
  }, []);
  const [first] = place.value.rest;
  const chosen = accounts.value?.find((one) => String(one.id) === first);
  return (
    <>
      <section class="list-pane" aria-label={words.list}>
        <header class="pane-head list-head accounts-head">
          <ShowLists />
          <h1>{words.title}</h1>
          {administers.value && (
            <a class="button" href={path("accounts", "add")} onClick={follow}>
              <Icon name="plus" />
              <span>{words.add}</span>
            </a>
          )}
        </header>
        <List chosen={chosen?.id ?? null} />
      </section>
      <section
        class={`thread-pane accounts-pane ${first ? "" : "vacant"}`}
        aria-label={chosen?.name ?? words.add}
        data-account={chosen?.id}
      >
        <Right first={first} chosen={chosen} />
      </section>
    </>
  );
}

function Right({
  first,
  chosen,
}: {
  first: string | undefined;
  chosen: AccountDetail | undefined;
}) {
  if (first === "add" && administers.value) return <Adding kind={place.value.rest[1] ?? null} />;
  if (chosen) return <Account key={chosen.id} account={chosen} tab={place.value.rest[1] ?? ""} />;
  if (first && accounts.value === null) return <p class="faint list-foot">{words.loading}</p>;
  return (
    <Blank icon="accounts" title={words.choose} hint={words.chooseHint}>
      {first && (
        <Button class="narrow-only" onClick={() => go(path("accounts"))}>
          {words.back}
        </Button>
      )}
    </Blank>
  );
}

function List({ chosen }: { chosen: number | null }) {
  const [all, setAll] = useState(false);
  const list = accounts.value;
  if (list === null) {
    if (!failed.value) return <p class="faint list-foot">{words.loading}</p>;
    return (
      <Blank icon="offline" title={words.failed} hint={words.failedHint}>
        <Button onClick={() => void load()}>{common.list.again}</Button>
      </Blank>
    );
  }
  const standing = list.filter((one) => !one.archived_at);
  const archived = list.filter((one) => one.archived_at);
  return (
    <nav class="rows accounts-list" aria-label={words.list}>
      {standing.length === 0 && <Blank icon="accounts" title={words.none} hint={words.noneHint} />}
      <ul>
        {[...standing, ...(all ? archived : [])].map((one) => (
          <li key={one.id}>
            <Row account={one} chosen={one.id === chosen} />
          </li>
        ))}
      </ul>
      {archived.length > 0 && !all && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          {words.showArchived(archived.length)}
        </Button>
      )}
    </nav>
  );
}

function Row({ account, chosen }: { account: AccountDetail; chosen: boolean }) {
  const { health } = account;
  const heard = health.heard_at ?? health.sent_at;
  return (
    <a
      class="account-row"
      href={path("accounts", account.id)}
      aria-current={chosen ? "page" : undefined}
      data-state={health.state}
      onClick={follow}
    >
      <Light state={health.state} />
      <b class="account-name">{account.name}</b>
      <time class="account-time">{heard && shortly(heard, now.value)}</time>
      <Channel kind={account.kind} />
      <span class="account-word">
        {health.trouble && !account.archived_at
          ? health.trouble
          : (account.address ?? account.title)}
      </span>
    </a>
  );
}

/** A state by shape, colour and word. */
export function Light({ state, word = false }: { state: string; word?: boolean }) {
  return (
    <span class={`light ${state}`}>
      <span class="light-mark" aria-hidden="true" />
      <span class={word ? "" : "sr"}>{words.states[state] ?? state}</span>
    </span>
  );
}
