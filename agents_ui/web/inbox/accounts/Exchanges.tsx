/** What was said with a provider, request by request. */
import { useEffect, useState } from "preact/hooks";
import type { Page } from "../shapes";
import { now } from "../state/desk";
import { atClock, inFull, shortly } from "../state/time";
import { say } from "../state/toasts";
import { Icon } from "../view/Icon";
import { Blank, Button } from "../view/parts";
import type { Exchange } from "./shapes";
import { api } from "./store";
import { words } from "./words";

export function Exchanges({ account }: { account: number }) {
  const [page, setPage] = useState<Page<Exchange> | null>(null);
  const [failed, setFailed] = useState(false);
  const [open, setOpen] = useState<number | null>(null);
  const load = async (before: string | null) => {
    try {
      const more = await api.exchanges(account, before, failed);
      setPage((old) => ({
        items: before && old ? [...old.items, ...more.items] : more.items,
        next: more.next,
      }));
    } catch (error) {
      say((error as Error).message, { bad: true });
    }
  };
  useEffect(() => void load(null), [account, failed]);
  return (
    <section>
      <h3>{words.exchanges}</h3>
      <p class="exchanges-lead">
        <span class="faint">{words.exchangesHint}</span>
        <label class="only">
          <input
            type="checkbox"
            checked={failed}
            onChange={(event) => setFailed(event.currentTarget.checked)}
          />
          {words.onlyErrors}
        </label>
      </p>
      {page?.items.length === 0 && <Blank icon="layers" title={words.noExchanges} hint="" />}
      {page && page.items.length > 0 && (
        <div class="table-box">
          <table class="exchanges">
            <thead>
              <tr>
                <th>{words.when}</th>
                <th>{words.way}</th>
                <th>{words.request}</th>
                <th>{words.answer}</th>
                <th>{words.took}</th>
              </tr>
            </thead>
            <tbody>
              {page.items.map((one) => (
                <Row
                  key={one.id}
                  one={one}
                  open={open === one.id}
                  toggle={() => setOpen(open === one.id ? null : one.id)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {page?.next && (
        <Button kind="quiet" onClick={() => void load(page.next)}>
          {words.older}
        </Button>
      )}
    </section>
  );
}

function Row({ one, open, toggle }: { one: Exchange; open: boolean; toggle: () => void }) {
  const bad = Boolean(one.error) || one.status === null || one.status >= 400;
  return (
    <>
      <tr class={bad ? "bad" : ""} data-exchange={one.id}>
        <td>
          <time title={inFull(one.at)}>
            {shortly(one.at, now.value) === atClock(one.at)
              ? atClock(one.at)
              : `${shortly(one.at, now.value)} ${atClock(one.at)}`}
          </time>
        </td>
        <td>
          <span class="way-mark" title={one.outward ? words.outward : words.inward}>
            <Icon name={one.outward ? "up" : "newest"} size={14} />
            <span class="sr">{one.outward ? words.outward : words.inward}</span>
          </span>
        </td>
        <td>
          <button type="button" class="exchange-open" aria-expanded={open} onClick={toggle}>
            <b>{one.method}</b> <span>{address(one.url)}</span>
          </button>
        </td>
        <td class="exchange-status">{one.status ?? words.noAnswer}</td>
        <td class="exchange-took">{words.seconds(one.took)}</td>
      </tr>
      {open && (
        <tr class="exchange-detail">
          <td colSpan={5}>
            {one.error && <p class="why">{one.error}</p>}
            <p class="faint exchange-url">{one.url}</p>
            <h4>{words.sentBody}</h4>
            <pre>{one.request || words.emptyBody}</pre>
            <h4>{words.answeredBody}</h4>
            <pre>{one.response || words.emptyBody}</pre>
          </td>
        </tr>
      )}
    </>
  );
}

/** The end of an address says more than its beginning. */
function address(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return url;
  }
}
