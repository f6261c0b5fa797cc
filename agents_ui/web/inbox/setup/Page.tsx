/** One part of the setup, and the way to it. */
import type { ComponentChildren } from "preact";
import { path } from "../state/router";
import { Head } from "../view/heads";
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
      <Head
        title={props.title}
        about={props.about}
        back={path("setup")}
        backWord={words.back}
        acts={props.acts}
      />
      {props.tabs}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="account-body setup-body" tabIndex={0} aria-label={props.title}>
        {!administers.value && <p class="lead read-only">{words.readOnly}</p>}
        {props.children}
      </section>
    </>
  );
}
