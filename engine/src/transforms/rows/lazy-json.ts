/** First look at a json property: parses its text and makes it a plain property. */
export function parseOnce(row: object, name: string, text: string | null): unknown {
  const value: unknown = text === null ? null : JSON.parse(text);
  settle(row, name, value);
  return value;
}

/** Turns the accessor into a plain property; leaves a frozen row as it is, to be parsed each time. */
export function settle(row: object, name: string, value: unknown): void {
  Reflect.defineProperty(row, name, { value, writable: true, enumerable: true, configurable: true });
}
