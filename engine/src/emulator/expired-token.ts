import type { IncomingHttpHeaders } from 'node:http';

/** What the emulator's `expired-token` fault takes for a session token: it says itself when it ends. */
export function tokenUntil(epochMs: number): string {
  return `until-${epochMs}`;
}

/** Whether a request is signed with a token of `tokenUntil` whose time is over. Any other token, or none, is good for ever. */
export function hasExpiredToken(headers: IncomingHttpHeaders, nowMs: number): boolean {
  const until = /^until-(\d+)$/.exec(String(headers['x-amz-security-token']))?.[1];
  return until !== undefined && Number(until) <= nowMs;
}
