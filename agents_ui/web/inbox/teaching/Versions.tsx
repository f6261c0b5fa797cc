/** Every version of what the bot understands: which one answers, and the way to another. */
import { useEffect } from "preact/hooks";
import { go, path } from "../state/router";
import { inFull } from "../state/time";
import { Blank, Button } from "../view/parts";
import type { Brain } from "./shapes";
import { api, attempt, brains, loadBrains, nameOf, putLive, tried, trouble } from "./store";
import { words } from "./words";

const MEANT = 20; // examples below which their share says nothing
const SOON = 1_000; // milliseconds until it is asked again whether it has learned

export function Versions() {
  const all = brains.value;
  useEffect(() => {
    if (!all?.training) return;
    const again = setTimeout(() => void loadBrains(), SOON);
    return () => clearTimeout(again);
  }, [all]);
  if (!all) return <p class="faint">{trouble.value ?? words.loading}</p>;
  return (
    <>
      <div class="teaching-acts" aria-live="polite">
        <p class="teaching-lead">
          {words.versionsHint} {all.rehearse_first && words.careful}
        </p>
        {all.training ? (
          <span class="faint">{words.training}</span>
        ) : (
          <Button
            icon="teach"
            onClick={() =>
              void attempt(async () => {
                brains.value = await api.train();
              })
            }
          >
            {words.train}
          </Button>
        )}
      </div>
      {all.items.length === 0 && !all.training && (
        <Blank icon="teach" title={words.noVersions} hint={words.noVersionsHint} />
      )}
      <ul class="brains">
        {all.items.map((one) => (
          <Version key={one.id} one={one} />
        ))}
      </ul>
    </>
  );
}

function Version({ one }: { one: Brain }) {
  const state = one.live ? "live" : one.reason ? "failed" : "waits";
  const accuracy = one.figures.accuracy;
  return (
    <li class="brain" data-state={state} data-brain={one.id}>
      <b>#{one.id}</b>
      <span class="brain-state">
        {{ live: words.live, failed: words.notTrained, waits: words.waits }[state]}
      </span>
      <span class="brain-facts">
        {inFull(one.at)} {words.by(nameOf(one.agent_id))} · {words.examples(one.examples)}
        {typeof accuracy === "number" &&
          one.examples >= MEANT &&
          ` · ${words.knows(`${Math.round(accuracy * 100)} %`)}`}
        {one.reason && <span class="brain-why">{one.reason}</span>}
      </span>
      {!one.reason && (
        <span class="brain-acts">
          <Button
            kind="quiet"
            onClick={() => {
              tried.value = one.id;
              go(path("teaching", "rehearsal"));
            }}
          >
            {words.rehearseIt} <span class="sr">#{one.id}</span>
          </Button>
          {!one.live && (
            <Button onClick={() => void putLive(one.id)}>
              {words.putLive} <span class="sr">#{one.id}</span>
            </Button>
          )}
        </span>
      )}
    </li>
  );
}
