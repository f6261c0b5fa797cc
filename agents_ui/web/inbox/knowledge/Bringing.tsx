/** Articles from elsewhere: chosen, looked at, and only then brought in. */
import { useEffect, useRef, useState } from "preact/hooks";
import { say } from "../state/toasts";
import { Icon } from "../view/Icon";
import { Button, Dialog } from "../view/parts";
import { attempt } from "./Head";
import type { Imported } from "./shapes";
import { api, load } from "./store";
import { words } from "./words";

const NOTHING: Imported = { articles: [], problems: [] };

/** Hand files over one by one; an article that is in several of them is told once. */
async function read(files: File[], language: string, dry: boolean): Promise<Imported> {
  const all = structuredClone(NOTHING);
  for (const file of files) {
    const some = await api.bring(file, language, dry);
    for (const one of some.articles) {
      const before = all.articles.find((other) => other.slug === one.slug);
      if (!before) all.articles.push(one);
      else {
        before.languages = [...new Set([...before.languages, ...one.languages])];
        before.examples += one.examples;
        if (before.does === "same") before.does = one.does;
      }
    }
    all.problems.push(...some.problems);
  }
  return all;
}

const READABLE = /\.(md|markdown|csv|html?|zip)$/i;

export function Bringing({ close }: { close: () => void }) {
  const picker = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const picked = (input: HTMLInputElement | null) =>
    void look(
      [...(input?.files ?? [])].filter((file) => READABLE.test(file.name)),
      language,
    );
  useEffect(() => folder.current?.setAttribute("webkitdirectory", ""), []);
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
            onChange={() => picked(picker.current)}
          />
          <Button icon="layers" onClick={() => folder.current?.click()}>
            {words.chooseFolder}
          </Button>
          <input
            ref={folder}
            type="file"
            hidden
            aria-label={words.chooseFolder}
            onChange={() => picked(folder.current)}
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
