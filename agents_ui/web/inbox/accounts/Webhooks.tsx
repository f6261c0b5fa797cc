/** Addresses that are pasted at the provider's. */
import { say } from "../state/toasts";
import { Button } from "../view/parts";
import type { Webhook } from "./shapes";
import { words } from "./words";

export function Addresses({ webhooks, name }: { webhooks: readonly Webhook[]; name: string }) {
  return (
    <section class="webhooks">
      <h3>{words.webhooks}</h3>
      <ul>
        {webhooks.map((one) => {
          const url = name ? one.url.replaceAll("{name}", name) : one.url;
          return (
            <li key={one.url}>
              <p class="help">{one.says}</p>
              <code>{url}</code>
              <Button
                icon="copy"
                label={words.copy(url)}
                disabled={url.includes("{name}")}
                onClick={() =>
                  void navigator.clipboard?.writeText(url).then(() => say(words.copied))
                }
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
