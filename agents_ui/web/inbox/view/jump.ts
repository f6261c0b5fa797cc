/** Going to a message of the open conversation. */
import { loadEarlier, openId, thread } from "../state/desk";
import { speak } from "../state/toasts";
import { words } from "../words";

const PAGES = 20; // further back than this nobody is led by one click
const SHOWN = 1_600; // milliseconds

/** Show message *id*, loading older pages until it is there. */
export async function jumpTo(id: number): Promise<void> {
  const conversation = openId.peek();
  if (conversation === null) return;
  try {
    for (let page = 0; page < PAGES && missing(id); page++) await loadEarlier(conversation);
  } catch (error) {
    speak((error as Error).message);
    return;
  }
  requestAnimationFrame(() => show(id));
}

function missing(id: number): boolean {
  const opened = thread.peek();
  return Boolean(opened?.earlier) && !opened?.messages.some((one) => one.id === id);
}

function show(id: number): void {
  const found = document.getElementById(`message-${id}`);
  if (!found) {
    speak(words.thread.notFound);
    return;
  }
  found.scrollIntoView({ block: "center" });
  found.tabIndex = -1;
  found.focus({ preventScroll: true });
  found.classList.add("shown");
  setTimeout(() => found.classList.remove("shown"), SHOWN);
}
