/** What is assumed, kind by kind: the fields that say it. */
import { useState } from 'react';
import { minorDigits } from '#domain/money.ts';
import { useAsk } from '#renderer/client/useContract.ts';
import { shortDate } from '#renderer/format/dates.ts';
import { quantity, quantityWithUnit } from '#renderer/format/numbers.ts';
import { useWorkplace } from '#renderer/shell/workplace.ts';
import { Field, Select } from '#renderer/ui/Field.tsx';
import { PickNamed } from './PickNamed.tsx';
import styles from './scenarios.module.css';
import { ABC_CLASSES, NOTHING_TYPED, type TextName, type Typed, wrongWords } from './typedAssumption.ts';

const CLASS_OPTIONS = ABC_CLASSES.map((each) => ({ value: each, label: `Class ${each}` }));

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
