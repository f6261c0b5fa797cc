/** Choosing an approved text and filling in its blanks. */
import { useEffect, useState } from "preact/hooks";
import type { Template, Templated } from "../shapes";
import { blanks, filled, loadTemplates, templates } from "../state/templates";
import { write } from "../state/writing";
import { words } from "../words";
import { Icon } from "./Icon";
import { Button } from "./parts";

/** The list of them, by their titles. */
export function TemplateList({ id, account }: { id: number; account: number }) {
  const [asked, setAsked] = useState("");
  useEffect(() => void loadTemplates(account), [account]);
  const loaded = templates.value.get(account) ?? "loading";
  if (loaded === "loading") return <p class="faint template-word">{words.list.loading}</p>;
  if (loaded === "failed") {
    return (
      <p class="faint template-word">
        {words.composer.templatesFailed}{" "}
        <button type="button" class="link" onClick={() => void loadTemplates(account)}>
          {words.list.again}
        </button>
      </p>
    );
  }
  if (loaded.length === 0)
    return <p class="faint template-word">{words.composer.noTemplatesYet}</p>;
  const found = loaded.filter((one) =>
    `${one.title} ${one.text}`.toLowerCase().includes(asked.toLowerCase()),
  );
  return (
    <div class="templates">
      {loaded.length > 5 && (
        <input
          type="search"
          value={asked}
          placeholder={words.composer.findTemplate}
          aria-label={words.composer.findTemplate}
          onInput={(event) => setAsked(event.currentTarget.value)}
        />
      )}
      <ul aria-label={words.composer.chooseTemplate}>
        {found.map((one) => (
          <li key={`${one.name}${one.language}`}>
            <button type="button" class="template-row" onClick={() => choose(id, one)}>
              <b>{one.title}</b>
              <span class="faint">{[one.language, one.category].filter(Boolean).join(" · ")}</span>
              <span class="template-text">{one.text}</span>
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="faint template-word">{words.composer.noTemplates}</p>}
    </div>
  );
}

function choose(id: number, one: Template): void {
  const variables = Object.fromEntries(blanks(one).map((name) => [name, ""]));
  const content: Templated = {
    type: "template",
    name: one.name,
    variables,
    language: one.language ?? null,
  };
  write(id, { content, template: one.text });
  setTimeout(() => document.querySelector<HTMLElement>(".blanks input")?.focus(), 0);
}

/** The chosen one: what it will say, and its blanks. */
export function Filling(props: { id: number; account: number; content: Templated; text: string }) {
  const { id, content } = props;
  useEffect(() => void loadTemplates(props.account), [props.account]);
  const loaded = templates.value.get(props.account);
  const template = Array.isArray(loaded)
    ? (loaded as Template[]).find((one) => one.name === content.name)
    : undefined;
  const variables = content.variables ?? {};
  const set = (name: string, value: string) => {
    write(id, { content: { ...content, variables: { ...variables, [name]: value } } });
  };
  return (
    <div class="filling">
      <p class="filling-head">
        <Icon name="template" size={14} />
        <b>{template?.title ?? content.name}</b>
        <Button
          icon="close"
          kind="quiet"
          label={words.composer.dropTemplate}
          onClick={() => write(id, { content: null })}
        />
      </p>
      <p class="filling-text">{filled(props.text, variables)}</p>
      <div class="blanks">
        {Object.keys(variables).map((name) => (
          <label key={name}>
            <span>{words.composer.variable(name)}</span>
            <input
              value={variables[name]}
              autocomplete="off"
              onInput={(event) => set(name, event.currentTarget.value)}
            />
          </label>
        ))}
      </div>
    </div>
  );
}
