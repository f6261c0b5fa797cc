/** What stands above an article: its name, who changed it, and what can be done with it. */
import { useState } from "preact/hooks";
import { Refused } from "../api";
import { agents, now, supervises } from "../state/desk";
import { path } from "../state/router";
import { shortly } from "../state/time";
import { say } from "../state/toasts";
import { Head as Above } from "../view/heads";
import { Icon } from "../view/Icon";
import { Button } from "../view/parts";
import { words as common } from "../words";
import type { Article } from "./shapes";
import * as store from "./store";
import { Versions } from "./Versions";
import { words } from "./words";

export function Head({ article }: { article: Article | null }) {
  const [versions, setVersions] = useState(false);
  return (
    <Above
      title={article?.texts[0]?.title ?? words.fresh}
      about={article ? standing(article) : words.freshAbout}
      back={path("knowledge")}
      backWord={words.back}
      acts={
        article && (
          <>
            {article.url && (
              <a class="button" href={article.url} target="_blank" rel="noreferrer">
                <Icon name="out" />
                <span>{words.open}</span>
              </a>
            )}
            <Button icon="layers" label={words.versions} onClick={() => setVersions(true)} />
            {supervises.value && <Shelf article={article} />}
          </>
        )
      }
    >
      {versions && article && <Versions article={article} close={() => setVersions(false)} />}
    </Above>
  );
}

function Shelf({ article }: { article: Article }) {
  const { id } = article;
  const title = article.texts[0]?.title ?? "";
  if (article.archived_at) {
    return (
      <Button
        icon="undo"
        onClick={() => void attempt(() => store.shelve(id, false), words.restoredIt(title))}
      >
        {words.restore}
      </Button>
    );
  }
  return (
    <Button
      icon="trash"
      onClick={() =>
        void attempt(
          () => store.shelve(id, true),
          words.archivedIt(title),
          () => void attempt(() => store.shelve(id, false), words.restoredIt(title)),
        )
      }
    >
      {words.archive}
    </Button>
  );
}

function standing(article: Article): string {
  const who = article.updated_by_id && agents.value.get(article.updated_by_id)?.name;
  return words.by(shortly(article.updated_at, now.value), who || words.nobody);
}

/** Do something, and say how it went. */
export async function attempt(
  what: () => Promise<unknown>,
  said?: string,
  undo?: () => void,
): Promise<boolean> {
  try {
    await what();
    if (said) say(said, { undo });
    return true;
  } catch (error) {
    const told = error instanceof Refused ? error.problem.detail : (error as Error).message;
    say(common.done.notChanged(told ?? ""), { bad: true });
    return false;
  }
}
