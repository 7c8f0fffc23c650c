/** `14:03:27`, where the person is. */
export function clockText(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en-GB');
}
