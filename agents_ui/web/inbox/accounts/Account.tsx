/** One account: how it is, what it is told, what was said with its provider. */
import { useEffect, useState } from "preact/hooks";
import { agents, me, now } from "../state/desk";
import { follow, go, path } from "../state/router";
import { inFull, lasting, sized } from "../state/time";
import { say } from "../state/toasts";
import { Channel, Icon } from "../view/Icon";
import { Button, Dialog } from "../view/parts";
import { words as common } from "../words";
import { Light } from "./Accounts";
import { Mistake, mistake } from "./Adding";
import { Exchanges } from "./Exchanges";
import { Group } from "./Form";
import { LedgerTab } from "./LedgerTab";
import { given, type Values } from "./schema";
import type { AccountDetail, Check, Tested } from "./shapes";
import { administers, api, kinds, loadKinds } from "./store";
import { Addresses } from "./Webhooks";
import { words } from "./words";

export function Account({ account, tab }: { account: AccountDetail; tab: string }) {
  return (
    <>
      <header class="pane-head thread-head">
        <Button
          icon="back"
          label={words.back}
          class="narrow-only"
          onClick={() => go(path("accounts"))}
        />
        <div class="thread-title">
          <h2 id="thread-title" tabIndex={-1}>
            {account.name}
          </h2>
          <p class="standing">
            <Channel kind={account.kind} />
            <span>{account.title}</span>
            {account.address && <span>{account.address}</span>}
            <Light state={account.health.state} word />
          </p>
        </div>
        {administers.value && !account.archived_at && <Acts account={account} />}
      </header>
      <nav class="tabs" aria-label={account.name}>
        {Object.entries(words.tabs).map(([name, word]) => (
          <a
            key={name}
            href={path("accounts", account.id, name || null)}
            aria-current={tab === name ? "page" : undefined}
            onClick={follow}
          >
            {word}
          </a>
        ))}
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="account-body" tabIndex={0} aria-label={words.tabs[tab]}>
        {tab === "settings" && <Settings key={account.version} account={account} />}
        {tab === "exchanges" && <Exchanges account={account.id} />}
        {tab === "ledger" && <LedgerTab account={account} />}
        {tab === "" && <Overview account={account} />}
      </section>
    </>
  );
}

async function attempt(what: () => Promise<unknown>, said: string): Promise<void> {
  try {
    await what();
    say(said);
  } catch (error) {
    say(common.done.notChanged((error as Error).message), { bad: true });
  }
}

function Acts({ account }: { account: AccountDetail }) {
  const [sure, setSure] = useState(false);
  const { id, paused_at } = account;
  return (
    <div class="acts">
      <Button
        icon={paused_at ? "play" : "pause"}
        onClick={() =>
          void (paused_at
            ? attempt(() => api.resume(id), words.resumed)
            : attempt(() => api.pause(id), words.paused))
        }
      >
        {paused_at ? words.resume : words.pause}
      </Button>
      {!account.from_file && (
        <Button icon="trash" label={words.archive} onClick={() => setSure(true)} />
      )}
      {sure && (
        <Dialog label={words.archive} class="calling" close={() => setSure(false)}>
          <header class="dialog-head">
            <h2>{words.archiveSure(account.name)}</h2>
          </header>
          <div class="dialog-body">
            <p>{words.archiveHint}</p>
            <p class="where">
              <Button onClick={() => setSure(false)}>{words.keep}</Button>
              <Button
                kind="danger"
                onClick={() => {
                  setSure(false);
                  void attempt(() => api.archive(id), words.archivedNow(account.name));
                }}
              >
                {words.archive}
              </Button>
            </p>
          </div>
        </Dialog>
      )}
    </div>
  );
}

// --- how it is ------------------------------------------------------------------------------
function Overview({ account }: { account: AccountDetail }) {
  const { health } = account;
  return (
    <>
      {health.trouble && !account.archived_at && (
        <div class="trouble-box" role="status">
          <Icon name="alert" />
          <p>
            <b>{health.trouble}</b>
            {health.trouble_at && (
              <span class="faint" title={inFull(health.trouble_at)}>
                {words.since(inFull(health.trouble_at))}
              </span>
            )}
          </p>
          {account.install && (
            <a class="button act" href={account.install}>
              <span>{words.authorise}</span>
            </a>
          )}
        </div>
      )}
      <section>
        <h3>{words.health}</h3>
        <Figures account={account} />
      </section>
      {administers.value && !account.archived_at && <Trying account={account} />}
      {account.webhooks.length > 0 && <Addresses webhooks={account.webhooks} name={account.name} />}
      {account.install && !health.trouble && (
        <p>
          <a class="button" href={account.install}>
            <Icon name="out" />
            <span>{words.authorise}</span>
          </a>
        </p>
      )}
      {account.capabilities && <Carries account={account} />}
    </>
  );
}

function Figures({ account }: { account: AccountDetail }) {
  const { health } = account;
  const when = (at: string | null) =>
    at ? <time title={inFull(at)}>{words.ago(lasting(at, now.value))}</time> : words.never;
  return (
    <dl class="figures">
      <Figure word={words.heard}>{when(health.heard_at)}</Figure>
      <Figure word={words.sent}>{when(health.sent_at)}</Figure>
      <Figure word={words.lag} bad={health.lag > 60}>
        {health.waiting > 0 ? words.seconds(health.lag) : words.noLag}
      </Figure>
      <Figure word={words.waiting} bad={health.waiting > 100}>
        {health.waiting}
      </Figure>
      <Figure word={words.queued} bad={health.queued > 100}>
        {health.queued}
      </Figure>
      <Figure word={words.errors} bad={health.errors > 0}>
        {health.errors > 0 ? (
          <a class="link" href={path("accounts", account.id, "exchanges")} onClick={follow}>
            {health.errors}
          </a>
        ) : (
          0
        )}
      </Figure>
      {health.listening !== null && (
        <Figure word={words.listening} bad={!health.listening && health.state === "fine"}>
          {health.listening ? words.yes : words.no}
        </Figure>
      )}
    </dl>
  );
}

function Figure(props: { word: string; bad?: boolean; children: preact.ComponentChildren }) {
  return (
    <div class={props.bad ? "bad" : ""}>
      <dt>{props.word}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** Looking whether it works, and sending something to oneself. */
function Trying({ account }: { account: AccountDetail }) {
  const [checks, setChecks] = useState<Check[] | "busy" | null>(null);
  const [tested, setTested] = useState<Tested | "busy" | null>(null);
  const [to, setTo] = useState("");
  useEffect(() => {
    const own = agents.peek().get(me.peek()?.agent.id ?? 0)?.email;
    if (account.kind === "email" && own) setTo(own);
  }, []);
  const check = async () => {
    setChecks("busy");
    setChecks(
      await api
        .check(account.id)
        .catch((error: Error) => [{ name: words.check, fine: false, found: error.message }]),
    );
  };
  const test = async (event: Event) => {
    event.preventDefault();
    if (!to.trim()) return;
    setTested("busy");
    setTested(
      await api
        .test(account.id, to.trim())
        .catch((error: Error) => ({ sent: false, said: error.message, external_id: null })),
    );
  };
  return (
    <section class="trying">
      <h3>{words.checks}</h3>
      <p>
        <Button icon="check" disabled={checks === "busy"} onClick={() => void check()}>
          {checks === "busy" ? words.checking : words.check}
        </Button>
      </p>
      {Array.isArray(checks) && (
        <ul class="checks" role="status">
          {checks.length === 0 && <li class="fine">{words.allFine}</li>}
          {checks.map((one) => (
            <li key={one.name} class={one.fine ? "fine" : "bad"}>
              <Icon name={one.fine ? "check" : "alert"} size={14} />
              <b>{one.name}</b>
              <span>{one.found}</span>
            </li>
          ))}
        </ul>
      )}
      {account.testable && (
        <form class="test-form" onSubmit={(event) => void test(event)}>
          <label class="labelled">
            <span>{words.test}</span>
            <input
              value={to}
              placeholder={words.testTo}
              title={words.testHint}
              autocomplete="off"
              onInput={(event) => setTo(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button" disabled={tested === "busy" || !to.trim()}>
            <Icon name="send" />
            <span>{tested === "busy" ? words.testing : words.testSend}</span>
          </button>
        </form>
      )}
      {tested && tested !== "busy" && (
        <p class={`tested ${tested.sent ? "fine" : "bad"}`} role="status">
          <Icon name={tested.sent ? "check" : "alert"} size={14} />
          {tested.said}
        </p>
      )}
    </section>
  );
}

function Carries({ account }: { account: AccountDetail }) {
  const can = account.capabilities;
  if (!can) return null;
  const said = common.carries;
  const told = [
    said.text(can.max_text),
    can.max_attachment > 0 ? said.files(sized(can.max_attachment)) : said.noFiles,
    can.buttons ? said.buttons(can.buttons) : "",
    can.quotes ? said.quotes : "",
    can.reactions ? said.reactions : "",
    can.edits ? said.edits : "",
    can.deletes ? said.deletes : "",
    can.receipts ? said.receipts : "",
    can.typing ? said.typing : "",
    can.calls ? said.calls : "",
    can.window ? said.window(Math.round(can.window / 3600)) : "",
    can.templates ? said.templates : "",
    can.opt_out?.length ? said.optOut(can.opt_out.join(", ")) : "",
  ];
  return (
    <section>
      <h3>{words.carries}</h3>
      <ul class="carries">
        {told.filter(Boolean).map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </section>
  );
}

// --- its settings ---------------------------------------------------------------------------
function Settings({ account }: { account: AccountDetail }) {
  const [values, setValues] = useState<Values>(account.settings ?? {});
  const [wrong, setWrong] = useState<{ field: string; why: string } | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => void loadKinds().catch(() => {}), []);
  const kind = kinds.value?.find((one) => one.kind === account.kind);
  if (account.settings === null) {
    return <p class="faint">{account.from_file ? words.fromFile : words.unreadable}</p>;
  }
  if (!kind) return <p class="faint">{words.loading}</p>;
  const frozen = busy || account.from_file || !administers.value || Boolean(account.archived_at);
  const save = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setWrong(null);
    try {
      await api.change(account.id, given(values));
      say(words.saved);
    } catch (error) {
      setWrong(mistake(error));
    } finally {
      setBusy(false);
    }
  };
  const form = { root: kind.form, kept: new Set(account.kept), wrong, frozen };
  return (
    <form class="account-form" onSubmit={(event) => void save(event)} noValidate>
      {account.from_file && <p class="lead">{words.fromFile}</p>}
      {!account.from_file && !administers.value && <p class="lead">{words.readOnly}</p>}
      <Group schema={kind.form} values={values} set={setValues} form={form} />
      <Mistake wrong={wrong} />
      {!account.from_file && administers.value && !account.archived_at && (
        <p class="form-acts">
          <button type="submit" class="button act" disabled={busy}>
            <span>{words.save}</span>
          </button>
        </p>
      )}
    </form>
  );
}
