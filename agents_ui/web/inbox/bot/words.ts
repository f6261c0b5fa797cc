/** What the page says about the bot and about what helps. */

const some = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const words = {
  bot: "Bot",

  // what helps, by the composer
  help: "What helps here",
  use: (n: number) => `Put suggestion ${n} into the reply`,
  useThis: "Use it",
  declineThis: "Does not fit",
  declined: "Taken away. What you send instead may be proposed for the knowledge.",
  used: "It stands in the reply; read it before you send it.",
  suggested: (n: number) => some(n, "suggestion", "suggestions"),
  more: (n: number) => `${n} more`,
  everything: "Show everything that helps",
  less: "Show less",
  article: (title: string) => `Article: ${title}`,
  earlier: (name: string, day: string) => `${name} answered this on ${day}`,
  somebody: "A colleague",
  care: {
    human_only: "only for people to answer",
    review: "past its review date",
    internal: "internal, not for customers",
    gaps: "fill in […]",
  } as Record<string, string>,
  moods: {
    upset: "seems upset",
    urgent: "seems urgent",
    pleased: "seems pleased",
  } as Record<string, string>,
  because: (said: string[]) => `Told from: ${said.map((one) => `“${one}”`).join(", ")}`,
  fileUnder: "File under",
  filed: (name: string) => `Filed under ${name}.`,
  addTag: (name: string) => `File under ${name}`,
  alike: "Was asked before",
  alikes: (n: number) => `${n} similar`,
  gist: "In short",
  gists: "in short",
  customer: "Customer",
  us: "We",
  sumUp: "Sum up",
  draft: "Draft a reply",
  drafting: "Drafting …",
  translateIn: (language: string) => (language ? `Translate from ${language}` : "Translate"),
  original: "Show the original",
  translateOut: (language: string) => `Put the reply into ${language}`,
  translating: "Translating …",
  translated: "Translated",
  failed: (why: string) => `That did not work: ${why}`,

  // a conversation that the bot holds
  holds: "The bot talks with this customer.",
  asks: "The bot asks a colleague.",
  takeOver: "Take over",
  stop: "Stop the bot",
  stopHint: "It says no more here; the conversation waits for a person, and is nobody’s yet.",
  stopped: "The bot is silent here. The conversation waits for a person to take it.",
  reported: "Reported as wrong",
  report: "Report a wrong answer",
  thanks: "Reported. Whoever teaches the bot will see it.",
  helped: "the customer says it helped",
  helpedNot: "the customer says it did not help",

  // a colleague is asked
  may: "May the bot say this?",
  asked: "Questions of the bot",
  says: (name: string) => `${name} wrote`,
  yes: "Send it",
  change: "Change it",
  no: "Do not",
  changed: "Send it like this",
  cancel: "Cancel",
  answer: "The bot's answer",
  left: (n: number) => `${n} s`,
  leftLong: (n: number) => `${some(n, "second", "seconds")} left`,
  open: "Open",
  done: {
    approve: "The bot sends it.",
    edit: "The bot sends it as you wrote it.",
    reject: "It is with people now.",
  } as Record<string, string>,
  over: "Somebody else was quicker, or the customer wrote again.",

  // handed over
  handedOver: "The bot handed over",
  wanted: "Asked",
  collected: "Collected",
  tried: "Answered with",
  offered: "Let them choose from",

  events: {
    handedOver: "The bot handed this over",
    silenced: (who: string) => `${who} had the bot fall silent`,
    silencedItself: "The bot is silent",
    because: (line: string, why: string) => `${line}. ${why}`,
    reported: (who: string) => `${who} reported an answer of the bot as wrong`,
    said: {
      approved: (who: string) => `${who} let the bot answer`,
      edited: (who: string) => `${who} changed what the bot says`,
      rejected: (who: string) => `${who} did not let the bot answer`,
    } as Record<string, (who: string) => string>,
    expired: "Nobody answered the bot's question in time",
  },
};

/** The name of a language, in the language of this page. */
export function languageName(code: string | null): string {
  if (!code) return "";
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
