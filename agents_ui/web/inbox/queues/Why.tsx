/** Why a conversation is where it is: each decision, who could have had it, and who could not. */
import { useEffect, useState } from "preact/hooks";
import { call } from "../api";
import { agents, conversations, myId, now } from "../state/desk";
import { queues } from "../state/queues";
import { inFull, lasting } from "../state/time";
import { Icon, type IconName } from "../view/Icon";
import { Button, Dialog } from "../view/parts";
import { words as common } from "../words";
import type { Decision, Detail, Reasons } from "./shapes";
import { words } from "./words";

export function Why({ id, close }: { id: number; close: () => void }) {
  const [reasons, setReasons] = useState<Reasons | null>(null);
  const [failed, setFailed] = useState(false);
  const c = conversations.value.get(id);
  useEffect(() => {
    call<Reasons>("GET", `/conversations/${id}/why`).then(setReasons, () => setFailed(true));
  }, [id, c?.stage, c?.offer?.id, c?.queue_id]);
  return (
    <Dialog label={words.whyTitle} class="why" close={close}>
      <header class="dialog-head">
        <h2>{words.whyTitle}</h2>
        <Button icon="close" kind="quiet" label={common.acts.close} onClick={close} />
      </header>
      {!reasons && (
        <p class="why-none" role="status">
          {failed ? words.whyFailed : words.whyLoading}
        </p>
      )}
      {reasons && <p class="why-now">{standing(reasons).join(" ")}</p>}
      {reasons?.decisions.length === 0 && <p class="why-none">{words.whyNone}</p>}
      <ol class="decisions">
        {reasons?.decisions.map((one, at) => (
          <Told key={one.id} one={one} open={at === 0} />
        ))}
      </ol>
    </Dialog>
  );
}

/** Where it is right now, and what it asks of whoever takes it. */
function standing(one: Reasons): string[] {
  const queue = queues.value.get(one.queue_id ?? 0)?.name;
  const waits = (one.stage === "queued" || one.stage === "offered") && one.queued_at && queue;
  const needs = one.needs.map((need) => [need.skill, need.level].filter(Boolean).join(" "));
  return [
    waits ? words.whyWaits(queue, lasting(one.queued_at ?? "", now.value)) : "",
    one.queue_paused ? words.whyPaused : "",
    needs.length > 0 ? words.whyNeeds(needs.join(", ")) : "",
    one.language ? words.whySpeaks(one.language) : "",
    one.relaxed ? words.whyRelaxed : "",
  ].filter(Boolean);
}

function Told({ one, open }: { one: Decision; open: boolean }) {
  const where = [
    queues.value.get(one.queue_id ?? 0)?.name,
    one.setup_id !== null && words.version(one.setup_id),
  ];
  const { tried = [], scores = [], removed = [] } = one.detail;
  const more = tried.length + scores.length + removed.length > 0;
  return (
    <li class="decision" data-kind={one.kind}>
      <p class="decision-head">
        <b>{words.kinds[one.kind] ?? one.kind}</b>
        <span class="faint">{where.filter(Boolean).join(" · ")}</span>
        <time class="faint" title={inFull(one.at)}>
          {lasting(one.at, now.value)}
        </time>
      </p>
      <p>{one.why}</p>
      {more && (
        <details open={open}>
          <summary>{tried.length > 0 ? words.rules : words.candidates}</summary>
          <Detailed detail={one.detail} chosen={one.agent_id} />
        </details>
      )}
    </li>
  );
}

function Detailed({ detail, chosen }: { detail: Detail; chosen: number | null }) {
  const { tried = [], scores = [], removed = [], score } = detail;
  const allRemoved = Object.values(detail.removed_by ?? {}).reduce((sum, n) => sum + n, 0);
  const others = (detail.candidates ?? 0) - scores.length + allRemoved - removed.length;
  return (
    <>
      <ul class="why-rows">
        {tried.map((one) => (
          <Reason key={one.rule} icon={one.matched ? "check" : "close"} name={one.rule}>
            {one.why}
          </Reason>
        ))}
        {scores.map(([agent, points]) => (
          <Reason key={agent} icon={agent === chosen ? "check" : "person"} name={nameOf(agent)}>
            {[agent === chosen && words.chosen, words.score(rounded(points))]
              .filter(Boolean)
              .join(" · ")}
          </Reason>
        ))}
        {removed.map(([agent, , why]) => (
          <Reason key={agent} icon="close" name={nameOf(agent)}>
            {why}
          </Reason>
        ))}
      </ul>
      {others > 0 && <p class="faint">{words.othersToo(others)}</p>}
      {score && <p class="faint">{words.place(parts(score), rounded(score.total ?? 0))}</p>}
    </>
  );
}

function Reason(props: { icon: IconName; name: string; children: string }) {
  return (
    <li>
      <Icon name={props.icon} size={14} />
      <span>{props.name}</span>
      <span class="faint">{props.children}</span>
    </li>
  );
}

/** What a conversation's place in its queue is made of; what counts nothing is left out. */
function parts(score: Record<string, number>): string {
  return Object.entries(score)
    .filter(([name, points]) => name !== "total" && Math.abs(points) >= 0.005)
    .map(([name, points]) => `${words.scores[name] ?? name} ${rounded(points)}`)
    .join(", ");
}

function rounded(points: number): string {
  return points.toLocaleString(undefined, { maximumFractionDigits: 2 });
}

function nameOf(agent: number): string {
  if (agent === myId.value) return common.thread.you;
  return agents.value.get(agent)?.name ?? common.thread.somebody;
}
