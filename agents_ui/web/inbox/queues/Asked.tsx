/** What colleagues ask: cards over the list, and a line over the conversation. */
import { myId, openConversation, openId } from "../state/desk";
import { Channel, Icon } from "../view/Icon";
import { Button } from "../view/parts";
import { railOpen } from "../view/Rail";
import { advise, asked, askedAbout, nameOf, putAway, whom } from "./asked";
import type { Consult } from "./shapes";
import { words } from "./words";

/** In the rail: how many questions wait for an answer; it leads to the first. */
export function AskedTray() {
  const [first] = asked.value;
  if (!first) return null;
  return (
    <li>
      <button
        type="button"
        class="rail-item"
        title={words.asked}
        onClick={() => {
          railOpen.value = false;
          openConversation(first.conversation.id);
        }}
      >
        <Icon name="why" />
        <span class="rail-word">{words.asked}</span>
        <span class="count" data-count="asked">
          {asked.value.length}
        </span>
      </button>
    </li>
  );
}

/** Over the list: a card for each question. */
export function Asked() {
  if (asked.value.length === 0) return null;
  return (
    <section class="asked-list" aria-label={words.asked}>
      {asked.value.map((one) => (
        <Card key={one.id} one={one} />
      ))}
    </section>
  );
}

function Card({ one }: { one: Consult }) {
  const { id, customer, channel } = one.conversation;
  return (
    <button
      type="button"
      class="asked-card"
      data-consult={one.id}
      aria-current={openId.value === id ? "true" : undefined}
      onClick={() => openConversation(id)}
    >
      <span class="asked-head">
        <Channel kind={channel} size={14} />
        <b>{words.asksAbout(nameOf(one.asker_id), customer.name)}</b>
        {one.queue_id && <span class="faint">{whom(one)}</span>}
      </span>
      <span class="asked-text">{one.question}</span>
    </button>
  );
}

/** Over a conversation: what is asked about it, and what to do with that. */
export function AskedHere({ id }: { id: number }) {
  return (
    <>
      {askedAbout(id).map((one) => (
        <Line key={one.id} one={one} />
      ))}
    </>
  );
}

function Line({ one }: { one: Consult }) {
  const mine = one.asker_id === myId.value;
  return (
    <p class="asked-line" data-consult={one.id}>
      <Icon name="why" />
      <span>
        <b>{mine ? words.youAsked(whom(one)) : words.asks(nameOf(one.asker_id))}</b> {one.question}
      </span>
      {!mine && <Button onClick={() => advise(one)}>{words.advise}</Button>}
      {(mine || one.agent_id === myId.value) && (
        <Button kind="quiet" onClick={() => void putAway(one)}>
          {mine ? words.takeBack : words.decline}
        </Button>
      )}
    </p>
  );
}
