/** What stands at single messages: a report of a wrong answer, a translation. */
import type { Message } from "../shapes";
import { byBot } from "../state/helper";
import { report, turnOf } from "./session";
import { translating, translations } from "./store";
import { words } from "./words";

/** An answer of the bot's was wrong: whoever teaches it sees that. */
export function Report({ message }: { message: Message }) {
  const turn = byBot(message) ? turnOf(message.conversation_id, message.id) : null;
  if (!turn || (turn.kind !== "answer" && turn.kind !== "offer")) return null;
  if (turn.wrong_at) return <span class="reported">{words.reported}</span>;
  return (
    <button type="button" class="link" onClick={() => void report(message.conversation_id, turn)}>
      {words.report}
    </button>
  );
}

/** What a message says in the agent's language. */
export function Translated({ message }: { message: Message }) {
  if (message.direction !== "in" || !translating.value.has(message.conversation_id)) return null;
  const text = translations.value.get(message.id);
  if (text === undefined || text === null) return null;
  return (
    <div class="translated" aria-busy={text === ""}>
      <span class="faint">{text ? words.translated : words.translating}</span>
      {text && <p dir="auto">{text}</p>}
    </div>
  );
}
