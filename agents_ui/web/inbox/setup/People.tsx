/** What each agent can do, how much at once, and when; saved as soon as it is changed. */
import { useEffect, useState } from "preact/hooks";
import { agents } from "../state/desk";
import { Face } from "../view/parts";
import { parted } from "./fields";
import { Page } from "./Page";
import { attempt } from "./QueuePage";
import type { Skilled } from "./shapes";
import { api, held, queues, skilled } from "./store";
import { words } from "./words";

export function People() {
  const known = agents.value;
  const all = [...skilled.value.values()];
  return (
    <Page title={words.parts.people} about={words.peopleHint}>
      <ul class="persons">
        {all.map((one) => (
          <li key={one.agent_id}>
            <Person one={one} name={known.get(one.agent_id)?.name ?? String(one.agent_id)} />
          </li>
        ))}
      </ul>
    </Page>
  );
}

function Person({ one, name }: { one: Skilled; name: string }) {
  const mine = queues.value.filter((q) => q.members.some((m) => m.agent_id === one.agent_id));
  const save = (parts: Partial<Skilled>) =>
    void attempt(() => api.enable(one.agent_id, parts), words.personSaved(name));
  const setup = held.value?.setup;
  const skills = [...new Set([...(setup?.skills ?? []), ...Object.keys(one.skills)])];
  return (
    <fieldset class="person">
      <legend>
        <Face name={name} id={one.agent_id} />
        <b>{name}</b>
        <span class="faint">{mine.map((q) => q.name).join(", ") || words.inNone}</span>
      </legend>
      <div class="side">
        <Left
          label={words.languages}
          title={words.languagesHint}
          value={one.languages.join(", ")}
          set={(text) => save({ languages: parted(text, ",") })}
        />
        <Left
          label={words.capacity}
          title={words.capacityHint}
          value={String(one.capacity)}
          number
          set={(text) => text !== "" && save({ capacity: Number(text) })}
        />
        <label class="asked plain">
          <span>{words.shift}</span>
          <select
            value={one.shift ?? ""}
            onChange={(event) => save({ shift: event.currentTarget.value || null })}
          >
            <option value="">{words.anyTime}</option>
            {Object.keys(setup?.hours ?? {}).map((hours) => (
              <option key={hours} value={hours}>
                {hours}
              </option>
            ))}
          </select>
        </label>
      </div>
      {skills.length === 0 ? (
        <p class="faint">{words.noSkills}</p>
      ) : (
        <div class="side levels">
          {skills.map((skill) => (
            <label class="asked plain" key={skill}>
              <span>{skill}</span>
              <select
                value={String(one.skills[skill] ?? 0)}
                onChange={(event) => {
                  const { [skill]: _, ...rest } = one.skills;
                  const level = Number(event.currentTarget.value);
                  save({ skills: level > 0 ? { ...rest, [skill]: level } : rest });
                }}
              >
                {words.levels.map((word, level) => (
                  <option key={word} value={String(level)}>
                    {word}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </div>
      )}
    </fieldset>
  );
}

/** A field that is saved when one leaves it. */
function Left(props: {
  label: string;
  title: string;
  value: string;
  number?: boolean;
  set: (text: string) => void;
}) {
  const [now, setNow] = useState(props.value);
  useEffect(() => setNow(props.value), [props.value]);
  const done = () => now.trim() !== props.value && props.set(now.trim());
  return (
    <label class="asked plain">
      <span>{props.label}</span>
      <input
        type={(props.number ? "number" : "text") as "number"}
        min={props.number ? 0 : undefined}
        step={props.number ? "any" : undefined}
        value={now}
        title={props.title}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => setNow(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && done()}
        onBlur={done}
      />
    </label>
  );
}
