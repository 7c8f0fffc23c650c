import type { Delivery } from '../../core/delivery.ts';
import { unwrapBody } from '../../sources/sqs/body.ts';
import type { StoredLetter } from './stored-letter.ts';

/**
 * What a run would be handed for a letter: its bytes, any wrapping that they still have taken off, and the attributes that they came
 * with. A letter of a record has none left, one of a whole body may. Rejects as `unwrapBody`; payloads in S3 are not fetched.
 */
export async function unwrappedLetter({
  original,
  attributes,
}: StoredLetter): Promise<Pick<Delivery, 'body' | 'attributes'>> {
  const unwrapped = await unwrapBody(original, () => Promise.reject(new Error('its payload in S3 is not fetched')));
  return { body: unwrapped.bytes, attributes: { ...attributes, ...unwrapped.attributes } };
}
