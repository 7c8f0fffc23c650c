import { formatDate } from '../../core/calendar.ts';

/** Dates of a chunk are few; those of a hostile one must not fill the memory. */
const MAX_CACHED = 10_000;

/** The texts of dates, each made once. */
export class DateTexts {
  private readonly texts = new Map<number, string>();

  of(days: number): string {
    const known = this.texts.get(days);
    if (known !== undefined) return known;
    if (this.texts.size === MAX_CACHED) this.texts.clear();
    const text = formatDate(days);
    this.texts.set(days, text);
    return text;
  }
}
