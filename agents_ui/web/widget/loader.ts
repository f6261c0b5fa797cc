/**
 * The one script a site embeds. It draws the launcher, and opens the chat in a frame of the
 * desk's own origin, which the site's scripts and styles cannot touch. No cookies; the frame is
 * loaded when somebody wants it, or once the page is idle for those who have written before.
 */
(() => {
  type Listener = (fact: unknown) => void;
  const script = document.currentScript as HTMLScriptElement;
  const desk = new URL(script.src).origin;
  const account = script.dataset.account ?? "";
  const page = document.documentElement;
  const lang = page.lang.slice(0, 2).toLowerCase();
  const label =
    ({ fr: "Discuter", pl: "Czat", hr: "Razgovor", ru: "Чат" } as Record<string, string>)[lang] ??
    "Chat";
  const LOOK = "accent on-accent ground ink radius font".split(" ");
  const STYLE = `:host{--a:var(--parlour-accent,light-dark(#00656a,#6cc8c9));color:canvastext;position:fixed;bottom:20px;inset-inline-end:20px;z-index:99999999}
button{all:unset;display:grid;place-items:center;position:relative;width:48px;height:48px;border-radius:50%;background:var(--a);color:var(--parlour-on-accent,light-dark(#fff,#161412));cursor:pointer;box-shadow:0 2px 12px #0003}
button:hover{opacity:.92}
button:focus-visible{outline:2px solid var(--a);outline-offset:3px}
path{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
span{position:absolute;top:-4px;inset-inline-end:-4px;min-width:12px;padding:0 4px;font:600 12px/20px system-ui;text-align:center;border-radius:50px;background:#b3261e;color:#fff}
span:empty{display:none}
iframe{position:fixed;bottom:80px;inset-inline-end:20px;width:min(380px,100vw - 40px);height:min(620px,100dvh - 100px);border:0;border-radius:var(--parlour-radius,10px);box-shadow:0 8px 40px #0003,0 0 0 1px #8884;visibility:hidden;opacity:0}
.open iframe{visibility:visible;opacity:1}
@media(max-width:480px){.open iframe{inset:0;width:100%;height:100%;border-radius:0}.open button{visibility:hidden}}
@media(prefers-reduced-motion:no-preference){iframe{transition:.12s}}`;
  const make = document.createElement.bind(document);
  const SPEECH = "M4 20l1.5-4.5a8 8 0 1 1 3 3z";
  const DOWN = "M6 9l6 6 6-6";

  const listeners: Record<string, Listener[]> = {};
  const waiting: unknown[] = []; // for the frame to be ready
  const been = `parlour:${account}`;
  let frame: HTMLIFrameElement | undefined;
  let ready = false;
  let opened = false;

  const host = make("parlour-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE); // a strict style-src of the site does not forbid this
  root.adoptedStyleSheets = [sheet];
  const box = make("div");
  const button = make("button");
  const badge = make("span");
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("width", "24");
  icon.append(path);
  button.append(icon, badge);
  box.append(button);
  root.append(box);

  /** Whether somebody has written from here; the desk's own storage is not for us to look at. */
  function known(now?: boolean): boolean {
    try {
      if (now) localStorage.setItem(been, "1");
      return been in localStorage;
    } catch {
      return false;
    }
  }

  function load(): void {
    if (frame) return;
    frame = make("iframe");
    frame.title = label;
    frame.src = `${desk}/widget/${account}?lang=${lang}`;
    frame.setAttribute(
      "sandbox",
      "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads",
    );
    box.prepend(frame);
  }

  function tell(what: string, fact?: unknown): void {
    load();
    const said = { parlour: what, fact };
    if (ready) frame?.contentWindow?.postMessage(said, desk);
    else waiting.push(said);
  }

  /** Tell the panel how the page looks: the six variables, and whether its own colours are dark. */
  function greet(): void {
    const style = getComputedStyle(host);
    const look: Record<string, string> = {};
    for (const name of LOOK) {
      const value = style.getPropertyValue(`--parlour-${name}`).trim();
      if (value) look[name] = value;
    }
    const theme = script.dataset.theme ?? (style.color === "rgb(0, 0, 0)" ? "light" : "dark");
    tell("hello", { look, theme, page: location.origin + location.pathname });
  }

  function show(on: boolean): void {
    if (on === opened) return;
    opened = on;
    paint();
    tell(on ? "open" : "close");
    if (on) frame?.focus();
    else button.focus();
  }

  function paint(): void {
    box.className = opened ? "open" : "";
    path.setAttribute("d", opened ? DOWN : SPEECH);
    button.setAttribute("aria-expanded", `${opened}`);
    button.setAttribute(
      "aria-label",
      badge.textContent ? `${label} (${badge.textContent})` : label,
    );
  }

  function emit(event: string, fact?: unknown): void {
    for (const listener of listeners[event] ?? []) listener(fact);
  }

  addEventListener("message", ({ source, origin, data }) => {
    if (!frame || source !== frame.contentWindow || origin !== desk) return;
    if (data.parlour === "ready") {
      ready = true;
      greet();
      for (const said of waiting.splice(0)) frame.contentWindow?.postMessage(said, desk);
    } else if (data.parlour === "close") show(false);
    else if (data.parlour === "talked") known(true);
    else if (data.parlour === "unread") {
      badge.textContent = data.fact ? `${Math.min(data.fact, 99)}` : "";
      paint();
      emit("unread", data.fact);
    } else emit(data.parlour, data.fact);
  });

  const api: Record<string, (...given: never[]) => unknown> = {
    open: () => show(true),
    close: () => show(false),
    identify: (jwt: string | null) => tell("identify", jwt),
    setAttributes: (values: object) => tell("attributes", values),
    on: (event: string, listener: Listener) => {
      listeners[event] ??= [];
      listeners[event].push(listener);
    },
    push: ([name, ...given]: [string, ...never[]]) => api[name]?.(...given),
  };

  button.onpointerenter = load;
  button.onclick = () => show(!opened);
  matchMedia("(prefers-color-scheme:dark)").onchange = () => frame && greet();
  paint();

  const early = (window as unknown as { Parlour?: unknown }).Parlour;
  Object.assign(window, { Parlour: api });
  if (Array.isArray(early)) for (const call of early) api.push?.(call as never);

  function start(): void {
    if (document.querySelector("parlour-chat")) return;
    document.body.append(host);
    if (known()) load();
  }

  const idle = () => (window.requestIdleCallback ?? setTimeout)(start);
  if (document.readyState === "complete") idle();
  else addEventListener("load", idle);
})();
