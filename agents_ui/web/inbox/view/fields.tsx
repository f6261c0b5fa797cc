/** Fields that pages are made of: each has its label, its sentence, and what is wrong with it. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export function Field(props: {
  title: string;
  help?: string;
  beside?: string;
  why?: string | null; // it cannot be kept as it is
  at?: string; // its place in a document
  children: (id: string, help: string | undefined) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class={`asked ${props.why ? "wrong" : ""}`} data-field={props.at}>
      <label for={id}>
        {props.title}
        {props.beside && <span class="needed">{props.beside}</span>}
      </label>
      {props.children(id, props.help ? `${id}-help` : undefined)}
      {props.why && <p class="why">{props.why}</p>}
      {props.help && (
        <p class="help" id={`${id}-help`}>
          {props.help}
        </p>
      )}
    </div>
  );
}

export function Switch(props: {
  title: string;
  help?: string;
  value: boolean;
  set: (value: boolean) => void;
  at?: string;
  frozen?: boolean;
}) {
  const id = useId();
  return (
    <div class="asked" data-field={props.at}>
      <label class="switch">
        <span>{props.title}</span>
        <input
          type="checkbox"
          role="switch"
          aria-checked={props.value}
          aria-describedby={props.help ? id : undefined}
          checked={props.value}
          disabled={props.frozen}
          onChange={(event) => props.set(event.currentTarget.checked)}
        />
      </label>
      {props.help && (
        <p class="help" id={id}>
          {props.help}
        </p>
      )}
    </div>
  );
}

/** Few choices, side by side with what they mean. */
export function Choices(props: {
  title: string;
  value: string;
  options: Record<string, string>;
  set: (value: string) => void;
  at?: string;
  frozen?: boolean;
}) {
  const name = useId();
  return (
    <fieldset class="asked options" disabled={props.frozen} data-field={props.at}>
      <legend>{props.title}</legend>
      {Object.entries(props.options).map(([value, word]) => (
        <label key={value} class="option">
          <input
            type="radio"
            name={name}
            checked={props.value === value}
            onChange={() => props.set(value)}
          />
          <span>{word}</span>
        </label>
      ))}
    </fieldset>
  );
}
