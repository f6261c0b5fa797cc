/** Why a conversation is where it is: each decision, who could have had it, and who could not. */
import { useEffect, useState } from "preact/hooks";
import { call } from "../api";
import { agents, conversations, myId, now } from "../state/desk";
import { queues } from "../state/queues";
import { inFull, lasting } from "../state/time";
import { Icon } from "../view/Icon";
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
  const detail = one.detail ?? {};
  const more = Boolean(detail.candidates?.length || detail.removed?.length || detail.rules?.length);
  return (
    <li class="decision" data-kind={one.kind}>
      <header>
        <b>{words.kinds[one.kind] ?? one.kind}</b>
        <span class="faint">{where.filter(Boolean).join(" · ")}</span>
        <time class="faint" title={inFull(one.at)}>
          {lasting(one.at, now.value)}
        </time>
      </header>
      <p>{one.why}</p>
      {more && (
        <details open={open}>
          <summary>{words.candidates}</summary>
          <Detailed detail={detail} chosen={one.agent_id} />
        </details>
      )}
    </li>
  );
}

function Detailed({ detail, chosen }: { detail: Detail; chosen: number | null }) {
  return (
    <>
      {detail.rules && detail.rules.length > 0 && (
        <ul class="why-rows">
          {detail.rules.map((rule) => (
            <li key={rule.name}>
              <Icon name={rule.matched ? "check" : "close"} size={14} />
              <span>{rule.name}</span>
              <span class="faint">
                {rule.why ?? (rule.matched ? words.matched : words.unmatched)}
              </span>
            </li>
          ))}
        </ul>
      )}
      <ul class="why-rows">
        {detail.candidates?.map((one) => (
          <li key={one.agent_id}>
            <Icon name={one.agent_id === chosen ? "check" : "person"} size={14} />
            <span>{nameOf(one.agent_id)}</span>
            <span class="faint">{facts(one, chosen)}</span>
          </li>
        ))}
        {detail.removed?.map((one) => (
          <li key={one.agent_id} class="removed">
            <Icon name="close" size={14} />
            <span>{nameOf(one.agent_id)}</span>
            <span class="faint">{one.why}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function nameOf(agent: number): string {
  if (agent === myId.value) return common.thread.you;
  return agents.value.get(agent)?.name ?? common.thread.somebody;
}

/** What is known of a candidate: whatever was written down, in the words of the decision. */
function facts(one: { agent_id: number; score?: number }, chosen: number | null): string {
  const told = Object.entries(one)
    .filter(([name, value]) => name !== "agent_id" && shown(value))
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
  return [one.agent_id === chosen && words.chosen, ...told].filter(Boolean).join(" · ");
}

const shown = (value: unknown): boolean => ["number", "string"].includes(typeof value);
