/** The month-end close. */
import type { HeldEntry } from '#domain/close/binder/sealedTrail.ts';
import { z } from 'zod';
import type { OpenedFrom } from '#domain/close/opening.ts';
import type { AreaLock, LockArea } from '#domain/close/locking.ts';
import type { MutationState } from '../events.ts';
import { Id, Limit, Month, Offset } from './arguments.ts';
import type { Provenance } from './session.ts';

export const closePeriods = { args: z.strictObject({ company_id: Id }) };
export interface ClosePeriodView {
  readonly id: number;
  readonly period: number;
  readonly state: string;
  readonly cut_off_on: string;
  readonly tasks: number;
  readonly signed: number;
}
export const closeBoard = { args: z.strictObject({ company_id: Id, period: Month }) };
export type CloseTaskState = 'waiting' | 'open' | 'in_review' | 'signed' | 'changed';
export interface SignoffView {
  readonly id: string;
  readonly role: 'preparer' | 'reviewer';
  readonly user_name: string;
  readonly content_hash: string;
  readonly amount_minor: number;
  readonly device: string;
  /** The device's clock. */
  readonly signed_at_ms: number;
  /** The server's, by which signatures are ordered; null until it has it. */
  readonly accepted_at_ms: number | null;
  /** 'accepted' = on the server; otherwise predicted, with the mutation's state. */
  readonly state: MutationState;
  /** It counts no more: the task's content differs from what was signed, or what it rests on was signed again. */
  readonly stale: boolean;
  /** Titles of tasks this one depends on that were signed again after it, or are open again; none where its own content changed. */
  readonly overtaken_by: readonly string[];
  /** Whom the plan named, where another signed. */
  readonly for_user: string | null;
}
/** A signature its giver took back. */
export interface WithdrawnSignoffView {
  readonly id: string;
  readonly role: 'preparer' | 'reviewer';
  readonly user_name: string;
  readonly reason: string;
  readonly at_ms: number;
  readonly accepted_at_ms: number | null;
  readonly state: MutationState;
}
export interface CloseTaskView {
  readonly id: number;
  readonly ver: number;
  readonly code: string;
  readonly title: string;
  readonly account: string | null;
  readonly depends_on: readonly string[];
  /** Codes of tasks that must be signed first and are not. */
  readonly waiting_for: readonly string[];
  readonly owner: string | null;
  readonly reviewer: string | null;
  readonly due_day: number;
  readonly due_on: string;
  readonly state: CloseTaskState;
  readonly amount_minor: number;
  /** Nobody signs it without a file. */
  readonly needs_evidence: boolean;
  /** With this user's own words and files that are on their way. */
  readonly content_hash: string;
  /** Those that were not withdrawn. */
  readonly signoffs: readonly SignoffView[];
  /** Oldest first. */
  readonly withdrawn: readonly WithdrawnSignoffView[];
  /** Of this user's signatures the one they may take back now. */
  readonly may_withdraw: { readonly signoff_id: string; readonly role: 'preparer' | 'reviewer' } | null;
  /** What this user may do next, and if nothing: why, in a sentence, and the lines of items that ask for words first. */
  readonly next: {
    readonly role: 'preparer' | 'reviewer' | null;
    readonly why_not: string | null;
    /** Of the rule that says no; null where none does. */
    readonly code: string | null;
    readonly explain_first: readonly number[];
    /** Whom the plan names for it, where that is another: who signs stands in. */
    readonly stands_in_for: string | null;
  };
}
/** An area of a month: whether it takes postings, and what this person may do about it. */
export interface AreaLockView {
  readonly area: LockArea;
  readonly state: AreaLock['state'];
  readonly open_until_ms: number | null;
  readonly by: string | null;
  readonly at_ms: number | null;
  readonly reason: string | null;
}
/** Opening again was asked for and waits for a second person. */
export interface ReopeningView {
  readonly id: string;
  readonly areas: readonly LockArea[];
  readonly hours: number;
  readonly reason: string;
  readonly asked_by: string;
  readonly asked_at_ms: number;
  /** Why this person cannot answer it; null = they can. */
  readonly why_not: string | null;
  /** It is nothing for people of their role, whoever asked. */
  readonly not_permitted: boolean;
  /** They asked for it themselves, and may take that back. */
  readonly may_take_back: boolean;
}
export interface LocksView {
  readonly areas: readonly AreaLockView[];
  readonly asked: readonly ReopeningView[];
  /** Why this person cannot lock an area (all of them), lock for good, or ask to open; null = they can. */
  readonly soft_why_not: string | null;
  readonly hard_why_not: string | null;
  readonly ask_why_not: string | null;
}
/** Working days, Monday to Friday. */
export interface TaskForecastView {
  readonly code: string;
  /** When it was signed by both, or is expected to be. */
  readonly expected_on: string;
  readonly late_days: number;
  /** What it may still slip without moving the end; null once it is signed. */
  readonly slack_days: number | null;
  /** The end moves with it. */
  readonly critical: boolean;
  /** What it took in the middle of earlier closes; null = none tells, and the plan is taken. */
  readonly usual_days: number | null;
}
export interface CloseForecastView {
  readonly finish_on: string;
  /** After the last due day. */
  readonly late_days: number;
  /** Codes of tasks that wait for nothing, what moves the end first. */
  readonly next: readonly string[];
  readonly earlier_closes: number;
  readonly tasks: readonly TaskForecastView[];
}
/** Somebody whom a task may be planned for. */
export interface ClosePersonView {
  readonly user_name: string;
  readonly display_name: string;
  readonly may_prepare: boolean;
  readonly may_review: boolean;
}
export interface CloseBoard {
  readonly period_id: number;
  readonly period: number;
  readonly state: string;
  readonly cut_off_on: string;
  /** Where its tasks came from; null = it was opened before that was kept. */
  readonly opened_from: OpenedFrom | null;
  /** The company's own list it was opened from: the file and the day it came in, ISO; null = it was another. */
  readonly template: { readonly name: string; readonly given_on: string } | null;
  /** Who had tasks in the month before and may not do them any more: they were left out. */
  readonly left_out: readonly string[];
  /** By user name. */
  readonly people: readonly ClosePersonView[];
  readonly currency: string;
  readonly locks: LocksView;
  readonly forecast: CloseForecastView;
  readonly tasks: readonly CloseTaskView[];
  readonly provenance: Provenance;
}
export const closeTask = { args: z.strictObject({ task_id: Id, offset: Offset, limit: Limit }) };
export interface CloseTaskDetail {
  readonly task: CloseTaskView;
  readonly currency: string;
  readonly ledger_minor: number;
  readonly subledger_minor: number;
  readonly difference_minor: number;
  readonly explained_minor: number;
  readonly lines: readonly {
    readonly id: number;
    readonly side: string;
    readonly ref: string;
    readonly account: string | null;
    readonly booked_on: string;
    readonly amount_minor: number;
    readonly explanation: string | null;
  }[];
  readonly total_lines: number;
  readonly provenance: Provenance;
}
export const closeNotes = { args: z.strictObject({ task_id: Id }) };
export interface CloseNoteView {
  readonly id: string;
  readonly body: string;
  readonly author: string;
  readonly written_at_ms: number;
  readonly assigned_to: string | null;
  /** Of work given to somebody: who said that it is done, and in which words; null = nobody did, or it is none. */
  readonly done: { readonly author: string; readonly body: string; readonly written_at_ms: number } | null;
  /** This person may say that it is done. */
  readonly may_finish: boolean;
  readonly state: MutationState;
}
export interface CloseNotes {
  /** Newest first; what says that work is done stands at the work. */
  readonly notes: readonly CloseNoteView[];
  readonly open_work: number;
  /** Names a note may ask, as far as this copy knows any. */
  readonly people: readonly string[];
  /** Why this person cannot write here; null = they can. */
  readonly why_not: string | null;
  readonly provenance: Provenance;
}
export const closeBinders = { args: z.strictObject({ company_id: Id, period: Month }) };
export interface BinderRecordView {
  /** The mutation that recorded it. */
  readonly id: string;
  readonly manifest_hash: string;
  readonly final: boolean;
  readonly author: string;
  /** When it was made. */
  readonly written_at_ms: number;
  readonly checkpoint: number;
  readonly state: MutationState;
  /** The server keeps its parts: every later final one is this one. */
  readonly kept: boolean;
}
export interface CloseBinders {
  readonly locked_for_good: boolean;
  /** What a binder made now lacks to be final, in words; none = it is final. */
  readonly lacking: readonly string[];
  /** Files of evidence that stand, each once; making a binder brings those that are not here when the server answers. */
  readonly files: readonly { readonly sha256: string; readonly name: string; readonly here: boolean }[];
  /** Files beside those that no binder of the month has room for. */
  readonly files_over: number;
  /** The parts of the one that is kept, as a file beside the evidence; null = none is. */
  readonly kept: { readonly sha256: string; readonly here: boolean } | null;
  /** Final ones before drafts, of each the newest first. */
  readonly records: readonly BinderRecordView[];
  /** The seals of the month's entries of the audit trail as this copy holds them, in the order of the chain. */
  readonly trail: readonly HeldEntry[];
  /** Why binders this person makes are not recorded; null = they are. */
  readonly why_not: string | null;
  readonly provenance: Provenance;
}
export const closeEvidence = { args: z.strictObject({ task_id: Id }) };
export interface CloseEvidenceView {
  /** The mutation that attached it. */
  readonly id: string;
  readonly item_ref: string | null;
  readonly sha256: string;
  readonly name: string;
  readonly media_type: string;
  readonly size_bytes: number;
  readonly author: string;
  readonly written_at_ms: number;
  readonly state: MutationState;
  /** Its bytes are on this machine, so that it opens without the server. */
  readonly here: boolean;
  readonly removed: {
    readonly author: string;
    readonly reason: string;
    readonly written_at_ms: number;
    readonly state: MutationState;
  } | null;
}
export interface CloseEvidence {
  /** Newest first, those that were taken off among them. */
  readonly files: readonly CloseEvidenceView[];
  readonly needs_evidence: boolean;
  /** The task asks for a file and none stands on it. */
  readonly missing: boolean;
  /** Why this person cannot attach one; null = they can. */
  readonly why_not: string | null;
  readonly provenance: Provenance;
}
