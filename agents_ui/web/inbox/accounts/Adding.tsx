/** A new account: which channel, then what it needs to know. */
import { useEffect, useState } from "preact/hooks";
import { Refused } from "../api";
import { follow, go, path } from "../state/router";
import { say } from "../state/toasts";
import { Channel } from "../view/Icon";
import { Blank, Button } from "../view/parts";
import { words as common } from "../words";
import { Group, Told } from "./Form";
import { defaults, given, type Values } from "./schema";
import type { ChannelKind } from "./shapes";
import { api, kinds, loadKinds } from "./store";
import { Addresses } from "./Webhooks";
import { words } from "./words";

export function Adding({ kind }: { kind: string | null }) {
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    loadKinds().catch(() => setFailed(true));
  }, []);
  const chosen = kinds.value?.find((one) => one.kind === kind);
  return (
    <>
      <header class="pane-head thread-head">
        <Button
          icon="back"
          label={words.back}
          class={chosen ? "" : "narrow-only"}
          onClick={() => go(path("accounts", chosen ? "add" : null))}
        />
        <div class="thread-title">
          <h2>{chosen ? words.form(titleOf(chosen)) : words.which}</h2>
        </div>
      </header>
      <div class="account-body">
        {failed && <Blank icon="offline" title={words.failed} hint={words.failedHint} />}
        {!failed && kinds.value === null && <p class="faint">{words.loading}</p>}
        {kinds.value && !chosen && <Kinds kinds={kinds.value} />}
        {chosen && <New key={chosen.kind} kind={chosen} />}
      </div>
    </>
  );
}

function titleOf(kind: ChannelKind): string {
  return words.kinds[kind.kind] ?? kind.title;
}

function Kinds({ kinds }: { kinds: readonly ChannelKind[] }) {
  return (
    <ul class="kinds">
      {kinds.map((one) => (
        <li key={one.kind}>
          <a href={path("accounts", "add", one.kind)} onClick={follow}>
            <Channel kind={one.kind} size={18} />
            <b>{titleOf(one)}</b>
            <span>
              <Told text={words.abouts[one.kind] ?? one.about} />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function New({ kind }: { kind: ChannelKind }) {
  const [name, setName] = useState("");
  const [values, setValues] = useState<Values>(() => defaults(kind.form, kind.form));
  const [wrong, setWrong] = useState<{ field: string; why: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const create = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const made = await api.create(kind.kind, name.trim(), given(values));
      say(words.created(made.name));
      go(path("accounts", made.id));
    } catch (error) {
      setWrong(mistake(error));
      setBusy(false);
    }
  };
  const form = { root: kind.form, kept: new Set<string>(), wrong, frozen: busy };
  return (
    <form class="account-form" onSubmit={(event) => void create(event)} noValidate>
      <p class="lead">
        <Told text={words.abouts[kind.kind] ?? kind.about} />
      </p>
      <div class={`asked ${wrong?.field === "name" ? "wrong" : ""}`} data-field="account-name">
        <label for="account-name">
          {words.name}
          <span class="needed">{words.required}</span>
        </label>
        <input
          id="account-name"
          value={name}
          autocomplete="off"
          spellcheck={false}
          aria-describedby="account-name-help"
          onInput={(event) => setName(event.currentTarget.value)}
        />
        {wrong?.field === "name" && (
          <p class="why" role="alert">
            {wrong.why}
          </p>
        )}
        <p class="help" id="account-name-help">
          {words.nameHint}
        </p>
      </div>
      <Group schema={kind.form} values={values} set={setValues} form={form} />
      {kind.webhooks.length > 0 && <Addresses webhooks={kind.webhooks} name={name.trim()} />}
      <Mistake wrong={wrong} />
      <p class="form-acts">
        <Button kind="quiet" onClick={() => go(path("accounts"))}>
          {words.cancel}
        </Button>
        <button type="submit" class="button act" disabled={busy || !name.trim()}>
          <span>{words.create}</span>
        </button>
      </p>
    </form>
  );
}

/** What the desk did not like, and in which field. */
export function mistake(error: unknown): { field: string; why: string } {
  const field = error instanceof Refused ? (error.problem.field ?? "") : "";
  return { field, why: (error as Error).message };
}

/** A mistake that has no field of its own is told above the buttons. */
export function Mistake({ wrong }: { wrong: { field: string; why: string } | null }) {
  if (!wrong) return null;
  const field = wrong.field === "name" ? "account-name" : wrong.field.replace(/^settings\.?/, "");
  const shown = field && document.querySelector(`[data-field="${CSS.escape(field)}"]`);
  return shown ? (
    <p class="why">{common.done.notChanged(wrong.why)}</p>
  ) : (
    <p class="why" role="alert">
      {wrong.why}
    </p>
  );
}
