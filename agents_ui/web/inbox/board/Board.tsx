/** The supervisor's board: who waits, who answers, and moving work in seconds. */
import "./board.css";
import { useEffect } from "preact/hooks";
import { onBoard, onHeal, visible } from "../state/desk";
import { follow, path } from "../state/router";
import { Blank, Button } from "../view/parts";
import { ShowLists } from "../view/Rail";
import { words as common } from "../words";
import { Acts, UndoBar } from "./Acts";
import { AgentPanel } from "./AgentPanel";
import { Agents } from "./Agents";
import { Column } from "./Column";
import { anywhere } from "./keys";
import { LendDialog, MoveDialog } from "./Moving";
import { agents, board, drawer, failed, lending, load, moving, queues } from "./store";
import { Watch } from "./Watch";
import { words } from "./words";

const AGAIN = 5_000; // milliseconds between two looks, for what no frame tells
const TOGETHER = 300; // and between two that frames ask for

export default function Board() {
  useEffect(kept, []);
  return (
    <section class={`board ${drawer.value ? "with-drawer" : ""}`} aria-label={words.title}>
      <Head />
      {board.value ? <Body /> : <Nothing />}
      <Drawer />
      <Acts />
      <UndoBar />
      {moving.value && <MoveDialog move={moving.value} />}
      {lending.value && <LendDialog {...lending.value} />}
    </section>
  );
}

/** Keep the board as it is at the desk, and hear its keys, until somebody goes elsewhere. */
function kept(): () => void {
  let soon = 0;
  void load();
  const timer = setInterval(() => visible.peek() && void load(), AGAIN);
  const stops = [
    onHeal(() => void load()),
    onBoard(() => {
      soon ||= setTimeout(() => {
        soon = 0;
        void load();
      }, TOGETHER);
    }),
  ];
  const hear = (event: KeyboardEvent) => {
    if (!event.defaultPrevented && anywhere(event)) event.preventDefault();
  };
  addEventListener("keydown", hear, { capture: true });
  return () => {
    clearInterval(timer);
    clearTimeout(soon);
    for (const stop of stops) stop();
    removeEventListener("keydown", hear, { capture: true });
  };
}

function Head() {
  const sum = (name: "waiting" | "at_risk" | "breached") =>
    queues.value.reduce((all, one) => all + one[name], 0);
  return (
    <header class="pane-head board-page-head">
      <ShowLists />
      <h1>{words.title}</h1>
      {board.value && (
        <p class="board-total">
          <span>
            <b>{sum("waiting")}</b> {words.waiting}
          </span>
          <span>
            <b>{sum("at_risk")}</b> {words.atRisk}
          </span>
          <span>
            <b>{sum("breached")}</b> {words.breached}
          </span>
        </p>
      )}
      <p class="board-keys">{words.keys}</p>
      {failed.value && board.value && (
        <p class="board-stale" role="status">
          {words.stale}
        </p>
      )}
    </header>
  );
}

function Body() {
  return (
    <div class="board-body">
      {queues.value.length > 0 ? (
        <section class="board-columns" aria-label={words.queues}>
          {queues.value.map((one) => (
            <Column key={one.id} queue={one} />
          ))}
        </section>
      ) : (
        <Blank icon="layers" title={words.none} hint={words.noneHint}>
          <a class="link" href={path("setup")} onClick={follow}>
            {common.lists.setup ?? "Setup"}
          </a>
        </Blank>
      )}
      <Agents />
    </div>
  );
}

function Nothing() {
  if (!failed.value) return <p class="board-empty">{words.loading}</p>;
  return (
    <Blank icon="offline" title={words.failed} hint={words.failedHint}>
      <Button onClick={() => void load()}>{common.list.again}</Button>
    </Blank>
  );
}

function Drawer() {
  const open = drawer.value;
  if (!open) return null;
  const agent = agents.value.find((one) => one.id === open.id);
  return (
    <aside
      class="board-drawer"
      aria-label={open.kind === "agent" ? words.agentPanel(agent?.name ?? "") : words.watch}
      data-drawer={open.kind}
    >
      {open.kind === "watch" && <Watch key={open.id} id={open.id} />}
      {open.kind === "agent" && agent && <AgentPanel key={agent.id} agent={agent} />}
    </aside>
  );
}
