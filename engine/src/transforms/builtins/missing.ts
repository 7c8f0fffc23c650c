/** What a record has where there is no value, and what a lookup may answer. Every built-in answers null to it. */
export type Missing = null | undefined;
