/** A bot tried as a customer would meet it, with the settings that are being written. */
import { useRef, useState } from "preact/hooks";
import { words } from "./botwords";
import { Chat, Collected, type Line, System } from "./Chat";
import type { Bot, Talked } from "./shapes";
import { api, draft } from "./store";

export function TryBot({ bot }: { bot: Bot }) {
  const [lines, setLines] = useState<Line[]>([]);
  const [last, setLast] = useState<Talked | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const [system, setSystem] = useState("found");
  const asked = useRef(0);
  const looksUp = Object.values(draft.value?.flows ?? {}).some((flow) => flow.look_ups.length > 0);
  const begin = () => {
    asked.current++;
    setLines([]);
    setLast(null);
    setWhy(null);
  };
  const say = async (said: string, pressed: string | null) => {
    const mine = ++asked.current;
    const before: Line[] = [...lines, { who: "customer", text: said }];
    setLines(before);
    const flows = draft.peek()?.flows ?? {};
    try {
      const talk = last?.talk ?? null;
      const told = await api.talk({ bot, flows, said, pressed, talk, look_ups: system });
      if (mine !== asked.current) return;
      setWhy(null);
      setLast(told);
      if (told.say) setLines([...before, { who: "bot", text: told.say }]);
    } catch (error) {
      if (mine === asked.current) setWhy((error as Error).message);
    }
  };
  return (
    <Chat
      lines={lines}
      buttons={last?.buttons ?? []}
      going={last === null || last.talk !== null}
      why={why}
      language={last?.language ?? ""}
      begin={begin}
      say={(text, pressed) => void say(text, pressed)}
      note={
        last ? <Reason last={last} system={system} /> : <p class="try-note">{words.tryBotHint}</p>
      }
    >
      {looksUp && <System value={system} set={setSystem} />}
    </Chat>
  );
}

/** Why it did that, for whoever sets how sure it has to be. */
function Reason({ last, system }: { last: Talked; system: string }) {
  const outcome = words.deeds[last.did];
  return (
    <div class="try-note">
      {last.looked_up && <p>{words.asked(last.looked_up, system)}</p>}
      {outcome && <b>{outcome} </b>}
      {last.why}
      {last.novelty !== null && last.ambiguity !== null && (
        <p>{words.measures(last.novelty, last.ambiguity)}</p>
      )}
      {last.talk === null && <Collected values={last.collected} />}
    </div>
  );
}
