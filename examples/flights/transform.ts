import { defineTransform, t } from 'parquetry';

const periods = ['night', 'morning', 'afternoon', 'evening'] as const;

export default defineTransform({
  output: t.row({
    delay_min: t.int32(),
    distance_mi: t.int32(),
    hour: t.double(),
    late: t.bool(),
    period: t.string(),
  }),
  map: ({ delay, distance, time }) => ({
    delay_min: delay,
    distance_mi: distance,
    hour: time,
    late: delay > 15,
    period: periods[Math.min(3, Math.floor(time / 6))] ?? 'night',
  }),
});
