/** A telephone call in the conversation: how it went, who spoke, what was recorded. */
import { useState } from "preact/hooks";
import type { Attachment, Call, Leg, Message, Recording } from "../shapes";
import { agents, conversations, now } from "../state/desk";
import { callBack, supportsCalls } from "../state/phone";
import { atClock, lengthOf } from "../state/time";
import { words } from "../words";
import { Sound } from "./Files";
import { focusComposer } from "./focus";
import { Icon, type IconName } from "./Icon";
import { Button } from "./parts";

export function CallCard({ message, call }: { message: Message; call: Call }) {
  const [open, setOpen] = useState(false);
  const ended = call.state === "ended";
  const legs = call.legs ?? [];
  const missed = ended && MISSED.has(call.outcome ?? "");
  return (
    <div
      class={`content call ${missed ? "missed" : ""} ${ended ? "" : "live"}`}
      data-call={call.outcome ?? call.state}
    >
      <div class="call-head">
        <Icon name={glyph(message, call)} />
        <p class="content-words">
          <b>{title(message, call)}</b>
          <span class="faint">{facts(call)}</span>
        </p>
      </div>
      {(call.choices ?? []).length > 0 && (
        <p class="call-path">
          <span class="faint">{words.phone.menu}</span> {call.choices?.join(" › ")}
        </p>
      )}
      {(call.recordings ?? []).map((one) => (
        <Recorded
          key={one.external_id}
          recording={one}
          file={message.attachments.find((file) => file.id === one.attachment_id)}
        />
      ))}
      {legs.length > 0 && (
        <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? "down" : "right"} size={12} />
          {words.phone.legs(legs.length)}
        </button>
      )}
      {open && <Legs legs={legs} message={message} />}
      {ended && (
        <p class="content-acts">
          {supportsCalls.value && (
            <Button icon="phone" onClick={() => callBack(message)}>
              {words.phone.callBack}
            </Button>
          )}
          <Button
            icon="lock"
            kind="quiet"
            onClick={() => focusComposer(message.conversation_id, true)}
          >
            {words.phone.addNote}
          </Button>
        </p>
      )}
    </div>
  );
}

const MISSED = new Set(["missed", "abandoned", "failed"]);

function glyph(message: Message, call: Call): IconName {
  if (call.outcome === "voicemail" || call.state === "voicemail") return "voicemail";
  if (MISSED.has(call.outcome ?? "")) return "missed";
  return message.direction === "out" ? "outgoing" : "incoming";
}

function title(message: Message, call: Call): string {
  const way = message.direction === "out" ? words.phone.outgoing : words.phone.incoming;
  const told = call.outcome ? words.phone.outcomes[call.outcome] : words.phone.states[call.state];
  return `${way} · ${told ?? call.outcome ?? call.state}`;
}

/** When it rang, how long somebody waited, how long they spoke. */
function facts(call: Call): string {
  const { began_at, answered_at, ended_at } = call;
  const end = ended_at ? Date.parse(ended_at) : now.value;
  const said: string[] = [];
  if (began_at)
    said.push(ended_at ? `${atClock(began_at)}–${atClock(ended_at)}` : atClock(began_at));
  if (answered_at) {
    if (began_at)
      said.push(words.phone.waited(lengthOf(Date.parse(answered_at) - Date.parse(began_at))));
    said.push(words.phone.spoke(lengthOf(end - Date.parse(answered_at))));
  } else if (began_at && ended_at) {
    said.push(words.phone.waited(lengthOf(end - Date.parse(began_at))));
  }
  if (call.callback) said.push(words.phone.keepsPlace);
  return said.join(" · ");
}

function Recorded({ recording, file }: { recording: Recording; file: Attachment | undefined }) {
  const [open, setOpen] = useState(false);
  const name = recording.voicemail ? words.phone.voicemail : words.phone.recording;
  return (
    <div class="recorded">
      <p class="faint">
        {name} · {lengthOf(recording.seconds * 1000)}
        {!file && ` · ${recording.attachment_id ? words.files.fetching : words.phone.noRecording}`}
        {file?.pending && ` · ${words.files.fetching}`}
        {file?.trouble && ` · ${words.files.lost(file.trouble)}`}
      </p>
      {file && !file.pending && !file.trouble && <Sound url={file.url} name={name} />}
      {recording.transcript &&
        (recording.voicemail ? (
          <blockquote class="transcript" dir="auto">
            {recording.transcript}
          </blockquote>
        ) : (
          <>
            <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
              <Icon name={open ? "down" : "right"} size={12} />
              {words.phone.transcript}
            </button>
            {open && (
              <blockquote class="transcript" dir="auto">
                {recording.transcript}
              </blockquote>
            )}
          </>
        ))}
    </div>
  );
}

function Legs({ legs, message }: { legs: Leg[]; message: Message }) {
  return (
    <ol class="legs">
      {legs.map((leg) => (
        <li key={leg.external_id}>
          <b>{who(leg, message)}</b>
          <span class="faint">
            {[
              leg.began_at && atClock(leg.began_at),
              leg.answered_at &&
                leg.ended_at &&
                lengthOf(Date.parse(leg.ended_at) - Date.parse(leg.answered_at)),
              words.phone.legOutcomes[leg.outcome ?? ""] ?? leg.outcome,
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </li>
      ))}
    </ol>
  );
}

function who(leg: Leg, message: Message): string {
  if (leg.who === "customer") {
    return conversations.value.get(message.conversation_id)?.customer.name ?? leg.address ?? "";
  }
  const name = agents.value.get(leg.agent_id ?? 0)?.name ?? leg.address ?? "";
  return leg.who === "supervisor" ? words.phone.supervisor(name) : name;
}
