/** Drafting a rule that is not there yet: what it is about, then its figures. Works without a connection. */
import { useId, useState } from 'react';
import { NO_KEY, type RuleKey, type RuleKeyPart, type RuleSubject, SUBJECTS } from '#domain/governance/subjects.ts';
import { KPI_DEFINITIONS } from '#domain/kpi/definitions.ts';
import type { RuleAbout } from '#contract/queries.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { Field, Select } from '#renderer/ui/Field.tsx';
import { InlineMessage } from '#renderer/ui/States.tsx';
import { ChangeWaits, DraftForm, nearestDay } from './DraftDialog.tsx';
import { RuleFields } from './RuleFields.tsx';
import { kpiName, RECONCILIATION_CHOICES, ruleName } from './ruleWords.ts';
import { type RuleTexts, useRuleDraft } from './useRuleDraft.ts';
import styles from './rules.module.css';

/** In the order they are asked for. */
const PARTS = [
  'kpi',
  'party_id',
  'item_id',
  'category',
  'site_id',
  'channel_id',
  'name',
] as const satisfies readonly RuleKeyPart[];
const EVERY: Readonly<Record<RuleKeyPart, string>> = {
  kpi: '',
  party_id: 'All customers',
  item_id: 'All items',
  category: 'All categories',
  site_id: '',
  channel_id: 'All channels',
  name: '',
};

export function NewRule({
  company_id,
  currency,
  subject,
  owner,
  now_ms,
  onClose,
}: {
  readonly company_id: number;
  readonly currency: string;
  readonly subject: RuleSubject;
  /** Suggested: who drafts. */
  readonly owner: string;
  readonly now_ms: number;
  readonly onClose: () => void;
}) {
  const {
    fields,
    one,
    key: parts,
    key_optional,
    key_one = false,
    party = 'customer',
    named: named_by,
  } = SUBJECTS[subject];
  const [chosen, setChosen] = useState<RuleKey>(NO_KEY);
  const item = useCode(company_id, 'item');
  const customer = useCode(company_id, party);
  const key: RuleKey = { ...chosen, item_id: item.id, party_id: customer.id };
  const [effective_on, setDay] = useState(nearestDay(subject, now_ms));
  const [texts, setTexts] = useState<RuleTexts>(() => ({
    owner,
    ...Object.fromEntries(
      fields.flatMap(({ name, choices }) => (choices?.[0] && name === 'kind' ? [[name, choices[0]]] : [])),
    ),
  }));
  const [touched, setTouched] = useState(false);
  const { about, line, problems, blocked, said } = useRuleDraft({
    company_id,
    currency,
    subject,
    rule: key,
    effective_on,
    textsOf: () => texts,
  });
  const named = parts.every((part) => key_optional.includes(part) || key[part] !== null);
  // a code that is not whole yet is about nothing: it must not count as everything
  const open = item.open || customer.open;
  const first = PARTS.find((part) => parts.includes(part));
  const chosen_part = parts.find((part) => key[part] !== null || (part === 'party_id' && customer.open));
  // of what is about one thing only, the others are not asked for once one is chosen
  const asked = PARTS.filter(
    (part) => parts.includes(part) && (!key_one || chosen_part === undefined || part === chosen_part),
  );
  const chosen_any = Object.values(key).some((part) => part !== null);
  // a calendar of nothing named is the company's
  const whole = chosen_any || subject === 'buying_calendar' || parts.length === 0;
  const name = named && whole && !open && about ? ruleName(about.rule, subject) : '';
  return (
    <DraftForm
      company_id={company_id}
      subject={subject}
      title={`New ${one}`}
      lines={[line]}
      now_ms={now_ms}
      suggested={name === '' ? '' : `New ${one}: ${name}`.slice(0, 100)}
      blocked={open || blocked}
      problem={touched && named ? said : null}
      day={effective_on}
      onDay={setDay}
      onClose={onClose}
    >
      <div className={styles['fields']}>
        {asked.map((part) =>
          part === 'item_id' || part === 'party_id' ? (
            <CodeField
              key={part}
              code={part === 'item_id' ? item : customer}
              every={
                !key_optional.includes(part) ? null : part === 'party_id' && party === 'supplier' ? 'None' : EVERY[part]
              }
              autoFocus={part === first}
            />
          ) : part === 'name' && named_by === 'reconciliation' ? (
            <Select
              key={part}
              label="Reconciliation"
              value={chosen.name ?? ''}
              options={[{ value: '', label: 'Choose' }, ...RECONCILIATION_CHOICES]}
              onChange={(value) => {
                setTouched(true);
                setChosen({ ...chosen, name: value === '' ? null : value });
              }}
            />
          ) : part === 'name' ? (
            <Field
              key={part}
              label="Fee"
              value={chosen.name ?? ''}
              autoComplete="off"
              placeholder="As the channel calls it"
              onChange={(event) => {
                setTouched(true);
                setChosen({ ...chosen, name: event.target.value === '' ? null : event.target.value.slice(0, 100) });
              }}
            />
          ) : (
            <Select
              key={part}
              label={LABELS[part]}
              value={String(key[part] ?? '')}
              options={[
                { value: '', label: key_optional.includes(part) ? EVERY[part] || 'None' : 'Choose' },
                ...choicesOf(part, about),
              ]}
              onChange={(value) => {
                setTouched(true);
                const meant = part === 'kpi' || part === 'category' ? value : Number(value);
                setChosen({ ...chosen, [part]: value === '' ? null : meant });
              }}
            />
          ),
        )}
      </div>
      {key_one && chosen_part === undefined ? (
        <p className={styles['note']}>
          With neither it is the company’s own: the days off on which nobody works. A supplier or a site has days of its
          own.
        </p>
      ) : null}
      {line.before ? (
        <InlineMessage tone="warn">
          Such a {one} holds on that day already. This draft would take its place from then on.
        </InlineMessage>
      ) : about?.waits ? (
        <ChangeWaits />
      ) : null}
      <RuleFields
        subject={subject}
        currency={currency}
        rule={key}
        uom={about?.rule.uom ?? null}
        texts={texts}
        problems={touched ? problems.filter(({ field }) => field !== null && (texts[field] ?? '') !== '') : []}
        held={null}
        onText={(name, text) => {
          setTouched(true);
          setTexts({ ...texts, [name]: text });
        }}
      />
    </DraftForm>
  );
}

const CODE_LABELS = { item: 'Item', customer: 'Customer', supplier: 'Supplier' } as const;
const LABELS = { kpi: 'KPI', category: 'Category', site_id: 'Site', channel_id: 'Channel' } as const;

function choicesOf(
  part: keyof typeof LABELS,
  about: RuleAbout | undefined,
): readonly { readonly value: string; readonly label: string }[] {
  const ofRows = (rows: readonly { readonly id: number; readonly name: string }[] = []) =>
    rows.map(({ id, name }) => ({ value: String(id), label: name }));
  switch (part) {
    case 'kpi':
      return KPI_DEFINITIONS.filter(({ target }) => target !== 'none').map(({ id }) => ({
        value: id,
        label: kpiName(id),
      }));
    case 'category':
      return (about?.categories ?? []).map((each) => ({ value: each, label: each }));
    case 'site_id':
      return ofRows(about?.sites);
    case 'channel_id':
      return ofRows(about?.channels);
  }
}

/** What a typed code or name may be; whole codes count, since one letter more is another item. */
function useCode(company_id: number, kind: 'item' | 'customer' | 'supplier') {
  const [text, setText] = useState('');
  const typed = text.trim();
  const { data } = useAsk('find', { text: typed, company_id, kinds: [kind], limit: 12 });
  const hits = (data?.groups ?? []).flatMap((group) => group.hits).filter((hit) => hit.company_id === company_id);
  const hit = hits.find(({ code }) => code.toLowerCase() === typed.toLowerCase());
  const wrong =
    typed === '' || hit || data === undefined
      ? null
      : hits.length > 0
        ? `Choose the ${kind}’s whole code from the list.`
        : `There is no ${kind} ${typed}. Check the code, or bring it in first.`;
  return { kind, text, setText, hits, hit, wrong, id: hit?.id ?? null, open: typed !== '' && hit === undefined };
}

/** A code with what it may be in a list below. `every`: what it means when it is empty; null = it may not be. */
function CodeField({
  code: { kind, text, setText, hits, hit, wrong },
  every,
  autoFocus,
}: {
  readonly code: ReturnType<typeof useCode>;
  readonly every: string | null;
  readonly autoFocus: boolean;
}) {
  const listId = useId();
  return (
    <>
      <Field
        label={CODE_LABELS[kind]}
        value={text}
        list={listId}
        autoFocus={autoFocus}
        autoComplete="off"
        placeholder={every ?? 'Code or name'}
        wrong={wrong}
        hint={hit?.title ?? (every === null ? 'Type a code or a part of the name' : undefined)}
        onChange={(event) => setText(event.target.value)}
      />
      <datalist id={listId}>
        {hits.map(({ id, code, title }) => (
          <option key={id} value={code}>
            {title ?? ''}
          </option>
        ))}
      </datalist>
    </>
  );
}
