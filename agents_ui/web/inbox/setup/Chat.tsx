/** A conversation that is only tried: what was said, what can be pressed, and a line to write. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../view/parts";
import { words } from "./botwords";
import type { Pressable } from "./shapes";
import { administers } from "./store";

export interface Line {
  who: "bot" | "customer";
  text: string;
}

export function Chat(props: {
  lines: readonly Line[];
  buttons: readonly Pressable[];
  going: boolean; // somebody may say something
  why: string | null; // it cannot go on
  language: string;
  begin: () => void;
  say: (text: string, pressed: string | null) => void;
  note: ComponentChildren; // below what was said
  children: ComponentChildren; // below everything
}) {
  const [written, setWritten] = useState("");
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollTo?.({ top: end.current.scrollHeight });
  }, [props.lines.length, props.going]);
  const send = (event: Event) => {
    event.preventDefault();
    if (!written.trim()) return;
    setWritten("");
    props.say(written.trim(), null);
  };
  return (
    <section class="try-form" aria-label={words.tryIt}>
      <header>
        <h2>{words.tryIt}</h2>
        <Button icon="retry" kind="quiet" onClick={props.begin}>
          {words.again}
        </Button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <div class="try-talk" ref={end} role="log" aria-label={words.tryIt} tabIndex={0}>
        {props.lines.map((line, at) => (
          <p key={at} class={`try-line ${line.who}`}>
            <span class="sr">{line.who === "bot" ? words.bot : words.customer}: </span>
            {line.text}
          </p>
        ))}
        {props.note}
      </div>
      {props.why && (
        <p class="why" role="alert">
          {props.why}
        </p>
      )}
      {props.going && props.buttons.length > 0 && (
        <div class="try-buttons">
          {props.buttons.map((button) => (
            <Button key={button.id} onClick={() => props.say(button.title, button.id)}>
              {button.title}
            </Button>
          ))}
        </div>
      )}
      {props.going && (
        <form class="try-say" onSubmit={send}>
          <input
            aria-label={words.yourAnswer}
            placeholder={words.yourAnswer}
            lang={props.language}
            value={written}
            autocomplete="off"
            onInput={(event) => setWritten(event.currentTarget.value)}
          />
          <button type="submit" class="button">
            <span>{words.sendIt}</span>
          </button>
        </form>
      )}
      {props.children}
      <p class="faint">{words.tryHint}</p>
    </section>
  );
}

/** What was collected, by the questions' titles. */
export function Collected({ values }: { values: Record<string, string> }) {
  const all = Object.entries(values);
  if (all.length === 0) return null;
  return (
    <dl>
      {all.map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What another system is taken to say where a form asks one. */
export function System({ value, set }: { value: string; set: (value: string) => void }) {
  const ways = Object.entries(words.systems).filter(([way]) => way !== "ask" || administers.value);
  return (
    <label class="asked plain">
      {words.system}
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
