/** By the composer: the reply that fits best in one line, and everything else behind a key. */
import { agents, conversations } from "../state/desk";
import { go, path } from "../state/router";
import { inFull } from "../state/time";
import { GAP, writing } from "../state/writing";
import { Icon } from "../view/Icon";
import { jumpTo } from "../view/jump";
import { Button, Kbd } from "../view/parts";
import type { Answer, Assist as Shape } from "./shapes";
import {
  busy,
  decline,
  draft,
  file,
  helpful,
  mine,
  opened,
  sources,
  summaries,
  sumUp,
  toggleTranslation,
  translateReply,
  translating,
  use,
} from "./store";
import { languageName, words } from "./words";

export function Assist({ id }: { id: number }) {
  const found = helpful(id);
  const { note, reply } = writing(id);
  if (!found || note || conversations.value.get(id)?.spam) return null;
  const [first, ...more] = found.answers;
  const rest = reply ? found.answers.length : more.length;
  const something =
    first || found.similar.length > 0 || found.tags.length > 0 || found.gist.length > 0;
  if (!something && !found.mood && !found.writes) return null;
  const all = opened.value && something;
  return (
    <section class={`assist ${all ? "open" : ""}`} aria-label={words.help} data-assist={id}>
      {all && <Everything id={id} found={found} />}
      <div class="assist-line">
        {first && !all && !reply ? (
          <First id={id} answer={first} />
        ) : (
          <span class="assist-name">{words.help}</span>
        )}
        <span class="assist-facts">
          {found.mood && !all && <Mood mood={found.mood} />}
          {!first && !all && found.similar.length > 0 && (
            <span>{words.alikes(found.similar.length)}</span>
          )}
        </span>
        <Tools id={id} found={found} />
        {something && (
          <Button
            icon="down"
            kind="quiet"
            class="assist-more"
            label={all ? words.less : words.everything}
            keys="."
            expanded={Boolean(all)}
            onClick={() => {
              opened.value = !all;
            }}
          >
            {rest > 0 && !all ? (reply ? words.suggested(rest) : words.more(rest)) : undefined}
          </Button>
        )}
      </div>
    </section>
  );
}

function First({ id, answer }: { id: number; answer: Answer }) {
  const internal = answer.care === "internal";
  return (
    <button
      type="button"
      class="assist-first"
      title={internal ? words.care.internal : `${words.use(1)} (1, Alt+1)`}
      aria-keyshortcuts="1"
      data-answer="1"
      onClick={() => {
        if (internal) opened.value = true;
        else use(id, answer);
      }}
    >
      <Kbd keys="1" />
      <span class="assist-text">{answer.text}</span>
      <span class="assist-source">{sourceOf(answer)}</span>
    </button>
  );
}

function sourceOf(answer: Answer): string {
  if (answer.article_id) return answer.title;
  return answer.by ? (agents.value.get(answer.by)?.name ?? words.somebody) : words.somebody;
}

function Mood({ mood }: { mood: NonNullable<Shape["mood"]> }) {
  return (
    <span
      class={`assist-mood ${mood.mood}`}
      title={words.because(mood.because)}
      data-mood={mood.mood}
    >
      {words.moods[mood.mood]}
    </span>
  );
}

/** What only a language model can do. */
function Tools({ id, found }: { id: number; found: Shape }) {
  if (!found.writes) return null;
  const strange = found.language !== mine();
  const written = writing(id).reply.trim();
  return (
    <span class="assist-tools">
      {strange && (
        <Button
          kind="quiet"
          pressed={translating.value.has(id)}
          onClick={() => toggleTranslation(id)}
        >
          {translating.value.has(id)
            ? words.original
            : words.translateIn(languageName(found.language))}
        </Button>
      )}
      {strange && found.language && written && (
        <Button
          kind="quiet"
          disabled={busy.value !== null}
          onClick={() => void translateReply(id, found.language ?? "")}
        >
          {busy.value === "translation"
            ? words.translating
            : words.translateOut(languageName(found.language))}
        </Button>
      )}
      <Button kind="quiet" disabled={busy.value !== null} onClick={() => void draft(id)}>
        {busy.value === "draft" ? words.drafting : words.draft}
      </Button>
    </span>
  );
}

// --- everything ---------------------------------------------------------------------------
function Everything({ id, found }: { id: number; found: Shape }) {
  const made = sources.value.get(id) ?? [];
  return (
    <div class="assist-all">
      {found.answers.map((answer, at) => (
        <Whole
          key={answer.article_id ?? `c${answer.conversation_id}`}
          id={id}
          answer={answer}
          n={at + 1}
        />
      ))}
      {made.length > 0 && (
        <p class="assist-source">
          {made
            .map((one) => one.title)
            .filter(Boolean)
            .join(" · ")}
        </p>
      )}
      <div class="assist-rest">
        {(found.gist.length > 0 || summaries.value.has(id)) && <InShort id={id} found={found} />}
        {found.similar.length > 0 && <Before found={found} />}
        {found.tags.length > 0 && (
          <section>
            <h3>{words.fileUnder}</h3>
            <p class="assist-tags">
              {found.tags.map((name) => (
                <button
                  type="button"
                  key={name}
                  class="tag"
                  title={words.addTag(name)}
                  onClick={() => void file(id, name)}
                >
                  <Icon name="plus" size={10} />
                  {name}
                </button>
              ))}
            </p>
          </section>
        )}
        {found.mood && (
          <p class="assist-because">
            <Mood mood={found.mood} /> {words.because(found.mood.because)}
          </p>
        )}
      </div>
    </div>
  );
}

function Whole({ id, answer, n }: { id: number; answer: Answer; n: number }) {
  return (
    <article class="assist-answer" data-answer={n}>
      <p class="assist-whole" dir="auto">
        {answer.text.split(GAP).map((part, at) => (
          <span key={at}>
            {at > 0 && <mark>{GAP}</mark>}
            {part}
          </span>
        ))}
      </p>
      <footer>
        <span class="assist-source">
          {answer.article_id ? (
            <a class="link" href={path("knowledge", answer.article_id)} onClick={(e) => lead(e)}>
              {words.article(answer.title)}
            </a>
          ) : (
            <a
              class="link"
              href={path("resolved", answer.conversation_id)}
              onClick={(e) => lead(e)}
            >
              {words.earlier(sourceOf(answer), day(answer.at))}
            </a>
          )}
          {answer.care && <span class="assist-care">{words.care[answer.care]}</span>}
        </span>
        {answer.care !== "internal" && (
          <span class="assist-acts">
            {answer.article_id && (
              <Button kind="quiet" onClick={() => decline(id, answer)}>
                {words.declineThis} <span class="sr">{answer.title}</span>
              </Button>
            )}
            <Button keys={String(n)} onClick={() => use(id, answer)}>
              {words.useThis} <Kbd keys={String(n)} />
            </Button>
          </span>
        )}
      </footer>
    </article>
  );
}

function lead(event: MouseEvent): void {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go((event.currentTarget as HTMLAnchorElement).pathname);
}

const days = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const day = (at: string | null): string => (at ? days.format(new Date(at)) : "");

function InShort({ id, found }: { id: number; found: Shape }) {
  const whole = summaries.value.get(id);
  return (
    <section>
      <h3>
        {words.gist}
        {found.writes && !whole && (
          <button
            type="button"
            class="link"
            disabled={busy.value !== null}
            onClick={() => void sumUp(id)}
          >
            {words.sumUp}
          </button>
        )}
      </h3>
      {whole ? (
        <p class="assist-whole">{whole}</p>
      ) : (
        <ul class="assist-gist">
          {found.gist.map((line) => (
            <li key={`${line.message_id} ${line.text}`}>
              <button type="button" onClick={() => void jumpTo(line.message_id)}>
                <span class="faint">{line.direction === "in" ? words.customer : words.us}</span>
                {line.text}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Before({ found }: { found: Shape }) {
  return (
    <section>
      <h3>{words.alike}</h3>
      <ul class="assist-similar">
        {found.similar.map((one) => (
          <li key={one.conversation_id}>
            <a href={path("resolved", one.conversation_id)} onClick={(e) => lead(e)}>
              <span class="assist-question">{one.subject || one.question}</span>
              <span class="faint" title={inFull(one.at)}>
                {day(one.at)}
                {one.by && ` · ${agents.value.get(one.by)?.name ?? words.somebody}`}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
