/** A form tried as a customer would meet it, while it is written. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../view/parts";
import { words } from "./botwords";
import type { Flow, Pressable, Stepped } from "./shapes";
import { administers, api } from "./store";

interface Line {
  who: "bot" | "customer";
  text: string;
}

const SOON = 500; // milliseconds after the last key

export function TryFlow(props: { name: string; flow: Flow; language: string }) {
  const { name, flow, language } = props;
  const [lines, setLines] = useState<Line[]>([]);
  const [last, setLast] = useState<Stepped | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const [system, setSystem] = useState("found");
  const [written, setWritten] = useState("");
  const begun = useRef(""); // the form as it was when this began
  const asked = useRef(0);
  const now = JSON.stringify(flow);

  const step = async (said: Line | null, pressed: string | null) => {
    const mine = ++asked.current;
    const before = said ? [...lines, said] : [];
    if (said) setLines(before);
    else begun.current = now;
    const filling = said ? last?.filling : null;
    const body = {
      flow,
      name,
      language,
      filling,
      said: said?.text ?? "",
      pressed,
      look_ups: system,
    };
    try {
      const told = await api.play(body);
      if (mine !== asked.current) return;
      setWhy(null);
      setLast(told);
      setLines(told.say ? [...before, { who: "bot", text: told.say }] : before);
    } catch (error) {
      if (mine !== asked.current) return;
      setWhy((error as Error).message.replace(`flows.${name}.`, ""));
      if (!said) setLines([]);
    }
  };
  const fresh = lines.every((line) => line.who === "bot");
  useEffect(() => {
    if (!fresh || begun.current === now) return;
    const timer = setTimeout(() => void step(null, null), begun.current ? SOON : 0);
    return () => clearTimeout(timer);
  }, [now, fresh]);

  const send = (event: Event) => {
    event.preventDefault();
    if (!written.trim()) return;
    setWritten("");
    void step({ who: "customer", text: written.trim() }, null);
  };
  const press = (button: Pressable) =>
    void step({ who: "customer", text: button.title }, button.id);
  const going = last !== null && last.filling !== null && last.filling !== undefined;
  return (
    <section class="try-form" aria-label={words.tryIt}>
      <header>
        <h2>{words.tryIt}</h2>
        <Button icon="retry" kind="quiet" onClick={() => void step(null, null)}>
          {words.again}
        </Button>
      </header>
      <Talk lines={lines} last={last} />
      {why && (
        <p class="why" role="alert">
          {why}
        </p>
      )}
      {going && (
        <div class="try-buttons">
          {last.buttons.map((button) => (
            <button key={button.id} type="button" class="button" onClick={() => press(button)}>
              <span>{button.title}</span>
            </button>
          ))}
        </div>
      )}
      {going && (
        <form class="try-say" onSubmit={send}>
          <input
            aria-label={words.yourAnswer}
            placeholder={words.yourAnswer}
            lang={language}
            value={written}
            autocomplete="off"
            onInput={(event) => setWritten(event.currentTarget.value)}
          />
          <button type="submit" class="button" aria-label={words.sendIt}>
            <span>{words.sendIt}</span>
          </button>
        </form>
      )}
      {!fresh && begun.current !== now && <p class="faint">{words.changed}</p>}
      {flow.look_ups.length > 0 && <System value={system} set={setSystem} />}
      <p class="faint">{words.tryHint}</p>
    </section>
  );
}

function Talk({ lines, last }: { lines: Line[]; last: Stepped | null }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollTo?.({ top: end.current.scrollHeight });
  }, [lines.length, last]);
  const over = last && words.outcomes[last.outcome];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
    <div class="try-talk" ref={end} role="log" aria-label={words.tryIt} tabIndex={0}>
      {lines.map((line, at) => (
        <p key={at} class={`try-line ${line.who}`}>
          <span class="sr">{line.who === "bot" ? words.bot : words.customer}: </span>
          {line.text}
        </p>
      ))}
      {last?.looked_up && <p class="try-note">{words.asked(last.looked_up)}</p>}
      {over && last && (
        <div class="try-note">
          <b>{over}</b>
          <dl>
            {Object.entries(last.collected).map(([title, value]) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </div>
  );
}

function System({ value, set }: { value: string; set: (value: string) => void }) {
  const ways = Object.entries(words.systems).filter(([way]) => way !== "ask" || administers.value);
  return (
    <label class="asked plain">
      <span>{words.system}</span>
      <select value={value} onChange={(event) => set(event.currentTarget.value)}>
        {ways.map(([way, word]) => (
          <option key={way} value={way}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}
