/** What happened to a conversation in its queue, as the lines between its messages say it. */
import type { DeskEvent } from "../shapes";
import { agents, myId } from "../state/desk";
import { queues } from "../state/queues";
import { words as common } from "../words";
import { promised } from "./time";
import { words } from "./words";

const PLAIN = new Set(["conversation.queued"]); // the reasons tell more

/** Tell an event of routing; nothing when it is another one. */
export function told(event: DeskEvent): string | null {
  const line = sentence(event);
  const reason = PLAIN.has(event.verb) ? null : event.change?.reason;
  return line && typeof reason === "string" && reason ? words.events.because(line, reason) : line;
}

function sentence(event: DeskEvent): string | null {
  const who = nameOf(event.agent_id);
  const whom = nameOf(event.for_agent_id);
  const said = words.events;
  switch (event.verb) {
    case "conversation.queued": {
      const name = queues.value.get(Number(after(event, "queue_id")))?.name;
      if (!name) return "";
      return event.agent_id === null ? said.queued(name) : said.queuedBy(who, name);
    }
    case "conversation.accepted":
      return event.agent_id === event.for_agent_id ? said.accepted(who) : said.given(whom);
    case "conversation.declined":
      return said.declined(event.agent_id === null ? whom : who);
    case "conversation.missed":
      return said.missed(whom);
    case "conversation.returned":
      return event.agent_id === null ? said.returnedItself : said.returned(who);
    case "conversation.held":
      return said.held(who);
    case "conversation.consulted":
      return said.consulted(who, asked(event) ?? whom);
    case "conversation.advised":
      return said.advised[String(event.change?.how)]?.(who, whom) ?? "";
    case "conversation.prioritised": {
      const name = String(after(event, "priority"));
      return said.prioritised(who, words.priorities[name] ?? name);
    }
    case "promise.breached":
      return said.breached(promised(String(after(event, "promise") ?? event.change?.promise)));
    default:
      return null;
  }
}

function nameOf(agent: number | null): string {
  if (agent === myId.value) return common.thread.you;
  return agents.value.get(agent ?? 0)?.name ?? words.events.desk;
}

/** Whom a question was for, when it was for a queue. */
function asked(event: DeskEvent): string | undefined {
  return queues.value.get(Number(event.change?.asked_queue_id))?.name;
}

/** A change is told as what it was and what it is. */
function after(event: DeskEvent, field: string): unknown {
  const change = event.change?.[field];
  return Array.isArray(change) ? change.at(-1) : change;
}
