/** Telephone calls: what rings, what one speaks on, what else is going on. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { LiveCall } from "../shapes";
import { agents, me, myId, now, supervises } from "../state/desk";
import {
  act,
  answer,
  attend,
  callsOpen,
  decline,
  type How,
  hangUp,
  liveCalls,
  loadMyPhone,
  mine,
  mute,
  muted,
  myPart,
  myPhone,
  phones,
  place,
  ringing,
  saveMyPhone,
  speaking,
  transferring,
  wanted,
} from "../state/phone";
import { follow, path } from "../state/router";
import { lengthOf } from "../state/time";
import { words } from "../words";
import { focusComposer } from "./focus";
import { Icon } from "./Icon";
import { Button, Dialog } from "./parts";

export function Phone() {
  return (
    <>
      {ringing.value[0] && <Rings call={ringing.value[0]} />}
      {mine.value && <Bar call={mine.value} />}
      {wanted.value && <Calling />}
      {transferring.value && <Transfer call={transferring.value} />}
      {callsOpen.value && <Calls />}
    </>
  );
}

export function callerName(call: LiveCall): string {
  return call.customer?.name ?? call.peer ?? words.phone.withheld;
}

/** Somebody calls, and it rings at this agent. */
function Rings({ call }: { call: LiveCall }) {
  return (
    <section class="rings" role="alertdialog" aria-label={words.phone.rings(callerName(call))}>
      <Icon name="incoming" size={20} />
      <p class="rings-who">
        <b>{words.phone.rings(callerName(call))}</b>
        <span class="faint">
          {[call.customer && call.peer, call.queue].filter(Boolean).join(" · ")}
        </span>
      </p>
      <p class="rings-acts">
        <Button icon="answer" kind="act" onClick={() => void answer(call, "browser")}>
          {words.phone.answerHere}
        </Button>
        <Button icon="phone" onClick={() => void answer(call, "phone")}>
          {words.phone.ringPhone}
        </Button>
        <Button kind="quiet" onClick={() => decline(call)}>
          {words.phone.decline}
        </Button>
      </p>
    </section>
  );
}

/** Seconds that pass while one looks. */
function useTicking(): number {
  const [at, setAt] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setAt(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(at, now.value);
}

/** The call that this agent is in. */
function Bar({ call }: { call: LiveCall }) {
  const at = useTicking();
  const part = myPart(call);
  const held = call.state === "held";
  const watches = Boolean(part?.mode);
  const state = watches ? words.phone.modes[part?.mode ?? ""] : words.phone.states[call.state];
  return (
    <section class="call-bar" aria-label={words.phone.bar} data-state={call.state}>
      <span class="call-bar-light" aria-hidden="true" />
      <p class="call-bar-who">
        <b>{callerName(call)}</b>
        <span>
          {state} · <time>{lengthOf(at - Date.parse(call.answered_at ?? call.began_at))}</time>
        </span>
      </p>
      <div class="call-bar-acts">
        {speaking.value && (
          <Button
            icon={muted.value ? "muted" : "mic"}
            label={muted.value ? words.phone.unmute : words.phone.mute}
            pressed={muted.value}
            onClick={() => mute(!muted.value)}
          />
        )}
        {!watches && part && (
          <Button
            icon={held ? "play" : "pause"}
            label={held ? words.phone.resume : words.phone.hold}
            pressed={held}
            onClick={() => void act(call, held ? "resume" : "hold")}
          />
        )}
        {!watches && part && (
          <Button
            icon="forward"
            label={words.phone.transfer}
            onClick={() => {
              transferring.value = call;
            }}
          />
        )}
        {call.conversation_id && <Note conversation={call.conversation_id} />}
        <Button icon="hangup" kind="danger" class="hang-up" onClick={() => void hangUp(call)}>
          {call.consulting ? words.phone.handOver : words.phone.hangUp}
        </Button>
      </div>
    </section>
  );
}

/** The conversation of the call, with the cursor in a note. */
function Note({ conversation }: { conversation: number }) {
  return (
    <a
      class="button"
      href={path("all", conversation)}
      onClick={(event) => {
        follow(event);
        focusComposer(conversation, true);
      }}
    >
      <Icon name="edit" />
      <span>{words.phone.note}</span>
    </a>
  );
}

/** How to speak with somebody: here, or on one's own telephone. */
function Calling() {
  const whom = wanted.value;
  const [account, setAccount] = useState(phones.value[0]?.id ?? 0);
  if (!whom) return null;
  const close = () => {
    wanted.value = null;
  };
  return (
    <Dialog label={words.phone.callName(whom.name)} class="calling" close={close}>
      <header class="dialog-head">
        <h2>{words.phone.callName(whom.name)}</h2>
        <Button icon="close" kind="quiet" label={words.acts.close} onClick={close} />
      </header>
      <div class="dialog-body">
        {whom.to && whom.to !== whom.name && <p class="faint">{whom.to}</p>}
        {phones.value.length > 1 && (
          <label class="labelled">
            <span>{words.phone.from}</span>
            <select
              value={String(account)}
              onChange={(event) => setAccount(Number(event.currentTarget.value))}
            >
              {phones.value.map((one) => (
                <option key={one.id} value={String(one.id)}>
                  {[one.name, one.address].filter(Boolean).join(" · ")}
                </option>
              ))}
            </select>
          </label>
        )}
        <Where act={(how) => void place(whom, how, account)} />
      </div>
    </Dialog>
  );
}

/** In this browser, or on one's own telephone, whose number is asked for once. */
function Where({ act: go }: { act: (how: How) => void }) {
  const [asks, setAsks] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => void loadMyPhone(), []);
  const ring = () => {
    if (myPhone.value) go("phone");
    else setAsks(true);
  };
  const save = async (event: Event) => {
    event.preventDefault();
    const number = field.current?.value.trim();
    if (number && (await saveMyPhone(number))) go("phone");
  };
  return (
    <>
      <p class="where">
        <Button icon="mic" kind="act" onClick={() => go("browser")}>
          {words.phone.here}
        </Button>
        <Button icon="phone" onClick={ring}>
          {words.phone.mine}
        </Button>
      </p>
      {asks && (
        <form class="labelled" onSubmit={save}>
          <label class="labelled">
            <span>{words.phone.myNumber}</span>
            <input ref={field} type="tel" placeholder="+385 1 234 5678" autocomplete="tel" />
          </label>
          <button type="submit" class="button act">
            <span>{words.phone.mine}</span>
          </button>
        </form>
      )}
    </>
  );
}

function Transfer({ call }: { call: LiveCall }) {
  const [agent, setAgent] = useState("");
  const [number, setNumber] = useState("");
  const close = () => {
    transferring.value = null;
  };
  const pass = (warm: boolean) => {
    close();
    const to = number.trim() ? { number: number.trim() } : { agent_id: Number(agent) };
    void act(call, "transfer", { ...to, warm });
  };
  const others = me.value?.agents.filter((one) => !one.archived && one.id !== myId.value) ?? [];
  const nobody = !agent && !number.trim();
  return (
    <Dialog label={words.phone.transfer} class="calling" close={close}>
      <header class="dialog-head">
        <h2>{words.phone.transfer}</h2>
        <Button icon="close" kind="quiet" label={words.acts.close} onClick={close} />
      </header>
      <div class="dialog-body">
        <label class="labelled">
          <span>{words.phone.transferTo}</span>
          <select value={agent} onChange={(event) => setAgent(event.currentTarget.value)}>
            <option value="">…</option>
            {others.map((one) => (
              <option key={one.id} value={String(one.id)}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        <label class="labelled">
          <span>{words.phone.someNumber}</span>
          <input
            type="tel"
            value={number}
            onInput={(event) => setNumber(event.currentTarget.value)}
          />
        </label>
        <p class="where">
          <Button kind="act" disabled={nobody} onClick={() => pass(true)}>
            {words.phone.warm}
          </Button>
          <Button disabled={nobody} onClick={() => pass(false)}>
            {words.phone.cold}
          </Button>
        </p>
      </div>
    </Dialog>
  );
}

/** All calls of this moment: those that wait can be taken, others watched over. */
function Calls() {
  const close = () => {
    callsOpen.value = false;
  };
  return (
    <Dialog label={words.phone.live} class="calls" close={close}>
      <header class="dialog-head">
        <h2>{words.phone.live}</h2>
        <Button icon="close" kind="quiet" label={words.acts.close} onClick={close} />
      </header>
      {liveCalls.value.length === 0 && <p class="faint">{words.phone.none}</p>}
      <ul class="calls-list">
        {liveCalls.value.map((call) => (
          <CallRow key={call.external_id} call={call} close={close} />
        ))}
      </ul>
    </Dialog>
  );
}

function CallRow({ call, close }: { call: LiveCall; close: () => void }) {
  const at = useTicking();
  const names = call.takers.map((one) => agents.value.get(one.agent_id)?.name ?? "");
  const others = call.takers.length > 0 && !myPart(call);
  return (
    <li>
      <Icon name={call.outward ? "outgoing" : "incoming"} />
      <p class="content-words">
        <b>{callerName(call)}</b>
        <span class="faint">
          {[
            words.phone.states[call.state],
            call.queue,
            names.join(", "),
            lengthOf(at - Date.parse(call.answered_at ?? call.queued_at ?? call.began_at)),
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </p>
      <p class="content-acts">
        {call.conversation_id && (
          <a
            class="button"
            href={path("all", call.conversation_id)}
            onClick={(event) => {
              follow(event);
              close();
            }}
          >
            <span>{words.phone.open}</span>
          </a>
        )}
        {call.state === "queued" && (
          <Button icon="answer" kind="act" onClick={() => void answer(call, "browser")}>
            {words.phone.answerHere}
          </Button>
        )}
        {others && supervises.value && (
          <>
            <Button icon="listen" onClick={() => void attend(call, "monitor", "browser")}>
              {words.phone.monitor}
            </Button>
            <Button onClick={() => void attend(call, "whisper", "browser")}>
              {words.phone.whisper}
            </Button>
            <Button onClick={() => void attend(call, "barge", "browser")}>
              {words.phone.barge}
            </Button>
          </>
        )}
      </p>
    </li>
  );
}
