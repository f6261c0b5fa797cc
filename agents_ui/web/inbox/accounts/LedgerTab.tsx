/** Where everything went that an account handed over, and whether the provider agrees. */
import { useEffect, useState } from "preact/hooks";
import { now } from "../state/desk";
import { inFull, shortly } from "../state/time";
import { say } from "../state/toasts";
import { Button } from "../view/parts";
import type { AccountDetail, Ledger } from "./shapes";
import { administers, api } from "./store";
import { words } from "./words";

const SPANS = [24, 72, 168, 720]; // hours

export function LedgerTab({ account }: { account: AccountDetail }) {
  const [ledger, setLedger] = useState<Ledger | null>(null);
  const [hours, setHours] = useState(SPANS[0] ?? 24);
  const [busy, setBusy] = useState(false);
  const attempt = async (what: () => Promise<Ledger>) => {
    setBusy(true);
    try {
      setLedger(await what());
    } catch (error) {
      say((error as Error).message, { bad: true });
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => void attempt(() => api.ledger(account.id)), [account.id]);
  if (!ledger) return <p class="faint">{words.loading}</p>;
  return (
    <section>
      <h3>{words.ledger}</h3>
      <p class="faint">{words.ledgerHint}</p>
      <table class="ledger">
        <tbody>
          {Object.entries(words.rows).map(([name, word]) => {
            const n = Number(ledger[name as keyof Ledger] ?? 0);
            const care = n > 0 && (name === "quarantined" || name === "waiting");
            return (
              <tr key={name} class={care ? "care" : ""} data-row={name}>
                <th scope="row">{word}</th>
                <td>{n.toLocaleString()}</td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{words.total}</th>
            <td>{ledger.total.toLocaleString()}</td>
          </tr>
        </tfoot>
      </table>
      <Comparison ledger={ledger} />
      {!ledger.comparable && <p class="faint">{words.notComparable}</p>}
      {ledger.comparable && administers.value && !account.archived_at && (
        <p class="reconcile">
          <label>
            <span class="sr">{words.hours}</span>
            <select
              value={String(hours)}
              onChange={(event) => setHours(Number(event.currentTarget.value))}
            >
              {SPANS.map((one) => (
                <option key={one} value={String(one)}>
                  {words.hoursOf(one)}
                </option>
              ))}
            </select>
          </label>
          <Button
            disabled={busy}
            onClick={() => void attempt(() => api.reconcile(account.id, hours))}
          >
            {busy ? words.reconciling : words.reconcile}
          </Button>
        </p>
      )}
    </section>
  );
}

function Comparison({ ledger }: { ledger: Ledger }) {
  const { compared } = ledger;
  if (!ledger.comparable) return null;
  if (!compared) return <p class="faint">{words.neverCompared}</p>;
  return (
    <p
      class={`compared ${compared.trouble ? "bad" : ""}`}
      role="status"
      title={inFull(compared.at)}
    >
      <b>{words.comparedAt(shortly(compared.at, now.value))}</b>
      <span>
        {[
          words.comparedSource(compared.source),
          words.comparedMissing(compared.missing),
          compared.trouble,
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
    </p>
  );
}
