/** What a channel handed over and nobody could read: a person decides. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "../api";
import type { Quarantined } from "../shapes";
import { accounts, counts, now, onHeal, selected } from "../state/desk";
import { go, path, place } from "../state/router";
import { step, toOpen } from "../state/selection";
import { inFull, shortly, sized } from "../state/time";
import { say } from "../state/toasts";
import { listName, words } from "../words";
import { Icon } from "./Icon";
import { Blank, Button } from "./parts";
import { ShowLists } from "./Rail";

const rows = signal<Quarantined[] | null>(null);
const next = signal<string | null>(null);
const failed = signal(false);

async function load(more = false): Promise<void> {
  try {
    const page = await api.quarantine(more ? next.peek() : null);
    rows.value = more ? [...(rows.peek() ?? []), ...page.items] : page.items;
    next.value = page.next;
    failed.value = false;
  } catch {
    failed.value = true;
  }
}

const ids = () => rows.peek()?.map((row) => row.id) ?? [];

/** The keys of the lists, here. */
export function moveQuarantined(by: number): void {
  selected.value = step(ids(), selected.peek(), by);
}

export function openQuarantined(): void {
  const id = toOpen(ids(), selected.peek());
  if (id !== null) go(path("quarantined", id));
}

export function Quarantine() {
  useEffect(() => {
    void load();
    return onHeal(() => void load());
  }, [counts.value?.quarantined]);
  const chosen = rows.value?.find((row) => row.id === place.value.id);
  return (
    <>
      <section class="list-pane" aria-label={words.quarantine.label}>
        <header class="pane-head list-head">
          <ShowLists />
          <h1>{listName("quarantined")}</h1>
        </header>
        <Rows />
      </section>
      <section
        class={`thread-pane ${chosen ? "" : "vacant"}`}
        aria-label={words.quarantine.raw}
        data-quarantined={chosen?.id}
      >
        {chosen ? (
          <Detail key={chosen.id} row={chosen} />
        ) : (
          <Blank icon="quarantine" title={words.quarantine.none} hint={words.quarantine.noneHint}>
            {place.value.id !== null && (
              <Button class="narrow-only" onClick={() => go(path("quarantined"))}>
                {words.thread.back}
              </Button>
            )}
          </Blank>
        )}
      </section>
    </>
  );
}

function Rows() {
  if (rows.value === null) {
    return failed.value ? (
      <Blank icon="offline" title={words.list.failed} hint={words.list.failedHint} />
    ) : (
      <p class="faint list-foot">{words.list.loading}</p>
    );
  }
  if (rows.value.length === 0) {
    const [title, hint] = words.list.empty.quarantined ?? ["", ""];
    return <Blank icon="done" title={title} hint={hint} />;
  }
  return (
    <div class="rows" tabIndex={0} role="listbox" aria-label={words.quarantine.label} id="rows">
      {rows.value.map((row) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys belong to the list as a whole
        // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus
        <div
          key={row.id}
          class="row still"
          role="option"
          aria-selected={selected.value === row.id}
          aria-current={place.value.id === row.id ? "true" : undefined}
          onClick={() => {
            selected.value = row.id;
            go(path("quarantined", row.id));
          }}
        >
          <span class="row-dot" aria-hidden="true" />
          <span class="row-name">{accounts.value.get(row.account_id)?.name ?? "?"}</span>
          <time class="row-time" dateTime={row.received_at}>
            {shortly(row.received_at, now.value)}
          </time>
          <span class="glyph">
            <Icon name="quarantine" size={14} />
          </span>
          <span class="row-text">{row.reason}</span>
        </div>
      ))}
      {next.value && (
        <Button kind="quiet" onClick={() => void load(true)}>
          {words.customer.more}
        </Button>
      )}
    </div>
  );
}

function Detail({ row }: { row: Quarantined }) {
  const decide = async (act: (id: number) => Promise<unknown>, said: string) => {
    try {
      await act(row.id);
      say(said);
      rows.value = rows.peek()?.filter((other) => other.id !== row.id) ?? null;
      go(path("quarantined"));
      await load();
    } catch (error) {
      say(words.done.notChanged((error as Error).message), { bad: true });
    }
  };
  return (
    <>
      <header class="pane-head thread-head">
        <Button
          icon="back"
          label={words.thread.back}
          class="narrow-only"
          onClick={() => go(path("quarantined"))}
        />
        <div class="thread-title">
          <h2>{row.reason}</h2>
          <p class="standing">
            {accounts.value.get(row.account_id)?.name} · {inFull(row.received_at)} ·{" "}
            {sized(row.size)}
          </p>
        </div>
        <div class="acts">
          <Button
            icon="retry"
            onClick={() => void decide(api.retryQuarantined, words.quarantine.retried)}
          >
            {words.quarantine.retry}
          </Button>
          <Button
            icon="trash"
            kind="danger"
            onClick={() => void decide(api.discardQuarantined, words.quarantine.discarded)}
          >
            {words.quarantine.discard}
          </Button>
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="scroller raw" tabIndex={0} aria-label={words.quarantine.bytes}>
        {Object.keys(row.headers).length > 0 && (
          <>
            <h3>{words.quarantine.headers}</h3>
            <dl class="facts">
              {Object.entries(row.headers).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
        <h3>
          {words.quarantine.raw}
          <a class="link" href={`/api/quarantine/${row.id}/raw`} target="_blank" rel="noopener">
            <Icon name="out" size={12} /> {words.quarantine.whole}
          </a>
        </h3>
        <pre class="raw-text">{row.beginning || words.quarantine.empty}</pre>
      </section>
    </>
  );
}
