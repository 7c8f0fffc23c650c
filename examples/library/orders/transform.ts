import { decimal, defineTransform, drop, t } from 'parquetry';

/** A row an item; an order without items is dropped, one whose price is no decimal is dead-lettered as a whole. */
export default defineTransform({
  output: t.row({
    order: t.int64(),
    ordered_at: t.timestamp(),
    customer: t.string(),
    sku: t.string(),
    amount: t.decimal(12, 2),
  }),
  map: ({ id, at, customer, items }) => {
    if (items.length === 0) return drop('no items');
    return items.map(({ sku, price, count }) => ({
      order: id,
      ordered_at: at,
      customer,
      sku,
      amount: decimal.multiply(price, String(count)),
    }));
  },
});
