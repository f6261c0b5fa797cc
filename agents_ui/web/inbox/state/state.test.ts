import { describe, expect, it } from "vitest";
import { told } from "../queues/time";
import type { ChangeFrame, Conversation, Message, Thread } from "../shapes";
import { entries } from "./entries";
import { arrange, lineUp, matching } from "./order";
import { absorb, learn, mark, nothing, open, prepend } from "./reduce";
import { follow, step, toOpen } from "./selection";
import { tidied } from "./tidy";
import { lasting, sized, wait } from "./time";

const ME = 7;

function conversation(id: number, more: Partial<Conversation> = {}): Conversation {
  return {
    id,
    customer: { id, name: `Customer ${id}` },
    account_id: 1,
    channel: "webchat",
    status: "open",
    subject: null,
    preview: "",
    created_at: "2026-01-01T00:00:00Z",
    active_at: `2026-01-01T00:${String(id).padStart(2, "0")}:00Z`,
    waiting_since: null,
    assignee_id: null,
    unread: false,
    spam: false,
    last_message_id: id * 10,
    ...more,
  };
}

function message(id: number, more: Partial<Message> = {}): Message {
  return {
    id,
    conversation_id: 1,
    direction: "in",
    kind: "message",
    channel: "webchat",
    account_id: 1,
    created_at: "2026-01-01T10:00:00Z",
    sent_at: null,
    text: `text ${id}`,
    quoted: null,
    has_html: false,
    subject: null,
    sender: null,
    sender_name: null,
    recipients: [],
    copied: [],
    author_id: null,
    delivery: null,
    reason: null,
    retry: false,
    client_id: null,
    about_id: null,
    attachments: [],
    ...more,
  };
}

function frame(sequence: number, more: Partial<ChangeFrame> = {}): ChangeFrame {
  return { type: "change", sequence, conversations: [], messages: [], events: [], ...more };
}

function thread(messages: Message[], sequence = 1): Thread {
  return {
    conversation: conversation(1),
    messages: { items: messages, next: null },
    events: [],
    envelope: {} as Thread["envelope"],
    draft: null,
    sequence,
  };
}

const among = (...all: Conversation[]) => new Map(all.map((c) => [c.id, c]));
const everything = { members: null, horizon: null };

describe("a queue's tray", () => {
  it("shows who waits in it, and nobody else", () => {
    const all = [
      conversation(1, { queue_id: 3, stage: "queued" }),
      conversation(2, { queue_id: 3, stage: "offered" }),
      conversation(3, { queue_id: 3, stage: "accepted" }),
      conversation(4, { queue_id: 4, stage: "queued" }),
      conversation(5),
    ];
    const shelf = { members: null, horizon: null };
    const known = new Map(all.map((c) => [c.id, c]));
    expect(lineUp("queue-3", known, ME, shelf)).toEqual([1, 2]);
  });

  it("is in the order of promises, and then of waits", () => {
    const waits = (id: number, minute: string, due: string | null = null) =>
      conversation(id, {
        queue_id: 3,
        stage: "queued",
        queued_at: `2026-03-02T09:${minute}:00Z`,
        due_at: due && `2026-03-02T${due}:00Z`,
      });
    const all = [
      waits(1, "05"),
      waits(2, "01"),
      waits(3, "04", "10:30"),
      waits(4, "06", "10:00"),
      waits(5, "03", "10:00"),
    ];
    expect(lineUp("queue-3", among(...all), ME, everything)).toEqual([5, 4, 3, 2, 1]);
    const horizon = all[2] ?? null;
    expect(lineUp("queue-3", among(...all), ME, { members: null, horizon })).toEqual([5, 4, 3]);
  });
});

describe("a promise", () => {
  const now = Date.parse("2026-03-02T09:00:00Z");
  const promised = conversation(1, {
    promise: "next_response",
    warn_at: "2026-03-02T09:10:00Z",
    due_at: "2026-03-02T09:12:00Z",
  });
  it("is well, at risk, and then broken", () => {
    const at = (minutes: number) => told(promised, now + minutes * 60_000);
    expect(at(0)).toBe("Next reply due in 12 min");
    expect(at(10)).toBe("Next reply at risk: 2 min left");
    expect(at(72)).toBe("Next reply is 60 min late");
  });
});

describe("the order of a list", () => {
  it("is newest first, and only what belongs", () => {
    const known = among(
      conversation(1),
      conversation(2, { assignee_id: ME }),
      conversation(3),
      conversation(4, { status: "resolved" }),
      conversation(5, { status: "pending" }),
    );

    expect(lineUp("unassigned", known, ME, everything)).toEqual([3, 1]);
    expect(lineUp("mine", known, ME, everything)).toEqual([2]);
    expect(lineUp("all", known, ME, everything)).toEqual([3, 2, 1]);
    expect(lineUp("resolved", known, ME, everything)).toEqual([4]);
  });

  it("compares instants, not the way they are written", () => {
    const known = among(
      conversation(1, { active_at: "2026-01-01T00:00:00.5Z" }),
      conversation(2, { active_at: "2026-01-01T00:00:00Z" }),
    );

    expect(lineUp("all", known, ME, everything)).toEqual([1, 2]);
  });

  it("ends where the loaded pages end", () => {
    const known = among(conversation(1), conversation(2), conversation(3));
    const horizon = { active_at: conversation(2).active_at, id: 2 };

    expect(lineUp("all", known, ME, { members: null, horizon })).toEqual([3, 2]);
  });

  it("holds rows still while somebody reads further down", () => {
    expect(arrange([3, 2, 1], [5, 4, 2, 3, 1, 0], true)).toEqual({
      ids: [3, 2, 1, 0],
      fresh: 2,
    });
    expect(arrange([3, 2, 1], [4, 3, 2, 1], false)).toEqual({ ids: [4, 3, 2, 1], fresh: 0 });
    expect(arrange([], [2, 1], true)).toEqual({ ids: [2, 1], fresh: 0 });
    expect(arrange([3, 2], [3], true)).toEqual({ ids: [3], fresh: 0 });
  });

  it("is filtered by every word", () => {
    const known = among(
      conversation(1, { preview: "Where is my parcel" }),
      conversation(2, { subject: "Parcel", preview: "lost" }),
    );

    expect(matching([2, 1], known, "PARCEL")).toEqual([2, 1]);
    expect(matching([2, 1], known, "parcel lost")).toEqual([2]);
  });
});

describe("the selection", () => {
  it("moves by rows and begins at the first", () => {
    expect(step([3, 2, 1], null, 1)).toBe(3);
    expect(step([3, 2, 1], 3, 1)).toBe(2);
    expect(step([3, 2, 1], 1, 1)).toBe(1);
    expect(step([3, 2, 1], 99, 1)).toBe(3);
    expect(step([], 2, 1)).toBe(2);
  });

  it("keeps its row when others arrive between two keys", () => {
    const selected = step([1], null, 1);

    expect(toOpen([3, 2, 1], selected)).toBe(1);
    expect(follow([1], [3, 2, 1], selected)).toBe(1);
  });

  it("survives a list that is loaded again", () => {
    expect(follow([3, 2, 1], [], 2)).toBe(2);
    expect(follow([], [3, 2, 1], 2)).toBe(2);
  });

  it("passes on to the neighbour when its row leaves", () => {
    expect(follow([3, 2, 1], [3, 1], 2)).toBe(1);
    expect(follow([3, 2, 1], [3, 2], 1)).toBe(2);
    expect(follow([3, 2, 1], [5, 3], 1)).toBe(3);
  });

  it("opens the first row when nothing is selected", () => {
    expect(toOpen([3, 2], null)).toBe(3);
    expect(toOpen([3, 2], 99)).toBe(3);
    expect(toOpen([], 99)).toBe(null);
  });
});

describe("a live frame", () => {
  it("brings conversations and remembers how far it got", () => {
    const known = absorb(nothing, frame(5, { conversations: [conversation(1)] }), ME);

    expect(known.sequence).toBe(5);
    expect([...known.conversations.keys()]).toEqual([1]);
    expect(absorb(known, frame(4), ME).sequence).toBe(5);
  });

  it("forgets what went to somebody else", () => {
    const known = absorb(nothing, frame(1, { conversations: [conversation(1)] }), ME);
    expect(absorb(known, frame(2, { gone: [1] }), ME).conversations.size).toBe(0);
  });
  it("makes unread only what this agent has not read", () => {
    const read = mark(nothing, 1, 10);
    const same = absorb(read, frame(1, { conversations: [conversation(1, { unread: true })] }), ME);
    const newer = conversation(1, { unread: true, last_message_id: 11 });
    const more = absorb(same, frame(2, { conversations: [newer] }), ME);

    expect(same.conversations.get(1)?.unread).toBe(false);
    expect(more.conversations.get(1)?.unread).toBe(true);
    expect(mark(more, 1, 11).conversations.get(1)?.unread).toBe(false);
  });

  it("takes what another tab of this agent read", () => {
    const unread = conversation(1, { unread: true, last_message_id: 10 });
    const known = learn(nothing, [unread]);
    const event = {
      id: 1,
      at: "",
      verb: "conversation.read",
      agent_id: ME,
      conversation_id: 1,
      customer_id: null,
      message_id: 10,
      for_agent_id: null,
      change: null,
    };

    expect(absorb(known, frame(2, { events: [event] }), ME).conversations.get(1)?.unread).toBe(
      false,
    );
    const other = { ...event, agent_id: 8 };
    expect(absorb(known, frame(2, { events: [other] }), ME).conversations.get(1)?.unread).toBe(
      true,
    );
  });

  it("extends an open thread and updates its messages", () => {
    const opened = open(nothing, thread([message(1)]), [], ME);
    const sent = message(2, { direction: "out", delivery: "queued" });
    const known = absorb(opened, frame(2, { messages: [sent] }), ME);
    const done = absorb(known, frame(3, { messages: [{ ...sent, delivery: "sent" }] }), ME);

    expect(done.threads.get(1)?.messages.map((m) => [m.id, m.delivery])).toEqual([
      [1, null],
      [2, "sent"],
    ]);
  });

  it("that came while the thread was on its way is not lost", () => {
    const early = frame(1, { messages: [message(1, { text: "old" })] });
    const late = frame(3, { messages: [message(2)] });
    const known = open(nothing, thread([message(1)], 2), [early, late], ME);

    expect(known.threads.get(1)?.messages.map((m) => m.text)).toEqual(["text 1", "text 2"]);
  });
});

describe("a thread", () => {
  it("keeps older pages when it is loaded again, unless that leaves a gap", () => {
    const loaded = { ...thread([message(3), message(4)]) };
    loaded.messages.next = "more";
    const older = prepend(open(nothing, loaded, [], ME), 1, [message(1), message(2)], null);
    const again = open(older, thread([message(4), message(5)]), [], ME);
    const far = open(older, thread([message(8)]), [], ME);

    expect(again.threads.get(1)?.messages.map((m) => m.id)).toEqual([1, 2, 3, 4, 5]);
    expect(again.threads.get(1)?.earlier).toBe(null);
    expect(far.threads.get(1)?.messages.map((m) => m.id)).toEqual([8]);
  });

  it("has a rule at every day and channel", () => {
    const lines = entries(
      [
        message(1),
        message(2),
        message(3, { channel: "email" }),
        message(4, { channel: null, direction: "note" }),
        message(5, { channel: "email", created_at: "2026-01-03T10:00:00Z" }),
      ],
      [],
      true,
    );

    expect(lines.map((line) => line.kind)).toEqual([
      "rule",
      "message",
      "message",
      "rule",
      "message",
      "message",
      "rule",
      "message",
    ]);
  });
});

describe("a page that stays open", () => {
  const full = learn(
    nothing,
    Array.from({ length: 2_500 }, (_, i) =>
      conversation(i + 1, {
        active_at: "2026-01-01T00:00:00Z",
        status: i < 10 ? "open" : "resolved",
      }),
    ),
  );
  const shelves = new Map([["all", { members: null, horizon: null }]]);

  it("forgets conversations that are in no list", () => {
    const ids = [...tidied(full, shelves, ME, []).conversations.keys()];
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("keeps what is open, selected or told by the desk, and how far all was read", () => {
    const told = new Map([["undelivered", { members: new Set([2_000]), horizon: null }]]);
    const after = tidied(full, told, ME, [2_400]);
    expect([...after.conversations.keys()]).toEqual([2_000, 2_400]);
    expect(after.marks).toBe(full.marks);
  });
});

describe("times", () => {
  const now = Date.parse("2026-01-01T12:00:00Z");

  it("are told as people say them", () => {
    expect(lasting("2026-01-01T11:56:00Z", now)).toBe("4 min");
    expect(lasting("2026-01-01T09:30:00Z", now)).toBe("2 h");
    expect(lasting("2025-12-29T12:00:00Z", now)).toBe("3 d");
    expect(lasting("2026-01-01T12:00:05Z", now)).toBe("now");
  });

  it("are too long sooner in a chat than in a mail", () => {
    expect(wait("webchat", "2026-01-01T11:45:00Z", now)).toBe("late");
    expect(wait("email", "2026-01-01T11:45:00Z", now)).toBe("calm");
  });

  it("and sizes are short", () => {
    expect([sized(10), sized(1500), sized(2_000_000)]).toEqual(["10 B", "1.5 KB", "2.0 MB"]);
  });
});
