/** What an article said over time, and the way back to it. */
import { useEffect, useState } from "preact/hooks";
import { agents, supervises } from "../state/desk";
import { inFull } from "../state/time";
import { say } from "../state/toasts";
import { Button, Dialog } from "../view/parts";
import { attempt } from "./Head";
import type { Article, Version } from "./shapes";
import { api, change } from "./store";
import { words } from "./words";

export function Versions({ article, close }: { article: Article; close: () => void }) {
  const [all, setAll] = useState<Version[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const more = async (after: string | null) => {
    const page = await api.versions(article.id, after);
    setAll((before) => [...before, ...page.items]);
    setNext(page.next);
  };
  useEffect(() => void attempt(() => more(null)), []);
  const takeUp = (one: Version) => {
    change({ texts: one.texts });
    close();
    say(words.takenUp);
  };
  return (
    <Dialog label={words.versions} class="article-dialog" close={close}>
      <header class="dialog-head">
        <h2>{words.versions}</h2>
        <Button icon="close" kind="quiet" label={words.close} onClick={close} />
      </header>
      <div class="dialog-body">
        <p class="faint">{words.versionsHint}</p>
        <ul class="article-versions">
          {all.map((one) => (
            <li key={one.revision}>
              <details>
                <summary>
                  <b>{words.revision(one.revision)}</b>
                  <span class="faint">
                    {inFull(one.at)}, {nameOf(one.agent_id)}
                    {one.revision === article.revision && ` · ${words.current}`}
                  </span>
                </summary>
                {one.texts.map((text) => (
                  <div key={text.language} lang={text.language}>
                    <h3>
                      {text.title} <span class="faint">{text.language}</span>
                    </h3>
                    <pre>{text.body}</pre>
                  </div>
                ))}
                {supervises.value && !article.archived_at && one.revision !== article.revision && (
                  <Button onClick={() => takeUp(one)}>{words.takeUp}</Button>
                )}
              </details>
            </li>
          ))}
        </ul>
        {next && <Button onClick={() => void attempt(() => more(next))}>{words.more}</Button>}
      </div>
    </Dialog>
  );
}

function nameOf(agent: number | null): string {
  return (agent !== null && agents.value.get(agent)?.name) || words.nobody;
}
