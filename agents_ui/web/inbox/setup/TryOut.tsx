/** The rules tried on past conversations, before they hold. */
import { useState } from "preact/hooks";
import { now } from "../state/desk";
import { follow, path } from "../state/router";
import { inFull, shortly } from "../state/time";
import { Channel, Icon } from "../view/Icon";
import { Button } from "../view/parts";
import type { Setup, Tried } from "./shapes";
import { api } from "./store";
import { words } from "./words";

export function TryOut({ setup }: { setup: Setup }) {
  const [found, setFound] = useState<Tried[] | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState<number | null>(null);
  const run = async () => {
    setBusy(true);
    setWhy(null);
    try {
      setFound((await api.attempt(setup, 50)).items);
    } catch (error) {
      setWhy((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section class="tryout" aria-label={words.attempt}>
      <p class="tryout-act">
        <Button icon="play" disabled={busy} onClick={() => void run()}>
          {busy ? words.attempting : words.attempt}
        </Button>
        <span class="faint">{words.attemptHint}</span>
      </p>
      {why && (
        <p class="why" role="alert">
          {why}
        </p>
      )}
      {found && <Summary found={found} setup={setup} />}
      {found && found.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
        <section class="table-box" tabIndex={0} aria-label={words.tried}>
          <table class="tried">
            <thead>
              <tr>
                <th scope="col">{words.customer}</th>
                <th scope="col">{words.said}</th>
                <th scope="col">{words.byRule}</th>
                <th scope="col">{words.would}</th>
                <th scope="col">{words.went}</th>
              </tr>
            </thead>
            <tbody>
              {found.map((one) => (
                <Row
                  key={one.conversation_id}
                  one={one}
                  open={open === one.conversation_id}
                  toggle={() => setOpen(open === one.conversation_id ? null : one.conversation_id)}
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function Summary({ found, setup }: { found: Tried[]; setup: Setup }) {
  const other = found.filter((one) => one.queue !== one.was).length;
  const fitted = new Set(found.flatMap(matched));
  const never = setup.rules.rule.filter((rule) => !fitted.has(rule.name)).map((rule) => rule.name);
  return (
    <p class="tryout-sum" role="status">
      <b>{words.attempted(found.length, other)}</b>{" "}
      {found.length > 0 && never.length > 0 && words.never(never.join(", "))}
    </p>
  );
}

const matched = (one: Tried) => one.tried.filter((t) => t.matched).map((t) => t.rule);

function Row({ one, open, toggle }: { one: Tried; open: boolean; toggle: () => void }) {
  const by = matched(one).join(", ") || words.byNone;
  return (
    <>
      <tr class={one.queue !== one.was ? "other" : ""}>
        <td>
          <Channel kind={one.channel} />
          <a href={path("all", one.conversation_id)} onClick={follow}>
            {one.customer}
          </a>
          <time class="faint" title={inFull(one.at)}>
            {shortly(one.at, now.value)}
          </time>
        </td>
        <td class="tried-text">{one.text}</td>
        <td>
          <button
            type="button"
            class="link"
            aria-expanded={open}
            aria-label={`${by}. ${words.why(one.customer)}`}
            onClick={toggle}
          >
            {by}
          </button>
        </td>
        <td>
          <b>{one.queue ?? words.everybodys}</b>
        </td>
        <td>
          {one.queue !== one.was && <Icon name="alert" size={14} />}
          {one.was ?? words.everybodys}
        </td>
      </tr>
      {open && (
        <tr class="tried-why">
          <td colSpan={5}>
            <ul>
              {one.tried.map((t) => (
                <li key={t.rule}>
                  <b>{t.rule}</b> {t.matched ? words.fits : words.fitsNot}: {t.why}
                </li>
              ))}
              {one.tried.length === 0 && <li>{words.byNone}</li>}
            </ul>
          </td>
        </tr>
      )}
    </>
  );
}
