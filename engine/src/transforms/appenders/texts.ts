import type { BytesBuilder } from '../../columns/builders/bytes.ts';
import type { Bytes16Builder } from '../../columns/builders/bytes16.ts';
import type { FixedBuilder } from '../../columns/builders/fixed.ts';
import type { Int64Builder } from '../../columns/builders/int64.ts';
import { parseDate, parseTime } from '../../core/calendar.ts';
import { parseDecimal } from '../../core/decimal.ts';
import type { TypeOf } from '../../core/schema.ts';
import { unreadText } from '../rows/lazy-json.ts';
import { Appender } from './appender.ts';
import { readUuid } from './uuid-text.ts';

export class BinaryAppender extends Appender<BytesBuilder> {
  override append(value: unknown): boolean {
    if (!(value instanceof Uint8Array)) return this.misfit.refuse(this.wanted, value);
    this.builder.appendSpan(value, 0, value.length);
    return true;
  }
}

/** Whatever JSON.stringify takes. Where null may not be missing it is a value: the text `null`. */
export class JsonAppender extends Appender<BytesBuilder> {
  override append(value: unknown): boolean {
    const text = jsonText(value);
    if (text === undefined) return this.misfit.refuse(this.wanted, value);
    this.builder.appendText(text.toWellFormed()); // JSON.rawJSON can be anything
    return true;
  }
}

/** The input's text if it was handed on unread. Undefined for functions and symbols, circular objects, objects that hold a bigint or whose toJSON throws. */
function jsonText(value: unknown): string | undefined {
  try {
    return unreadText(value) ?? JSON.stringify(value);
  } catch {
    return undefined;
  }
}

export class DateAppender extends Appender<FixedBuilder> {
  /** Dates repeat: the last one is remembered. */
  private text = '';
  private days: number | undefined;

  override append(value: unknown): boolean {
    if (typeof value !== 'string') return this.misfit.refuse(this.wanted, value);
    if (value !== this.text) {
      this.text = value;
      this.days = parseDate(value);
    }
    if (this.days === undefined) return this.misfit.refuse(this.wanted, value);
    this.builder.appendNumber(this.days);
    return true;
  }
}

export class TimeAppender extends Appender<Int64Builder> {
  override append(value: unknown): boolean {
    const micros = typeof value === 'string' ? parseTime(value) : undefined;
    if (micros === undefined) return this.misfit.refuse(this.wanted, value);
    this.builder.appendNumber(micros);
    return true;
  }
}

export class DecimalAppender extends Appender<Bytes16Builder> {
  override append(value: unknown): boolean {
    const unscaled = typeof value === 'string' ? this.parse(value) : undefined;
    if (unscaled === undefined) return this.misfit.refuse(this.wanted, value);
    this.builder.appendBigInt(unscaled);
    return true;
  }

  private parse(text: string): bigint | undefined {
    const { precision, scale } = this.builder.type as TypeOf<'decimal'>;
    try {
      return parseDecimal(text, precision, scale);
    } catch {
      return undefined;
    }
  }
}

export class UuidAppender extends Appender<Bytes16Builder> {
  private readonly bytes = new Uint8Array(16);

  override append(value: unknown): boolean {
    if (typeof value !== 'string' || !readUuid(value, this.bytes)) return this.misfit.refuse(this.wanted, value);
    this.builder.appendSpan16(this.bytes, 0);
    return true;
  }
}
