/** What is assumed, kind by kind: the fields that say it, and the assumption they make. */
import { useState } from 'react';
import type { OverrideKind } from '#domain/allocation/servingOrder.ts';
import type { AssumptionKind } from '#domain/scenario/assumption.ts';
import { minorDigits } from '#domain/money.ts';
import type { NewAssumption } from '#contract/queries/scenarios.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { quantity, quantityWithUnit, typedUnits } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Field, Select } from '#renderer/ui/Field.tsx';
import { PickNamed } from './PickNamed.tsx';
import styles from './scenarios.module.css';

/** Texts as typed, and ids as chosen. '' = nothing yet. */
export interface Typed {
  readonly kind: AssumptionKind;
  readonly item_id: number | null;
  readonly item: string;
  readonly uom: string;
  readonly site_id: string;
  readonly channel_id: string;
  readonly category: string;
  /** '' = of every class. */
  readonly abc: string;
  readonly purchase_order_id: number | null;
  readonly purchase: string;
  readonly po_line_id: string;
  readonly order_id: number | null;
  readonly order: string;
  readonly order_line_id: string;
  readonly supplier_id: number | null;
  readonly supplier: string;
  readonly standing: OverrideKind;
  readonly on: string;
  readonly qty: string;
  readonly value: string;
  readonly factor: string;
  readonly priority: string;
  readonly share: string;
  readonly min: string;
  readonly max: string;
  readonly target: string;
  readonly days: string;
}

const ABC_CLASSES = ['A', 'B', 'C'] as const;
const CLASS_OPTIONS = ABC_CLASSES.map((each) => ({ value: each, label: `Class ${each}` }));

export const NOTHING_TYPED: Typed = {
  kind: 'receipt',
  item_id: null,
  item: '',
  uom: '',
  site_id: '',
  channel_id: '',
  category: '',
  abc: '',
  purchase_order_id: null,
  purchase: '',
  po_line_id: '',
  order_id: null,
  order: '',
  order_line_id: '',
  supplier_id: null,
  supplier: '',
  standing: 'raised',
  on: '',
  qty: '',
  value: '',
  factor: '120',
  priority: '1',
  share: '0',
  min: '',
  max: '',
  target: '',
  days: '',
};

/** Without its id; null = something is missing that has to be chosen. A figure that is no number is NaN and refused by name. */
export function assumed(typed: Typed, minor_places: number): NewAssumption | null {
  const { kind, item_id, on } = typed;
  const id = (text: string): number | null => (text === '' ? null : Number(text));
  const figure = (text: string, places: number): number | null =>
    text.trim() === '' ? null : (typedUnits(text, places) ?? Number.NaN);
  const qty_milli = figure(typed.qty, 3);
  const site_id = id(typed.site_id);
  switch (kind) {
    case 'receipt': {
      const po_line_id = id(typed.po_line_id);
      return po_line_id === null ? null : { kind, po_line_id, on: on === '' ? null : on, qty_milli };
    }
    case 'new_receipt':
      if (item_id === null || site_id === null || on === '' || qty_milli === null) return null;
      return { kind, item_id, site_id, on, qty_milli };
    case 'demand': {
      const factor_bp = figure(typed.factor, 2);
      if (factor_bp === null) return null;
      const abc = ABC_CLASSES.find((each) => each === typed.abc) ?? null;
      const channel_id = id(typed.channel_id);
      return { kind, item_id, site_id, category: typed.category.trim() || null, abc, channel_id, factor_bp };
    }
    case 'new_order_line': {
      if (item_id === null || site_id === null || on === '' || qty_milli === null) return null;
      const net_minor = figure(typed.value, minor_places);
      return { kind, item_id, site_id, channel_id: id(typed.channel_id), on, qty_milli, net_minor };
    }
    case 'serving': {
      const { order_id, standing } = typed;
      return order_id === null ? null : { kind, order_id, order_line_id: id(typed.order_line_id), standing };
    }
    case 'channel': {
      const channel_id = id(typed.channel_id);
      const [priority, protected_bp] = [figure(typed.priority, 0), figure(typed.share, 2)];
      return channel_id === null || priority === null || protected_bp === null
        ? null
        : { kind, channel_id, priority, protected_bp };
    }
    case 'class_policy': {
      const abc = ABC_CLASSES.find((each) => each === typed.abc);
      if (abc === undefined) return null;
      const [min_factor_bp, max_factor_bp] = [figure(typed.min, 2), figure(typed.max, 2)];
      return { kind, abc, site_id, target_bp: figure(typed.target, 2), min_factor_bp, max_factor_bp };
    }
    case 'policy': {
      if (item_id === null || site_id === null) return null;
      const [min_qty_milli, max_qty_milli] = [figure(typed.min, 3), figure(typed.max, 3)];
      return { kind, item_id, site_id, min_qty_milli, max_qty_milli, target_bp: figure(typed.target, 2) };
    }
    case 'lead_time': {
      const days = figure(typed.days, 0);
      return typed.supplier_id === null || days === null ? null : { kind, supplier_id: typed.supplier_id, days };
    }
  }
}

interface FieldsProps {
  readonly typed: Typed;
  readonly today: string;
  readonly onType: (change: Partial<Typed>) => void;
}

export function AssumptionFields(props: FieldsProps) {
  switch (props.typed.kind) {
    case 'receipt':
      return <ReceiptFields {...props} />;
    case 'new_receipt':
      return <PlaceFields {...props} day="Comes on" />;
    case 'new_order_line':
      return (
        <>
          <PlaceFields {...props} day="Wanted on" />
          <div className={styles['two']}>
            <ChannelSelect {...props} none="No channel" />
            <TextField
              {...props}
              name="value"
              label="Net value of the line"
              hint="Without it the line counts for nothing in money."
            />
          </div>
        </>
      );
    case 'demand':
      return <DemandFields {...props} />;
    case 'serving':
      return <ServingFields {...props} />;
    case 'channel':
      return (
        <>
          <ChannelSelect {...props} />
          <div className={styles['two']}>
            <TextField {...props} name="priority" label="Priority" hint="1 is served first." />
            <TextField {...props} name="share" label="Protected share, %" hint="Of each line, before any priority." />
          </div>
        </>
      );
    case 'policy':
      return (
        <>
          <ItemAndSite {...props} />
          <div className={styles['three']}>
            <TextField {...props} name="min" label="Reorder at" hint="Empty: as it is." />
            <TextField {...props} name="max" label="Maximum" />
            <TextField {...props} name="target" label="Service target, %" hint="Of policies by service." />
          </div>
        </>
      );
    case 'class_policy':
      return (
        <>
          <div className={styles['two']}>
            <Select
              label="Class by value"
              value={props.typed.abc}
              options={[{ value: '', label: 'Choose' }, ...CLASS_OPTIONS]}
              onChange={(abc) => props.onType({ abc })}
            />
            <SiteSelect {...props} any />
          </div>
          <div className={styles['three']}>
            <TextField {...props} name="min" label="Reorder at, % of today’s" hint="Empty: as it is." />
            <TextField {...props} name="max" label="Maximum, % of today’s" />
            <TextField {...props} name="target" label="Service target, %" hint="Of policies by service." />
          </div>
        </>
      );
    case 'lead_time':
      return (
        <>
          <PickNamed
            autoFocus
            label="Supplier"
            kind="supplier"
            chosen={props.typed.supplier}
            onChoose={(hit) => props.onType({ supplier_id: hit.id, supplier: hit.title ?? hit.code })}
          />
          <TextField {...props} name="days" label="Days from order to receipt" />
        </>
      );
  }
}

type TextName = 'qty' | 'value' | 'factor' | 'priority' | 'share' | 'min' | 'max' | 'target' | 'days' | 'category';

function TextField({
  typed,
  onType,
  name,
  label,
  hint,
}: FieldsProps & { readonly name: TextName; readonly label: string; readonly hint?: string | undefined }) {
  const { company } = useWorkplace();
  return (
    <Field
      label={label}
      value={typed[name]}
      autoComplete="off"
      maxLength={120}
      {...(name === 'category' ? {} : { inputMode: 'decimal' as const })}
      hint={hint}
      wrong={wrongWords(typed, name, minorDigits(company.currency))}
      onFocus={(event) => event.target.select()}
      onChange={(event) => onType({ [name]: event.target.value })}
    />
  );
}

/** What is the matter with the text of a figure; null = it can be read, or nothing is typed. */
export function wrongWords(typed: Typed, name: TextName, minor_places: number): string | null {
  const text = typed[name];
  if (name === 'category' || text.trim() === '') return null;
  const places = placesOf(typed.kind, name, minor_places);
  if (typedUnits(text, places) !== null) return null;
  return places === 0
    ? 'Write a whole number, such as 12.'
    : `Write a number, such as 97.5: at most ${places} decimals.`;
}

function placesOf(kind: AssumptionKind, name: Exclude<TextName, 'category'>, minor_places: number): number {
  switch (name) {
    case 'qty':
      return 3;
    case 'value':
      return minor_places;
    case 'min':
    case 'max':
      return kind === 'policy' ? 3 : 2;
    case 'factor':
    case 'share':
    case 'target':
      return 2;
    case 'priority':
    case 'days':
      return 0;
  }
}

function DayField({
  typed,
  onType,
  today,
  label,
  hint,
}: FieldsProps & { readonly label: string; readonly hint?: string }) {
  return (
    <Field
      label={label}
      type="date"
      value={typed.on}
      min={today}
      hint={hint}
      onChange={(event) => onType({ on: event.target.value })}
    />
  );
}

function ItemAndSite({ typed, onType, ...more }: FieldsProps & { readonly any?: boolean }) {
  return (
    <div className={styles['two']}>
      <PickNamed
        autoFocus={typed.item_id === null}
        label="Item"
        kind="item"
        chosen={typed.item}
        onChoose={(hit) =>
          onType({ item_id: hit.id, item: `${hit.code} ${hit.title ?? ''}`.trim(), category: '', abc: '' })
        }
      />
      <SiteSelect typed={typed} onType={onType} {...more} />
    </div>
  );
}

function SiteSelect({ typed, onType, any = false }: FieldsProps & { readonly any?: boolean }) {
  const { company } = useWorkplace();
  const sites = company.sites.map((site) => ({ value: String(site.id), label: site.name }));
  return (
    <Select
      label="Site"
      value={typed.site_id}
      options={[{ value: '', label: any ? 'All sites' : 'Choose' }, ...sites]}
      onChange={(site_id) => onType({ site_id })}
    />
  );
}

function PlaceFields({ day, ...props }: FieldsProps & { readonly day: string }) {
  return (
    <>
      <ItemAndSite {...props} />
      <div className={styles['two']}>
        <DayField {...props} label={day} />
        <TextField {...props} name="qty" label="Quantity" />
      </div>
    </>
  );
}

function DemandFields(props: FieldsProps) {
  return (
    <>
      <ItemAndSite {...props} any />
      <div className={styles['two']}>
        <TextField {...props} name="category" label="Or a category" hint="Empty with no item: everything." />
        <Select
          label="Or a class by value"
          value={props.typed.abc}
          options={[{ value: '', label: 'Every class' }, ...CLASS_OPTIONS]}
          onChange={(abc) => props.onType({ abc })}
        />
      </div>
      <div className={styles['two']}>
        <ChannelSelect {...props} none="All channels" />
        <TextField {...props} name="factor" label="Of what is expected, %" hint="Open orders stay as they are." />
      </div>
    </>
  );
}

function ChannelSelect({ typed, onType, none = 'Choose' }: FieldsProps & { readonly none?: string }) {
  const { company } = useWorkplace();
  const channels = company.channels.map((channel) => ({ value: String(channel.id), label: channel.name }));
  return (
    <Select
      label="Channel"
      value={typed.channel_id}
      options={[{ value: '', label: none }, ...channels]}
      onChange={(channel_id) => onType({ channel_id })}
    />
  );
}

function ReceiptFields(props: FieldsProps) {
  const { typed, onType } = props;
  const order = useAsk(
    'purchaseOrder',
    { purchase_order_id: typed.purchase_order_id ?? 1, limit: 500 },
    { enabled: typed.purchase_order_id !== null, keepPrevious: false },
  );
  const open = (order.data?.lines ?? []).filter((line) => line.received_qty_milli < line.ordered_qty_milli);
  const line = open.find((each) => String(each.po_line_id) === typed.po_line_id);
  const left = line === undefined ? null : line.ordered_qty_milli - line.received_qty_milli;
  const words = (each: (typeof open)[number]): string =>
    `${each.code} ${each.name}, ${quantityWithUnit(each.ordered_qty_milli - each.received_qty_milli, each.uom)} on ${shortDate(each.expected_on)}`;
  return (
    <>
      <PickNamed
        autoFocus={typed.purchase_order_id === null}
        label="Purchase order"
        kind="purchase_order"
        chosen={typed.purchase}
        onChoose={(hit) => onType({ purchase_order_id: hit.id, purchase: hit.code, po_line_id: '' })}
      />
      <Select
        label="Line"
        value={typed.po_line_id}
        options={[
          { value: '', label: order.data && open.length === 0 ? 'Nothing of it is still to come' : 'Choose' },
          ...open.map((each) => ({ value: String(each.po_line_id), label: words(each) })),
        ]}
        onChange={(po_line_id) => onType({ po_line_id })}
      />
      <div className={styles['two']}>
        <DayField
          {...props}
          label="Comes on"
          hint={line === undefined ? 'Empty: as expected.' : `Today expected ${shortDate(line.expected_on)}.`}
        />
        <TextField
          {...props}
          name="qty"
          label={`Quantity${line === undefined ? '' : `, ${line.uom}`}`}
          hint={
            left === null ? 'Empty: all of it. 0: it does not come.' : `Empty: ${quantity(left)}. 0: it does not come.`
          }
        />
      </div>
    </>
  );
}

const STANDINGS = [
  { value: 'raised', label: 'Served before the others' },
  { value: 'lowered', label: 'Served after the others' },
  { value: 'held', label: 'Given nothing' },
  { value: 'released', label: 'Served by the rule' },
] as const;

function ServingFields({ typed, onType }: FieldsProps) {
  const order = useAsk(
    'orderDetail',
    { order_id: typed.order_id ?? 1 },
    { enabled: typed.order_id !== null, keepPrevious: false },
  );
  const lines = (order.data?.lines ?? []).filter((line) => line.kind === 'goods');
  return (
    <>
      <PickNamed
        autoFocus={typed.order_id === null}
        label="Order"
        kind="order"
        chosen={typed.order}
        onChoose={(hit) => onType({ order_id: hit.id, order: hit.code, order_line_id: '' })}
      />
      <div className={styles['two']}>
        <Select
          label="Line"
          value={typed.order_line_id}
          options={[
            { value: '', label: 'The whole order' },
            ...lines.map((line) => ({
              value: String(line.order_line_id),
              label: `${line.ordinal}: ${line.item_code ?? ''} ${line.description ?? ''}`,
            })),
          ]}
          onChange={(order_line_id) => onType({ order_line_id })}
        />
        <Select label="Is" value={typed.standing} options={STANDINGS} onChange={(standing) => onType({ standing })} />
      </div>
    </>
  );
}

/** Of an assumption that is there: what stands in its fields. */
export function useTyped(first: Partial<Typed>) {
  const [typed, setTyped] = useState<Typed>({ ...NOTHING_TYPED, ...first });
  return { typed, type: (change: Partial<Typed>) => setTyped((before) => ({ ...before, ...change })) };
}
