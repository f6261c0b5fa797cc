/** The exchange as it is seen: messages in their order, with their state. */
import { el, prose, size } from "./dom";
import { base, front, texts } from "./front";
import type { Message } from "./talk";

export type State = "sending" | "waiting" | "stored" | "seen" | "failed";
export interface Line extends Message {
  state?: State;
  reason?: string;
}

const clock = new Intl.DateTimeFormat(front.lang, { hour: "numeric", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(front.lang, {
  weekday: "long",
  day: "numeric",
  month: "long",
});
const PAUSE = 5 * 60_000; // within this, messages of one person stand together

export class Log {
  readonly lines: Line[] = [];
  readonly element = el("div", {
    id: "log",
    role: "log",
    "aria-live": "polite",
    "aria-label": texts.log,
    tabindex: 0,
  });
  private readonly drawn = new Map<Line, HTMLElement>();

  private low = true;

  constructor(private readonly again: (line: Line) => void) {
    this.element.addEventListener("scroll", () => {
      const { scrollHeight, scrollTop, clientHeight } = this.element;
      this.low = scrollHeight - scrollTop - clientHeight < 60;
    });
    new ResizeObserver(() => this.low && this.toEnd()).observe(this.element);
  }

  find(message: { id: number | null; client_id: string | null }): Line | undefined {
    return this.lines.find(
      (line) =>
        (message.id !== null && line.id === message.id) ||
        (message.client_id !== null && line.client_id === message.client_id),
    );
  }

  /** Show *message* in its place, once, however often it is heard of. */
  put(message: Line): Line {
    const line = this.find(message);
    if (line) {
      const { id, files, seen } = line; // links to files change, and would be loaded again
      return Object.assign(line, message, {
        id: message.id ?? id,
        files: files.length ? files : message.files,
        seen: seen || message.seen,
      });
    }
    const later = this.lines.findIndex((other) => follows(other, message));
    this.lines.splice(later < 0 ? this.lines.length : later, 0, message);
    return message;
  }

  clear(): void {
    this.lines.length = 0;
    this.draw();
  }

  /** Bring the page in line with what is known, and touch nothing else: it is read aloud. */
  draw(): void {
    let place: Element | null = this.element.firstElementChild;
    const step = (wanted: HTMLElement) => {
      if (place === wanted) place = wanted.nextElementSibling;
      else this.element.insertBefore(wanted, place);
    };
    const stale = new Set(this.drawn.keys());
    this.lines.forEach((line, at) => {
      stale.delete(line);
      const old = this.drawn.get(line);
      const html = this.render(line, this.lines[at - 1], this.lines[at + 1]);
      if (old?.isEqualNode(html)) step(old);
      else {
        if (old === place) place = old?.nextElementSibling ?? null;
        old?.remove();
        this.drawn.set(line, html);
        step(html);
      }
    });
    for (const line of stale) {
      this.drawn.get(line)?.remove();
      this.drawn.delete(line);
    }
    if (this.low) this.toEnd();
  }

  toEnd(): void {
    this.element.scrollTop = this.element.scrollHeight;
  }

  private render(line: Line, before?: Line, after?: Line): HTMLElement {
    const at = new Date(line.at);
    const day = at.toDateString();
    const first = !before || new Date(before.at).toDateString() !== day;
    const begins = first || !together(before, line);
    const ends = !after || !together(line, after) || line.state === "failed";
    const last = line.mine && !this.lines.slice(this.lines.indexOf(line) + 1).some((it) => it.mine);
    const state = line.state && (last || /sending|waiting|failed/.test(line.state));
    return el(
      "div",
      {
        class: `${line.mine ? "mine" : "ours"}${begins ? " begins" : ""}`,
        "data-state": line.state,
      },
      first && el("h2", {}, day === new Date().toDateString() ? texts.today : calendar.format(at)),
      begins && !line.mine && el("b", {}, line.author ?? front.title ?? texts.us),
      el(
        "div",
        { class: "said" },
        line.text ? prose(line.text) : null,
        ...line.files.map(attachment),
      ),
      (ends || state) &&
        el(
          "small",
          {},
          el("time", { datetime: line.at }, clock.format(at)),
          state && el("span", {}, ` · ${line.reason ?? texts[line.state ?? "stored"]}`),
          line.state === "failed" &&
            el("button", { type: "button", onclick: () => this.again(line) }, texts.again),
        ),
    );
  }
}

/** The desk's numbers are the order; what has none yet waits at the end. Clocks may be wrong. */
function follows(other: Line, message: Line): boolean {
  if (message.id === null) return false;
  return other.id !== null
    ? other.id > message.id
    : /sending|waiting|failed/.test(other.state ?? "");
}

function together(one: Line, other: Line): boolean {
  return (
    one.mine === other.mine &&
    one.author === other.author &&
    Date.parse(other.at) - Date.parse(one.at) < PAUSE
  );
}

function attachment(file: Message["files"][number]): HTMLElement {
  const href = new URL(file.url, base).href;
  const props = { href, target: "_blank", rel: "noopener", class: "file" };
  if (file.media_type.startsWith("image/"))
    return el("a", props, el("img", { src: href, alt: file.name, loading: "lazy" }));
  return el(
    "a",
    { ...props, download: file.name },
    el("span", {}, file.name),
    el("i", {}, size(file.size)),
  );
}
