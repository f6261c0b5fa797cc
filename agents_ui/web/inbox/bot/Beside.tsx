/** Between the conversation and the composer: what the bot does or asks, and what helps. */
import { take } from "../state/acts";
import { conversations } from "../state/desk";
import { Icon } from "../view/Icon";
import { Button } from "../view/parts";
import { Asking } from "./Asking";
import { Assist } from "./Assist";
import { stop, suggestions } from "./session";
import { words } from "./words";

export function Beside({ id }: { id: number }) {
  const asked = suggestions.value.find((one) => one.conversation_id === id);
  const pending = conversations.value.get(id)?.status === "pending";
  return (
    <div class="helping">
      {asked && <Asking key={asked.id} one={asked} />}
      {pending && !asked && <Holds id={id} />}
      <Assist id={id} />
    </div>
  );
}

function Holds({ id }: { id: number }) {
  return (
    <p class="holds" role="status">
      <Icon name="bot" />
      <span>{words.holds}</span>
      <Button kind="quiet" label={words.stopHint} onClick={() => void stop(id)}>
        {words.stop}
      </Button>
      <Button keys="i" onClick={() => take(id)}>
        {words.takeOver}
      </Button>
    </p>
  );
}
