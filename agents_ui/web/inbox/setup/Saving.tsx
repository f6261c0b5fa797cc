/** What is not saved yet: whether it can be, and the way to save or drop it. */
import { useState } from "preact/hooks";
import { Refused } from "../api";
import { go } from "../state/router";
import { say } from "../state/toasts";
import { Icon } from "../view/Icon";
import { Button } from "../view/parts";
import { whither } from "./places";
import { changed, checking, discard, draft, load, save, wrong } from "./store";
import { words } from "./words";

export function Saving() {
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [late, setLate] = useState(false); // somebody else saved meanwhile
  if (!changed.value) return null;
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await save(note.trim());
      setNote("");
      say(words.saved);
    } catch (error) {
      const refused = error instanceof Refused ? error.problem : null;
      if (refused?.status === 409) setLate(true);
      wrong.value = {
        where: refused?.field ?? "",
        why: (error as Error).message.replace(`${refused?.field}: `, ""),
      };
    } finally {
      setBusy(false);
    }
  };
  const drop = async () => {
    discard();
    setLate(false);
    await load();
    say(words.discarded);
  };
  return (
    <form class="saving" aria-label={words.unsaved} onSubmit={(event) => void submit(event)}>
      <Verdict />
      <label class="labelled">
        <span class="sr">{words.note}</span>
        <input
          value={note}
          maxLength={500}
          placeholder={words.notePlace}
          title={words.note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      <Button kind="quiet" onClick={() => void drop()}>
        {late ? words.takeTheirs : words.discard}
      </Button>
      <button type="submit" class="button act" disabled={busy || late}>
        <span>{busy ? words.saving : words.save}</span>
      </button>
    </form>
  );
}

function Verdict() {
  const found = wrong.value;
  const setup = draft.value;
  if (!found) {
    return (
      <p class="verdict" role="status">
        <b>{words.unsaved}</b>
        <span>{checking.value ? words.checking : words.unsavedHint}</span>
      </p>
    );
  }
  const way = setup && whither(found.where, setup);
  return (
    <p class="verdict bad" role="status">
      <Icon name="alert" size={14} />
      <span>
        {way && <b>{way.called}: </b>}
        {found.why}
      </span>
      {way && (
        <button type="button" class="link" onClick={() => go(way.to)}>
          {words.look}
        </button>
      )}
    </p>
  );
}
