import type { Fields } from './fields.ts';

/** A send whose (first) body has one character changed, as if a byte had flipped on the way in. */
export function flipSentBody(input: Fields): Fields {
  if (typeof input.MessageBody === 'string') return { ...input, MessageBody: flipped(input.MessageBody) };
  return { ...input, Entries: flipFirst(input.Entries, 'MessageBody') };
}

/** A ReceiveMessage answer whose first body has one character changed; its digest no longer fits. */
export function flipReceivedBody(output: Fields): Fields {
  return { ...output, Messages: flipFirst(output.Messages, 'Body') };
}

function flipFirst(items: unknown, field: string): unknown {
  if (!Array.isArray(items) || typeof items[0]?.[field] !== 'string') return items;
  return [{ ...items[0], [field]: flipped(items[0][field]) }, ...items.slice(1)];
}

/** The last bit of the middle UTF-16 unit: stays valid text for letters, digits and both halves of a surrogate pair. */
function flipped(text: string): string {
  const middle = text.length >> 1;
  return text.slice(0, middle) + String.fromCharCode(text.charCodeAt(middle) ^ 1) + text.slice(middle + 1);
}
