/** Positions of which nothing can be proposed: why, and what to do. */
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { RefusedPosition, ReplenishmentRefusal, ReplenishmentRefusals } from '#contract/queries.ts';
import { integer, quantity } from '#renderer/format/numbers.ts';
import { BlockGrid } from '#renderer/grid/BlockGrid.tsx';
import type { GridColumn } from '#renderer/grid/columns.ts';
import { useBlockQuery } from '#renderer/grid/useBlockQuery.ts';
import { refusalWords } from '#renderer/screens/stock/proposalWords.ts';
import { type KeyAction, useKeys } from '#renderer/shell/keys.tsx';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Empty } from '#renderer/ui/States.tsx';
import styles from './replenishment.module.css';

const REASON_WORDS: Readonly<Record<ReplenishmentRefusal, string>> = {
  item_inactive: 'No longer sold',
  no_policy: 'No policy',
  no_supplier: 'No supplier',
  policy: 'Faulty policy',
  supplier_terms: 'Faulty terms',
  days_not_positive: 'Faulty days',
  figures: 'Faulty figures',
};

const KEYS: readonly KeyAction[] = [
  { key: '', cap: '↵', word: 'open the item' },
  { key: '', cap: 'Ctrl C', word: 'copy' },
];

export function RefusedView() {
  const { company } = useWorkplace();
  const [, navigate] = useLocation();
  const [reason, setReason] = useState<ReplenishmentRefusal | null>(null);
  useKeys('Not proposed', KEYS);
  const args = useMemo(
    () => ({ company_id: company.id, ...(reason === null ? {} : { reason }) }),
    [company.id, reason],
  );
  const { result, coverage, blocks } = useBlockQuery('replenishmentRefusals', args);
  return (
    <div className={styles['body']}>
      <div className={styles['problem']}>
        <span className={styles['said']}>Nothing can be proposed of these positions:</span>
        {(result?.counts ?? []).map((each) => (
          <Button
            key={each.reason}
            aria-pressed={reason === each.reason}
            onClick={() => setReason(reason === each.reason ? null : each.reason)}
          >
            {REASON_WORDS[each.reason]} {integer(each.positions)}
          </Button>
        ))}
      </div>
      <BlockGrid<ReplenishmentRefusals, RefusedPosition>
        label="Positions without a proposal"
        viewId="replenishment-refused"
        columns={COLUMNS}
        rowKey={(row) => row.key}
        {...blocks}
        onDrill={(row) => navigate(`/stock/${row.item_id}/${row.site_id}`)}
        empty={
          result?.waiting ? (
            <Empty title="Proposals wait for the rows they are made of" text={coverage} />
          ) : (
            <Empty good title="Every position can be proposed" />
          )
        }
      />
    </div>
  );
}

const COLUMNS: readonly GridColumn<RefusedPosition>[] = [
  { id: 'item', header: 'Item', width: 260, text: (row) => `${row.code} ${row.name}` },
  { id: 'site', header: 'Site', width: 56, text: (row) => row.site },
  { id: 'position', header: 'Position', width: 80, align: 'right', text: (row) => quantity(row.position_qty_milli) },
  { id: 'week', header: 'A week', width: 70, align: 'right', text: (row) => quantity(row.week_qty_milli) },
  { id: 'why', header: 'Why, and what to do', width: 560, text: (row) => refusalWords(row.refusal) },
];
