/** An article for those who do not write it, or that is archived. */
import { useState } from "preact/hooks";
import { Icon } from "../view/Icon";
import { Head } from "./Head";
import { Shown } from "./Shown";
import type { Article } from "./shapes";
import { languageName, words } from "./words";

export function Reading({ article }: { article: Article }) {
  const [chosen, setChosen] = useState(article.texts[0]?.language);
  const text = article.texts.find((one) => one.language === chosen) ?? article.texts[0];
  if (!text) return null;
  return (
    <>
      <Head article={article} />
      {article.texts.length > 1 && (
        <fieldset class="tabs" aria-label={words.languages}>
          {article.texts.map((one) => (
            <button
              key={one.language}
              type="button"
              aria-pressed={one.language === text.language}
              onClick={() => setChosen(one.language)}
            >
              {languageName(one.language)}
            </button>
          ))}
        </fieldset>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="account-body" tabIndex={0} aria-label={text.title} lang={text.language}>
        {article.archived_at && (
          <p class="article-notice">
            <Icon name="alert" size={14} /> {words.archivedNow}
          </p>
        )}
        <h3 class="article-title">{text.title}</h3>
        <Shown body={text.body} article={article.id} />
        {article.files.length > 0 && (
          <ul class="article-files">
            {article.files.map((one) => (
              <li key={one.name}>
                <Icon name="paperclip" size={14} />
                <a class="link" href={one.url} target="_blank" rel="noreferrer">
                  {one.name}
                </a>
              </li>
            ))}
          </ul>
        )}
        {text.examples.length > 0 && (
          <>
            <h4>{words.examplesField}</h4>
            <ul class="article-examples">
              {text.examples.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </>
        )}
      </section>
    </>
  );
}
