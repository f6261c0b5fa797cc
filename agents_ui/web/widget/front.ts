/** What the page was given before anybody said a word. */

export interface Texts {
  hello: string;
  help: string;
  ask: string;
  write: string;
  send: string;
  attach: string;
  close: string;
  log: string;
  sending: string;
  waiting: string;
  stored: string;
  seen: string;
  failed: string;
  again: string;
  typing: string;
  offline: string;
  leaving: string;
  email: string;
  keep: string;
  kept: string;
  too_large: string;
  not_uploaded: string;
  remove: string;
  drop: string;
  today: string;
  us: string;
}

export interface Front {
  account: string;
  lang: string;
  title: string;
  reply_time: string;
  ask_email: boolean;
  look: Record<string, string>;
  max_file: number;
  texts: Texts;
}

export const front: Front = JSON.parse(document.getElementById("front")?.textContent ?? "{}");
export const texts = front.texts;

/** The routes of this chat, seen from ``/widget/<account>``. */
export const base = new URL(`../channels/${encodeURIComponent(front.account)}/`, location.href);
