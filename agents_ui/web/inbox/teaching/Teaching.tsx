/** What the bot could be taught, how a version would do, which one answers, how it did. */
import "./teaching.css";
import { useEffect } from "preact/hooks";
import { follow, path, place } from "../state/router";
import { ShowLists } from "../view/Rail";
import { Figures } from "./Figures";
import { Proposals } from "./Proposals";
import { Rehearsal } from "./Rehearsal";
import { loadBrains, loadProposals, proposals } from "./store";
import { Versions } from "./Versions";
import { words } from "./words";

const PARTS = { proposals: Proposals, rehearsal: Rehearsal, versions: Versions, figures: Figures };
type Part = keyof typeof PARTS;

export default function Teaching() {
  const [named] = place.value.rest;
  const part: Part = named && named in PARTS ? (named as Part) : "proposals";
  const Shown = PARTS[part];
  useEffect(() => {
    void loadProposals();
    void loadBrains();
  }, []);
  return (
    <section class="teaching" aria-label={words.title}>
      <header class="pane-head">
        <ShowLists />
        <h1>{words.title}</h1>
      </header>
      <nav class="teaching-parts" aria-label={words.title}>
        {Object.keys(PARTS).map((one) => (
          <a
            key={one}
            href={path("teaching", one === "proposals" ? null : one)}
            onClick={follow}
            aria-current={one === part ? "page" : undefined}
          >
            {words.parts[one]}
            {one === "proposals" && Boolean(proposals.value?.waiting) && (
              <span class="teaching-count">{proposals.value?.waiting}</span>
            )}
          </a>
        ))}
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section class="teaching-body" tabIndex={0} aria-label={words.parts[part]}>
        <Shown />
      </section>
    </section>
  );
}
