/** One part of the setup, and the way to it. */
import type { ComponentChildren } from "preact";
import { go, path } from "../state/router";
import { Button } from "../view/parts";
import { administers } from "./store";
import { words } from "./words";

export const to = (part: string, name?: string, tab?: string) =>
  path(
    "setup",
    part,
    [name, tab]
      .filter(Boolean)
      .map((one) => encodeURIComponent(one ?? ""))
      .join("/"),
  );

/** A part of the setup: its heading, its acts, and a body that scrolls. */
export function Page(props: {
  title: string;
  about?: string;
  acts?: ComponentChildren;
  tabs?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <>
      <header class="pane-head thread-head">
        <Button
          icon="back"
          label={words.back}
          class="narrow-only"
          onClick={() => go(path("setup"))}
        />
        <div class="thread-title">
          <h2 id="thread-title" tabIndex={-1}>
            {props.title}
          </h2>
          {props.about && <p class="standing">{props.about}</p>}
        </div>
        {props.acts && <div class="acts">{props.acts}</div>}
      </header>
      {props.tabs}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="account-body setup-body" tabIndex={0} aria-label={props.title}>
        {!administers.value && <p class="lead read-only">{words.readOnly}</p>}
        {props.children}
      </section>
    </>
  );
}
