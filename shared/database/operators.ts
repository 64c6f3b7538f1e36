import { z } from 'zod'
import { Time, rpc } from './rpc.ts'

export const Operations = z.object({
  /** Of the last 24 hours, by how they ended. */
  cycles: z.record(z.string(), z.int()),
  outbox: z.array(
    z.object({
      channel: z.string(),
      waiting: z.int(),
      oldestAgeS: z.int().nullable(),
      /** In the last 24 hours. */
      failed: z.int(),
    }),
  ),
  activeAlerts: z.int(),
})

export type Operations = z.infer<typeof Operations>

export const SchemaState = z.object({
  now: Time,
  /** Versions that were applied; null where that cannot be read. */
  migrations: z.array(z.string()).nullable(),
  /** What can be called, read or written without the service key. */
  open: z.array(z.string()),
})

export type SchemaState = z.infer<typeof SchemaState>

export const operatorsRpcs = {
  read_operations: rpc({}, Operations),
  read_schema_state: rpc({}, SchemaState),
}
