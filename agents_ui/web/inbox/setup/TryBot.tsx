/** A bot tried as a customer would meet it, with the settings that are being written. */
import { useRef, useState } from "preact/hooks";
import { words } from "./botwords";
import { Chat, Collected, type Line } from "./Chat";
import type { Bot, Talked } from "./shapes";
import { api, draft } from "./store";

export function TryBot({ bot }: { bot: Bot }) {
  const [lines, setLines] = useState<Line[]>([]);
  const [last, setLast] = useState<Talked | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const asked = useRef(0);
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
      const told = await api.talk({ bot, flows, said, pressed, talk: last?.talk ?? null });
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
      note={last ? <Reason last={last} /> : <p class="try-note">{words.tryBotHint}</p>}
    >
      {null}
    </Chat>
  );
}

/** Why it did that, for whoever sets how sure it has to be. */
function Reason({ last }: { last: Talked }) {
  const outcome = words.deeds[last.did];
  return (
    <div class="try-note">
      {outcome && <b>{outcome} </b>}
      {last.why}
      {last.novelty !== null && last.ambiguity !== null && (
        <p>{words.measures(last.novelty, last.ambiguity)}</p>
      )}
      {last.talk === null && <Collected values={last.collected} />}
    </div>
  );
}
