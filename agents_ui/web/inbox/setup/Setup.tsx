/** What the desk decided about routing: its parts on the left, one of them on the right. */
import "../accounts/accounts.css";
import "./setup.css";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { onHeal, onNews } from "../state/desk";
import { follow, go, path, place } from "../state/router";
import { Icon, type IconName } from "../view/Icon";
import { Blank, Button } from "../view/parts";
import { ShowLists } from "../view/Rail";
import { words as common } from "../words";
import { BotPage } from "./BotPage";
import { addBot, addFlow } from "./botedits";
import { words as botWords } from "./botwords";
import { DeskPage } from "./DeskPage";
import { addHours, addQueue } from "./edits";
import { FlowPage } from "./FlowPage";
import { HoursPage } from "./HoursPage";
import { Page, to } from "./Page";
import { People } from "./People";
import { attempt, QueuePage } from "./QueuePage";
import { RulesPage } from "./RulesPage";
import { Saving } from "./Saving";
import type { Setup as Document } from "./shapes";
import { administers, api, draft, failed, liveOf, load } from "./store";
import { TextPage } from "./TextPage";
import { Versions } from "./Versions";
import { words } from "./words";

const rehearsal = () => import("./Rehearsal");

export default function Setup() {
  useEffect(() => {
    void load();
    const stop = onHeal(() => void load());
    const silence = onNews((frame) => {
      if (frame.events.some((event) => /^(setup|queue)\.|^agent\.skills/.test(event.verb))) {
        void load();
      }
    });
    return () => {
      stop();
      silence();
    };
  }, []);
  const [part, name, tab] = place.value.rest.map(decoded);
  return (
    <>
      <section class="list-pane" aria-label={words.list}>
        <header class="pane-head list-head accounts-head">
          <ShowLists />
          <h1>{words.title}</h1>
        </header>
        <Parts part={part} name={name} />
      </section>
      <section class={`thread-pane accounts-pane ${part ? "" : "vacant"}`} aria-label={words.title}>
        <Right part={part} name={name} tab={tab ?? ""} />
        <Saving />
      </section>
    </>
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function Right(props: { part: string | undefined; name: string | undefined; tab: string }) {
  const { part, name, tab } = props;
  const setup = draft.value;
  if (setup === null) {
    if (!failed.value) return <p class="faint list-foot">{words.loading}</p>;
    return (
      <Blank icon="offline" title={words.failed} hint={words.failedHint}>
        <Button onClick={() => void load()}>{common.list.again}</Button>
      </Blank>
    );
  }
  if (part === "queues" && name && setup.queues[name]) {
    return <QueuePage key={name} name={name} queue={setup.queues[name]} tab={tab} />;
  }
  if (part === "bots" && name && setup.bots[name]) {
    return <BotPage key={name} name={name} bot={setup.bots[name]} />;
  }
  if (part === "forms" && name && setup.flows[name]) {
    return <FlowPage key={name} name={name} flow={setup.flows[name]} tab={tab} />;
  }
  if (part === "hours" && name && setup.hours[name]) {
    return <HoursPage key={name} name={name} calendar={setup.hours[name]} />;
  }
  const Part = PAGES[part ?? ""];
  if (Part) return <Part />;
  if (part === "rehearsal") return <Rehearsing />;
  return (
    <Blank
      icon="setup"
      title={part ? words.gone : words.choose}
      hint={part ? words.goneHint : words.chooseHint}
    >
      {part && (
        <Button class="narrow-only" onClick={() => go(path("setup"))}>
          {words.back}
        </Button>
      )}
    </Blank>
  );
}

const PAGES: Record<string, ComponentType> = {
  people: People,
  rules: RulesPage,
  desk: DeskPage,
  text: TextPage,
  versions: Versions,
};

/** Playing the past through what is being written. */
function Rehearsing() {
  const [Panel, setPanel] = useState<ComponentType | null>(null);
  useEffect(() => void rehearsal().then((page) => setPanel(() => page.default)), []);
  return (
    <Page title={words.parts.rehearsal}>
      {Panel ? <Panel /> : <p class="faint">{words.loading}</p>}
    </Page>
  );
}

// --- the parts --------------------------------------------------------------------------------
function Parts({ part, name }: { part: string | undefined; name: string | undefined }) {
  const setup = draft.value;
  if (!setup) return null;
  return (
    <nav class="rows accounts-list setup-parts" aria-label={words.list}>
      <Queues setup={setup} chosen={part === "queues" ? name : undefined} />
      <h2 class="setup-rule">{words.parts.hours}</h2>
      <ul>
        {Object.entries(setup.hours).map(([one, calendar]) => (
          <Row
            key={one}
            href={to("hours", one)}
            title={one}
            about={calendar.zone}
            icon="clock"
            here={part === "hours" && name === one}
          />
        ))}
      </ul>
      {administers.value && (
        <Button icon="plus" kind="quiet" onClick={() => go(to("hours", addHours(words.newHours)))}>
          {words.addHours}
        </Button>
      )}
      <Bots setup={setup} part={part} name={name} />
      <h2 class="setup-rule">{words.parts.who}</h2>
      <ul>
        <Part name="rules" icon="forward" part={part} />
        <Part name="people" icon="person" part={part} />
        <Part name="desk" icon="setup" part={part} />
        <Part name="rehearsal" icon="play" part={part} />
      </ul>
      <h2 class="setup-rule">{words.parts.more}</h2>
      <ul>
        <Part name="text" icon="terminal" part={part} />
        <Part name="versions" icon="layers" part={part} />
      </ul>
    </nav>
  );
}

function Part(props: { name: keyof typeof words.parts; icon: IconName; part: string | undefined }) {
  return (
    <Row
      href={to(props.name)}
      title={words.parts[props.name]}
      about={words.abouts[props.name] ?? ""}
      icon={props.icon}
      here={props.part === props.name}
    />
  );
}

function Queues({ setup, chosen }: { setup: Document; chosen: string | undefined }) {
  const all = Object.entries(setup.queues);
  const add = (base: string) => go(to("queues", addQueue(base)));
  return (
    <>
      <h2 class="setup-rule">{words.parts.queues}</h2>
      {all.length === 0 && (
        <Blank icon="inbox" title={words.noQueues} hint={words.noQueuesHint}>
          {administers.value && (
            <Button kind="act" onClick={() => add(words.firstQueue)}>
              {words.start}
            </Button>
          )}
        </Blank>
      )}
      <ul>
        {all.map(([name, queue]) => (
          <Row
            key={name}
            href={to("queues", name)}
            title={name}
            about={aboutQueue(name, queue.hours)}
            icon={liveOf(name)?.paused ? "pause" : "inbox"}
            here={chosen === name}
          />
        ))}
      </ul>
      {administers.value && all.length > 0 && (
        <Button icon="plus" kind="quiet" onClick={() => add(words.newQueue)}>
          {words.addQueue}
        </Button>
      )}
    </>
  );
}

function Bots(props: { setup: Document; part: string | undefined; name: string | undefined }) {
  const { setup, part, name } = props;
  const bots = Object.keys(setup.bots);
  const forms = Object.entries(setup.flows);
  const add = async () => {
    const ready = await api.ready();
    go(to("bots", addBot(bots.length ? botWords.newBot : botWords.firstBot, ready)));
  };
  return (
    <>
      <h2 class="setup-rule">{words.parts.bots}</h2>
      {bots.length === 0 && forms.length === 0 && (
        <Blank icon="bot" title={botWords.noBot} hint={botWords.noBotHint}>
          {administers.value && <Button onClick={() => void attempt(add)}>{botWords.start}</Button>}
        </Blank>
      )}
      <ul>
        {bots.map((one) => (
          <Row
            key={one}
            href={to("bots", one)}
            title={one}
            about={setup.bot === one ? botWords.everybodys : botWords.byRule}
            icon="bot"
            here={part === "bots" && name === one}
          />
        ))}
        {forms.map(([one, form]) => (
          <Row
            key={one}
            href={to("forms", one)}
            title={form.title.en || Object.values(form.title)[0] || one}
            about={botWords.questions(form.slots.length)}
            icon="template"
            here={part === "forms" && name === one}
          />
        ))}
      </ul>
      {administers.value && bots.length + forms.length > 0 && (
        <>
          <Button
            icon="plus"
            kind="quiet"
            onClick={() => go(to("forms", addFlow(botWords.newForm), "begins"))}
          >
            {botWords.addForm}
          </Button>
          <Button icon="plus" kind="quiet" onClick={() => void attempt(add)}>
            {botWords.addBot}
          </Button>
        </>
      )}
    </>
  );
}

function aboutQueue(name: string, hours: string | null): string {
  const live = liveOf(name);
  if (!live) return words.unsavedQueue;
  const waiting = live.waiting > 0 ? words.waiting(live.waiting) : "";
  const people = words.people(live.members.length);
  return [live.paused ? words.paused : "", people, hours ?? words.alwaysOpen, waiting]
    .filter(Boolean)
    .join(" · ");
}

function Row(props: { href: string; title: string; about: string; icon: IconName; here: boolean }) {
  return (
    <li>
      <a
        class="account-row setup-row"
        href={props.href}
        aria-current={props.here ? "page" : undefined}
        onClick={follow}
      >
        <Icon name={props.icon} />
        <b class="account-name">{props.title}</b>
        <span class="account-word">{props.about}</span>
      </a>
    </li>
  );
}
