/** The month-end close: periods, tasks, what a sign-off is bound to. */
import { bool, date, dateOrNull, instant, int, intOrNull, json, text, textOrNull } from '../columns.ts';
import type { TableEntry } from '../table.ts';
import { WRITTEN } from './placedRecords.ts';

export const CLOSE_TABLES = [
  {
    id: 18,
    name: 'close_period',
    area: 'finance',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 1,
    // period: yyyymm; state: 'open' | 'soft_locked' | 'hard_locked'; opened_from: OpenedFrom of domain/close/opening.ts; left_out: user
    // names with a space between, who had tasks in the month before and lost the role; template_name, template_on: file and day of the company's own list it was
    // opened from
    columns: [
      int('company_id'),
      int('period'),
      text('state'),
      date('cut_off_on'),
      textOrNull('opened_from'),
      textOrNull('left_out'),
      textOrNull('template_name'),
      dateOrNull('template_on'),
    ],
  },
  {
    id: 19,
    name: 'close_task',
    area: 'finance',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 1,
    // depends_on: JSON array of task codes in the same period; state: 'open' | 'prepared' | 'signed' (derived by the server)
    // content_hash: sha-256 of domain/close signoffContent over the task's lines and evidence; amount_minor: the balance that is
    // signed; needs_evidence: nobody signs it without a file
    columns: [
      int('company_id'),
      int('period_id'),
      text('code'),
      text('title'),
      textOrNull('account'),
      json('depends_on'),
      textOrNull('owner'),
      textOrNull('reviewer'),
      int('due_day'),
      date('due_on'),
      text('state'),
      int('amount_minor'),
      text('content_hash'),
      bool('needs_evidence'),
    ],
  },
  {
    id: 20,
    name: 'close_task_line',
    area: 'finance',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 1,
    // side: 'ledger' | 'subledger' | 'item'
    columns: [
      int('company_id'),
      int('task_id'),
      text('side'),
      text('ref'),
      textOrNull('account'),
      date('booked_on'),
      int('amount_minor'),
      text('currency'),
      textOrNull('explanation'),
    ],
  },
  {
    id: 21,
    name: 'signoff',
    area: 'finance',
    dimensions: ['company'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; role: 'preparer' | 'reviewer'; for_user: whom the plan names, where another signed; withdraws_id:
    // the signature it takes back, and why by reason, which says again what that was; append-only
    columns: [
      int('company_id'),
      int('task_id'),
      text('role'),
      text('user_name'),
      text('content_hash'),
      int('amount_minor'),
      text('device'),
      instant('signed_at'),
      instant('accepted_at'),
      textOrNull('for_user'),
      textOrNull('withdraws_id'),
      textOrNull('reason'),
    ],
  },
  {
    id: 92,
    name: 'lock_event',
    area: 'finance',
    dimensions: ['company'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; step, areas (names with a space between), hours: domain/close/locking.ts; answers_id: what it
    // answers; append-only
    columns: [
      int('company_id'),
      int('period_id'),
      text('step'),
      text('areas'),
      intOrNull('hours'),
      textOrNull('answers_id'),
      textOrNull('reason'),
      ...WRITTEN,
    ],
  },
  {
    id: 110,
    name: 'close_note',
    area: 'finance',
    dimensions: ['company'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; assigned_to: who is to do what it says; answers_id: the note whose work is done; append-only
    columns: [
      int('company_id'),
      int('task_id'),
      text('body'),
      textOrNull('assigned_to'),
      textOrNull('answers_id'),
      ...WRITTEN,
    ],
  },
  {
    id: 140,
    name: 'close_evidence',
    area: 'finance',
    dimensions: ['company'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; step: 'attached' | 'removed'; item_ref: the item of the task it belongs to; what was taken off
    // says again what it was, by removes_id and why by reason; the bytes come by their own way (../evidence.ts); append-only
    columns: [
      int('company_id'),
      int('task_id'),
      text('step'),
      textOrNull('item_ref'),
      text('sha256'),
      text('name'),
      text('media_type'),
      int('size_bytes'),
      textOrNull('removes_id'),
      textOrNull('reason'),
      ...WRITTEN,
    ],
  },
  {
    id: 141,
    name: 'binder',
    area: 'finance',
    dimensions: ['company'],
    idType: 'text',
    loadOrder: 1,
    // id = the mutation that wrote it; manifest_hash: SHA-256 of its manifest.json; moment: of the newest entry of the close in it;
    // checkpoint: of the copy it was made from; archive_sha256 and archive_bytes: of the month's first final one, whose parts the
    // server keeps (../evidence.ts); append-only
    columns: [
      int('company_id'),
      int('period_id'),
      text('manifest_hash'),
      bool('final'),
      instant('moment'),
      int('checkpoint'),
      text('checkpoint_id'),
      ...WRITTEN,
      textOrNull('archive_sha256'),
      intOrNull('archive_bytes'),
    ],
  },
  {
    id: 181,
    name: 'close_entry',
    area: 'finance',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 1,
    // the sealed entries of the audit trail that concern a close, whole, so that whoever holds them can make their seals again: id =
    // its place in the chain; event_id: the number people know it by; seal_before: of the entry before it, whomever that concerns
    columns: [
      int('company_id'),
      int('period_id'),
      int('event_id'),
      instant('happened_at'),
      text('kind'),
      textOrNull('user_name'),
      textOrNull('address'),
      textOrNull('about'),
      json('detail'),
      text('seal_before'),
      text('seal'),
    ],
  },
  {
    id: 190,
    name: 'close_person',
    area: 'finance',
    dimensions: ['company'],
    idType: 'integer',
    loadOrder: 0,
    // active accounts that may prepare or review the company's close, kept by the server as accounts and grants change
    columns: [int('company_id'), text('user_name'), text('display_name'), bool('may_prepare'), bool('may_review')],
  },
] as const satisfies readonly TableEntry[];
