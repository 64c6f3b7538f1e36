import { z } from 'zod'
import { rpc } from './rpc.ts'

export const Sizes = z.object({
  databaseBytes: z.int(),
  /** Largest first, indexes included. */
  tables: z.array(z.object({ name: z.string(), bytes: z.int() })),
})

export const retentionRpcs = {
  purge_old: rpc({ most: z.int() }, z.record(z.string(), z.int())),
  read_sizes: rpc({}, Sizes),
}
