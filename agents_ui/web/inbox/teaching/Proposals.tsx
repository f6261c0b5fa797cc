/** What several customers asked and the bot was never taught: approve, change or reject it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { follow, path } from "../state/router";
import { letters } from "../state/settings";
import { inFull, onDate } from "../state/time";
import { GAP } from "../state/writing";
import { Icon } from "../view/Icon";
import { covered } from "../view/open";
import { Blank, Button, Kbd } from "../view/parts";
import { Difference } from "./Difference";
import type { Decision, Proposal } from "./shapes";
import {
  api,
  attempt,
  chosen,
  decide,
  decided,
  loadProposals,
  nameOf,
  proposals,
  takeBack,
  trouble,
} from "./store";
import { words } from "./words";

const SOON = 2_000; // milliseconds until it is asked again whether a look is over
const ICONS = { article: "book", example: "plus", edit: "edit" } as const;

export function Proposals() {
  const all = proposals.value;
  useKeys();
  useEffect(() => {
    if (!all?.looking) return;
    const again = setTimeout(() => void loadProposals(), SOON);
    return () => clearTimeout(again);
  }, [all]);
  if (trouble.value && !all) {
    return (
      <Blank icon="offline" title={words.failed} hint={trouble.value}>
        <Button onClick={() => void loadProposals()}>{words.again}</Button>
      </Blank>
    );
  }
  if (!all) return <p class="faint">{words.loading}</p>;
  return (
    <>
      <div class="teaching-acts" aria-live="polite">
        {all.items.length > 0 && (
          <p class="teaching-keys">
            {words.keys.map(([key, word]) => (
              <span key={key}>
                <Kbd keys={key} /> {word}
              </span>
            ))}
          </p>
        )}
        {all.looking ? (
          <span class="faint">{words.looking}</span>
        ) : (
          all.looked && (
            <Button
              icon="retry"
              onClick={() =>
                void attempt(async () => {
                  proposals.value = await api.look();
                })
              }
            >
              {words.look}
            </Button>
          )
        )}
      </div>
      {all.items.length === 0 && (
        <Blank icon="teach" title={words.none} hint={all.looked ? words.noneHint : words.noneYet} />
      )}
      <ul class="proposals">
        {all.items.map((one) => (
          <li key={one.id} data-proposal={one.id}>
            <Line one={one} />
            {chosen.value === one.id && <Open key={one.id} one={one} />}
          </li>
        ))}
      </ul>
      {decided.value.length > 0 && <Past />}
    </>
  );
}

function Line({ one }: { one: Proposal }) {
  const open = chosen.value === one.id;
  return (
    <button
      type="button"
      class="proposal-line"
      aria-expanded={open}
      onClick={() => {
        chosen.value = open ? null : one.id;
      }}
    >
      <Icon name={ICONS[one.kind]} />
      <span class="proposal-title">{one.article?.title ?? one.title}</span>
      <span class="proposal-kind">{words.kinds[one.kind]}</span>
      <span class="proposal-weight">
        {words.asked(one.weight)}
        {one.language && <abbr>{one.language}</abbr>}
      </span>
    </button>
  );
}

/** A proposal as it may be changed before it is approved. */
function Open({ one }: { one: Proposal }) {
  const [title, setTitle] = useState(one.title);
  const [questions, setQuestions] = useState(one.questions.join("\n"));
  const [answer, setAnswer] = useState(one.answer);
  const [into, setInto] = useState<number | null>(one.article?.id ?? null);
  const form = useRef<HTMLFormElement>(null);
  const own = one.kind === "article" && into === null;
  const wanted = (): Decision => {
    const lines = questions.split("\n").map((line) => line.trim());
    const asked = lines.filter(Boolean);
    return {
      decision: "approve",
      ...(own && title !== one.title ? { title } : {}),
      ...(one.kind !== "edit" && asked.join("\n") !== one.questions.join("\n")
        ? { questions: asked }
        : {}),
      ...((own || one.kind === "edit") && answer !== one.answer ? { answer } : {}),
      ...(into !== null && into !== one.article?.id ? { article_id: into } : {}),
    };
  };
  return (
    <form
      ref={form}
      class="proposal"
      onSubmit={(event) => {
        event.preventDefault();
        void decide(one, wanted());
      }}
    >
      {one.kind !== "edit" && <Into one={one} into={into} set={setInto} />}
      {own && (
        <label>
          <span>{words.fields.title}</span>
          <input
            value={title}
            required
            maxLength={200}
            onInput={(e) => setTitle(e.currentTarget.value)}
          />
        </label>
      )}
      {one.kind !== "edit" && (
        <label>
          <span>{words.fields.questions}</span>
          <textarea
            rows={Math.min(8, Math.max(2, one.questions.length))}
            value={questions}
            required
            onInput={(e) => setQuestions(e.currentTarget.value)}
          />
        </label>
      )}
      {one.kind === "edit" && one.article && (
        <Difference was={one.article.body} now={one.answer} set={setAnswer} />
      )}
      {(own || one.kind === "edit") && (
        <label>
          <span>{one.kind === "edit" ? words.fields.merged : words.fields.answer}</span>
          {!one.answer && <small>{words.noAnswer}</small>}
          {answer.includes(GAP) && <small>{words.gaps}</small>}
          <textarea
            rows={5}
            value={answer}
            required
            onInput={(e) => setAnswer(e.currentTarget.value)}
          />
        </label>
      )}
      <Evidence one={one} />
      <div class="proposal-acts">
        <button type="submit" class="button act" aria-keyshortcuts="a" title="a">
          <Icon name="check" />
          <span>{words.approve}</span>
        </button>
        <Button icon="close" keys="x" onClick={() => void decide(one, { decision: "reject" })}>
          {words.reject}
        </Button>
      </div>
    </form>
  );
}

/** Where the questions go: an article of its own, or one that there is. */
function Into(props: { one: Proposal; into: number | null; set: (id: number | null) => void }) {
  const [all, setAll] = useState<{ id: number; title: string; languages: string[] }[]>([]);
  const { one } = props;
  useEffect(() => void api.articles().then(setAll, () => setAll([])), []);
  const fitting = all.filter((each) => !one.language || each.languages.includes(one.language));
  const known = fitting.some((each) => each.id === one.article?.id);
  return (
    <label>
      <span>{words.fields.into}</span>
      <select
        value={props.into ?? ""}
        onChange={(e) => props.set(e.currentTarget.value ? Number(e.currentTarget.value) : null)}
      >
        {one.kind === "article" && <option value="">{words.own}</option>}
        {one.article && !known && <option value={one.article.id}>{one.article.title}</option>}
        {fitting.map((each) => (
          <option key={each.id} value={each.id}>
            {each.title}
          </option>
        ))}
      </select>
    </label>
  );
}

function Evidence({ one }: { one: Proposal }) {
  return (
    <section class="evidence">
      <h2 class="quiet-head">
        {one.kind === "edit" ? words.edited(one.weight) : words.askedIn(one.weight)}
      </h2>
      <ul aria-label={words.evidence}>
        {one.sources.map((source) => (
          <li key={source.conversation_id}>
            <a href={path("all", source.conversation_id)} onClick={follow}>
              {source.customer}
            </a>
            <span class="evidence-said">{source.said || source.subject}</span>
            <time dateTime={source.at} title={inFull(source.at)}>
              {onDate(source.at)}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Past() {
  return (
    <details class="decided">
      <summary>{words.decided}</summary>
      <ul>
        {decided.value.map((one) => (
          <li key={one.id}>
            <span class="decided-title">{one.article?.title ?? one.title}</span>
            <span class="faint">
              {words.states[one.state]} {words.by(nameOf(one.decided_by_id))}
              {one.decided_at && `, ${onDate(one.decided_at)}`}
            </span>
            <Button icon="undo" onClick={() => void takeBack(one.id)}>
              {words.undo} <span class="sr">{one.article?.title ?? one.title}</span>
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}

// --- the keyboard ---------------------------------------------------------------------------
function useKeys(): void {
  useEffect(() => {
    addEventListener("keydown", keyed, true);
    return () => removeEventListener("keydown", keyed, true);
  }, []);
}

/** One letter decides, unless somebody writes. */
function keyed(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (!letters.peek() || covered.peek() || target.matches("input, textarea, select")) return;
  const all = proposals.peek()?.items ?? [];
  const at = all.findIndex((one) => one.id === chosen.peek());
  const one = all[at];
  const form = document.querySelector<HTMLFormElement>("form.proposal");
  if (event.key === "a" && form) form.requestSubmit();
  else if (event.key === "e" && form) form.querySelector<HTMLElement>("input, textarea")?.focus();
  else if (event.key === "x" && one) void decide(one, { decision: "reject" });
  else if (event.key === "j" || event.key === "k") step(all, at + (event.key === "j" ? 1 : -1));
  else return;
  event.preventDefault();
}

function step(all: readonly Proposal[], at: number): void {
  const next = all[Math.max(0, Math.min(all.length - 1, at))];
  if (!next) return;
  chosen.value = next.id;
  requestAnimationFrame(() =>
    document.querySelector(`[data-proposal="${next.id}"]`)?.scrollIntoView({ block: "nearest" }),
  );
}
