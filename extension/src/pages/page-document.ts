/** What the pages' document is filled with. */
export interface DocumentFacts {
  /** `webview/dist/page.html`. */
  readonly template: string;
  /** Where its scripts and styles lie, as the webview reaches them; no slash at the end. */
  readonly base: string;
  /** What the editor says its resources come from. */
  readonly cspSource: string;
  /** Of this document alone. */
  readonly nonce: string;
}

/** The document of a page. Nothing but the extension's own files is loaded, and nothing is sent anywhere. */
export function pageDocument({ template, base, cspSource, nonce }: DocumentFacts): string {
  const csp = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${cspSource}`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data:`,
  ].join('; ');
  const facts: Record<string, string> = { csp, base, nonce, entry: 'main' };
  return template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => facts[name] ?? whole);
}
