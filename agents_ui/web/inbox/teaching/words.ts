/** What the pages about teaching say. */
import type { Did, Proposal, Would } from "./shapes";

export const many = (count: number, one: string, more: string) =>
  `${count} ${count === 1 ? one : more}`;

export const words = {
  title: "Teaching",
  parts: {
    proposals: "Proposals",
    rehearsal: "Rehearsal",
    versions: "Versions",
    figures: "Figures",
  } as Record<string, string>,
  loading: "Loading …",
  failed: "This could not be loaded",
  again: "Try again",
  changed: "Nothing was changed",

  // --- proposals
  none: "Nothing is proposed",
  noneHint:
    "What several customers ask and the bot cannot answer is proposed here. It is looked for every few hours.",
  noneYet:
    "Write an article, or set a bot up: what several customers ask and nobody taught it is proposed here then.",
  look: "Look now",
  looking: "Looking through what was asked …",
  kinds: {
    article: "A new article",
    example: "More questions for an article",
    edit: "Another answer for an article",
  } as Record<Proposal["kind"], string>,
  asked: (weight: number) => (weight === 1 ? "once" : `${weight} times`),
  askedIn: (weight: number) => `Asked ${weight === 1 ? "once" : `${weight} times`}`,
  edited: (weight: number) =>
    `A colleague wrote otherwise ${weight === 1 ? "once" : `${weight} times`}`,
  fields: {
    title: "Title",
    questions: "Questions, one a line",
    answer: "Answer",
    merged: "What the article will say",
    into: "Where it goes",
  },
  own: "An article of its own",
  difference: "The article, paragraph by paragraph",
  paragraph: (n: number) => `Paragraph ${n}`,
  sides: { was: "as it is", now: "as a colleague wrote" },
  nothingYet: "nothing",
  leftOut: "left out",
  gaps: "[…] stands for something of one customer's: fill it in or take it out.",
  noAnswer: "No colleague has answered this yet: write what is to be said.",
  evidence: "Who asked",
  approve: "Approve",
  reject: "Reject",
  undo: "Undo",
  approved: "Approved. The bot learns it now.",
  rejected: "Rejected. It is not proposed again.",
  undone: "Taken back. It waits for a decision again.",
  decided: "Decided lately",
  states: { approved: "Approved", edited: "Approved with changes", rejected: "Rejected" } as Record<
    string,
    string
  >,
  by: (name: string) => `by ${name}`,
  somebody: "the desk",
  keys: [
    ["a", "approve"],
    ["e", "change"],
    ["x", "reject"],
    ["j", "next"],
  ] as const,

  // --- versions
  versionsHint:
    "Saving an article or a form teaches the bot; a moment later the new version answers. Any version can answer again.",
  careful: "New versions wait here until you put them live.",
  train: "Teach it now",
  training: "It is learning …",
  live: "Answers now",
  waits: "Does not answer",
  notTrained: "Training failed",
  putLive: "Have it answer",
  putBack: "It answers now.",
  rehearseIt: "Rehearse",
  examples: (count: number) => many(count, "example", "examples"),
  noVersions: "It was taught nothing yet",
  noVersionsHint: "Write an article with the questions that it answers: that is what a bot learns.",
  knows: (share: string) => `understands ${share} of examples that were held back`,

  // --- rehearsal
  rehearsalHint:
    "What customers asked is played through a version of the bot. Nothing is written and nobody is answered.",
  version: "Version",
  newest: "The newest",
  span: "What was asked",
  spans: { 1: "Since yesterday", 7: "In the last 7 days", 28: "In the last 28 days" } as Record<
    number,
    string
  >,
  run: "Rehearse",
  running: "Rehearsing …",
  questions: (count: number) => many(count, "question", "questions"),
  nothing: "Nobody asked anything in this time.",
  wouldTried: (id: number) => `Version ${id} would`,
  wouldNow: (id: number) => `Version ${id}, which answers now, would`,
  was: "What was done",
  would: {
    answer: "answer",
    form: "begin a form",
    ask: "ask what is meant",
    suggest: "ask a colleague",
    hand_over: "hand over",
    talk: "make small talk",
  } as Record<Would, string>,
  did: {
    answered: "the bot answered",
    asked: "the bot asked",
    person: "a person answered",
    nobody: "nobody answered",
  } as Record<Did, string>,
  agreed: (count: number) =>
    `${many(count, "answer agrees", "answers agree")} with what a person said or a customer found helpful.`,
  objected: (count: number) =>
    count === 0
      ? "Nothing that was done speaks against its answers."
      : `${many(count, "answer disagrees", "answers disagree")} with what people did.`,
  differ: (count: number) =>
    `${many(count, "question is", "questions are")} dealt with otherwise than by the version that answers now.`,
  cases: "Questions",
  filters: { all: "All", objections: "Disagreements", changed: "Changed" } as Record<
    string,
    string
  >,
  left: (count: number) => `${count} more are not shown.`,
  cut: "There were more; the latest 1,000 were played.",
  here: "It would",
  before: "Then",
  said: "A person said",
  nearest: "Most like",
  noneHere: "None of the questions.",

  // --- figures
  period: "Period",
  periods: { 7: "7 days", 28: "28 days", 91: "13 weeks" } as Record<number, string>,
  tiles: {
    contained: "Contained",
    containedHint: "Openings that no person was needed for, of those that are over",
    openings: "Openings",
    openingsHint: "Times that a conversation began with the bot",
    handed: "Handed over",
    handedHint: "By the bot, or taken by a person",
    wrong: "Reported wrong",
    wrongHint: "Answers that somebody reported, of all answers",
    helpful: "Helpful",
    helpfulHint: "Customers who said so, of those who said anything",
  },
  noFigures: "The bot has had no conversation in this time",
  noFiguresHint: "Its figures appear here when it answers.",
  days: "By day",
  reasons: "Why it handed over",
  perArticle: "By article",
  perLanguage: "By language",
  colleagues: "What colleagues made of its suggestions",
  noLanguage: "not told",
  columns: {
    article: "Article",
    answers: "Answers",
    helpful: "Helpful",
    unhelpful: "Not helpful",
    wrong: "Wrong",
    handed: "Handed over",
    language: "Language",
    day: "Day",
    openings: "Openings",
    contained: "Contained",
    taken: "Taken",
    going: "Going on",
    readHelpful: "Helped readers",
    readUnhelpful: "Did not",
  },
};
