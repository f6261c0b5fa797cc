/** What lies over the page: shortcuts, settings, tokens, pictures, toasts. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api";
import type { Token } from "../shapes";
import { me, now } from "../state/desk";
import { supportsCalls, takesCalls } from "../state/phone";
import { density, formatted, letters, notify, sound, type Theme, theme } from "../state/settings";
import { shortly } from "../state/time";
import { say, spoken, toasts } from "../state/toasts";
import { words } from "../words";
import { commands } from "./commands";
import { MergeDialog } from "./Merging";
import { menuOpen, mergeOpen, picture, sheetOpen, tokensOpen } from "./open";
import { Button, Dialog, Face, Kbd } from "./parts";

export function Overlays() {
  return (
    <>
      {sheetOpen.value && <Sheet />}
      {menuOpen.value && <Settings />}
      {tokensOpen.value && <Tokens />}
      {picture.value && <Picture />}
      {mergeOpen.value && <MergeDialog />}
      <Toasts />
      <div class="sr" aria-live="polite" role="log">
        {spoken.value}
      </div>
    </>
  );
}

function Sheet() {
  const close = () => {
    sheetOpen.value = false;
  };
  const groups = Object.entries(words.sheet.groups);
  const more = [
    { name: words.composer.send, keys: "Ctrl Enter", group: "write" },
    { name: words.composer.sendResolve, keys: "Ctrl Shift Enter", group: "write" },
    { name: words.acts.commands, keys: "Ctrl K", group: "page" },
  ];
  return (
    <Dialog label={words.sheet.title} class="sheet" close={close}>
      <header class="dialog-head">
        <h2>{words.sheet.title}</h2>
        <Button icon="close" kind="quiet" label={words.acts.close} onClick={close} />
      </header>
      {!letters.value && <p class="faint">{words.sheet.off}</p>}
      <div class="sheet-groups">
        {groups.map(([group, title]) => (
          <section key={group}>
            <h3>{title}</h3>
            <dl>
              {[...commands(), ...more]
                .filter((one) => one.group === group && one.keys)
                .map((one) => (
                  <div key={one.name}>
                    <dt>{one.name}</dt>
                    <dd>
                      <kbd class="sr">{one.keys}</kbd>
                      <Kbd keys={one.keys ?? ""} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function Settings() {
  const close = () => {
    menuOpen.value = false;
  };
  const agent = me.value?.agent;
  const ask = async (wanted: boolean) => {
    if (wanted && "Notification" in window) {
      const answer = await Notification.requestPermission();
      if (answer !== "granted") {
        say(words.menu.denied, { bad: true });
        notify.value = false;
        return;
      }
    }
    notify.value = wanted;
  };
  return (
    <Dialog label={words.rail.agent} class="menu" close={close}>
      <header class="menu-who">
        <Face name={agent?.name ?? ""} id={agent?.id ?? 0} />
        <div>
          <b>{agent?.name}</b>
          <span class="faint">{agent?.email}</span>
        </div>
      </header>
      <Pick
        name={words.menu.theme}
        options={words.menu.themes}
        value={theme.value}
        pick={(value) => {
          theme.value = value as Theme;
        }}
      />
      <Pick
        name={words.menu.density}
        options={words.menu.densities}
        value={density.value}
        pick={(value) => {
          density.value = value as "comfortable" | "compact";
        }}
      />
      <Switch name={words.menu.keys} on={letters.value} set={(on) => (letters.value = on)} />
      <Switch
        name={words.menu.formatted}
        on={formatted.value}
        set={(on) => (formatted.value = on)}
      />
      <Switch name={words.menu.sound} on={sound.value} set={(on) => (sound.value = on)} />
      {supportsCalls.value && (
        <Switch
          name={words.phone.takesCalls}
          on={takesCalls.value}
          set={(on) => (takesCalls.value = on)}
        />
      )}
      <Switch name={words.menu.notify} on={notify.value} set={(on) => void ask(on)} />
      <footer class="menu-foot">
        {agent?.role === "admin" && (
          <Button
            icon="key"
            kind="quiet"
            onClick={() => {
              close();
              tokensOpen.value = true;
            }}
          >
            {words.menu.tokens}
          </Button>
        )}
        <Button icon="signout" kind="quiet" onClick={() => void leave()}>
          {words.menu.signOut}
        </Button>
      </footer>
      <p class="version">
        {words.product} {me.value?.version}
      </p>
    </Dialog>
  );
}

async function leave(): Promise<void> {
  try {
    await api.signOut();
    menuOpen.value = false;
    await api.me(); // says that nobody is signed in, here and to whoever listens
  } catch (error) {
    if (me.peek()) say((error as Error).message, { bad: true });
  }
}

function Pick(props: {
  name: string;
  options: Record<string, string>;
  value: string;
  pick: (value: string) => void;
}) {
  return (
    <fieldset class="pick">
      <legend>{props.name}</legend>
      <div>
        {Object.entries(props.options).map(([value, word]) => (
          <label key={value}>
            <input
              type="radio"
              name={props.name}
              checked={props.value === value}
              onChange={() => props.pick(value)}
            />
            <span>{word}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Switch(props: { name: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label class="switch">
      <span>{props.name}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={props.on}
        checked={props.on}
        onChange={(event) => props.set(event.currentTarget.checked)}
      />
    </label>
  );
}

function Tokens() {
  const [tokens, setTokens] = useState<Token[] | null>(null);
  const [made, setMade] = useState<Token | null>(null);
  const name = useRef<HTMLInputElement>(null);
  const close = () => {
    tokensOpen.value = false;
  };
  const load = () =>
    api.tokens().then(
      (answer) => setTokens(Array.isArray(answer) ? answer : answer.items),
      () => say(words.tokens.failed, { bad: true }),
    );
  useEffect(() => {
    void load();
  }, []);
  const attempt = async (what: () => Promise<unknown>) => {
    try {
      await what();
      await load();
    } catch (error) {
      say((error as Error).message, { bad: true });
    }
  };
  const make = (event: Event) => {
    event.preventDefault();
    const called = name.current?.value.trim();
    if (!called) return;
    void attempt(async () => {
      setMade(await api.newToken(called));
      if (name.current) name.current.value = "";
    });
  };
  return (
    <Dialog label={words.tokens.title} class="tokens" close={close}>
      <header class="dialog-head">
        <h2>{words.tokens.title}</h2>
        <Button icon="close" kind="quiet" label={words.acts.close} onClick={close} />
      </header>
      <p class="faint">{words.tokens.lead}</p>
      <form class="token-form" onSubmit={make}>
        <input
          ref={name}
          aria-label={words.tokens.name}
          placeholder={words.tokens.name}
          autocomplete="off"
        />
        <button type="submit" class="button act">
          <span>{words.tokens.make}</span>
        </button>
      </form>
      {made?.token && (
        <div class="token-made" role="status">
          <code>{made.token}</code>
          <Button
            icon="copy"
            onClick={() => {
              void navigator.clipboard
                ?.writeText(made.token ?? "")
                .then(() => say(words.tokens.copied));
            }}
          >
            {words.tokens.copy}
          </Button>
          <p class="faint">{words.tokens.once}</p>
        </div>
      )}
      {tokens?.length === 0 && <p class="faint">{words.tokens.none}</p>}
      <ul class="token-list">
        {tokens?.map((token) => (
          <li key={token.id}>
            <b>{token.name}</b>
            <span class="faint">
              {token.used_at
                ? words.tokens.used(shortly(token.used_at, now.value))
                : words.tokens.unused}
            </span>
            <Button kind="danger" onClick={() => void attempt(() => api.revokeToken(token.id))}>
              {words.tokens.revoke}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function Picture() {
  const close = () => {
    picture.value = null;
  };
  const shown = picture.value;
  return (
    <Dialog label={words.thread.preview(shown?.name ?? "")} class="picture" close={close}>
      <header class="dialog-head">
        <h2>{shown?.name}</h2>
        <Button icon="close" kind="quiet" label={words.acts.close} onClick={close} />
      </header>
      <img src={shown?.url} alt={shown?.name} />
    </Dialog>
  );
}

function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class={`toast ${toast.bad ? "bad" : ""}`}>
          <span>{toast.text}</span>
          {toast.undo && (
            <button
              type="button"
              class="link"
              onClick={() => {
                toasts.value = toasts.value.filter((other) => other !== toast);
                toast.undo?.();
              }}
            >
              {words.acts.undo}
              <Kbd keys="z" />
            </button>
          )}
          <Button
            icon="close"
            kind="quiet"
            label={words.acts.close}
            onClick={() => {
              toasts.value = toasts.value.filter((other) => other !== toast);
            }}
          />
        </div>
      ))}
    </div>
  );
}
