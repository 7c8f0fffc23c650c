/** Control characters but for tab and line feed, and those that turn the direction of text. */
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Text of others for a terminal: what could move the cursor, colour or hide what follows is shown as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The first `limit` characters, and how many bytes more there are. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const start = text.slice(0, limit).toWellFormed();
  return `${start}… (${Buffer.byteLength(text) - Buffer.byteLength(start)} more bytes)`;
}
