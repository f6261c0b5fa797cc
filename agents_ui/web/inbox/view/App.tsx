/** The whole page. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { link, list, me, openId, session, start, supervises, unreachable } from "../state/desk";
import { helper } from "../state/helper";
import { LEADING, SHARED } from "../state/pages";
import { kit, titleOf } from "../state/queues";
import { follow, path, place } from "../state/router";
import { customerShown } from "../state/settings";
import { words } from "../words";
import { CustomerPane } from "./Customer";
import { Icon } from "./Icon";
import { List } from "./List";
import { Overlays } from "./Overlays";
import { paletteMode } from "./open";
import { Palette } from "./Palette";
import { Phone } from "./Phone";
import { Blank, Button } from "./parts";
import { Quarantine } from "./Quarantine";
import { Rail } from "./Rail";
import { SignIn } from "./SignIn";
import { ThreadPane } from "./Thread";

export function App() {
  useEffect(() => void start(), []);
  if (session.value === "out") return <SignIn />;
  if (session.value === "unknown") return <Waiting />;
  const opened = place.value.rest.length > 0;
  const beside = openId.value !== null && customerShown.value;
  const page = LEADING[list.value];
  const shared = SHARED[list.value];
  return (
    <div class={`desk ${opened ? "opened" : ""} ${beside ? "with-customer" : ""}`}>
      <Banner />
      <Rail />
      <main class="panes">
        <h1 class="sr list-name">{titleOf(list.value)}</h1>
        {list.value === "quarantined" ? (
          <Quarantine />
        ) : shared ? (
          <Later key={list.value} load={shared} />
        ) : page ? (
          <Leading key={list.value} load={page} />
        ) : (
          <>
            <List />
            <ThreadPane />
          </>
        )}
      </main>
      <CustomerPane />
      <Phone />
      {kit.value && <kit.value.Over />}
      {helper.value && <helper.value.Over />}
      {paletteMode.value && <Palette />}
      <Overlays />
    </div>
  );
}

/** A page for those who run the desk. */
function Leading({ load }: { load: () => Promise<ComponentType> }) {
  if (supervises.value) return <Later load={load} />;
  return <Blank icon="lock" title={words.errors.notYours} hint={words.errors.notYoursHint} />;
}

/** A page that few need is loaded when somebody goes there. */
function Later({ load }: { load: () => Promise<ComponentType> }) {
  const [Page, setPage] = useState<ComponentType | null>(null);
  const [failed, setFailed] = useState(false);
  const go = () => {
    load().then(
      (page) => setPage(() => page),
      () => setFailed(true),
    );
  };
  useEffect(go, []);
  if (Page) return <Page />;
  if (!failed) return <div aria-busy="true" />;
  return (
    <Blank icon="offline" title={words.errors.load} hint={words.errors.loadHint}>
      <Button onClick={go}>{words.errors.again}</Button>
    </Blank>
  );
}

function Waiting() {
  if (!unreachable.value) return <main class="door" aria-busy="true" />;
  return (
    <main class="door">
      <Blank icon="offline" title={words.errors.load} hint={words.errors.loadHint}>
        <Button onClick={() => void start()}>{words.errors.again}</Button>
      </Blank>
    </main>
  );
}

/** The line is down, or an account is in trouble. */
function Banner() {
  const lost = link.state.value === "lost";
  const troubled = me.value?.accounts.filter((a) => !a.healthy && !a.archived && a.trouble) ?? [];
  if (!lost && troubled.length === 0) return null;
  if (!lost) {
    const [first] = troubled;
    const alone = troubled.length === 1 && first;
    const to = path("accounts", alone ? alone.id : null);
    return (
      <div class="banner trouble" role="status">
        <Icon name="alert" />
        <span>
          {alone
            ? words.link.trouble(alone.name, alone.trouble ?? "")
            : words.link.troubles(troubled.length)}
        </span>
        {supervises.value && (
          <a class="link" href={to} onClick={follow}>
            {words.link.look}
          </a>
        )}
      </div>
    );
  }
  return (
    <div class="banner" role="status" data-banner="lost">
      <Icon name="offline" />
      <span>{navigator.onLine ? words.link.connecting : words.link.offline}</span>
      <Button kind="quiet" onClick={() => link.now()}>
        {words.link.reconnect}
      </Button>
    </div>
  );
}
