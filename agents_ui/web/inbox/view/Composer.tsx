/** Where an answer is written: what it is, by which way, to whom, always in sight. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Envelope, Message } from "../shapes";
import { conversations, now } from "../state/desk";
import { callNumber } from "../state/phone";
import type { Opened } from "../state/reduce";
import { cost, segmented } from "../state/segments";
import { split } from "../state/splitting";
import { inFull, sized } from "../state/time";
import { barred, fitting, remaining, type Way } from "../state/ways";
import {
  arrivedSince,
  attach,
  detach,
  type FileInHand,
  send,
  type,
  type Writing,
  write,
  writing,
} from "../state/writing";
import { channelName, words } from "../words";
import { ChoicesEditor } from "./ChoicesEditor";
import { focusComposer } from "./focus";
import { Icon, type IconName } from "./Icon";
import { inShort } from "./MessageView";
import { Button, Kbd } from "./parts";
import { Filling, TemplateList } from "./Templates";
import { leaves, WayLine, Ways } from "./Way";

const MENTIONS_FILE =
  /\b(attach(ed|ment|ing)?|enclosed|anhang|angehängt|pi[eè]ce jointe|ci-joint|załącz\w*|u prilogu|vedhæft\w*|вложени\w*|прикреп\w*)/i;

export function Composer({ id, opened }: { id: number; opened: Opened }) {
  const one = writing(id);
  const [over, setOver] = useState(false);
  const way = leaves(one, opened.envelope);
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
        if (event.dataTransfer) attach(id, event.dataTransfer.files);
      }}
    >
      <Line id={id} one={one} envelope={opened.envelope} way={way} />
      {one.stopped && <Stopped id={id} one={one} opened={opened} />}
      {!one.note && one.quotes && <Quoting id={id} quotes={one.quotes} opened={opened} />}
      <Middle id={id} one={one} envelope={opened.envelope} way={way} />
      {one.files.length > 0 && <Files id={id} files={one.files} way={one.note ? null : way} />}
      {!one.note && one.content?.type === "choices" && (
        <ChoicesEditor id={id} content={one.content} can={way.capabilities} channel={way.channel} />
      )}
      <Foot id={id} one={one} envelope={opened.envelope} way={way} />
      {over && <p class="drop-hint">{words.composer.drop}</p>}
    </form>
  );
}

/** Reply or note, and for a reply the way it goes: always visible. */
function Line(props: { id: number; one: Writing; envelope: Envelope; way: Way }) {
  const { id, one, envelope, way } = props;
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
        <>
          <WayLine
            id={id}
            one={one}
            envelope={envelope}
            changing={changing}
            toggle={() => setChanging(!changing)}
          />
          <Window way={way} />
        </>
      )}
      {changing && !one.note && (
        <Ways id={id} one={one} envelope={envelope} close={() => setChanging(false)} />
      )}
    </div>
  );
}

const SOON = 3 * 3_600_000; // milliseconds before the end at which the window is told in colour

/** How long one may still answer freely. */
function Window({ way }: { way: Way }) {
  if (!way.closes_at || !way.open) return null;
  const soon = Date.parse(way.closes_at) - now.value < SOON;
  return (
    <span
      class={`window waits ${soon ? "risk" : ""}`}
      title={`${inFull(way.closes_at)}. ${words.composer.closesInHint}`}
    >
      <span class="dial" aria-hidden="true" />
      {words.composer.closesIn(remaining(way.closes_at, now.value))}
    </span>
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

/** The message that this one will answer. */
function Quoting({ id, quotes, opened }: { id: number; quotes: number; opened: Opened }) {
  const quoted: Message | undefined = opened.messages.find((one) => one.id === quotes);
  const customer = conversations.value.get(id)?.customer.name ?? words.thread.somebody;
  const name = quoted?.direction === "in" ? (quoted.sender_name ?? customer) : words.thread.us;
  return (
    <p class="quoting">
      <Icon name="reply" size={12} />
      <b>{words.composer.answers(name)}</b>
      <span class="answered-text">{quoted && inShort(quoted)}</span>
      <Button
        icon="close"
        kind="quiet"
        label={words.composer.dropQuote}
        onClick={() => write(id, { quotes: null })}
      />
    </p>
  );
}

/** Where one writes, or why one cannot and what can be done instead. */
function Middle(props: { id: number; one: Writing; envelope: Envelope; way: Way }) {
  const { id, one, envelope, way } = props;
  if (one.note) return <Field id={id} one={one} />;
  if (one.content?.type === "template") {
    return <Filling id={id} account={way.account_id} content={one.content} text={one.template} />;
  }
  if (barred(way, envelope)) {
    const customer = conversations.value.get(id)?.customer;
    const name = customer?.name ?? words.thread.somebody;
    if (way.capabilities.calls) {
      return (
        <Barrier word={words.composer.byPhone(name)} icon="phone">
          <Button
            icon="phone"
            onClick={() => callNumber(way.to[0] ?? "", customer?.id ?? null, name)}
          >
            {words.phone.call}
          </Button>
        </Barrier>
      );
    }
    const word = way.consent
      ? words.composer.impossible
      : words.composer.barred(name, channelName(way.channel));
    return <Barrier word={way.reason ?? word} />;
  }
  if (!way.open) {
    return (
      <>
        <Barrier word={way.templates ? words.composer.closed : words.composer.closedNoTemplate} />
        {way.templates && <TemplateList id={id} account={way.account_id} />}
      </>
    );
  }
  return (
    <>
      <Field id={id} one={one} />
      {way.capabilities.segments && one.reply && <Tally text={one.reply} way={way} />}
    </>
  );
}

function Barrier(props: { word: string; icon?: IconName; children?: ComponentChildren }) {
  return (
    <div class="barrier" role="status">
      <Icon name={props.icon ?? "ban"} size={14} />
      <span>{props.word}</span>
      {props.children}
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

function Field({ id, one }: { id: number; one: Writing }) {
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
        attach(id, files);
      }}
    />
  );
}

function Files(props: { id: number; files: FileInHand[]; way: Way | null }) {
  const { id, way } = props;
  return (
    <ul class="in-hand">
      {props.files.map((file) => {
        const link = way && !fitting(way.capabilities, file.media_type, file.size);
        return (
          <li key={file.id} class={file.error ? "bad" : ""}>
            <Icon name={file.error ? "alert" : link ? "link" : "file"} size={14} />
            <span class="file-name">{file.name}</span>
            <span class="file-facts">{file.error ?? sized(file.size)}</span>
            {link && !file.error && (
              <span class="file-link">{words.composer.asLink(channelName(way.channel))}</span>
            )}
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
        );
      })}
    </ul>
  );
}

function Foot(props: { id: number; one: Writing; envelope: Envelope; way: Way }) {
  const { id, one, envelope, way } = props;
  const picker = useRef<HTMLInputElement>(null);
  const template = one.content?.type === "template";
  const blank =
    one.content?.type === "template" &&
    Object.values(one.content.variables ?? {}).some((value) => !value.trim());
  const impossible =
    !one.note && (barred(way, envelope) || (!way.open && !template) || (template && blank));
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
          attach(id, [...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      {(one.note || !template) && (
        <Button
          icon="paperclip"
          label={words.composer.attach}
          kind="quiet"
          onClick={() => picker.current?.click()}
        />
      )}
      {!one.note && !impossible && !template && offersButtons(way) && (
        <Button
          icon="buttons"
          label={one.content ? words.composer.dropButtons : words.composer.buttons}
          kind="quiet"
          pressed={one.content?.type === "choices"}
          onClick={() =>
            write(id, {
              content: one.content ? null : { type: "choices", buttons: [{ title: "" }] },
            })
          }
        />
      )}
      {!one.note && way.templates && way.open && !template && !one.reply && (
        <PickTemplate id={id} account={way.account_id} />
      )}
      <span class="foot-word" role="status">
        <FootWord one={one} way={way} impossible={Boolean(impossible)} />
      </span>
      {!one.note && (
        <Button
          kind="quiet"
          class="send-resolve"
          keys="Ctrl+Shift+Enter"
          disabled={Boolean(impossible)}
          onClick={() => send(id, { resolve: true })}
        >
          {words.composer.sendResolve}
        </Button>
      )}
      <button
        type="submit"
        class={`button ${one.note ? "note-act" : "act"}`}
        title="Ctrl+Enter"
        disabled={Boolean(impossible)}
      >
        <span>{one.note ? words.composer.add : words.composer.send}</span>
        <Kbd keys="Ctrl ⏎" />
      </button>
    </div>
  );
}

/** Mail has links for that. */
function offersButtons(way: Way): boolean {
  return !way.capabilities.subject && !way.capabilities.fleeting;
}

/** A template may be sent while the window is open, too. */
function PickTemplate({ id, account }: { id: number; account: number }) {
  const [open, setOpen] = useState(false);
  return (
    <span class="pick-template">
      <Button
        icon="template"
        label={words.composer.template}
        kind="quiet"
        expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <div class="popover">
          <TemplateList id={id} account={account} />
        </div>
      )}
    </span>
  );
}

/** What matters most about what is written: one sentence. */
function FootWord({ one, way, impossible }: { one: Writing; way: Way; impossible: boolean }) {
  const text = one.note ? one.internal : one.reply;
  if (one.uploaded) return <>{words.composer.waitUpload}</>;
  if (impossible) return null;
  if (!one.note && one.files.length === 0 && MENTIONS_FILE.test(text))
    return <>{words.composer.forgotten}</>;
  if (!one.note && text && one.content?.type !== "template") {
    const parts =
      text.length > way.capabilities.max_text ? split(text, way.capabilities.max_text) : [];
    if (parts.length > 1) return <Parts parts={parts} />;
    const left = way.capabilities.max_text - text.length;
    if (left < 200 && !way.capabilities.segments) return <>{words.composer.left(left)}</>;
  }
  return <>{text && one.saved ? words.composer.saved : ""}</>;
}

/** How many segments a text is, and what they cost. */
function Tally({ text, way }: { text: string; way: Way }) {
  const { segments, left, culprit } = segmented(text);
  const { price = null, currency = null } = way.capabilities.segments ?? {};
  const paid = cost(segments * Math.max(1, way.to.length), price, currency);
  return (
    <p class="tally" data-segments={segments}>
      <span>
        <b>{words.composer.segments(segments)}</b>
        {paid && ` · ${paid}`} · {words.composer.left(left)}
      </span>
      {culprit && <span class="culprit">{words.composer.ucs2(culprit)}</span>}
    </p>
  );
}

/** How a long text will leave, part by part. */
function Parts({ parts }: { parts: string[] }) {
  return (
    <details class="parts">
      <summary>{words.composer.parts(parts.length)}</summary>
      <ol class="popover">
        {parts.map((part) => (
          <li key={part}>{part}</li>
        ))}
      </ol>
    </details>
  );
}
