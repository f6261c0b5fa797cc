/** What a line of a list says of routing: priority, queue, promise. */
import type { Conversation } from "../shapes";
import { agents, list, myId, now } from "../state/desk";
import { queues } from "../state/queues";
import { Icon } from "../view/Icon";
import { words as common } from "../words";
import { distance, standing, told } from "./time";
import { words } from "./words";

/** Until when the customer was promised something; its shape tells how that stands. */
export function Due({ c }: { c: Conversation }) {
  const how = standing(c, now.value);
  const time = distance(c.due_at ?? "", now.value);
  const sentence = told(c, now.value);
  return (
    <span class={`row-time waits due ${how}`} data-promise={how} title={sentence}>
      <span class="dial" aria-hidden="true" />
      <span class="sr">, {sentence}</span>
      <span aria-hidden="true">{how === "late" ? words.late(time) : words.left(time)}</span>
    </span>
  );
}

/** A priority other than the usual one: an arrow, and a word for who does not see it. */
export function Urgency({ c }: { c: Conversation }) {
  const priority = c.priority ?? "normal";
  if (priority === "normal") return null;
  const name = words.priority(words.priorities[priority] ?? priority);
  return (
    <span class={`urgency ${priority}`} data-priority={priority} title={name}>
      <Icon name={priority === "low" ? "down" : "up"} size={12} />
      {priority === "urgent" && <Icon name="up" size={12} />}
      <span class="sr">{name}</span>
    </span>
  );
}

export function Marks({ c }: { c: Conversation }) {
  const text = whose(c);
  return (
    <span class="row-agent row-marks" title={text} data-stage={c.stage}>
      <Urgency c={c} />
      <span class="row-whose">{text}</span>
    </span>
  );
}

/** Who has it or is asked to take it, or else where it waits. */
function whose(c: Conversation): string {
  if (c.offer) {
    if (c.offer.agent_id === myId.value) return words.askingYou;
    return words.asking(firstName(c.offer.agent_id));
  }
  if (c.status === "pending") return common.statuses.pending ?? "";
  if (c.stage === "held") return words.held;
  if (c.assignee_id === null || list.value === "mine") {
    return list.value === `queue-${c.queue_id}`
      ? ""
      : (queues.value.get(c.queue_id ?? 0)?.name ?? "");
  }
  return c.assignee_id === myId.value ? common.thread.you : firstName(c.assignee_id);
}

function firstName(agent: number): string {
  return agents.value.get(agent)?.name.split(" ")[0] ?? common.thread.somebody;
}
