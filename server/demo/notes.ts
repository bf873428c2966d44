/** A few notes people left on items, so that the panel of the short item tells its story. */
import type { DemoItem } from './catalogue/items.ts';
import type { DemoCompany } from './companies.ts';
import type { Random } from './random.ts';
import type { DemoBatch } from './rows.ts';
import type { Horizon } from './size.ts';
import { STORIES } from './stories/stories.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

type Note = readonly [days_ago: number, author: string, body: string];

const STORY_NOTES: readonly Note[] = [
  [9, 'buyer', 'Wolff moved the delivery a second time. They now confirm by mail only, no portal date.'],
  [6, 'planner', 'Key accounts took more than planned. Antwerp and Duisburg can each give some to Rotterdam.'],
  [2, 'buyer', 'Wolff: goods left the plant, arrival next week. Asked for a part by courier.'],
];

export function* noteBatches(
  company: DemoCompany,
  items: readonly DemoItem[],
  horizon: Horizon,
  random: Random,
): Generator<DemoBatch> {
  const story = items.find((item) => item.code === STORIES.short_item_code);
  if (company.code !== 'HAL' || !story) return;
  yield {
    table: 'item_note',
    rows: STORY_NOTES.map(([days_ago, author, body]) => {
      const written_at = (horizon.today - days_ago) * DAY_MS + 10 * HOUR_MS + random.whole(0, 200) * 60_000;
      return {
        id: random.uuid(),
        company_id: company.id,
        item_id: story.id,
        body,
        author,
        written_at,
        accepted_at: written_at + 1_500,
      };
    }),
  };
}
