/** Rules: what holds and since when, who answers for it, what is to change and who approved it. */
import { type ReactNode, useCallback, useMemo } from 'react';
import { useLocation } from 'wouter';
import { RULE_SUBJECTS, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { useOnOther, useWorkplace } from '#renderer/shell/workplace.ts';
import { SegmentedControl, Tabs } from '#renderer/ui/Choice.tsx';
import { ChangesView } from './ChangesView.tsx';
import { FileView } from './FileView.tsx';
import { ForceView } from './ForceView.tsx';
import styles from './rules.module.css';
import { mayDraftRules, maySeeRules, rulesAddress, type RulesView, SHORT_TITLES } from './ruleWords.ts';

/** What every view of the screen is given. */
export interface ViewParts {
  readonly subject: RuleSubject;
  readonly change_id: string | null;
  /** Whose rule is to have the focus first; null = nobody's. */
  readonly channel_id: number | null;
  /** Whose rules are to be shown first; null = nobody's. */
  readonly item_code: string | null;
  readonly tabs: ReactNode;
  readonly subjects: ReactNode;
  readonly openChange: (change_id: string) => void;
  readonly closeChange: () => void;
  readonly showChanges: () => void;
}

export default function RulesScreen() {
  const { company, session } = useWorkplace();
  const [location, navigate] = useLocation();
  const { subject: asked, view, change_id, channel_id, item_code } = rulesAddress(location);
  const seen = RULE_SUBJECTS.filter((each) => maySeeRules(session.may, each));
  const subject = seen.includes(asked) ? asked : 'policy';
  const mayDraft = mayDraftRules(session.may, subject);
  const waiting = useAsk('ruleChanges', { company_id: company.id }).data?.waiting ?? 0;
  const show = useCallback(
    (next: { readonly subject?: RuleSubject; readonly view?: RulesView; readonly change_id?: string }) =>
      navigate(
        ['/rules', next.subject ?? subject, next.view ?? view, ...(next.change_id ? [next.change_id] : [])].join('/'),
        { replace: true },
      ),
    [navigate, subject, view],
  );
  // a change is one company's
  useOnOther(company.id, () => show({}));
  const parts = useMemo(
    (): ViewParts => ({
      subject,
      change_id,
      channel_id,
      item_code,
      tabs: (
        <Tabs<RulesView>
          label="View"
          value={view}
          options={[
            { value: 'force', label: 'In force' },
            { value: 'changes', label: waiting > 0 ? `Changes ${waiting}` : 'Changes' },
            ...(mayDraft ? [{ value: 'file' as const, label: 'From a file' }] : []),
          ]}
          onChange={(next) => show({ view: next })}
        />
      ),
      subjects: (
        <span className={styles['subjects']}>
          <SegmentedControl<RuleSubject>
            label="Rules of"
            value={subject}
            options={seen.map((each) => ({ value: each, label: SHORT_TITLES[each] ?? SUBJECTS[each].title }))}
            onChange={(next) => show({ subject: next })}
          />
        </span>
      ),
      openChange: (id) => show({ view: 'changes', change_id: id }),
      closeChange: () => show({ view: 'changes' }),
      showChanges: () => show({ view: 'changes' }),
    }),
    [subject, change_id, channel_id, item_code, view, waiting, seen, show, mayDraft],
  );
  if (view === 'changes') return <ChangesView {...parts} />;
  return view === 'file' && mayDraft ? <FileView {...parts} /> : <ForceView {...parts} />;
}
