import type { Statistics, StatisticsStep } from '#shared/database/statistics.ts'
import type { Language } from '#shared/outbox/texts.ts'
import { requestsPerFind, share } from '../../statistics/ratios.ts'
import { statisticsTexts } from './texts.ts'

/** `isDrawn` false: a column of the table only. A value of null is a gap. */
export type Series = {
  name: string
  isDrawn: boolean
  unit: 's' | '%' | ''
  value: (step: StatisticsStep) => number | null
}

export type Chart = { id: string; title: string; note: string; series: Series[] }

const line = (name: string, unit: Series['unit'], value: Series['value']): Series => ({
  name,
  isDrawn: true,
  unit,
  value,
})
const column = (name: string, value: Series['value']): Series => ({ name, isDrawn: false, unit: '', value })

const workersOf = ({ steps }: Statistics): string[] =>
  [...new Set(steps.flatMap(({ regions }) => Object.keys(regions)))].sort()

/** What the page draws, and what each table below a drawing says. */
export function chartsOf(statistics: Statistics, nameOf: (workerId: string) => string, language: Language): Chart[] {
  const t = statisticsTexts[language]
  return [
    {
      id: 'ages',
      title: t.ages,
      note: t.agesNote,
      series: [
        line(t.median, 's', ({ p50S }) => p50S),
        line(t.p95, 's', ({ p95S }) => p95S),
        line(t.delivery, 's', ({ deliveryP50S }) => deliveryP50S),
        column(t.delivered, ({ delivered }) => delivered),
      ],
    },
    {
      id: 'per-find',
      title: t.perFind,
      note: t.perFindNote,
      series: [
        line(t.perFind, '', requestsPerFind),
        column(t.requests, ({ requests }) => requests),
        column(t.finds, ({ finds }) => finds),
      ],
    },
    {
      id: 'success',
      title: t.success,
      note: t.successNote,
      series: workersOf(statistics).map((id) =>
        line(nameOf(id), '%', ({ regions }) => {
          const part = share(regions[id]?.checked ?? 0, regions[id]?.assigned ?? 0)
          return part === null ? null : part * 100
        }),
      ),
    },
    {
      id: 'checks',
      title: t.checks,
      note: t.checksNote,
      series: [
        line(t.searches, '', ({ searches }) => searches),
        line(t.served, '', ({ ok }) => ok),
        line(t.refused, '', ({ refused }) => refused),
      ],
    },
  ]
}
