/** The door. */
import { useEffect, useRef, useState } from "preact/hooks";
import { api, Refused } from "../api";
import { start } from "../state/desk";
import { words } from "../words";
import { Mark } from "./Mark";

export function SignIn() {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => email.current?.focus(), []);

  async function enter(event: Event) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setWrong(null);
    try {
      await api.signIn(email.current?.value.trim() ?? "", password.current?.value ?? "");
      await start();
    } catch (error) {
      setWrong(reason(error as Error));
      password.current?.select();
    } finally {
      setBusy(false);
    }
  }

  return (
    <main class="door">
      <form class="door-form" onSubmit={enter} aria-labelledby="door-title">
        <div class="door-mark">
          <Mark size={36} />
          <h1 id="door-title">{words.product}</h1>
          <p>{words.signIn.lead}</p>
        </div>
        <label>
          <span>{words.signIn.email}</span>
          <input
            ref={email}
            name="email"
            type="email"
            autocomplete="username"
            required
            aria-describedby={wrong ? "door-wrong" : undefined}
          />
        </label>
        <label>
          <span>{words.signIn.password}</span>
          <input
            ref={password}
            name="password"
            type="password"
            autocomplete="current-password"
            required
            aria-describedby={wrong ? "door-wrong" : undefined}
          />
        </label>
        <p id="door-wrong" class="door-wrong" role="alert">
          {wrong}
        </p>
        <button type="submit" class="button act wide" aria-disabled={busy}>
          <span>{busy ? words.signIn.busy : words.signIn.act}</span>
        </button>
      </form>
    </main>
  );
}

function reason(error: Error): string {
  if (!(error instanceof Refused)) return words.errors.unreachable;
  if (error.status === 401 || error.status === 403) return words.signIn.wrong;
  return error.status === 429 ? words.signIn.slow : error.message;
}
