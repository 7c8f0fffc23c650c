import { s3Error } from './errors.ts';

/** One element to write: its name and its text or children. An `undefined` value writes nothing. */
export type XmlField = readonly [name: string, value: XmlValue];
/** Text, or child elements in order. */
export type XmlValue = string | number | boolean | undefined | readonly XmlField[];

const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
/** No request document of S3 nests deeper than four; more is an attack or a mistake. */
const MAX_DEPTH = 16;

/** A whole document. Errors carry no namespace in S3, everything else does. */
export function renderXml(root: string, value: XmlValue): string {
  const namespace = root === 'Error' ? '' : ` xmlns="${S3_NAMESPACE}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace}>${renderValue(value)}</${root}>`;
}

function renderValue(value: XmlValue): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? renderFields(value) : escapeText(String(value));
}

function renderFields(fields: readonly XmlField[]): string {
  let out = '';
  for (const [name, value] of fields) {
    if (value !== undefined) out += `<${name}>${renderValue(value)}</${name}>`;
  }
  return out;
}

// Control characters are written as references although XML 1.0 has no way to hold them: S3 does the same,
// and clients that care ask for `encoding-type=url`.
function escapeText(text: string): string {
  return text.replace(/[<>&"\x00-\x1f]/g, (char) => {
    if (char === '<') return '&lt;';
    if (char === '>') return '&gt;';
    if (char === '&') return '&amp;';
    if (char === '"') return '&quot;';
    return `&#x${char.charCodeAt(0).toString(16)};`;
  });
}

/** One parsed element; `text` is the unescaped text directly inside it, untrimmed. */
export interface XmlElement {
  name: string;
  text: string;
  children: XmlElement[];
}

/**
 * Parses the subset that S3's request documents need: elements, text, references, CDATA, comments. Attributes and
 * namespace prefixes are dropped; a DOCTYPE is refused. Throws `MalformedXML`.
 */
export function parseXml(document: string): XmlElement {
  const root: XmlElement = { name: '', text: '', children: [] };
  const open: XmlElement[] = [root];
  let position = 0;
  while (position < document.length) {
    const current = open[open.length - 1]!;
    const next = document.indexOf('<', position);
    const end = next < 0 ? document.length : next;
    current.text += unescapeText(document.slice(position, end));
    position = next < 0 ? end : readMarkup(document, next, open);
  }
  const top = root.children[0];
  if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '') throw s3Error('MalformedXML');
  return top!;
}

/** Consumes the markup that begins at `start` and returns the position after it. */
function readMarkup(document: string, start: number, open: XmlElement[]): number {
  if (document.startsWith('<!--', start)) return after(document, '-->', start);
  if (document.startsWith('<?', start)) return after(document, '?>', start);
  if (document.startsWith('<![CDATA[', start)) {
    const end = after(document, ']]>', start);
    open[open.length - 1]!.text += document.slice(start + 9, end - 3);
    return end;
  }
  const end = after(document, '>', start);
  const tag = /^<(\/?)(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*?)?(\/?)>$/.exec(document.slice(start, end));
  if (!tag) throw s3Error('MalformedXML');
  const [, closing, name, empty] = tag;
  if (closing) closeElement(open, name!);
  else openElement(open, name!, empty === '/');
  return end;
}

function openElement(open: XmlElement[], name: string, empty: boolean): void {
  const element: XmlElement = { name, text: '', children: [] };
  open[open.length - 1]!.children.push(element);
  if (empty) return;
  if (open.length > MAX_DEPTH) throw s3Error('MalformedXML');
  open.push(element);
}

function closeElement(open: XmlElement[], name: string): void {
  if (open.length < 2 || open.pop()!.name !== name) throw s3Error('MalformedXML');
}

function after(document: string, terminator: string, start: number): number {
  const found = document.indexOf(terminator, start);
  if (found < 0) throw s3Error('MalformedXML');
  return found + terminator.length;
}

function unescapeText(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]+));?/gi, (_, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? malformedReference();
    const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : malformedReference();
  });
}

function malformedReference(): never {
  throw s3Error('MalformedXML');
}

/** The children of that name, in document order. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The text of the first child of that name. */
export function textOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}
