import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { Config } from '../config.ts'
import { fleetMetrics } from './fleet-metrics.ts'
import type { FleetSight } from './look-at-fleet.ts'
import type { FleetMetric } from './metric-kinds.ts'

export type Scrape = { contentType: string; text: string }

type Fill = (sight: FleetSight | null) => void

function register({ name, help, type, labels, samples }: FleetMetric, registry: Registry): Fill {
  const options = { name, help, labelNames: labels, registers: [registry] }
  const metric = type === 'gauge' ? new Gauge(options) : new Counter(options)
  return (sight) => {
    metric.reset()
    // Without labels a reset is a 0, and a 0 that nobody counted is worse than no number.
    if (labels.length === 0) metric.remove()
    for (const { labels, value } of sight ? samples(sight) : []) metric.inc(labels, value)
  }
}

/** Answers what Prometheus reads: the fleet as `look` sees it, and this process (memory, event loop) whatever happens. */
export function createScrape(
  { strategy }: Pick<Config, 'strategy'>,
  look: () => Promise<FleetSight | null>,
): () => Promise<Scrape> {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const fills = fleetMetrics.map((metric) => register(metric, registry))
  const registers = [registry]
  const up = new Gauge({ name: 'vigie_database_up', help: '1 while the database answers', registers })
  new Gauge({ name: 'vigie_strategy', help: 'How a worker is chosen', labelNames: ['strategy'], registers }).set(
    { strategy },
    1,
  )
  return async () => {
    const sight = await look()
    up.set(sight ? 1 : 0)
    for (const fill of fills) fill(sight)
    return { contentType: registry.contentType, text: await registry.metrics() }
  }
}
