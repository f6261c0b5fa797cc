/** What the desk knows, as the API says it. */
export interface ArticleText {
  language: string;
  title: string;
  body: string;
  examples: string[];
  category: string;
}

export interface ArticleFile {
  name: string;
  media_type: string;
  size: number;
  url: string;
}

export type Audience = "everybody" | "agents";

export interface Article {
  id: number;
  slug: string;
  texts: ArticleText[];
  audience: Audience;
  human_only: boolean;
  review_by: string | null;
  due: boolean;
  updated_at: string;
  updated_by_id: number | null;
  archived_at: string | null;
  revision: number;
  files: ArticleFile[];
  url: string | null;
}

export interface Line {
  id: number;
  title: string;
  languages: string[];
  examples: number;
  audience: Audience;
  human_only: boolean;
  due: boolean;
  archived: boolean;
}

export interface Counts {
  standing: number;
  due: number;
  archived: number;
  languages: Record<string, number>;
  categories: Record<string, string[]>;
}

export interface Lines {
  items: Line[];
  counts: Counts;
  next: string | null;
}

export interface Found {
  id: number;
  title: string;
  language: string;
  excerpt: string;
}

export interface Version {
  revision: number;
  at: string;
  agent_id: number | null;
  texts: ArticleText[];
}

export interface Imported {
  articles: {
    slug: string;
    title: string;
    languages: string[];
    examples: number;
    does: "add" | "change" | "same" | "refused";
    why: string;
    id: number | null;
  }[];
  problems: { where: string; why: string }[];
}

/** What is being written. */
export interface Draft {
  texts: ArticleText[];
  slug: string;
  audience: Audience;
  human_only: boolean;
  review_by: string | null;
  files: string[];
}
