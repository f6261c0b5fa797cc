/** Buttons to press, offered with a reply. */
import type { Capabilities, Choices } from "../shapes";
import { write } from "../state/writing";
import { channelName, words } from "../words";
import { Icon } from "./Icon";
import { Button } from "./parts";

const MOST = 10; // as a numbered list; a channel with buttons says how many it has

export function ChoicesEditor(props: {
  id: number;
  content: Choices;
  can: Capabilities;
  channel: string;
}) {
  const { id, content, can } = props;
  const most = can.buttons || MOST;
  const titles = content.buttons.map((one) => one.title);
  const set = (next: string[]) =>
    write(id, { content: { ...content, buttons: next.map((title) => ({ title })) } });
  const long = titles.some((title) => title.length > (can.button_title ?? 20));
  return (
    <div class="choices-editor">
      {titles.map((title, at) => (
        <span class="choice-field" key={at}>
          <input
            value={title}
            maxLength={can.buttons ? (can.button_title ?? 20) : 200}
            aria-label={words.composer.buttonTitle(at + 1)}
            placeholder={words.composer.buttonTitle(at + 1)}
            onInput={(event) => set(titles.with(at, event.currentTarget.value))}
          />
          <Button
            icon="close"
            kind="quiet"
            label={words.composer.remove(title || words.composer.buttonTitle(at + 1))}
            onClick={() =>
              titles.length > 1
                ? set(titles.filter((_, other) => other !== at))
                : write(id, { content: null })
            }
          />
        </span>
      ))}
      {titles.length < most && (
        <Button icon="plus" kind="quiet" onClick={() => set([...titles, ""])}>
          {words.composer.addButton}
        </Button>
      )}
      {(!can.buttons || titles.length > can.buttons || long) && (
        <p class="choices-word">
          <Icon name="buttons" size={12} />
          {words.composer.numbered(channelName(props.channel))}
        </p>
      )}
    </div>
  );
}
