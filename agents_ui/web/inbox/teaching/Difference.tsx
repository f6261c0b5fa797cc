/** An article as it is beside what a colleague wrote, to be merged paragraph by paragraph. */
import { useState } from "preact/hooks";
import { type Block, blocks, joined, marked, type Side } from "./difference";
import { words } from "./words";

export function Difference(props: { was: string; now: string; set: (answer: string) => void }) {
  const all = blocks(props.was, props.now);
  const [sides, setSides] = useState<readonly Side[]>(all.map(() => "now"));
  const choose = (at: number, side: Side) => {
    const next = sides.map((one, each) => (each === at ? side : one));
    setSides(next);
    props.set(joined(all, next));
  };
  return (
    <ol class="difference" aria-label={words.difference}>
      {all.map((one, at) =>
        one.was === one.now ? (
          <li key={at} class="same">
            {one.was}
          </li>
        ) : (
          <Changed
            key={at}
            block={one}
            side={sides[at] ?? "now"}
            at={at}
            choose={(side) => choose(at, side)}
          />
        ),
      )}
    </ol>
  );
}

function Changed(props: { block: Block; side: Side; at: number; choose: (side: Side) => void }) {
  const { block, side, at } = props;
  const [gone, come] = marked(block);
  return (
    <li class="changed">
      <fieldset>
        <legend class="sr">{words.paragraph(at + 1)}</legend>
        {(["was", "now"] as const).map((one) => (
          <label key={one} class={side === one ? "chosen" : ""} data-side={one}>
            <input
              type="radio"
              name={`paragraph-${at}`}
              checked={side === one}
              onChange={() => props.choose(one)}
            />
            <span>
              <small>{words.sides[one]}</small>
              {(one === "was" ? gone : come).map((part, each) =>
                part.only ? (
                  one === "was" ? (
                    <del key={each}>{part.text}</del>
                  ) : (
                    <ins key={each}>{part.text}</ins>
                  )
                ) : (
                  <span key={each}>{part.text}</span>
                ),
              )}
              {!block[one] && <em>{one === "was" ? words.nothingYet : words.leftOut}</em>}
            </span>
          </label>
        ))}
      </fieldset>
    </li>
  );
}
