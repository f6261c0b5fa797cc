/** Where an answer is written: what it is, by which way, to whom, always in sight. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Envelope } from "../shapes";
import { accounts, conversations } from "../state/desk";
import type { Opened } from "../state/reduce";
import { sized } from "../state/time";
import {
  arrivedSince,
  attach,
  detach,
  type FileInHand,
  send,
  setNote,
  type,
  type Writing,
  write,
  writing,
} from "../state/writing";
import { addressName, channelName, words } from "../words";
import { Channel, Icon } from "./Icon";
import { Button, Kbd } from "./parts";

const MENTIONS_FILE =
  /\b(attach(ed|ment|ing)?|enclosed|anhang|angehängt|pi[eè]ce jointe|ci-joint|załącz\w*|u prilogu|vedhæft\w*|вложени\w*|прикреп\w*)/i;

/** Put the cursor into the composer, for a reply or for a note. */
export function focusComposer(id: number, note: boolean): void {
  setNote(id, note);
  // the field of the other kind is drawn anew; wait for it
  setTimeout(() => document.getElementById("composer-text")?.focus(), 0);
}

export function Composer({ id, opened }: { id: number; opened: Opened }) {
  const one = writing(id);
  const [over, setOver] = useState(false);
  const envelope = opened.envelope;
  return (
    <form
      class={`composer ${one.note ? "noting" : ""} ${over ? "dropping" : ""}`}
      aria-label={words.composer.label}
      onSubmit={(event) => {
        event.preventDefault();
        send(id);
      }}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer) take(id, envelope, one, event.dataTransfer.files);
      }}
    >
      <Line id={id} one={one} envelope={envelope} />
      {one.stopped && <Stopped id={id} one={one} opened={opened} />}
      <Field id={id} one={one} envelope={envelope} />
      {one.files.length > 0 && <Files id={id} files={one.files} />}
      <Foot id={id} one={one} envelope={envelope} />
      {over && <p class="drop-hint">{words.composer.drop}</p>}
    </form>
  );
}

/** Reply or note, and for a reply the way it goes: always visible. */
function Line({ id, one, envelope }: { id: number; one: Writing; envelope: Envelope }) {
  const [changing, setChanging] = useState(false);
  return (
    <div class="line">
      <fieldset class="modes" aria-label={words.composer.label}>
        <Mode id={id} note={false} one={one} />
        <Mode id={id} note={true} one={one} />
      </fieldset>
      {one.note ? (
        <p class="note-hint">
          <Icon name="lock" size={12} />
          {words.composer.noteHint}
        </p>
      ) : (
        <Way
          id={id}
          one={one}
          envelope={envelope}
          changing={changing}
          toggle={() => setChanging(!changing)}
        />
      )}
      {changing && !one.note && <Ways id={id} one={one} envelope={envelope} />}
    </div>
  );
}

function Mode({ id, note, one }: { id: number; note: boolean; one: Writing }) {
  const other = note ? one.internal : one.reply;
  return (
    <button
      type="button"
      class={`mode ${note ? "mode-note" : ""}`}
      aria-pressed={one.note === note}
      aria-keyshortcuts={note ? "n" : "r"}
      title={`${note ? words.composer.note : words.composer.reply} (${note ? "n" : "r"})`}
      onClick={() => focusComposer(id, note)}
    >
      {note ? words.composer.note : words.composer.reply}
      {one.note !== note && other && <span class="mode-dot" aria-hidden="true" />}
    </button>
  );
}

interface Leaves {
  channel: string;
  sender: string | null;
  to: string[];
  copied: string[];
}

/** How the reply would leave, with what the agent changed. */
function leaves(one: Writing, envelope: Envelope): Leaves {
  const choice = envelope.choices.find((other) => other.account_id === one.account);
  const account = accounts.value.get(choice?.account_id ?? envelope.account_id);
  const to = one.to === null ? (choice?.to ?? envelope.to) : [one.to];
  const copied =
    one.copied === null ? (choice ? [] : envelope.copied) : [one.copied].filter(Boolean);
  return {
    channel: choice?.channel ?? envelope.channel,
    sender: choice ? (account?.address ?? null) : (envelope.sender ?? account?.address ?? null),
    to,
    copied,
  };
}

function Way(props: {
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
  const changeable = envelope.choices.length > 0 || envelope.capabilities.copies;
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

function Ways({ id, one, envelope }: { id: number; one: Writing; envelope: Envelope }) {
  const way = leaves(one, envelope);
  const chosen = accounts.value.get(one.account ?? envelope.account_id);
  const copies = chosen?.capabilities?.copies ?? envelope.capabilities.copies;
  const all = [{ account_id: envelope.account_id, channel: envelope.channel }, ...envelope.choices];
  return (
    <div class="ways">
      {envelope.choices.length > 0 && (
        <label>
          <span>{words.composer.account}</span>
          <select
            value={String(one.account ?? envelope.account_id)}
            onChange={(event) => {
              const account = Number(event.currentTarget.value);
              const usual = account === envelope.account_id;
              write(id, { account: usual ? null : account, to: null, copied: null });
            }}
          >
            {all.map((other) => (
              <option key={other.account_id} value={String(other.account_id)}>
                {channelName(other.channel)} · {accounts.value.get(other.account_id)?.name}
              </option>
            ))}
          </select>
        </label>
      )}
      {copies && (
        <>
          <label>
            <span>{words.composer.recipients}</span>
            <input
              value={one.to ?? way.to.join(", ")}
              autocomplete="off"
              spellcheck={false}
              title={words.composer.recipientsHint}
              onInput={(event) => write(id, { to: event.currentTarget.value })}
            />
          </label>
          <label>
            <span>{words.composer.copies}</span>
            <input
              value={one.copied ?? way.copied.join(", ")}
              autocomplete="off"
              spellcheck={false}
              title={words.composer.recipientsHint}
              onInput={(event) => write(id, { copied: event.currentTarget.value })}
            />
          </label>
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

/** The customer wrote while the answer was written: read that first. */
function Stopped({ id, one, opened }: { id: number; one: Writing; opened: Opened }) {
  const newer = arrivedSince(one, opened.messages);
  const name = conversations.value.get(id)?.customer.name ?? words.thread.somebody;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector("button")?.focus(), []);
  return (
    <div class="stopped" role="alert" ref={box}>
      <p>
        <Icon name="alert" />
        <b>{words.composer.arrived(name)}</b>
        <span>{words.composer.arrivedHint}</span>
      </p>
      {newer && <blockquote>{newer.text.slice(0, 400)}</blockquote>}
      <p class="stopped-acts">
        <Button
          onClick={() => {
            write(id, { stopped: false, since: opened.messages.at(-1)?.id ?? null });
            focusComposer(id, one.note);
          }}
        >
          {words.composer.keep}
        </Button>
        <Button kind="act" onClick={() => send(id, { anyway: true })}>
          {words.composer.sendAnyway}
        </Button>
      </p>
    </div>
  );
}

function Field({ id, one, envelope }: { id: number; one: Writing; envelope: Envelope }) {
  const name = conversations.value.get(id)?.customer.name ?? "";
  const field = useRef<HTMLTextAreaElement>(null);
  const text = one.note ? one.internal : one.reply;
  useEffect(() => {
    const element = field.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, 320)}px`;
  }, [text]);
  return (
    <textarea
      key={one.note ? "note" : "reply"}
      ref={field}
      id="composer-text"
      class="field"
      dir="auto"
      rows={2}
      value={text}
      aria-label={one.note ? words.composer.note : words.composer.replyPlaceholder(name)}
      placeholder={
        one.note ? words.composer.notePlaceholder : words.composer.replyPlaceholder(name)
      }
      onInput={(event) => type(id, event.currentTarget.value)}
      onPaste={(event) => {
        const files = event.clipboardData?.files;
        if (!files?.length) return;
        event.preventDefault();
        take(id, envelope, one, files);
      }}
    />
  );
}

/** Attach what the channel can carry; refuse the rest with a reason. */
function take(id: number, envelope: Envelope, one: Writing, files: Iterable<File>): void {
  const most = one.note ? Number.POSITIVE_INFINITY : envelope.capabilities.max_attachment;
  attach(id, files, most);
}

function Files({ id, files }: { id: number; files: FileInHand[] }) {
  return (
    <ul class="in-hand">
      {files.map((file) => (
        <li key={file.id} class={file.error ? "bad" : ""}>
          <Icon name={file.error ? "alert" : "file"} size={14} />
          <span class="file-name">{file.name}</span>
          <span class="file-facts">{file.error ?? sized(file.size)}</span>
          {!file.token && !file.error && (
            <progress
              max={1}
              value={file.done}
              aria-label={words.composer.uploading(file.name, Math.round(file.done * 100))}
            />
          )}
          <Button
            icon="close"
            kind="quiet"
            label={words.composer.remove(file.name)}
            onClick={() => detach(id, file.id)}
          />
        </li>
      ))}
    </ul>
  );
}

function Foot({ id, one, envelope }: { id: number; one: Writing; envelope: Envelope }) {
  const picker = useRef<HTMLInputElement>(null);
  const text = one.note ? one.internal : one.reply;
  const left = envelope.capabilities.max_text - text.length;
  const forgotten = !one.note && one.files.length === 0 && MENTIONS_FILE.test(text);
  const impossible = !one.note && !envelope.possible && one.account === null;
  return (
    <div class="foot">
      <input
        ref={picker}
        id="composer-files"
        type="file"
        multiple
        hidden
        aria-label={words.composer.attach}
        onChange={(event) => {
          take(id, envelope, one, [...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      <Button
        icon="paperclip"
        label={words.composer.attach}
        kind="quiet"
        onClick={() => picker.current?.click()}
      />
      <span class="foot-word" role="status">
        {impossible
          ? (envelope.reason ?? words.composer.impossible)
          : one.uploaded
            ? words.composer.waitUpload
            : forgotten
              ? words.composer.forgotten
              : !one.note && left < 200
                ? words.composer.left(left)
                : text && (one.saved ? words.composer.saved : "")}
      </span>
      {!one.note && (
        <Button
          kind="quiet"
          class="send-resolve"
          keys="Ctrl+Shift+Enter"
          disabled={impossible}
          onClick={() => send(id, { resolve: true })}
        >
          {words.composer.sendResolve}
        </Button>
      )}
      <button
        type="submit"
        class={`button ${one.note ? "note-act" : "act"}`}
        title="Ctrl+Enter"
        disabled={impossible}
      >
        <span>{one.note ? words.composer.add : words.composer.send}</span>
        <Kbd keys="Ctrl ⏎" />
      </button>
    </div>
  );
}
