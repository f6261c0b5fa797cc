/** The whole page. */
import { useEffect } from "preact/hooks";
import { link, list, me, openId, session, start, unreachable } from "../state/desk";
import { place } from "../state/router";
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
  const opened = place.value.id !== null;
  const beside = openId.value !== null && customerShown.value;
  return (
    <div class={`desk ${opened ? "opened" : ""} ${beside ? "with-customer" : ""}`}>
      <Banner />
      <Rail />
      <main class="panes">
        {list.value === "quarantined" ? (
          <Quarantine />
        ) : (
          <>
            <List />
            <ThreadPane />
          </>
        )}
      </main>
      <CustomerPane />
      <Phone />
      {paletteMode.value && <Palette />}
      <Overlays />
    </div>
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
    const first = troubled[0];
    return (
      <div class="banner trouble" role="status">
        <Icon name="alert" />
        <span>{words.link.trouble(first?.name ?? "", first?.trouble ?? "")}</span>
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
