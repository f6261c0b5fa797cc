/** One message: who, when, what, how far it got. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../shapes";
import { edit, unsay } from "../state/acts";
import { accounts, agents, conversations, myId, thread } from "../state/desk";
import { byBot, helper } from "../state/helper";
import { formatted } from "../state/settings";
import { atClock, inFull } from "../state/time";
import { write } from "../state/writing";
import { words } from "../words";
import { ContentView } from "./Content";
import { Delivered } from "./Delivered";
import { Files } from "./Files";
import { focusComposer } from "./focus";
import { Icon } from "./Icon";
import { jumpTo } from "./jump";
import { Button } from "./parts";
import { React, Reactions } from "./Reactions";
import { AsSent, Quoted, Text } from "./Written";

export function MessageView({ message }: { message: Message }) {
  const [asSent, setAsSent] = useState<boolean | null>(null);
  const [changing, setChanging] = useState(false);
  const html = message.has_html && (asSent ?? (formatted.value || !message.text.trim()));
  const by = author(message);
  if (message.deleted_at) return <TakenBack message={message} by={by} />;
  const can = accounts.value.get(message.account_id ?? 0)?.capabilities;
  return (
    <article
      id={`message-${message.id}`}
      class={`message ${message.direction} ${message.kind}`}
      data-message={message.id}
      data-delivery={message.delivery ?? undefined}
      data-bot={byBot(message) || undefined}
      aria-label={`${by}, ${atClock(message.created_at)}`}
    >
      <Head message={message} by={by}>
        {can?.reactions && message.direction !== "note" && <React message={message} />}
        {can?.quotes && message.direction !== "note" && <Quote message={message} />}
        {helper.value && <helper.value.Report message={message} />}
        {mayChange(message, "edits") && (
          <Tool word={words.thread.edit} act={() => setChanging(true)} />
        )}
        {mayChange(message, "deletes") && (
          <Tool word={words.thread.unsay} act={() => void unsay(message)} />
        )}
        {message.has_html && (
          <Tool
            word={html ? words.thread.plain : words.thread.formatted}
            act={() => setAsSent(!html)}
          />
        )}
        {message.direction === "in" && (
          <a class="link" href={`/api/messages/${message.id}/raw`} target="_blank" rel="noopener">
            {words.thread.source}
          </a>
        )}
      </Head>
      {message.kind !== "message" && message.direction === "in" && (
        <p class="kind-hint">{message.reason ?? words.kindHints[message.kind]}</p>
      )}
      {message.answers_id && <Answered id={message.answers_id} />}
      {changing ? (
        <Changing message={message} close={() => setChanging(false)} />
      ) : (
        <Inside message={message} html={html} by={by} />
      )}
      {helper.value && <helper.value.Translated message={message} />}
      <Reactions message={message} possible={Boolean(can?.reactions)} />
      <Delivered message={message} />
    </article>
  );
}

function Inside({ message, html, by }: { message: Message; html: boolean; by: string }) {
  const recordings =
    message.content?.type === "call"
      ? message.content.recordings?.map((one) => one.attachment_id)
      : [];
  const files = message.attachments.filter(
    (one) => !(one.inline && html) && !recordings?.includes(one.id),
  );
  return (
    <>
      {html && <AsSent message={message} by={by} />}
      {!html && message.content?.type !== "call" && <Body message={message} />}
      {message.content && <ContentView message={message} content={message.content} />}
      {files.length > 0 && <Files files={files} />}
    </>
  );
}

/** Our own words may be changed before they leave, and afterwards where the channel can. */
function mayChange(message: Message, what: "edits" | "deletes"): boolean {
  const can = accounts.value.get(message.account_id ?? 0)?.capabilities;
  const own = message.direction === "out" && message.author_id === myId.value;
  const plain = !message.content || message.content.type === "choices";
  if (!own || !plain) return false;
  if (message.delivery === "queued") return what === "edits"; // taking it back stands below it
  return Boolean(can?.[what]) && ["sent", "delivered", "read"].includes(message.delivery ?? "");
}

function author(message: Message): string {
  if (message.direction === "in") {
    const c = conversations.value.get(message.conversation_id);
    return message.sender_name || c?.customer.name || message.sender || words.thread.somebody;
  }
  if (message.author_id === myId.value) return words.thread.you;
  const us = byBot(message) ? words.thread.bot : words.thread.us;
  return agents.value.get(message.author_id ?? 0)?.name ?? us;
}

function Head(props: { message: Message; by: string; children?: preact.ComponentChildren }) {
  const { message } = props;
  return (
    <header class="message-head">
      <span class="message-author">{props.by}</span>
      <Marks message={message} />
      <time dateTime={message.created_at} title={inFull(message.created_at)}>
        {atClock(message.created_at)}
      </time>
      {message.edited_at && (
        <span class="edited" title={inFull(message.edited_at)}>
          {words.thread.edited}
        </span>
      )}
      <span class="message-tools">{props.children}</span>
    </header>
  );
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
  if (byBot(message)) return <Icon name="bot" size={12} />;
  if (message.kind === "message") return null;
  return <span class={`tag kind-tag ${message.kind}`}>{words.kinds[message.kind]}</span>;
}

function Tool({ word, act }: { word: string; act: () => void }) {
  return (
    <button type="button" class="link" onClick={act}>
      {word}
    </button>
  );
}

/** Answer just this one: the composer will carry it. */
function Quote({ message }: { message: Message }) {
  return (
    <Tool
      word={words.thread.quote}
      act={() => {
        write(message.conversation_id, { quotes: message.id });
        focusComposer(message.conversation_id, false);
      }}
    />
  );
}

/** The message that this one answers, in one line that leads there. */
function Answered({ id }: { id: number }) {
  const quoted = thread.value?.messages.find((one) => one.id === id);
  return (
    <button type="button" class="answered" onClick={() => void jumpTo(id)}>
      <Icon name="reply" size={12} />
      {quoted && <b>{author(quoted)}</b>}
      <span class="answered-text">
        {quoted?.deleted_at
          ? words.thread.takenBack
          : (quoted && inShort(quoted)) || words.thread.earlierOne}
      </span>
    </button>
  );
}

/** A message in a few words. */
export function inShort(message: Message): string {
  const [file] = message.attachments;
  return (
    message.text.trim().slice(0, 200) ||
    file?.name ||
    words.contents[message.content?.type ?? ""] ||
    ""
  );
}

/** What somebody took back is still part of the record; it is only folded away. */
function TakenBack({ message, by }: { message: Message; by: string }) {
  const [open, setOpen] = useState(false);
  return (
    <article
      id={`message-${message.id}`}
      class={`message ${message.direction} taken-back`}
      data-message={message.id}
      data-deleted
      aria-label={`${by}, ${atClock(message.created_at)}`}
    >
      <Head message={message} by={by} />
      <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} size={12} />
        {words.thread.takenBackBy(by, atClock(message.deleted_at ?? message.created_at))}
      </button>
      {open && (
        <div class="taken-text">
          <Body message={message} />
          {message.attachments.length > 0 && <Files files={message.attachments} />}
        </div>
      )}
    </article>
  );
}

function Changing({ message, close }: { message: Message; close: () => void }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const end = field.current?.value.length ?? 0;
    field.current?.focus();
    field.current?.setSelectionRange(end, end);
  }, []);
  const save = (event?: Event) => {
    event?.preventDefault();
    const text = field.current?.value.trim() ?? "";
    if (!text) return;
    close();
    if (text !== message.text) void edit(message, text);
  };
  return (
    <form class="changing" onSubmit={save}>
      <textarea
        ref={field}
        defaultValue={message.text}
        aria-label={words.thread.changing}
        dir="auto"
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save(event);
          if (event.key !== "Escape") return;
          event.stopPropagation();
          close();
        }}
      />
      <p>
        <Button kind="quiet" onClick={close}>
          {words.customer.cancel}
        </Button>
        <button type="submit" class="button act">
          <span>{words.customer.save}</span>
        </button>
      </p>
    </form>
  );
}

function Body({ message }: { message: Message }) {
  const silent = message.attachments.length === 0 && !message.content;
  const empty = !message.text.trim();
  return (
    <div class="message-body">
      {message.channel === "email" && message.direction === "out" && <Recipients m={message} />}
      {empty && silent && <p class="faint">{words.thread.empty}</p>}
      {!empty && <Text text={message.text} />}
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
