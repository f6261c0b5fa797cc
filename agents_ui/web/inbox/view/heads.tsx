/** What stands above a part of a page: its name, what can be done with it, and its tabs. */
import type { ComponentChildren } from "preact";
import { follow, go } from "../state/router";
import { Button } from "./parts";

export function Head(props: {
  title: string;
  about?: string;
  back: string; // where the list is, on a narrow screen
  backWord: string;
  acts?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <header class="pane-head thread-head">
      <Button
        icon="back"
        label={props.backWord}
        class="narrow-only"
        onClick={() => go(props.back)}
      />
      <div class="thread-title">
        <h2 id="thread-title" tabIndex={-1}>
          {props.title}
        </h2>
        {props.about && <p class="standing">{props.about}</p>}
      </div>
      {props.acts && <div class="acts">{props.acts}</div>}
      {props.children}
    </header>
  );
}

export function Tabs(props: {
  label: string;
  tabs: Record<string, string>; // what each is called
  here: string;
  to: (tab: string) => string;
}) {
  return (
    <nav class="tabs" aria-label={props.label}>
      {Object.entries(props.tabs).map(([one, word]) => (
        <a
          key={one}
          href={props.to(one)}
          aria-current={props.here === one ? "page" : undefined}
          onClick={follow}
        >
          {word}
        </a>
      ))}
    </nav>
  );
}
