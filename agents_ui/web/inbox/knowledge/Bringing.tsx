/** Articles from elsewhere: chosen, looked at, and only then brought in. */
import { useRef, useState } from "preact/hooks";
import { say } from "../state/toasts";
import { Icon } from "../view/Icon";
import { Button, Dialog } from "../view/parts";
import { attempt } from "./Head";
import type { Imported } from "./shapes";
import { api, load } from "./store";
import { words } from "./words";

const NOTHING: Imported = { articles: [], problems: [] };

async function read(files: File[], language: string, dry: boolean): Promise<Imported> {
  const all = structuredClone(NOTHING);
  for (const file of files) {
    const one = await api.bring(file, language, dry);
    all.articles.push(...one.articles);
    all.problems.push(...one.problems);
  }
  return all;
}

export function Bringing({ close }: { close: () => void }) {
  const picker = useRef<HTMLInputElement>(null);
  const [files, setFiles] = useState<File[]>([]);
  const [language, setLanguage] = useState("en");
  const [plan, setPlan] = useState<Imported | null>(null);
  const [busy, setBusy] = useState("");
  const look = async (chosen: File[], code: string) => {
    setFiles(chosen);
    if (!chosen.length) return;
    setBusy(words.reading);
    await attempt(async () => setPlan(await read(chosen, code, true)));
    setBusy("");
  };
  const bring = async () => {
    setBusy(words.bringing);
    const done = await attempt(async () => {
      await read(files, language, false);
      await load();
      say(words.brought(many));
    });
    setBusy("");
    if (done) close();
  };
  const many = plan?.articles.filter((one) => /add|change/.test(one.does)).length ?? 0;
  return (
    <Dialog label={words.bringTitle} class="article-dialog" close={close}>
      <header class="dialog-head">
        <h2>{words.bringTitle}</h2>
        <Button icon="close" kind="quiet" label={words.close} onClick={close} />
      </header>
      <div class="dialog-body article-bringing">
        <p class="faint">{words.bringHint}</p>
        <p class="article-choosing">
          <Button icon="file" onClick={() => picker.current?.click()}>
            {words.chooseFiles}
          </Button>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            accept=".md,.markdown,.csv,.html,.htm,.zip"
            aria-label={words.chooseFiles}
            onChange={() => void look([...(picker.current?.files ?? [])], language)}
          />
          <label class="article-language">
            <span>{words.bringLanguage}</span>
            <input
              value={language}
              maxLength={8}
              size={5}
              onChange={(event) => {
                setLanguage(event.currentTarget.value);
                void look(files, event.currentTarget.value);
              }}
            />
          </label>
        </p>
        <p role="status">{busy || (plan && many === 0 ? words.nothingNew : "")}</p>
        {plan && <Plan plan={plan} />}
        {plan && many > 0 && (
          <p class="where">
            <button type="button" class="button act" disabled={!!busy} onClick={() => void bring()}>
              {words.bringNow(many)}
            </button>
          </p>
        )}
      </div>
    </Dialog>
  );
}

function Plan({ plan }: { plan: Imported }) {
  return (
    <>
      <ul class="article-plan">
        {plan.articles.map((one) => (
          <li key={one.slug} class={one.does}>
            <b>{one.title}</b>
            <span class="faint">
              {[one.languages.join(", "), words.questions(one.examples), one.why]
                .filter(Boolean)
                .join(" · ")}
            </span>
            <span class="article-does">{words.does[one.does]}</span>
          </li>
        ))}
      </ul>
      {plan.problems.length > 0 && (
        <>
          <h3>{words.problems(plan.problems.length)}</h3>
          <ul class="article-plan">
            {plan.problems.map((one) => (
              <li key={one.where + one.why} class="refused">
                <b>
                  <Icon name="alert" size={14} /> {one.where}
                </b>
                <span>{one.why}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
