/** The panel inside the frame: the exchange, the composer, and what the site's page asks for. */
import "./panel.css";
import { el, icon, size } from "./dom";
import { front, texts } from "./front";
import { type Line, Log } from "./log";
import { keep, kept, lasting } from "./memory";
import { Suggestions } from "./suggest";
import { type FileLink, type Heard, type Message, Talk } from "./talk";

const CLIP =
  "m20 11.5-8.2 8.2a5 5 0 0 1-7.1-7.1l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.8-7.8";
const UP = "M12 19V5m-6.5 6.5L12 5l6.5 6.5";
const CROSS = "M6 6l12 12M18 6 6 18";
const TYPING_LASTS = 8000;
const TYPING_PAUSE = 3000;

interface Chip {
  element: HTMLElement;
  given?: { file: string } & FileLink;
}

const alone = parent === window; // it is a page of its own, such as behind the help page's link
let opened = alone;
let noticed = ""; // the receipt given last
let attributes: Record<string, unknown> = {};
let site = "*"; // until its page has said hello; frame-ancestors says which may
let identified = false; // the page has said who this is, or that it is nobody
let described = "";
let known = false;
let typed = 0;
let typingEnds = 0;
const chips = new Set<Chip>();

const log = new Log(again);
const talk = new Talk(hear, drawState, () => {
  log.clear(); // it was the exchange of somebody who is not vouched for any more
  tellSite("expired");
});
const banner = el("p", { id: "banner", role: "status" });
const typing = el("p", { id: "typing", role: "status" });
const email = askEmail();
const suggestions = new Suggestions();
const text = el("textarea", {
  id: "text",
  rows: 1,
  maxlength: 10000,
  placeholder: texts.write,
  "aria-label": texts.write,
  enterkeyhint: "send",
  oninput: onInput,
  onkeydown: onKey,
  onpaste: onPaste,
});
const tray = el("ul", { id: "tray" });
const picker = el("input", { type: "file", multiple: true, hidden: true, onchange: onPick });
const send = el("button", { id: "send", type: "submit", "aria-label": texts.send }, icon(UP));
const form = el(
  "form",
  { onsubmit: onSubmit },
  tray,
  el(
    "div",
    { id: "row" },
    picker,
    el(
      "button",
      { type: "button", class: "quiet", "aria-label": texts.attach, onclick: () => picker.click() },
      icon(CLIP),
    ),
    text,
    send,
  ),
);
const greeting = el("div", { id: "greeting" }, el("p", {}, texts.hello), el("p", {}, texts.ask));
const panel = el(
  "main",
  { ondragover: onDrag, ondragleave: onDragLeave, ondrop: onDrop },
  el(
    "header",
    {},
    el(
      "div",
      {},
      el("h1", {}, front.title),
      front.reply_time ? el("p", {}, front.reply_time) : null,
    ),
    el(
      "button",
      {
        type: "button",
        class: "quiet",
        "aria-label": texts.close,
        onclick: () => tellSite("close"),
      },
      icon(CROSS),
    ),
  ),
  greeting,
  log.element,
  typing,
  email,
  banner,
  suggestions.element,
  form,
  el("div", { id: "drop", "aria-hidden": "true" }, texts.drop),
);

// --- what the desk says ------------------------------------------------------------------
function hear(frame: Heard): void {
  switch (frame.type) {
    case "welcome":
      known ||= frame.known;
      described = "";
      if (talk.pending.size) describe();
      for (const message of frame.messages) put(message, frame.seen);
      noticed = "";
      break;
    case "message":
      put(frame.message);
      if (!frame.message.mine) showTyping(false);
      break;
    case "stored":
      talk.settled(frame.client_id, true);
      mark(frame.client_id, "stored");
      offerEmail();
      tellSite("talked");
      break;
    case "refused":
      refused(frame.client_id, frame.reason, frame.again);
      break;
    case "seen":
      for (const id of frame.client_ids) mark(id, "seen");
      break;
    case "typing":
      showTyping(frame.on);
  }
  log.draw();
  greeting.hidden = log.lines.length > 0;
  notice();
}

function put(message: Message, seen?: number | null): void {
  const line: Line = { ...message };
  if (message.mine)
    line.state = message.id !== null && message.id <= (seen ?? 0) ? "seen" : "stored";
  if (message.client_id && message.id !== null) talk.known(message.client_id);
  log.put(line);
}

function mark(clientId: string, state: Line["state"], reason?: string): void {
  const line = log.find({ id: null, client_id: clientId });
  if (line && line.state !== "seen") Object.assign(line, { state, reason });
}

function refused(clientId: string, reason: string, after: number | null): void {
  const pending = talk.pending.get(clientId);
  if (after !== null && pending) {
    mark(clientId, "waiting");
    setTimeout(() => talk.pending.has(clientId) && talk.say(pending.frame), after * 1000);
    return;
  }
  talk.settled(clientId);
  mark(clientId, "failed", reason);
}

/** Tell the desk what arrived here and what was shown, and the site how much waits. */
function notice(): void {
  const unseen = log.lines.filter((line) => !line.mine && !line.seen);
  const looking = opened && document.visibilityState === "visible";
  const newest = unseen.at(-1)?.id;
  const type = looking ? "seen" : "delivered";
  if (newest && noticed !== type + newest) {
    noticed = type + newest;
    talk.say({ type, id: newest });
  }
  if (looking) for (const line of unseen) line.seen = true;
  tellSite("unread", looking ? 0 : unseen.length);
}

function showTyping(on: boolean): void {
  clearTimeout(typingEnds);
  typing.textContent = "";
  if (!on) return;
  typing.append(el("span", {}, el("i"), el("i"), el("i")), texts.typing);
  typingEnds = setTimeout(() => showTyping(false), TYPING_LASTS);
  log.toEnd();
}

// --- writing -----------------------------------------------------------------------------
function onSubmit(event?: Event): void {
  event?.preventDefault();
  const said = text.value.trim();
  const given = [...chips].flatMap((chip) => chip.given ?? []);
  if (chips.size > given.length || !(said || given.length)) return;
  text.value = "";
  for (const chip of chips) chip.element.remove();
  chips.clear();
  write(said, given);
  onInput();
}

function write(said: string, given: ({ file: string } & FileLink)[]): void {
  const client_id = crypto.randomUUID();
  const files = given.map(({ file, ...link }) => link);
  const at = new Date().toISOString();
  const message: Message = { id: null, mine: true, client_id, text: said, at, files };
  log.put({ ...message, state: "sending" });
  greeting.hidden = true;
  if (talk.online) describe();
  talk.post({
    message,
    frame: { type: "message", client_id, text: said, files: given.map(({ file }) => file) },
  });
  drawState();
  log.toEnd();
}

/** Hand over what the site's page says of the visitor, when that is news. */
function describe(): void {
  const news = JSON.stringify(attributes);
  if (news === described) return;
  described = news;
  talk.say({ type: "attributes", values: attributes });
}

function again(line: Line): void {
  Object.assign(line, { state: "sending", reason: undefined });
  const { text, client_id } = line;
  talk.post({ message: line, frame: { type: "message", client_id, text, files: [] } });
  log.draw();
}

function onInput(): void {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight, 140)}px`;
  const waits = [...chips].some((chip) => !chip.given);
  send.disabled = waits || !(text.value.trim() || chips.size);
  suggestions.look(log.lines.length ? "" : text.value.trim());
  if (text.value && Date.now() - typed > TYPING_PAUSE) {
    typed = Date.now();
    if (talk.online) talk.say({ type: "typing" });
  }
}

function onKey(event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  onSubmit();
}

// --- files -------------------------------------------------------------------------------
async function attach(file: File): Promise<void> {
  const note = el("i", {}, size(file.size));
  const chip: Chip = { element: el("li", {}, el("span", {}, file.name), note) };
  const drop = () => {
    chips.delete(chip);
    chip.element.remove();
    onInput();
  };
  const label = `${texts.remove} ${file.name}`;
  chip.element.append(
    el(
      "button",
      { type: "button", class: "quiet", "aria-label": label, onclick: drop },
      icon(CROSS),
    ),
  );
  tray.append(chip.element);
  try {
    if (file.size > front.max_file)
      throw new Error(texts.too_large.replace("{}", size(front.max_file)));
    chips.add(chip);
    onInput();
    chip.element.classList.add("busy");
    chip.given = await talk.upload(file);
    talk.connect();
  } catch (error) {
    chips.delete(chip);
    const offline = error instanceof TypeError;
    note.textContent = offline ? texts.not_uploaded : (error as Error).message;
    chip.element.classList.add("bad");
    chip.element.setAttribute("role", "alert");
  }
  chip.element.classList.remove("busy");
  onInput();
}

function attachAll(files: Iterable<File> | null | undefined): void {
  for (const file of files ?? []) void attach(file);
}

function onPick(): void {
  attachAll(picker.files);
  picker.value = "";
}

function onPaste(event: ClipboardEvent): void {
  if (event.clipboardData?.files.length) {
    event.preventDefault();
    attachAll(event.clipboardData.files);
  }
}

function onDrag(event: DragEvent): void {
  if (!event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  panel.classList.add("dropping");
}

function onDragLeave(event: DragEvent): void {
  if (!panel.contains(event.relatedTarget as Node | null)) panel.classList.remove("dropping");
}

function onDrop(event: DragEvent): void {
  event.preventDefault();
  panel.classList.remove("dropping");
  attachAll(event.dataTransfer?.files);
}

// --- the answer by email -----------------------------------------------------------------
function askEmail(): HTMLFormElement {
  const field = el("input", {
    type: "email",
    required: true,
    maxlength: 254,
    autocomplete: "email",
    placeholder: texts.email,
    "aria-label": texts.email,
  });
  const form = el(
    "form",
    { id: "email", hidden: true },
    el("p", {}, texts.leaving),
    el(
      "div",
      {},
      field,
      el("button", { type: "submit" }, texts.keep),
      el(
        "button",
        { type: "button", class: "quiet", "aria-label": texts.close, onclick: () => told(true) },
        icon(CROSS),
      ),
    ),
  );
  const told = (silent?: boolean) => {
    keep(lasting, "asked", "1");
    form.textContent = silent ? "" : texts.kept;
    form.hidden = !!silent;
    text.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!talk.online) return;
    talk.say({ type: "profile", email: field.value });
    told();
    form.setAttribute("role", "status");
    setTimeout(() => {
      form.hidden = true;
    }, 6000);
  });
  return form;
}

function offerEmail(): void {
  if (front.ask_email && !known && !kept(lasting, "asked") && email.hidden) {
    email.hidden = false;
    log.toEnd();
  }
}

// --- the site's page ---------------------------------------------------------------------
function tellSite(what: string, fact?: unknown): void {
  if (alone) {
    if (what === "close") history.back();
    return;
  }
  parent.postMessage({ parlour: what, fact }, site);
}

async function identify(jwt: string | null): Promise<void> {
  identified = true;
  log.clear();
  talk.leave();
  if (jwt) {
    const who = await talk.become(jwt).catch(() => null);
    known = !!who?.known;
    if (!who) tellSite("refused");
  }
  showPending();
  talk.connect();
}

function showPending(): void {
  for (const message of talk.stored) log.put({ ...message, state: "stored" });
  for (const { message } of talk.pending.values()) log.put({ ...message, state: "sending" });
  greeting.hidden = log.lines.length > 0;
  log.draw();
}

function dress(look: Record<string, string>): void {
  for (const [name, value] of Object.entries(look))
    document.documentElement.style.setProperty(`--${name}`, value);
}

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || (site !== "*" && origin !== site)) return;
  switch (data.parlour) {
    case "hello":
      site = origin;
      dress({ ...front.look, ...data.fact.look });
      document.documentElement.dataset.theme = data.fact.theme;
      attributes = { page: data.fact.page, ...attributes };
      if (!identified) setTimeout(() => !identified && talk.connect()); // a signature comes right behind
      break;
    case "open":
    case "close":
      opened = data.parlour === "open";
      if (opened) {
        text.focus();
        log.toEnd();
        notice();
      }
      break;
    case "identify":
      void identify(data.fact);
      break;
    case "attributes":
      attributes = { ...attributes, ...data.fact };
  }
});
addEventListener("keydown", (event) => event.key === "Escape" && tellSite("close"));
document.addEventListener("visibilitychange", notice);

/** Show whether there is a line, and what becomes of everything that waits for one. */
function drawState(): void {
  const text = talk.troubled ? texts.offline : "";
  if (banner.textContent !== text) banner.textContent = text;
  for (const line of log.lines)
    if (line.state === "sending" || line.state === "waiting")
      line.state = talk.troubled ? "waiting" : "sending";
  log.draw();
}

dress(front.look);
document.body.append(panel);
onInput();
showPending();
tellSite("ready");
if (alone) talk.connect();
