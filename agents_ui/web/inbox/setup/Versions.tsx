/** Every version that was ever saved, and the way back to each. */
import { useEffect, useState } from "preact/hooks";
import { agents } from "../state/desk";
import { inFull } from "../state/time";
import { say } from "../state/toasts";
import { Button } from "../view/parts";
import { Page } from "./Page";
import { attempt } from "./QueuePage";
import type { Held, Version } from "./shapes";
import { administers, api, draft, held } from "./store";
import { words } from "./words";

export function Versions() {
  const [all, setAll] = useState<Version[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [shown, setShown] = useState<Held | null>(null);
  const more = async (after: string | null) => {
    const page = await api.versions(after);
    setAll((before) => [...(after ? (before ?? []) : []), ...page.items]);
    setNext(page.next);
  };
  useEffect(() => void attempt(() => more(null)), [held.value?.id]);
  const show = (id: number) => attempt(async () => setShown(await api.version(id)));
  return (
    <Page title={words.parts.versions} about={words.abouts.versions}>
      <p class="lead">{words.versionsHint}</p>
      {all?.length === 0 && <p class="faint">{words.noVersions}</p>}
      <ul class="versions">
        {all?.map((one) => (
          <li key={one.id}>
            <b>
              #{one.id} {one.note}
            </b>
            <span class="faint">
              {inFull(one.at)} {words.by(nameOf(one.agent_id))}
              {one.id === held.value?.id && ` · ${words.current}`}
            </span>
            <Button
              expanded={shown?.id === one.id}
              onClick={() => (shown?.id === one.id ? setShown(null) : void show(one.id))}
            >
              {words.show} <span class="sr">#{one.id}</span>
            </Button>
            {shown?.id === one.id && <Shown one={shown} />}
          </li>
        ))}
      </ul>
      {next && (
        <p>
          <Button onClick={() => void attempt(() => more(next))}>{words.older}</Button>
        </p>
      )}
    </Page>
  );
}

function nameOf(agent: number | null): string {
  return (agent !== null && agents.value.get(agent)?.name) || words.program;
}

function Shown({ one }: { one: Held }) {
  return (
    <div class="version">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <pre tabIndex={0}>{one.text || "—"}</pre>
      {administers.value && one.id !== held.value?.id && (
        <Button
          icon="undo"
          onClick={() => {
            draft.value = one.setup;
            say(words.takenUp);
          }}
        >
          {words.takeUp}
        </Button>
      )}
    </div>
  );
}
