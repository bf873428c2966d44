/** What a scenario assumes, each with what it reaches and what became of it. */
import type { NamedAssumption, ScenarioDetail } from '#contract/queries.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { counted } from '#renderer/format/numbers.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { type MarkShape, Status } from '#renderer/ui/Mark.tsx';
import { DrillLink, Panel, PanelList, PanelSection } from '#renderer/ui/Panel.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import styles from './scenarios.module.css';
import { assumptionWords } from './scenarioWords.ts';

const OUTCOMES: Readonly<Record<NonNullable<NamedAssumption['outcome']>['state'], readonly [MarkShape, string]>> = {
  pending: ['waiting', 'Waiting for the server'],
  sent: ['waiting', 'Sent, the answer is on its way'],
  accepted: ['done', 'Accepted'],
  conflict: ['bad', 'Somebody decided otherwise first'],
  rejected: ['bad', 'Refused by the server'],
  held: ['warn', 'Held'],
  refused: ['bad', 'Refused'],
  gone: ['waiting', 'No longer in the outbox'],
};

export function AssumptionsPanel({
  detail,
  reached,
  only,
  onOnly,
  onAdd,
  onEdit,
  onRemove,
  onSubmit,
  onClose,
}: {
  readonly detail: ScenarioDetail;
  /** By assumption: how much differs where it reaches. */
  readonly reached: Readonly<Record<string, number>>;
  /** The assumption whose differences alone are shown. */
  readonly only: string | null;
  readonly onOnly: (id: string | null) => void;
  readonly onAdd: () => void;
  readonly onEdit: (named: NamedAssumption) => void;
  readonly onRemove: (id: string) => void;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
}) {
  const { company, openOrder, openPurchase } = useWorkplace();
  const sent = detail.submitted_at_ms !== null;
  const open = ({ document }: NamedAssumption): void => {
    if (document?.kind === 'order') openOrder(document.id);
    else if (document) openPurchase(document.id);
  };
  return (
    <Panel
      title="Assumptions"
      aside={counted(detail.assumptions.length, 'assumption')}
      onClose={onClose}
      actions={
        <>
          {sent ? null : (
            <Button kind={detail.assumptions.length === 0 ? 'solid' : 'outline'} keyCap="A" onClick={onAdd}>
              Assume
            </Button>
          )}
          <Button disabled={detail.assumptions.length === 0} onClick={onSubmit}>
            {sent ? 'Send what was refused' : 'Submit'}
          </Button>
        </>
      }
    >
      <PanelSection>
        {sent ? (
          <InlineMessage tone="quiet">
            It was sent, so it stays as it is. Duplicate it to go on from there.
          </InlineMessage>
        ) : null}
        {detail.assumptions.length === 0 ? (
          <p className={styles['says']}>Nothing is assumed yet: the figures are those of today.</p>
        ) : (
          <PanelList blocks>
            {detail.assumptions.map((named) => (
              <li key={named.assumption.id} className={styles['assumption']}>
                <header>
                  {named.document ? (
                    <span>
                      <DrillLink onClick={() => open(named)}>{named.label}</DrillLink>
                    </span>
                  ) : (
                    <span>{named.label}</span>
                  )}
                  {sent ? null : (
                    <>
                      <Button kind="link" onClick={() => onEdit(named)}>
                        Change
                      </Button>
                      <Button
                        kind="link"
                        aria-label={`Remove ${named.label}`}
                        onClick={() => onRemove(named.assumption.id)}
                      >
                        Remove
                      </Button>
                    </>
                  )}
                </header>
                <span className={styles['says']}>
                  {assumptionWords(named, company.currency, Number(detail.as_of_date.slice(0, 4)))}
                </span>
                {named.item ? (
                  <span className={styles['about']}>
                    {[named.item_code, named.item, named.site].filter(Boolean).join(' · ')}
                  </span>
                ) : null}
                {named.problem === null ? (
                  <span>
                    <Button
                      kind="link"
                      aria-pressed={only === named.assumption.id}
                      onClick={() => onOnly(only === named.assumption.id ? null : named.assumption.id)}
                    >
                      {only === named.assumption.id
                        ? 'Show all differences'
                        : counted(reached[named.assumption.id] ?? 0, 'difference')}
                    </Button>
                  </span>
                ) : (
                  <InlineMessage tone="warn">Left out: {named.problem}</InlineMessage>
                )}
                {named.outcome ? (
                  <Status shape={OUTCOMES[named.outcome.state][0]}>
                    {OUTCOMES[named.outcome.state][1]}
                    {named.outcome.message === null ? '' : `: ${named.outcome.message}`}
                  </Status>
                ) : null}
              </li>
            ))}
          </PanelList>
        )}
      </PanelSection>
    </Panel>
  );
}
