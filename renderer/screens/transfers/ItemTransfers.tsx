/** Transfers of an item in its panel: what is asked for, held back, under way; and asking another site. */
import { useState } from 'react';
import { TRANSFER_STATE_NAMES } from '#domain/transfers/transfer.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { counted, quantity } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { Status } from '#renderer/ui/Mark.tsx';
import { PanelList, PanelSection } from '#renderer/ui/Panel.tsx';
import { AskDialog } from './AskDialog.tsx';
import styles from './transfers.module.css';
import { dueWords, qtyOf, TRANSFER_STATE_SHAPES, transferNumber } from './transferWords.ts';

/** `site_id`: null = of all sites; then nobody can be asked, for nobody says for which. */
export function ItemTransfers({ item_id, site_id }: { readonly item_id: number; readonly site_id: number | null }) {
  const { company, session } = useWorkplace();
  const [asking, setAsking] = useState(false);
  const asked = useAsk('transfers', { company_id: company.id, item_id });
  const rows = (asked.data?.rows ?? []).filter(
    (row) => site_id === null || row.from_site_id === site_id || row.to_site_id === site_id,
  );
  const may = session.may.plan && site_id !== null;
  if (rows.length === 0 && !may) return null;
  return (
    <PanelSection title="Transfers" aside={rows.length === 0 ? '' : counted(rows.length, 'open transfer')}>
      <PanelList>
        {rows.map((row) => (
          <li key={row.id} title={row.last.reason ?? row.reason ?? ''}>
            <span className={styles['way']}>
              {row.from_site} → {row.to_site}
            </span>
            <span className={styles['grow']}>
              {transferNumber(row)}
              {row.due_on === null ? '' : `, ${dueWords(row)}`}
            </span>
            <Status shape={row.waiting ? 'waiting' : TRANSFER_STATE_SHAPES[row.state]}>
              {TRANSFER_STATE_NAMES[row.state]}
            </Status>
            <span className={styles['qty']}>{quantity(qtyOf(row))}</span>
          </li>
        ))}
      </PanelList>
      {may ? <Button onClick={() => setAsking(true)}>Ask another site…</Button> : null}
      {asking && site_id !== null ? (
        <AskDialog item_id={item_id} to_site_id={site_id} qty_milli={1000} onClose={() => setAsking(false)} />
      ) : null}
    </PanelSection>
  );
}
