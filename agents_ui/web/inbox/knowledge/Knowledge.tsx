/** What the desk knows: its articles on the left, one of them on the right. */
import "../accounts/accounts.css";
import "../setup/setup.css";
import "./knowledge.css";
import { useEffect, useState } from "preact/hooks";
import { onHeal, onNews, supervises } from "../state/desk";
import { follow, go, path, place } from "../state/router";
import { Icon } from "../view/Icon";
import { Blank, Button } from "../view/parts";
import { ShowLists } from "../view/Rail";
import { words as common } from "../words";
import { Bringing } from "./Bringing";
import { Editor } from "./Editor";
import { Reading } from "./Reading";
import type { Line } from "./shapes";
import * as store from "./store";
import { words } from "./words";

export default function Knowledge() {
  const first = place.value.rest[0];
  const id = first === "new" && supervises.value ? 0 : place.value.id;
  useEffect(() => void store.open(id), [id]);
  useEffect(() => {
    void store.load();
    const again = () => {
      void store.load();
      void store.open(store.openId.peek());
    };
    const stop = onHeal(again);
    const silence = onNews((frame) => {
      if (!frame.events.some((event) => event.verb.startsWith("article."))) return;
      void store.load();
      // who writes is told when they save; whoever reads sees it at once
      if (!store.changed.peek()) void store.open(store.openId.peek());
    });
    return () => {
      stop();
      silence();
    };
  }, []);
  const [bringing, setBringing] = useState(false);
  return (
    <>
      <section class="list-pane" aria-label={words.list}>
        <header class="pane-head list-head accounts-head">
          <ShowLists />
          <h1>{words.title}</h1>
          {supervises.value && (
            <>
              <Button onClick={() => setBringing(true)}>{words.bring}</Button>
              <a class="button" href={path("knowledge", "new")} onClick={follow}>
                <Icon name="plus" />
                <span>{words.add}</span>
              </a>
            </>
          )}
        </header>
        <Choosing />
        <List chosen={id} />
      </section>
      <section class={`thread-pane accounts-pane ${first ? "" : "vacant"}`} aria-label={words.pane}>
        <Right id={id} />
      </section>
      {bringing && <Bringing close={() => setBringing(false)} />}
    </>
  );
}

function Right({ id }: { id: number | null }) {
  if (id === 0) return <Editor key={0} id={0} article={null} />;
  const one = store.article.value;
  if (one && one.id === id) {
    const writes = supervises.value && !one.archived_at;
    return writes ? <Editor key={id} id={id} article={one} /> : <Reading key={id} article={one} />;
  }
  if (id !== null && !store.missing.value) return <p class="faint list-foot">{words.loading}</p>;
  return (
    <Blank icon="book" title={id === null ? words.choose : words.gone} hint={words.chooseHint}>
      {id !== null && (
        <Button class="narrow-only" onClick={() => go(path("knowledge"))}>
          {words.back}
        </Button>
      )}
    </Blank>
  );
}

// --- the list -----------------------------------------------------------------------------------
function Choosing() {
  const told = store.counts.value;
  const many: Record<string, number | undefined> = {
    all: told?.standing,
    due: told?.due,
    archived: told?.archived,
  };
  return (
    <search class="articles-choosing">
      <label class="articles-search">
        <span class="sr">{words.search}</span>
        <Icon name="search" size={14} />
        <input
          type="search"
          value={store.wanted.value}
          placeholder={words.search}
          onInput={(event) => store.search(event.currentTarget.value)}
        />
      </label>
      <select
        aria-label={words.show}
        value={store.show.value}
        onChange={(event) => {
          store.show.value = event.currentTarget.value;
          store.search("");
          void store.load();
        }}
      >
        {Object.entries(words.shows).map(([name, word]) => (
          <option key={name} value={name}>
            {many[name] === undefined ? word : `${word} (${many[name]})`}
          </option>
        ))}
      </select>
    </search>
  );
}

function List({ chosen }: { chosen: number | null }) {
  const [hits, all] = [store.found.value, store.lines.value];
  if (hits) {
    return (
      <nav class="rows accounts-list" aria-label={words.list}>
        {hits.length === 0 && <Blank title={words.noneFound} hint={words.noneFoundHint} />}
        <ul>
          {hits.map((one) => (
            <Row key={one.id} id={one.id} title={one.title} about={one.excerpt} here={chosen} />
          ))}
        </ul>
      </nav>
    );
  }
  if (all === null) {
    if (!store.failed.value) return <p class="faint list-foot">{words.loading}</p>;
    return (
      <Blank icon="offline" title={words.failed} hint={words.failedHint}>
        <Button onClick={() => void store.load()}>{common.list.again}</Button>
      </Blank>
    );
  }
  const nothing = store.show.value === "all";
  return (
    <nav class="rows accounts-list" aria-label={words.list}>
      {all.length === 0 && (
        <Blank
          icon="book"
          title={nothing ? words.none : words.noneHere}
          hint={nothing ? words.noneHint : words.noneHereHint}
        />
      )}
      <ul>
        {all.map((one) => (
          <Row
            key={one.id}
            id={one.id}
            title={one.title}
            about={aboutLine(one)}
            late={one.due}
            here={chosen}
          />
        ))}
      </ul>
      {store.next.value && (
        <Button kind="quiet" onClick={() => void store.load(true)}>
          {words.more}
        </Button>
      )}
    </nav>
  );
}

function aboutLine(one: Line): string {
  return [
    one.due && words.due,
    one.audience === "agents" && words.internal,
    one.human_only && words.human,
    one.examples ? words.questions(one.examples) : words.noQuestions,
    one.languages.join(", "),
  ]
    .filter(Boolean)
    .join(" · ");
}

function Row(props: {
  id: number;
  title: string;
  about: string;
  here: number | null;
  late?: boolean;
}) {
  return (
    <li>
      <a
        class={`account-row setup-row article-row ${props.late ? "late" : ""}`}
        href={path("knowledge", props.id)}
        aria-current={props.here === props.id ? "page" : undefined}
        onClick={follow}
      >
        <Icon name={props.late ? "clock" : "book"} />
        <b class="account-name">{props.title}</b>
        <span class="account-word">{props.about}</span>
      </a>
    </li>
  );
}
