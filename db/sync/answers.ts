/** The shapes of the server's answers, checked when they arrive: nothing unchecked reaches a file. */
import { z } from 'zod';
import { Checkpoint, type LoginResponse, type OpenResponse, type PushResponse } from '#contract/wire/protocol.ts';

const Count = z.int().min(0);
export const Grant = z.object({
  id: z.int(),
  role: z.string(),
  company_id: z.int().nullable(),
  company_code: z.string().nullable(),
  site_id: z.int().nullable(),
  site_code: z.string().nullable(),
  channel_id: z.int().nullable(),
  channel_code: z.string().nullable(),
});
export const UserAnswer = z.object({ name: z.string(), display_name: z.string(), grants: z.array(Grant) });
export const LoginAnswer: z.ZodType<LoginResponse> = z.object({
  access_token: z.string().min(1),
  access_ttl_s: z.number().positive(),
  refresh_token: z.string().min(1),
  server_id: z.string(),
  user: UserAnswer,
});

const ScopeEntry = z.tuple([z.int(), z.int(), z.int(), z.int(), z.int(), z.int(), z.string()]);
export const OpenAnswer: z.ZodType<OpenResponse> = z
  .object({
    epoch: z.uuid(),
    plan: z.enum(['continue', 'reset']),
    head: Checkpoint,
    scope_hash: z.string().min(1).max(64),
    scope: z.array(ScopeEntry).optional(),
    offline_days: z.int().min(1).max(3650),
  })
  .transform(({ scope, ...rest }) => (scope === undefined ? rest : { ...rest, scope }));

export const DeltaHeaderLine = z.object({
  epoch: z.uuid(),
  from: Checkpoint,
  to: Checkpoint,
  head: Checkpoint,
  scope_hash: z.string().optional(),
  reload: z.array(z.int()).max(1_000_000).default([]),
});
export const SnapshotHeaderLine = z.object({ epoch: z.uuid(), encoding: z.enum(['rows', 'columns']).default('rows') });
export const SnapshotBlockLine = z.object({
  block: z.object({
    rows: z.int().min(1),
    runs: z.array(z.tuple([z.int(), z.int().min(1)])).min(1),
    last_id: z.union([z.string(), z.int()]),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});
export const BucketEndLine = z.object({ bucket: z.int(), complete: z.boolean(), rows: Count });
export const EndLineShape = z.object({ end: z.literal(true), rows: Count, hash: z.string().optional() });

const Reason = z
  .object({
    code: z.string(),
    message: z.string(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional(),
  })
  .transform(({ detail, ...rest }) => (detail === undefined ? rest : { ...rest, detail }));
export const OutcomeReasonShape = Reason;
export const PushAnswer: z.ZodType<PushResponse> = z.object({
  outcomes: z.array(
    z.object({ id: z.uuid(), state: z.enum(['accepted', 'conflict', 'rejected', 'held']), reason: Reason.nullable() }),
  ),
});
const HashText = z.string().regex(/^[0-9a-f]{16}$/);
const ImageShape = z.union([z.string(), z.number(), z.null()]);
export const VerifyAnswer = z.discriminatedUnion('moved', [
  z.object({ moved: z.literal(true), head: Checkpoint }),
  z.object({
    moved: z.literal(false),
    buckets: z.array(z.tuple([z.int(), Count, HashText])),
    unread: z.array(z.int()).default([]),
    ranges: z
      .array(
        z
          .object({
            rows: Count,
            hash: HashText,
            lines: z
              .array(z.tuple([z.union([z.string(), z.int()]), z.int(), z.array(ImageShape), HashText]))
              .optional(),
          })
          .transform(({ lines, ...rest }) => (lines === undefined ? rest : { ...rest, lines })),
      )
      .default([]),
  }),
]);
export const LiveEventShape = z.object({
  checkpoint: Count,
  buckets: z.array(z.int()),
  scope_changed: z.boolean(),
  token_ttl_s: z.number(),
});
export const ErrorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }),
});
export const HealthAnswer = z.object({
  ok: z.boolean(),
  server_id: z.string().optional(),
  demo_accounts: z.array(z.string()).default([]),
});
