/** What an answer has to look like, with an example that is read as a customer's answer would be. */
import { useEffect, useState } from "preact/hooks";
import { Button } from "../view/parts";
import { words } from "./botwords";
import { Asked, Text } from "./fields";
import type { SlotPart } from "./Questions";
import { administers, api } from "./store";

const SOON = 300; // milliseconds after the last key

interface Verdict {
  fits: boolean;
  word: string;
}

export function Pattern({ slot, language, where, change }: SlotPart) {
  const [example, setExample] = useState("");
  const verdict = useVerdict(slot, language, example.trim());
  const made = madeOf(example);
  return (
    <div class="side">
      <Text
        title={words.pattern}
        value={slot.pattern ?? ""}
        help={words.patternHints[slot.kind]}
        at={`${where}.pattern`}
        set={(pattern) => change({ pattern: pattern || null })}
      />
      <Asked title={words.example} help={words.exampleHint}>
        {(id, help) => (
          <>
            <input
              id={id}
              value={example}
              maxLength={300}
              autocomplete="off"
              spellcheck={false}
              aria-describedby={help}
              aria-invalid={verdict ? !verdict.fits : undefined}
              onInput={(event) => setExample(event.currentTarget.value)}
            />
            <p class={`pattern-verdict ${verdict?.fits ? "good" : "bad"}`} role="status">
              {verdict?.word}
            </p>
            {administers.value && !slot.pattern && made && (
              <Button onClick={() => change({ pattern: made })}>{words.fromExample(made)}</Button>
            )}
          </>
        )}
      </Asked>
    </div>
  );
}

/** Have the desk read an example, soon after it was typed. */
function useVerdict(slot: SlotPart["slot"], language: string, example: string): Verdict | null {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const asked = JSON.stringify([slot.kind, slot.pattern, example]);
  useEffect(() => {
    setVerdict(null);
    if (!example) return;
    let over = false;
    const ask = async () => {
      const told = await read(slot, language, example);
      if (!over) setVerdict(told);
    };
    const timer = setTimeout(() => void ask(), SOON);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [asked]);
  return verdict;
}

async function read(slot: SlotPart["slot"], language: string, said: string): Promise<Verdict> {
  const ask = { en: "?" };
  const alone = { ...slot, ask, optional: false, when: {} };
  const flow = { title: ask, slots: [alone], confirm: false };
  const filling = { flow: "form", slot: slot.name };
  try {
    const told = await api.play({ flow, name: "form", language, filling, said });
    const [value] = Object.values(told.collected);
    const fits = told.outcome === "done" && value !== undefined;
    return { fits, word: fits ? words.reads(value ?? "") : words.readsNot };
  } catch (error) {
    return { fits: false, word: (error as Error).message };
  }
}

/** Return a pattern of what looks like an example: its letters stay, its digits are any.
 *
 * `HR-123456` becomes `HR-[0-9]{6}`; what has no digit, or more than one word, tells nothing.
 */
export function madeOf(example: string): string | null {
  const told = example.trim();
  if (!/^[\w/.-]{3,40}$/.test(told) || !/[0-9]/.test(told)) return null;
  const signs = told.replace(/[.]/g, "\\$&");
  return signs.replace(/[0-9]+/g, (run) => (run.length > 1 ? `[0-9]{${run.length}}` : "[0-9]"));
}
