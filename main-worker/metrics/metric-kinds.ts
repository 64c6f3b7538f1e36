import type { FleetSight } from './look-at-fleet.ts'

/** The only labels there are: nothing that grows with alerts, chats or listings. */
type Label = 'worker' | 'market' | 'state' | 'channel' | 'kind'

type Sample = { labels: Partial<Record<Label, string>>; value: number }

export type FleetMetric = {
  name: string
  help: string
  type: 'gauge' | 'counter'
  labels: Label[]
  /** What is not known is left out: an invented 0 would look like good news. */
  samples: (sight: FleetSight) => Sample[]
}

const one = (value: number | null | undefined, labels: Sample['labels'] = {}): Sample[] =>
  value === null || value === undefined ? [] : [{ labels, value }]

export const single = (
  type: FleetMetric['type'],
  name: string,
  help: string,
  value: (sight: FleetSight) => number | null | undefined,
): FleetMetric => ({ name, help, type, labels: [], samples: (sight) => one(value(sight)) })

type Worker = FleetSight['fleet']['workers'][number]

export const perWorker = (
  type: FleetMetric['type'],
  name: string,
  help: string,
  value: (worker: Worker) => number | null,
): FleetMetric => ({
  name,
  help,
  type,
  labels: ['worker'],
  samples: ({ fleet }) => fleet.workers.flatMap((worker) => one(value(worker), { worker: worker.id })),
})

export const perChannel = (
  name: string,
  help: string,
  value: (channel: FleetSight['operations']['outbox'][number]) => number | null,
): FleetMetric => ({
  name,
  help,
  type: 'gauge',
  labels: ['channel'],
  samples: ({ operations }) => operations.outbox.flatMap((each) => one(value(each), { channel: each.channel })),
})
