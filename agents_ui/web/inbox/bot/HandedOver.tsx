/** What the bot tells whoever takes over: what was asked, collected and tried. */
import type { DeskEvent } from "../shapes";
import { agents, myId, thread } from "../state/desk";
import { follow, path } from "../state/router";
import { inFull } from "../state/time";
import { Icon } from "../view/Icon";
import { words as common } from "../words";
import { views } from "./session";
import type { BotView, Notes } from "./shapes";
import { words } from "./words";

const OURS = /^(bot\.(handed_over|silenced)|suggestion\.answered|answer\.reported)$/;

/** Show an event of the bot; nothing for all others. */
export function Told({ event }: { event: DeskEvent }) {
  if (!OURS.test(event.verb)) return null;
  const view = views.value.get(event.conversation_id ?? 0);
  if (event.verb === "bot.handed_over" && isLast(event) && view?.session)
    return <Card event={event} view={view} />;
  const line = sentence(event);
  return line ? (
    <p class="event-line" title={inFull(event.at)}>
      {line}
    </p>
  ) : null;
}

/** The notes are of the newest time that the bot had the conversation. */
function isLast(event: DeskEvent): boolean {
  const events = thread.value?.events ?? [];
  return !events.some(
    (e) => e.id > event.id && (e.verb === "bot.handed_over" || e.verb === "bot.began"),
  );
}

function sentence(event: DeskEvent): string {
  const who =
    event.agent_id === myId.value
      ? common.thread.you
      : (agents.value.get(event.agent_id ?? 0)?.name ?? "");
  const said = words.events;
  switch (event.verb) {
    case "bot.handed_over":
      return because(said.handedOver, event.change?.reason);
    case "bot.silenced":
      return who ? said.silenced(who) : said.silencedItself;
    case "answer.reported":
      return said.reported(who);
    case "suggestion.answered": {
      const state = Array.isArray(event.change?.state) ? String(event.change.state.at(-1)) : "";
      if (state === "expired") return said.expired;
      return said.said[state]?.(who || words.somebody) ?? "";
    }
  }
  return "";
}

function because(line: string, why: unknown): string {
  return typeof why === "string" && why ? words.events.because(line, why) : line;
}

function Card({ event, view }: { event: DeskEvent; view: BotView }) {
  const notes: Notes = view.session?.notes ?? {};
  const why = event.change?.reason ?? view.session?.reason;
  const collected = Object.entries(notes.collected ?? {});
  return (
    <section class="handed-over" aria-label={words.handedOver} data-handed-over>
      <header>
        <Icon name="bot" />
        <b>{words.handedOver}</b>
        <time dateTime={event.at} title={inFull(event.at)}>
          {clock.format(new Date(event.at))}
        </time>
      </header>
      {typeof why === "string" && why && <p class="handed-why">{why}</p>}
      <dl>
        {(notes.asked?.length ?? 0) > 0 && (
          <div>
            <dt>{words.wanted}</dt>
            <dd dir="auto">
              {notes.asked?.map((one) => (
                <p key={one}>{one}</p>
              ))}
            </dd>
          </div>
        )}
        {collected.length > 0 && (
          <div>
            <dt>{words.collected}</dt>
            <dd>
              {collected.map(([name, value]) => (
                <p key={name}>
                  <span class="faint">{name.replaceAll("_", " ")}</span> <b>{value}</b>
                </p>
              ))}
            </dd>
          </div>
        )}
        {(notes.tried?.length ?? 0) > 0 && (
          <div>
            <dt>{words.tried}</dt>
            <dd>
              {notes.tried?.map((one) => (
                <p key={one}>
                  <a class="link" href={path("knowledge", one)} onClick={follow}>
                    {view.titles?.[String(one)] ?? words.article(`#${one}`)}
                  </a>
                </p>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
