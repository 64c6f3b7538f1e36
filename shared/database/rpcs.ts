import { z } from 'zod'
import { Alert } from '../contracts/alert.ts'
import { Run, RunSummary, RunWithAlerts } from '../contracts/run.ts'
import {
  AlertFields,
  BegunRun,
  CheckInput,
  ClaimedMessage,
  CurrentIncident,
  Cycles,
  DeliveryOutcome,
  DueAlert,
  EgressEffect,
  Evidence,
  EvidenceHead,
  FleetNumbers,
  FleetRow,
  Id,
  Incident,
  MarketRest,
  Nothing,
  Notice,
  OutboxRow,
  PlannedItem,
  RecordedCheck,
  Refusal,
  RunItem,
  SessionRow,
  Sizes,
  Slot,
  StoredSession,
  Time,
  Troubles,
} from './rows.ts'

const rpc = <Args extends z.core.$ZodShape, Result extends z.ZodType>(args: Args, result: Result) => ({
  args: z.object(args),
  result,
})

/** Every function of the database that the product calls. A test compares this table with `pg_proc`. */
export const rpcs = {
  create_alert: rpc({ id: Id, alert: AlertFields }, Alert),
  list_alerts: rpc({}, z.array(Alert)),
  get_alert: rpc({ id: Id }, Alert.nullable()),
  update_alert: rpc({ id: Id, changes: AlertFields }, Alert.nullable()),
  delete_alert: rpc({ id: Id }, z.boolean()),

  acquire_lease: rpc(
    { name: z.string(), holder: z.string(), ttl_ms: z.int() },
    z.object({ acquired: z.boolean(), holder: z.string(), token: z.int() }),
  ),
  release_lease: rpc({ name: z.string(), holder: z.string() }, Nothing),

  configure_workers: rpc(
    { workers: z.array(z.object({ id: z.string(), name: z.string(), region: z.string(), url: z.string() })) },
    Nothing,
  ),
  record_health: rpc(
    {
      worker_id: z.string(),
      healthy: z.boolean(),
      error: z.string().nullable(),
      unhealthy_after: z.int(),
      egress: z.string().nullable(),
    },
    Nothing,
  ),
  count_command: rpc({ worker_id: z.string(), ok: z.boolean(), error: z.string().nullable() }, Nothing),
  set_round_robin_cursor: rpc({ worker_id: z.string() }, Nothing),
  read_fleet: rpc({}, FleetRow),
  read_refusals: rpc({}, z.array(Refusal)),
  pause_fleet: rpc({ cause: z.enum(['refused', 'owner']), reason: z.string(), until: Time.nullable() }, z.boolean()),
  resume_fleet: rpc({}, z.boolean()),
  unban_worker: rpc({ worker_id: z.string() }, z.boolean()),
  set_draining: rpc({ worker_id: z.string(), is_draining: z.boolean() }, z.boolean()),
  count_stale_write: rpc({}, Nothing),
  announce_bans: rpc(
    {},
    z.object({
      ended: z.array(z.string()),
      begun: z.array(z.object({ egress: z.string(), reason: z.string(), until: Time })),
    }),
  ),
  read_fleet_numbers: rpc({}, FleetNumbers),
  read_cycles: rpc({}, Cycles),
  take_slot: rpc(
    {
      egress: z.string(),
      gap_ms: z.int(),
      run_id: Id.optional(),
      search_key: z.string().optional(),
      attempt: z.int().optional(),
    },
    Slot,
  ),
  apply_egress_effect: rpc({ egress: z.string(), effect: EgressEffect }, Nothing),

  load_session: rpc({ market: z.string(), worker: z.string() }, StoredSession.nullable()),
  save_session: rpc(
    {
      session: z.object({
        market: z.string(),
        worker: z.string().nullable(),
        userAgent: z.string(),
        cookieNames: z.array(z.string()),
        sealedJar: z.string(),
        source: z.enum(['http', 'browser', 'import']),
        renewAt: Time,
        expiresAt: Time,
      }),
    },
    Id,
  ),
  mark_session: rpc({ id: Id, verdict: z.string() }, Nothing),
  delete_session: rpc({ market: z.string(), worker: z.string() }, z.boolean()),
  list_sessions: rpc({}, z.array(SessionRow)),

  begin_run: rpc(
    {
      run_id: Id,
      holder: z.string(),
      ttl_ms: z.int(),
      trigger: z.string(),
      idempotency_key: z.string().nullable().optional(),
    },
    BegunRun,
  ),
  bind_run_key: rpc({ idempotency_key: z.string(), run_id: Id }, Run),
  list_due_alerts: rpc({}, z.array(DueAlert)),
  plan_run: rpc({ run_id: Id, token: z.int(), items: z.array(PlannedItem) }, z.array(z.string())),
  read_run_items: rpc({ run_id: Id }, z.array(RunItem)),
  park_alerts: rpc(
    { run_id: Id, token: z.int(), alert_ids: z.array(Id), reason: z.string(), until: Time.nullable() },
    Nothing,
  ),
  finish_run: rpc({ run_id: Id, token: z.int(), holder: z.string(), status: z.string(), summary: RunSummary }, Nothing),
  record_skipped_tick: rpc({ run_id: Id, summary: RunSummary }, Nothing),
  get_run: rpc({ run_id: Id }, RunWithAlerts.nullable()),
  list_runs: rpc({ most: z.int() }, z.array(Run)),

  record_check: rpc({ check_result: CheckInput }, RecordedCheck),

  save_evidence: rpc(
    {
      evidence: z.object({
        workerId: z.string(),
        market: z.string(),
        verdict: z.string(),
        httpStatus: z.int(),
        headers: z.record(z.string(), z.string()),
        body: z.string(),
        screenshot: z.string().nullable(),
        fingerprint: z.string(),
      }),
    },
    Id,
  ),
  list_evidence: rpc({ most: z.int() }, z.array(EvidenceHead)),
  get_evidence: rpc({ id: Id }, Evidence.nullable()),
  purge_old: rpc({ most: z.int() }, z.record(z.string(), z.int())),
  read_sizes: rpc({}, Sizes),
  rest_market: rpc({ worker_id: z.string(), market: z.string(), ms: z.int() }, Nothing),
  list_market_rests: rpc({}, z.array(MarketRest)),
  open_incident: rpc(
    { kind: z.string(), subject: z.string(), detail: z.string(), evidence_id: Id.nullable().optional() },
    z.boolean(),
  ),
  close_incident: rpc({ kind: z.string(), subject: z.string() }, z.boolean()),
  list_incidents: rpc({}, z.array(Incident)),
  sync_incidents: rpc({ kinds: z.array(z.string()), incidents: z.array(CurrentIncident) }, Nothing),
  tell_incidents: rpc({ channel: z.string(), language: z.string() }, Nothing),
  read_troubles: rpc({}, Troubles),
  report_silent_main: rpc({ silent_ms: z.int(), detail: z.string() }, z.boolean()),
  set_owner_chat: rpc({ chat_id: z.string().nullable() }, Nothing),
  get_owner_chat: rpc({}, z.string().nullable()),
  tell_owner: rpc({ channel: z.string(), event: z.string(), payload: Notice }, Nothing),
  tell_daily: rpc({ channel: z.string(), at: z.string(), language: z.string() }, Nothing),
  record_probe: rpc({ market: z.string(), newest_ids: z.array(z.int()) }, Time),

  claim_message: rpc(
    {
      channel: z.string(),
      claim_id: Id,
      lock_ms: z.int(),
      channel_gap_ms: z.int(),
      max_attempts: z.int(),
      kind: z.string().nullable().optional(),
    },
    z.union([ClaimedMessage, z.object({ waitMs: z.number() })]).nullable(),
  ),
  begin_send: rpc({ claim_id: Id, count: z.int(), needs_ms: z.int() }, z.boolean()),
  settle_message: rpc({ claim_id: Id, outcome: DeliveryOutcome, gap_ms: z.int() }, z.boolean()),
  list_outbox: rpc({ status: z.string().nullable(), most: z.int() }, z.array(OutboxRow)),
  retry_outbox: rpc({ id: Id }, OutboxRow.nullable()),
}

export type RpcName = keyof typeof rpcs
export type RpcArgs<Name extends RpcName> = z.input<(typeof rpcs)[Name]['args']>
export type RpcResult<Name extends RpcName> = z.output<(typeof rpcs)[Name]['result']>
