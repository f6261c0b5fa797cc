/** One message: who, when, what, how far it got. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Attachment, Message } from "../shapes";
import { cancel, retry } from "../state/acts";
import { agents, conversations, myId } from "../state/desk";
import { type Parcel, takeBack } from "../state/outbox";
import { formatted } from "../state/settings";
import { atClock, inFull, sized } from "../state/time";
import { putBack } from "../state/writing";
import { words } from "../words";
import { Icon } from "./Icon";
import { picture } from "./open";

export function MessageView({ message }: { message: Message }) {
  const [asSent, setAsSent] = useState<boolean | null>(null);
  const html = message.has_html && (asSent ?? (formatted.value || !message.text.trim()));
  const files = message.attachments.filter((one) => !(one.inline && html));
  return (
    <article
      class={`message ${message.direction} ${message.kind}`}
      data-message={message.id}
      data-delivery={message.delivery ?? undefined}
      aria-label={`${author(message)}, ${atClock(message.created_at)}`}
    >
      <header class="message-head">
        <span class="message-author">{author(message)}</span>
        <Marks message={message} />
        <time dateTime={message.created_at} title={inFull(message.created_at)}>
          {atClock(message.created_at)}
        </time>
        <Tools message={message} html={html} toggle={() => setAsSent(!html)} />
      </header>
      {message.kind !== "message" && message.direction === "in" && (
        <p class="kind-hint">{message.reason ?? words.kindHints[message.kind]}</p>
      )}
      {html ? <AsSent message={message} /> : <Body message={message} />}
      {files.length > 0 && <Files files={files} />}
      <Delivered message={message} />
    </article>
  );
}

function author(message: Message): string {
  if (message.direction === "in") {
    const c = conversations.value.get(message.conversation_id);
    return message.sender_name || c?.customer.name || message.sender || words.thread.somebody;
  }
  if (message.author_id === myId.value) return words.thread.you;
  return agents.value.get(message.author_id ?? 0)?.name ?? words.thread.us;
}

function Marks({ message }: { message: Message }) {
  if (message.direction === "note") {
    return (
      <span class="tag note-tag">
        <Icon name="lock" size={12} />
        {words.thread.note}
      </span>
    );
  }
  if (message.kind === "message") return null;
  return <span class={`tag kind-tag ${message.kind}`}>{words.kinds[message.kind]}</span>;
}

function Tools(props: { message: Message; html: boolean; toggle: () => void }) {
  const { message, html } = props;
  if (!message.has_html && message.direction !== "in") return null;
  return (
    <span class="message-tools">
      {message.has_html && (
        <button type="button" class="link" onClick={props.toggle}>
          {html ? words.thread.plain : words.thread.formatted}
        </button>
      )}
      {message.direction === "in" && (
        <a class="link" href={`/api/messages/${message.id}/raw`} target="_blank" rel="noopener">
          {words.thread.source}
        </a>
      )}
    </span>
  );
}

function Body({ message }: { message: Message }) {
  const empty = !message.text.trim() && message.attachments.length === 0;
  return (
    <div class="message-body">
      {message.channel === "email" && message.direction === "out" && <Recipients m={message} />}
      {empty ? <p class="faint">{words.thread.empty}</p> : <Text text={message.text} />}
      {message.quoted && <Quoted text={message.quoted} />}
    </div>
  );
}

function Recipients({ m }: { m: Message }) {
  if (m.recipients.length === 0) return null;
  const copied = m.copied.length > 0 ? ` · ${words.thread.copied} ${m.copied.join(", ")}` : "";
  return (
    <p class="recipients">
      {words.thread.to} {m.recipients.join(", ")}
      {copied}
    </p>
  );
}

const LINKS = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

/** Text with its addresses as links; nothing else in it is believed. */
function Text({ text }: { text: string }) {
  const parts: (string | { url: string })[] = [];
  let end = 0;
  for (const found of text.matchAll(LINKS)) {
    parts.push(text.slice(end, found.index), { url: found[0] });
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return (
    <p class="text" dir="auto">
      {parts.map((part) =>
        typeof part === "string" ? (
          part
        ) : (
          <a href={part.url} target="_blank" rel="noopener noreferrer nofollow">
            {part.url}
          </a>
        ),
      )}
    </p>
  );
}

function Quoted({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  return (
    <div class="quoted">
      <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} size={12} />
        {words.thread.quoted}
      </button>
      {open && <pre dir="auto">{text}</pre>}
    </div>
  );
}

const TALLEST = 20_000; // pixels; a mail that claims more is cut and scrolls by itself

/** The sender's own formatting, in a frame that can do nothing but say how tall it is. */
function AsSent({ message }: { message: Message }) {
  const [images, setImages] = useState(false);
  const [height, setHeight] = useState(24);
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const hear = (event: MessageEvent) => {
      if (!frame.current || event.source !== frame.current.contentWindow) return;
      const told = Number((event.data as { height?: unknown } | null)?.height);
      if (told > 0) setHeight(Math.min(TALLEST, Math.ceil(told)));
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, []);
  return (
    <div class="as-sent">
      <div class="paper">
        <iframe
          ref={frame}
          title={words.thread.html(author(message))}
          sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"
          referrerpolicy="no-referrer"
          loading="lazy"
          src={`/api/messages/${message.id}/html${images ? "?images=1" : ""}`}
          style={{ height: `${height}px` }}
        />
      </div>
      {!images && (
        <p class="images">
          <button type="button" class="link" onClick={() => setImages(true)}>
            {words.thread.images}
          </button>
          <span>{words.thread.imagesHint}</span>
        </p>
      )}
    </div>
  );
}

function Files({ files }: { files: Attachment[] }) {
  return (
    <ul class="files">
      {files.map((file) => (
        <li key={file.id}>
          <FileLine file={file} />
        </li>
      ))}
    </ul>
  );
}

function FileLine({ file }: { file: Attachment }) {
  const kind = file.name.split(".").pop()?.slice(0, 5).toUpperCase() ?? "";
  return (
    <>
      {file.image && (
        <button
          type="button"
          class="thumb"
          aria-label={words.thread.preview(file.name)}
          onClick={() => {
            picture.value = { url: file.url, name: file.name };
          }}
        >
          <img src={file.url} alt="" loading="lazy" />
        </button>
      )}
      <a class="file" href={file.url} target="_blank" rel="noopener" download={file.name}>
        <Icon name="file" />
        <span class="file-name">{file.name}</span>
        <span class="file-facts">
          {kind} · {sized(file.size)}
        </span>
      </a>
    </>
  );
}

const BAD = new Set(["failed", "dead", "unknown"]);
const CANCELLABLE = new Set(["queued", "scheduled"]);

function Delivered({ message }: { message: Message }) {
  const { delivery } = message;
  if (message.direction !== "out" || !delivery) return null;
  return (
    <footer class={`delivery ${delivery} ${BAD.has(delivery) ? "bad" : ""}`}>
      <Icon name={glyph(delivery)} size={12} />
      <span class="delivery-word">{words.deliveries[delivery]}</span>
      {message.reason && <span class="delivery-reason">{message.reason}</span>}
      {message.retry && (
        <button type="button" class="link" onClick={() => void retry(message)}>
          {words.thread.retry}
        </button>
      )}
      {CANCELLABLE.has(delivery) && (
        <button type="button" class="link" onClick={() => void cancel(message)}>
          {words.thread.cancel}
        </button>
      )}
    </footer>
  );
}

function glyph(delivery: string) {
  if (BAD.has(delivery)) return "alert";
  if (delivery === "sent") return "check";
  if (delivery === "delivered" || delivery === "read") return "checks";
  return delivery === "canceled" ? "undo" : "clock";
}

/** A message of ours that the desk has not answered for yet. */
export function ParcelView({ parcel }: { parcel: Parcel }) {
  const bad = parcel.state === "refused";
  return (
    <article
      class={`message ${parcel.note ? "note" : "out"} on-its-way`}
      data-client-id={parcel.client_id}
      aria-label={`${words.thread.you}, ${atClock(parcel.at)}`}
    >
      <header class="message-head">
        <span class="message-author">{words.thread.you}</span>
        {parcel.note && (
          <span class="tag note-tag">
            <Icon name="lock" size={12} />
            {words.thread.note}
          </span>
        )}
        <time dateTime={parcel.at}>{atClock(parcel.at)}</time>
      </header>
      <div class="message-body">
        <Text text={parcel.reply.text} />
      </div>
      {parcel.files.length > 0 && (
        <ul class="files">
          {parcel.files.map((file) => (
            <li key={file.token}>
              <span class="file">
                <Icon name="file" />
                <span class="file-name">{file.name}</span>
                <span class="file-facts">{sized(file.size)}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <footer class={`delivery ${bad ? "bad" : ""}`}>
        <Icon name={bad ? "alert" : "clock"} size={12} />
        <span class="delivery-word">{words.deliveries[parcel.state]}</span>
        {parcel.reason && <span class="delivery-reason">{parcel.reason}</span>}
        {bad && <Refusal parcel={parcel} />}
      </footer>
    </article>
  );
}

function Refusal({ parcel }: { parcel: Parcel }) {
  return (
    <>
      <button
        type="button"
        class="link"
        onClick={() => {
          takeBack(parcel.client_id);
          putBack(parcel, false);
        }}
      >
        {words.thread.edit}
      </button>
      <button type="button" class="link" onClick={() => takeBack(parcel.client_id)}>
        {words.thread.discard}
      </button>
    </>
  );
}
