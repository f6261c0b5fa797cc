/** Articles that may help, while somebody still writes their first question. */
import { el } from "./dom";
import { front, texts } from "./front";

interface Article {
  title: string;
  url: string;
}

const PAUSE = 350; // milliseconds after the last key
const SHORTEST = 4; // letters; fewer tell nothing

export class Suggestions {
  readonly element = el("nav", { id: "suggested", "aria-label": texts.help, hidden: true });
  private asking: AbortController | undefined;
  private timer = 0;

  /** Look for what is being written; nothing of it is kept anywhere. */
  look(written: string): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    if (written.length < SHORTEST) this.show([]);
    else this.timer = setTimeout(() => void this.ask(written), PAUSE);
  }

  private async ask(q: string): Promise<void> {
    this.asking = new AbortController();
    try {
      const response = await fetch(new URL("../help/suggestions", location.href), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ q, language: front.lang }),
        signal: this.asking.signal,
      });
      this.show(response.ok ? (await response.json()).items : []);
    } catch {
      // it was a kindness: without it one writes on
    }
  }

  private show(articles: Article[]): void {
    this.element.hidden = !articles.length;
    this.element.replaceChildren(
      el("b", {}, texts.help),
      ...articles.map(({ title, url }) =>
        el("a", { href: url, target: "_blank", rel: "noopener" }, title),
      ),
    );
  }
}
