/** The setup as text, for those who would rather write it down. */
import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "../state/toasts";
import { Button } from "../view/parts";
import { Page } from "./Page";
import { administers, api, changed, draft, text } from "./store";
import { words } from "./words";

const SOON = 400; // milliseconds after the last key

export function TextPage() {
  const [written, setWritten] = useState<string | null>(null); // none while nobody writes here
  const [why, setWhy] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (changed.value) return;
    setWritten(null); // it was saved or dropped: what holds is shown as it is kept
    setWhy(null);
  }, [changed.value]);
  const look = async (told: string) => {
    const said = await api.check({ text: told }).catch(() => null);
    if (!said) return;
    setWhy(said.setup === null ? `${said.where}: ${said.why}` : null);
    if (said.setup !== null) draft.value = said.setup;
  };
  const write = (told: string) => {
    setWritten(told);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void look(told), SOON);
  };
  const shown = written ?? text.value;
  return (
    <Page
      title={words.parts.text}
      about={words.abouts.text}
      acts={
        <Button
          icon="copy"
          onClick={() => void navigator.clipboard.writeText(shown).then(() => say(words.copied))}
        >
          {words.copy}
        </Button>
      }
    >
      <div class="account-form as-text">
        <p class="lead">{words.textHint}</p>
        <textarea
          class="mono"
          aria-label={words.textLabel}
          aria-invalid={why !== null}
          rows={Math.max(18, shown.split("\n").length + 1)}
          spellcheck={false}
          value={shown}
          disabled={!administers.value}
          onInput={(event) => write(event.currentTarget.value)}
        />
        {why && (
          <p class="why" role="alert">
            {why}
          </p>
        )}
      </div>
    </Page>
  );
}
