/**
 * Whether SQS takes the text: the characters of XML 1.0, #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to
 * #x10FFFF. Lone surrogates are found by isWellFormed, which is free for Latin-1 texts.
 */
export function isXmlText(text: string): boolean {
  return !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text) && text.isWellFormed();
}
