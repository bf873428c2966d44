/** What to order of the item: of one site with the whole working, of all sites a line each. */
import { useLocation } from 'wouter';
import type { ItemDetail, OrderProposal as Answer, SiteProposal } from '#contract/queries.ts';
import { errorMessage } from '#renderer/client/callError.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { ledgerMoney } from '#renderer/format/money.ts';
import { counted, NO_DATA, quantity } from '#renderer/format/numbers.ts';
import { demandSourceNote } from '#renderer/screens/forecast/demandWords.ts';
import { Shape } from '#renderer/ui/Mark.tsx';
import { DrillLink, PanelList, PanelRow, PanelSection } from '#renderer/ui/Panel.tsx';
import { ErrorState, LoadingRows } from '#renderer/ui/States.tsx';
import {
  BY_ITSELF,
  calendarWords,
  lastsWords,
  madeOfWords,
  proposalHeadline,
  proposalInShort,
  refusalWords,
  warningWords,
  withoutWords,
  workingRows,
} from './proposalWords.ts';
import styles from './stock.module.css';

export function OrderProposal({
  item,
  site_id,
  onSite,
}: {
  readonly item: ItemDetail;
  readonly site_id: number | null;
  readonly onSite: (site_id: number) => void;
}) {
  const { item_id } = item;
  const asked = useAsk('orderProposal', site_id === null ? { item_id } : { item_id, site_id });
  const answer = asked.data;
  const [only] = answer?.sites ?? [];
  const one = site_id !== null && only?.site_id === site_id ? only : null;
  return (
    <PanelSection title="Order proposal" aside={asideOf(answer, one)}>
      {answer === undefined ? (
        asked.error ? (
          <ErrorState
            title="The proposal could not be made"
            text={errorMessage(asked.error)}
            onRetry={() => void asked.refetch()}
          />
        ) : (
          <LoadingRows rows={3} />
        )
      ) : one ? (
        <Working answer={answer} site={one} item_id={item_id} />
      ) : answer.sites.length === 0 ? (
        <p className={styles['none']}>The item has no stock and no policy here.</p>
      ) : (
        <>
          <PanelList>
            {answer.sites.map((site) => (
              <li key={site.site_id}>
                <DrillLink onClick={() => onSite(site.site_id)}>{site.site}</DrillLink>
                <span className={styles['party']}>{proposalInShort(site)}</span>
                <span className={styles['qty']}>
                  {site.proposal && site.proposal.qty_milli > 0 ? quantity(site.proposal.qty_milli) : NO_DATA}
                </span>
              </li>
            ))}
          </PanelList>
          <p className={styles['facts']}>{BY_ITSELF}</p>
        </>
      )}
    </PanelSection>
  );
}

function asideOf(answer: Answer | undefined, one: SiteProposal | null): string {
  if (!answer) return '';
  if (one) return one.proposal && one.proposal.qty_milli > 0 ? `comes ${shortDate(one.proposal.receive_on)}` : '';
  const wanted = answer.sites.filter((site) => (site.proposal?.qty_milli ?? 0) > 0).length;
  return wanted === 0 ? '' : `${counted(wanted, 'site')} to order for`;
}

function Working({
  answer,
  site,
  item_id,
}: {
  readonly answer: Answer;
  readonly site: SiteProposal;
  readonly item_id: number;
}) {
  const [, navigate] = useLocation();
  const { uom, currency, supplier } = answer;
  const { proposal, refusal } = site;
  if (refusal) return <p className={styles['none']}>{refusalWords(refusal)}</p>;
  if (!proposal) return <p className={styles['none']}>{answer.provenance.coverage}</p>;
  return (
    <>
      <p className={styles['headline']}>
        {proposalHeadline(proposal, uom, supplier?.name ?? '', site.made_of.calendar)}
      </p>
      {workingRows(proposal.steps).map((row) => (
        <PanelRow key={row.label} label={row.label} note={row.note} value={row.value} />
      ))}
      <PanelRow
        total
        label="To order"
        note={
          proposal.value_minor === null || proposal.qty_milli === 0 ? '' : ledgerMoney(proposal.value_minor, currency)
        }
        value={quantity(proposal.qty_milli)}
      />
      <p className={styles['facts']}>{madeOfWords(site, uom)}</p>
      {lastsWords(site) === '' ? null : <p className={styles['facts']}>{lastsWords(site)}</p>}
      {site.made_of.calendar ? <p className={styles['facts']}>{calendarWords(site.made_of.calendar)}</p> : null}
      <p className={styles['facts']}>
        {demandSourceNote(site.made_of)}{' '}
        {site.made_of.forecast ? (
          <DrillLink onClick={() => navigate(`/forecast/${item_id}/${site.site_id}`)}>Open the forecast</DrillLink>
        ) : null}
      </p>
      <p className={styles['facts']}>{withoutWords(proposal.without, uom)}</p>
      <p className={styles['facts']}>{BY_ITSELF}</p>
      {proposal.warnings.map((warning) => (
        <p key={warning.warning} className={styles['warning']}>
          <Shape shape="warn" />
          {warningWords(warning, uom)}
        </p>
      ))}
    </>
  );
}
