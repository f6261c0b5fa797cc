/** How far a message of ours got, and what can be done about it. */
import type { Message } from "../shapes";
import { arrived, cancel, retry } from "../state/acts";
import { channelName, words } from "../words";
import { Icon } from "./Icon";
import { Button } from "./parts";

const BAD = new Set(["failed", "dead", "unknown"]);
const CANCELLABLE = new Set(["queued", "scheduled"]);

export function Delivered({ message }: { message: Message }) {
  const { delivery } = message;
  if (message.direction !== "out" || !delivery || message.content?.type === "call") return null;
  if (delivery === "unknown") return <Doubtful message={message} />;
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

/** Nobody knows whether it arrived: only a person may have it said twice. */
function Doubtful({ message }: { message: Message }) {
  return (
    <footer class="doubtful" data-delivery="unknown">
      <p>
        <Icon name="alert" size={14} />
        <b class="delivery-word">{words.deliveries.unknown}</b>
      </p>
      <p>{words.thread.doubt(channelName(message.channel))}</p>
      <p class="doubtful-acts">
        <Button icon="check" onClick={() => void arrived(message)}>
          {words.thread.arrived}
        </Button>
        <Button icon="retry" onClick={() => void retry(message)}>
          {words.thread.sendAgain}
        </Button>
      </p>
    </footer>
  );
}

function glyph(delivery: string) {
  if (BAD.has(delivery)) return "alert";
  if (delivery === "sent") return "check";
  if (delivery === "delivered" || delivery === "read") return "checks";
  return delivery === "canceled" ? "undo" : "clock";
}
