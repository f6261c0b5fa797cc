/** Pages of their own beside the lists of conversations; each is loaded when somebody goes there. */
import type { ComponentType } from "preact";

type Load = () => Promise<ComponentType>;

const built = import.meta.glob<{ default: ComponentType }>([
  "../board/Board.tsx",
  "../reports/Reports.tsx",
  "../setup/Setup.tsx",
]);

const later = (file: string): [string, Load][] => {
  const load = built[file];
  const name = file.split("/")[1] ?? "";
  return load ? [[name, async () => (await load()).default]] : [];
};

/** What only those see who run the desk. */
export const LEADING: Record<string, Load> = Object.fromEntries([
  ...later("../board/Board.tsx"),
  ...later("../reports/Reports.tsx"),
  ...later("../setup/Setup.tsx"),
  ["accounts", async () => (await import("../accounts/Accounts")).Accounts],
]);
