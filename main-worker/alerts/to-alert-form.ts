import type { Alert, AlertChanges } from '#shared/contracts/alert.ts'
import type { AlertForm } from './read-alert-form.ts'
import { joinEntries } from './split-entries.ts'

const idsText = (ids: readonly number[] = []): string => ids.join(', ')
const numberText = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : String(value)

/** An alert as the texts of its form: read again, it is the same alert. */
export const toAlertForm = (alert: Alert | AlertChanges): AlertForm => ({
  name: alert.name ?? '',
  market: alert.market ?? '',
  searchText: alert.searchText ?? '',
  priceMin: numberText(alert.priceMin),
  priceMax: numberText(alert.priceMax),
  statusIds: (alert.statusIds ?? []).map(String),
  catalogIds: idsText(alert.catalogIds),
  brandIds: idsText(alert.brandIds),
  sizeIds: idsText(alert.sizeIds),
  colorIds: idsText(alert.colorIds),
  materialIds: idsText(alert.materialIds),
  attributeIds: Object.entries(alert.attributeIds ?? {})
    .map(([name, ids]) => `${name}: ${idsText(ids)}`)
    .join('\n'),
  maxTotalPrice: numberText(alert.maxTotalPrice),
  requiredWords: joinEntries(alert.requiredWords ?? []),
  excludedWords: joinEntries(alert.excludedWords ?? []),
  brands: joinEntries(alert.brands ?? []),
  sizes: joinEntries(alert.sizes ?? []),
  blockedSellers: joinEntries(alert.blockedSellers ?? []),
  priceDropPercent: numberText(alert.priceDropPercent),
  maxMessagesPerHour: numberText(alert.maxMessagesPerHour),
  language: alert.language ?? '',
  chatId: alert.chatId ?? '',
  topicId: numberText(alert.topicId),
})
