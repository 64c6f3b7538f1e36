import { randomUUID } from 'node:crypto'
import type { Webhook } from '../../../shared/database/webhooks.ts'
import type { VigieDatabase } from './start-vigie-database.ts'

/** A webhook whose address nobody will read. */
export const makeWebhook = (
  vigie: VigieDatabase,
  kind: Webhook['kind'] = 'discord',
  fields: { name?: string; personId?: string } = {},
): Promise<Webhook> =>
  vigie.call('create_webhook', {
    webhook: {
      id: randomUUID(),
      personId: null,
      kind,
      name: 'Salon',
      host: 'discord.com',
      sealedUrl: 'v1.sealed',
      sealedSecret: kind === 'standard' ? 'v1.sealed' : null,
      ...fields,
    },
  })
