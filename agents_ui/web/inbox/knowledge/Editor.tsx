/** An article as it is written: a language at a time, and what holds for all of them. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Refused } from "../api";
import { go, path } from "../state/router";
import { sized } from "../state/time";
import { say } from "../state/toasts";
import { Choices, Field, Switch } from "../view/fields";
import { Icon } from "../view/Icon";
import { Button } from "../view/parts";
import { attempt, Head } from "./Head";
import { Shown } from "./Shown";
import type { Article, ArticleText, Audience, Draft } from "./shapes";
import * as store from "./store";
import { languageName, words } from "./words";

export function Editor({ id, article }: { id: number; article: Article | null }) {
  const draft = store.draft.value;
  const [chosen, setChosen] = useState(0);
  if (!draft) return null;
  const at = Math.min(chosen, draft.texts.length - 1);
  const text = draft.texts[at];
  if (!text) return null;
  const set = (parts: Partial<ArticleText>) =>
    store.change({ texts: draft.texts.with(at, { ...text, ...parts }) });
  return (
    <>
      <Head article={article} />
      <Languages draft={draft} at={at} choose={setChosen} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="account-body setup-body" tabIndex={0} aria-label={text.title || words.fresh}>
        {article?.due && <Due article={article} />}
        <div class="account-form article-form" key={text.language}>
          <Text text={text} set={set} article={article} />
        </div>
        <div class="account-form article-form more">
          <Everywhere draft={draft} article={article} text={text} set={set} />
        </div>
      </section>
      <Saving id={id} />
    </>
  );
}

/** The day is over by which somebody should have looked. */
function Due({ article }: { article: Article }) {
  const looked = async () => {
    store.change({ review_by: inMonths(6) });
    await store.save();
  };
  return (
    <p class="article-notice late">
      <Icon name="clock" size={14} />
      <span>{words.dueNow}</span>
      {!store.drafts.value.has(article.id) && (
        <Button onClick={() => void attempt(looked, words.saved)}>{words.stillHolds}</Button>
      )}
    </p>
  );
}

// --- languages ----------------------------------------------------------------------------------
function Languages(props: { draft: Draft; at: number; choose: (at: number) => void }) {
  const { texts } = props.draft;
  const [asking, setAsking] = useState(false);
  const known = Object.keys(store.counts.value?.languages ?? {});
  const usual = [...new Set([...known, "en", "de", "fr", "es", "it", "hr", "pl", "da"])];
  const offered = usual.filter((one) => texts.every((text) => text.language !== one));
  const add = (code: string) => {
    const language = code.trim();
    setAsking(false);
    if (!language || texts.some((one) => one.language === language)) return;
    store.change({
      texts: [...texts, { language, title: "", body: "", examples: [], category: "" }],
    });
    props.choose(texts.length);
  };
  return (
    <fieldset class="tabs article-languages" aria-label={words.languages}>
      {texts.map((one, at) => (
        <button
          key={one.language}
          type="button"
          aria-pressed={at === props.at}
          onClick={() => props.choose(at)}
        >
          {languageName(one.language)}
        </button>
      ))}
      {asking ? (
        <OtherCode add={add} />
      ) : (
        <select
          aria-label={words.anotherLanguage}
          value=""
          onChange={(event) => {
            const code = event.currentTarget.value;
            if (code === "other") setAsking(true);
            else add(code);
          }}
        >
          <option value="">{words.anotherLanguage}</option>
          {offered.map((one) => (
            <option key={one} value={one}>
              {languageName(one)}
            </option>
          ))}
          <option value="other">…</option>
        </select>
      )}
      {texts.length > 1 && (
        <Button
          icon="close"
          kind="quiet"
          label={words.removeLanguage(languageName(texts[props.at]?.language ?? ""))}
          onClick={() => {
            store.change({ texts: texts.filter((_, at) => at !== props.at) });
            props.choose(0);
          }}
        />
      )}
    </fieldset>
  );
}

function OtherCode({ add }: { add: (code: string) => void }) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <form
      class="article-code"
      onSubmit={(event) => {
        event.preventDefault();
        add(ref.current?.value ?? "");
      }}
    >
      <input
        ref={ref}
        maxLength={8}
        pattern="[a-z]{2,3}(-[A-Za-z0-9]{2,4})?"
        aria-label={words.otherCode}
        placeholder="pt-BR"
        title={words.otherCode}
      />
      <button type="submit" class="button">
        {words.addIt}
      </button>
    </form>
  );
}

// --- one language -------------------------------------------------------------------------------
interface Part {
  text: ArticleText;
  set: (parts: Partial<ArticleText>) => void;
  article: Article | null;
}

function Text({ text, set, article }: Part) {
  const [looking, setLooking] = useState(false);
  return (
    <>
      <Field title={words.titleField} help={words.titleHelp}>
        {(id, help) => (
          <input
            id={id}
            class="name-field"
            value={text.title}
            maxLength={200}
            lang={text.language}
            autocomplete="off"
            aria-describedby={help}
            onInput={(event) => set({ title: event.currentTarget.value })}
          />
        )}
      </Field>
      <Category text={text} set={set} />
      <div class="article-body">
        <fieldset class="article-modes" aria-label={words.modes}>
          <button type="button" aria-pressed={!looking} onClick={() => setLooking(false)}>
            {words.write}
          </button>
          <button type="button" aria-pressed={looking} onClick={() => setLooking(true)}>
            {words.preview}
          </button>
        </fieldset>
        {looking ? (
          <section class="article-preview" aria-label={words.previewing} lang={text.language}>
            <Shown body={text.body} article={article?.id ?? null} />
          </section>
        ) : (
          <Field title={words.bodyField} help={words.bodyHelp}>
            {(id, help) => (
              <textarea
                id={id}
                class="article-answer"
                rows={14}
                value={text.body}
                maxLength={100_000}
                lang={text.language}
                aria-describedby={help}
                onInput={(event) => set({ body: event.currentTarget.value })}
              />
            )}
          </Field>
        )}
      </div>
      <Examples text={text} set={set} />
    </>
  );
}

/** Under which the help page lists it; those in use in this language are offered. */
function Category({ text, set }: Omit<Part, "article">) {
  const list = useId();
  const used = store.counts.value?.categories[text.language] ?? [];
  return (
    <Field title={words.categoryField} help={words.categoryHelp}>
      {(id, help) => (
        <>
          <input
            id={id}
            value={text.category}
            maxLength={80}
            lang={text.language}
            list={list}
            autocomplete="off"
            aria-describedby={help}
            onInput={(event) => set({ category: event.currentTarget.value })}
          />
          <datalist id={list}>
            {used.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

function Examples({ text, set }: Omit<Part, "article">) {
  const now = text.examples.join("\n");
  const [typed, setTyped] = useState(now);
  // an empty line that is being typed is no question yet, and must not vanish
  const shown = parted(typed).join("\n") === now ? typed : now;
  return (
    <Field
      title={words.examplesField}
      help={words.examplesHelp}
      beside={words.counted(text.examples.length)}
    >
      {(id, help) => (
        <textarea
          id={id}
          rows={Math.min(12, Math.max(5, text.examples.length + 1))}
          value={shown}
          lang={text.language}
          aria-describedby={help}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            set({ examples: parted(event.currentTarget.value) });
          }}
        />
      )}
    </Field>
  );
}

function parted(text: string): string[] {
  const all = text.split("\n").map((one) => one.trim().replace(/\s+/g, " "));
  return [...new Set(all.filter(Boolean))];
}

// --- for every language -------------------------------------------------------------------------
function Everywhere({ draft, ...part }: Part & { draft: Draft }) {
  return (
    <>
      <h3>{words.everyLanguage}</h3>
      <Choices
        title={words.audienceField}
        value={draft.audience}
        options={words.audiences}
        set={(audience) => store.change({ audience: audience as Audience })}
      />
      <Switch
        title={words.humanField}
        help={words.humanHelp}
        value={draft.human_only}
        set={(human_only) => store.change({ human_only })}
      />
      <Review draft={draft} />
      {part.article && (
        <Field title={words.slugField} help={words.slugHelp}>
          {(id, help) => (
            <input
              id={id}
              value={draft.slug}
              maxLength={80}
              autocomplete="off"
              spellcheck={false}
              aria-describedby={help}
              onInput={(event) => store.change({ slug: event.currentTarget.value })}
            />
          )}
        </Field>
      )}
      <Files draft={draft} {...part} />
    </>
  );
}

function Review({ draft }: { draft: Draft }) {
  return (
    <Field title={words.reviewField} help={words.reviewHelp}>
      {(id, help) => (
        <span class="article-review">
          <input
            id={id}
            type="date"
            value={draft.review_by ?? ""}
            aria-describedby={help}
            onInput={(event) => store.change({ review_by: event.currentTarget.value || null })}
          />
          {[3, 6, 12].map((months) => (
            <Button
              key={months}
              kind="quiet"
              onClick={() => store.change({ review_by: inMonths(months) })}
            >
              {words.inMonths(months)}
            </Button>
          ))}
          {draft.review_by && (
            <Button kind="quiet" onClick={() => store.change({ review_by: null })}>
              {words.never}
            </Button>
          )}
        </span>
      )}
    </Field>
  );
}

function inMonths(months: number): string {
  const day = new Date();
  day.setMonth(day.getMonth() + months);
  return day.toISOString().slice(0, 10);
}

function Files({ draft, article, text, set }: Part & { draft: Draft }) {
  const picker = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  if (!article) return <p class="faint">{words.saveFirst}</p>;
  const shown = article.files.filter((one) => draft.files.includes(one.name));
  const pick = async () => {
    const file = picker.current?.files?.[0];
    if (!file) return;
    setBusy(true);
    await attempt(() => store.attach(article.id, file));
    setBusy(false);
    if (picker.current) picker.current.value = "";
  };
  const insert = (name: string, picture: boolean) => {
    const link = `${picture ? "!" : ""}[${name}](files/${encodeURIComponent(name)})`;
    set({ body: `${text.body.trimEnd()}\n\n${link}\n` });
    say(words.inserted(name));
  };
  return (
    <div class="asked">
      <b class="article-label">{words.filesField}</b>
      <ul class="article-files">
        {shown.map((one) => (
          <li key={one.name}>
            <Icon name="paperclip" size={14} />
            <a class="link" href={one.url} target="_blank" rel="noreferrer">
              {one.name}
            </a>
            <span class="faint">{sized(one.size)}</span>
            <Button
              icon="link"
              kind="quiet"
              label={words.insert(one.name)}
              onClick={() => insert(one.name, one.media_type.startsWith("image/"))}
            />
            <Button
              icon="trash"
              kind="quiet"
              label={words.removeFile(one.name)}
              onClick={() => store.change({ files: draft.files.filter((n) => n !== one.name) })}
            />
          </li>
        ))}
      </ul>
      <p>
        <Button icon="paperclip" disabled={busy} onClick={() => picker.current?.click()}>
          {busy ? words.uploading : words.addFile}
        </Button>
        <input
          ref={picker}
          type="file"
          hidden
          aria-label={words.addFile}
          onChange={() => void pick()}
        />
      </p>
      <p class="help">{words.filesHelp}</p>
    </div>
  );
}

// --- saving -------------------------------------------------------------------------------------
function Saving({ id }: { id: number }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const [late, setLate] = useState(false); // somebody else saved meanwhile
  if (!store.changed.value) return null;
  const save = async (over: boolean) => {
    setBusy(true);
    try {
      const answer = await store.save(over);
      say(words.saved);
      if (id === 0) go(path("knowledge", answer.id), true);
      setWrong("");
      setLate(false);
    } catch (error) {
      const status = error instanceof Refused ? error.problem.status : 0;
      setLate(status === 409 && id !== 0);
      setWrong((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  const drop = () => {
    store.discard(id);
    setLate(false);
    setWrong("");
    void store.open(id);
  };
  return (
    <form
      class="saving"
      aria-label={words.unsaved}
      onSubmit={(event) => {
        event.preventDefault();
        void save(late);
      }}
    >
      <p class={`verdict ${wrong ? "bad" : ""}`} role="status">
        {wrong ? (
          <>
            <Icon name="alert" size={14} />
            <span>{wrong}</span>
          </>
        ) : (
          <b>{words.unsaved}</b>
        )}
      </p>
      <Button kind="quiet" onClick={drop}>
        {late ? words.theirs : words.discard}
      </Button>
      <button type="submit" class="button act" disabled={busy}>
        <span>{busy ? words.saving : late ? words.mine : words.save}</span>
      </button>
    </form>
  );
}
