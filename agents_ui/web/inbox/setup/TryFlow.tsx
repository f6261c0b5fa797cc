/** A form tried as a customer would meet it, while it is written. */
import { useEffect, useRef, useState } from "preact/hooks";
import { words } from "./botwords";
import { Chat, Collected, type Line, System } from "./Chat";
import type { Flow, Stepped } from "./shapes";
import { api } from "./store";

const SOON = 500; // milliseconds after the last key

export function TryFlow(props: { name: string; flow: Flow; language: string }) {
  const { name, flow, language } = props;
  const [lines, setLines] = useState<Line[]>([]);
  const [last, setLast] = useState<Stepped | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const [system, setSystem] = useState("found");
  const begun = useRef(""); // the form as it was when this began
  const asked = useRef(0);
  const now = JSON.stringify(flow);

  const step = async (said: string | null, pressed: string | null) => {
    const mine = ++asked.current;
    const before: Line[] = said === null ? [] : [...lines, { who: "customer", text: said }];
    if (said === null) begun.current = now;
    setLines(before);
    const filling = said === null ? null : last?.filling;
    const body = { flow, name, language, filling, said: said ?? "", pressed, look_ups: system };
    try {
      const told = await api.play(body);
      if (mine !== asked.current) return;
      setWhy(null);
      setLast(told);
      if (told.say) setLines([...before, { who: "bot", text: told.say }]);
    } catch (error) {
      if (mine === asked.current) setWhy((error as Error).message.replace(`flows.${name}.`, ""));
    }
  };
  const fresh = lines.every((line) => line.who === "bot");
  useEffect(() => {
    if (!fresh || begun.current === now) return;
    const timer = setTimeout(() => void step(null, null), begun.current ? SOON : 0);
    return () => clearTimeout(timer);
  }, [now, fresh]);

  const over = last && words.outcomes[last.outcome];
  return (
    <Chat
      lines={lines}
      buttons={last?.buttons ?? []}
      going={Boolean(last?.filling)}
      why={why}
      language={language}
      begin={() => void step(null, null)}
      say={(text, pressed) => void step(text, pressed)}
      note={
        <>
          {last?.looked_up && <p class="try-note">{words.asked(last.looked_up, system)}</p>}
          {over && (
            <div class="try-note">
              <b>{over}</b>
              <Collected values={last.collected} />
            </div>
          )}
        </>
      }
    >
      {!fresh && begun.current !== now && <p class="faint">{words.changed}</p>}
      {flow.look_ups.length > 0 && <System value={system} set={setSystem} />}
    </Chat>
  );
}
