/** A message of ours on its way to the desk. */
import { type Parcel, takeBack } from "../state/outbox";
import { atClock, sized } from "../state/time";
import { putBack } from "../state/writing";
import { words } from "../words";
import { Icon } from "./Icon";
import { Text } from "./Written";

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
