/** Pages of their own beside the lists of conversations; each is loaded when somebody goes there. */
import type { ComponentType } from "preact";

type Load = () => Promise<ComponentType>;

/** What everybody sees who works here. */
export const SHARED: Record<string, Load> = {
  knowledge: async () => (await import("../knowledge/Knowledge")).default,
};

/** What only those see who run the desk. */
export const LEADING: Record<string, Load> = {
  board: async () => (await import("../board/Board")).default,
  reports: async () => (await import("../reports/Reports")).default,
  setup: async () => (await import("../setup/Setup")).default,
  teaching: async () => (await import("../teaching/Teaching")).default,
  accounts: async () => (await import("../accounts/Accounts")).Accounts,
};
