import type { ColumnBuilder } from '../../columns/builder.ts';
import type { BytesBuilder } from '../../columns/builders/bytes.ts';
import type { Bytes16Builder } from '../../columns/builders/bytes16.ts';
import type { FixedBuilder } from '../../columns/builders/fixed.ts';
import type { Int64Builder } from '../../columns/builders/int64.ts';
import type { Appender } from './appender.ts';
import type { Misfit } from './misfit.ts';
import { wantedType } from './misfit.ts';
import { BinaryAppender, DateAppender, DecimalAppender, JsonAppender, TimeAppender, UuidAppender } from './texts.ts';
import { wantedValue } from './wanted.ts';

/** An appender of a type that generated code does not check itself. The builder is the one `createBuilder` makes for it. */
export function createAppender(builder: ColumnBuilder, misfit: Misfit): Appender {
  const { type } = builder;
  const wanted = wantedValue(type);
  switch (type.kind) {
    case 'time':
      return new TimeAppender(wanted, builder as Int64Builder, misfit);
    case 'binary':
      return new BinaryAppender(wanted, builder as BytesBuilder, misfit);
    case 'json':
      return new JsonAppender(wanted, builder as BytesBuilder, misfit);
    case 'date':
      return new DateAppender(wanted, builder as FixedBuilder, misfit);
    case 'decimal':
      return new DecimalAppender(wanted, builder as Bytes16Builder, misfit);
    case 'uuid':
      return new UuidAppender(wanted, builder as Bytes16Builder, misfit);
    default:
      throw new TypeError(`type must be one there is an appender for, got ${wantedType(type)}`);
  }
}
