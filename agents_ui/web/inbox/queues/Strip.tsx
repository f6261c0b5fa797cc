/** Under the head of a conversation: where routing has it, what was promised, what to do. */
import type { Conversation } from "../shapes";
import { agents, myId, now } from "../state/desk";
import { queues } from "../state/queues";
import { lasting } from "../state/time";
import { Icon } from "../view/Icon";
import { deciding } from "../view/open";
import { Button } from "../view/parts";
import { AskedHere } from "./Asked";
import { acts, chooseTag } from "./commands";
import { Urgency } from "./Marks";
import { tag } from "./store";
import { standing, told } from "./time";
import { words } from "./words";

export function Strip({ c }: { c: Conversation }) {
  return (
    <>
      <AskedHere id={c.id} />
      <Facts c={c} />
    </>
  );
}

function Facts({ c }: { c: Conversation }) {
  const queue = queues.value.get(c.queue_id ?? 0);
  const how = standing(c, now.value);
  const stage = staged(c);
  return (
    <section class="strip" aria-label={words.strip} data-stage={c.stage}>
      <p class="strip-facts">
        {queue && <b class="strip-queue">{queue.name}</b>}
        {c.priority !== "normal" && (
          <span class="strip-priority">
            <Urgency c={c} />
            <span aria-hidden="true">{words.priorities[c.priority ?? "normal"]}</span>
          </span>
        )}
        {stage && <span class="strip-stage">{stage}</span>}
        {c.due_at && (
          <span class={`waits due ${how}`} data-promise={how}>
            <span class="dial" aria-hidden="true" />
            {told(c, now.value)}
          </span>
        )}
        <Tags c={c} />
      </p>
      <p class="strip-acts">
        {acts(c).map((one) => (
          <Button
            key={one.keys}
            icon={one.icon}
            kind="quiet"
            label={one.name}
            keys={one.keys}
            onClick={one.act}
          />
        ))}
        <Button
          icon="why"
          kind="quiet"
          keys="w"
          class="strip-why"
          onClick={() => {
            deciding.value = { what: "why", id: c.id };
          }}
        >
          {words.why}
        </Button>
      </p>
    </section>
  );
}

/** Where it is, unless its own place in the page says so already. */
function staged(c: Conversation): string {
  if (c.offer) {
    if (c.offer.agent_id === myId.value) return words.askingYou;
    return words.asking(agents.value.get(c.offer.agent_id)?.name ?? "");
  }
  if (c.status === "pending") return ""; // the head says that the bot has it
  if (c.stage === "held") return words.held;
  if (c.stage !== "queued" || !c.queued_at) return "";
  return words.waits(lasting(c.queued_at, now.value));
}

function Tags({ c }: { c: Conversation }) {
  return (
    <span class="tags">
      {(c.tags ?? []).map((name) => (
        <button
          type="button"
          key={name}
          class="tag"
          title={words.untag(name)}
          onClick={() => tag(c, name, false)}
        >
          {name}
          <span class="sr">, {words.untag(name)}</span>
          <Icon name="close" size={10} />
        </button>
      ))}
      <Button icon="tag" kind="quiet" label={words.tag} keys="l" onClick={() => chooseTag(c)} />
    </span>
  );
}
