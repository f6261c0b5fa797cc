/** The fields of an article. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export function Field(props: {
  title: string;
  help?: string;
  beside?: string;
  children: (id: string, help: string | undefined) => ComponentChildren;
}) {
  const id = useId();
  return (
    <div class="asked">
      <label for={id}>
        {props.title}
        {props.beside && <span class="needed">{props.beside}</span>}
      </label>
      {props.children(id, props.help ? `${id}-help` : undefined)}
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
  help: string;
  value: boolean;
  set: (value: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="asked">
      <label class="switch">
        <span>{props.title}</span>
        <input
          type="checkbox"
          role="switch"
          aria-checked={props.value}
          aria-describedby={id}
          checked={props.value}
          onChange={(event) => props.set(event.currentTarget.checked)}
        />
      </label>
      <p class="help" id={id}>
        {props.help}
      </p>
    </div>
  );
}

export function Choice(props: {
  title: string;
  value: string;
  options: Record<string, string>;
  set: (value: string) => void;
}) {
  const name = useId();
  return (
    <fieldset class="asked options">
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
