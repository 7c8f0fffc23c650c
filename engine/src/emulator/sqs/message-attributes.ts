import { SqsError } from './errors.ts';
import type { Fields } from './fields.ts';
import { asFields, optionalString } from './fields.ts';
import type { MessageAttribute, MessageAttributes } from './message.ts';
import { valueBytes } from './message-digest.ts';
import { isXmlText } from './message-text.ts';

/** SQS takes up to ten attributes with a message. */
const MAX_ATTRIBUTES = 10;
const MAX_NAME_LENGTH = 256;
const DATA_TYPE = /^(String|Number|Binary)(\..+)?$/;

/** The attributes of a message to send, checked; undefined when there are none. Throws InvalidParameterValue. */
export function parseAttributes(value: unknown): MessageAttributes | undefined {
  const fields = asFields(value ?? {});
  const names = Object.keys(fields);
  if (names.length === 0) return undefined;
  if (names.length > MAX_ATTRIBUTES) {
    throw invalid(`Number of message attributes [${names.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`);
  }
  const attributes: MessageAttributes = {};
  for (const name of names) {
    checkName(name);
    attributes[name] = parseAttribute(name, asFields(fields[name]));
  }
  return attributes;
}

/** The one system attribute a sender may set. */
export function parseTraceHeader(value: unknown): string | undefined {
  const fields = asFields(value ?? {});
  for (const [name, attribute] of Object.entries(fields)) {
    const { DataType: dataType, StringValue: text } = asFields(attribute);
    if (name !== 'AWSTraceHeader') throw invalid(`Message system attribute name '${name}' is invalid.`);
    if (dataType !== 'String' || typeof text !== 'string' || text === '') {
      throw invalid(`Message system attribute '${name}' must be a non-empty String.`);
    }
    return text;
  }
  return undefined;
}

/** What attributes add to the size of a message: names, types and values. */
export function attributesBytes(attributes: MessageAttributes | undefined): number {
  let bytes = 0;
  for (const name in attributes) {
    const attribute = attributes[name]!;
    bytes += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueBytes(attribute).length;
  }
  return bytes;
}

/**
 * The attributes a receive asked for: `All` or `.*` for all, `prefix.*` for those that begin with the prefix. Undefined
 * when none is left.
 */
export function selectAttributes(
  attributes: MessageAttributes | undefined,
  names: readonly string[],
): MessageAttributes | undefined {
  if (attributes === undefined || names.length === 0) return undefined;
  if (names.includes('All') || names.includes('.*')) return attributes;
  const prefixes = names.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -2));
  const isSelected = (name: string) => names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix));
  const selected = Object.entries(attributes).filter(([name]) => isSelected(name));
  return selected.length === 0 ? undefined : Object.fromEntries(selected);
}

function parseAttribute(name: string, fields: Fields): MessageAttribute {
  const dataType = optionalString(fields, 'DataType') ?? '';
  const kind = DATA_TYPE.exec(dataType)?.[1];
  if (kind === undefined) {
    throw invalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const valueName = kind === 'Binary' ? 'BinaryValue' : 'StringValue';
  const value = optionalString(fields, valueName);
  if (value === undefined || value === '') {
    throw invalid(
      `The message attribute '${name}' must contain a non-empty message attribute value for message attribute type '${kind}'.`,
    );
  }
  if (kind === 'Number' && !Number.isFinite(Number(value))) {
    throw invalid(`Can't cast the value of message attribute '${name}' to a number.`);
  }
  if (kind !== 'Binary' && !isXmlText(value)) {
    throw new SqsError(
      'InvalidMessageContents',
      `Message attribute '${name}' contains characters that are not allowed.`,
    );
  }
  return { DataType: dataType, [valueName]: value };
}

function checkName(name: string): void {
  const isReserved = /^(aws|amazon)\./i.test(name);
  const isWellFormed = /^[\w-]+(\.[\w-]+)*$/.test(name) && name.length <= MAX_NAME_LENGTH;
  if (isReserved || !isWellFormed) throw invalid(`Message attribute name '${name}' is invalid.`);
}

function invalid(message: string): SqsError {
  return new SqsError('InvalidParameterValue', message);
}
