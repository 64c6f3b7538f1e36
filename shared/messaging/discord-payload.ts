import type { FoundListing } from '../contracts/listing.ts'
import type { Notification } from '../database/outbox.ts'
import { listingLink } from '../marketplaces/vinted/listing-link.ts'
import { noticeLines } from '../outbox/notice-lines.ts'
import { money, texts } from '../outbox/texts.ts'
import type { Language } from '../outbox/texts.ts'
import { discordText } from './discord-markdown.ts'
import type { OutgoingMessage } from './messaging-provider.ts'

/** Discord's limits (November 2026); an embed as a whole has 6,000 characters. */
const LIMIT = { title: 256, description: 4_000, field: 1_024, titleInList: 150, name: 100, names: 1_000 }
const COLOUR = 0x00_77_82

type Embed = {
  title: string
  description?: string
  url?: string
  image?: { url: string }
  fields?: { name: string; value: string; inline: true }[]
  timestamp?: string
  color: number
}

export type DiscordPayload = { embeds: [Embed]; allowed_mentions: { parse: [] } }

const labels: Record<Language, { price: string; withFees: string; details: string; market: string }> = {
  fr: { price: 'Prix', withFees: 'Avec les frais', details: 'Détails', market: 'Marché' },
  en: { price: 'Price', withFees: 'With fees', details: 'Details', market: 'Market' },
}

/** A link inside a masked link ends at the first bracket or blank. */
const inBrackets = (link: string): string => link.replaceAll(/[()<>\s]/g, encodeURIComponent)

const isHttps = (url: string | null): url is string => url !== null && URL.parse(url)?.protocol === 'https:'

function embedOfFind(listing: FoundListing, isDrop: boolean, names: string[], language: Language): Embed {
  const t = texts[language]
  const label = labels[language]
  const link = listingLink(listing)
  const details = [listing.brand, listing.size, listing.condition].filter((part) => (part ?? '').trim() !== '')
  const field = (name: string, value: string) => [
    { name, value: discordText(value, LIMIT.field), inline: true as const },
  ]
  const alerts = discordText(names.join(', '), LIMIT.names)
  return {
    title: discordText(listing.title, LIMIT.title) || '…',
    description: [...(isDrop ? [`**${t.priceDrop}**`] : []), t.alerts(alerts, names.length)].join('\n'),
    ...(link !== null && { url: link }),
    ...(isHttps(listing.photoUrl) && { image: { url: listing.photoUrl } }),
    fields: [
      ...field(label.price, money(listing.price, listing.currency, language)),
      ...(listing.totalPrice === null
        ? []
        : field(label.withFees, money(listing.totalPrice, listing.currency, language))),
      ...(details.length > 0 ? field(label.details, details.join(' · ')) : []),
      ...field(label.market, listing.market.toUpperCase()),
    ],
    timestamp: new Date(listing.foundAt).toISOString(),
    color: COLOUR,
  }
}

function listLine(listing: FoundListing, language: Language): string {
  const link = listingLink(listing)
  const title = discordText(listing.title, LIMIT.titleInList) || '…'
  const price = discordText(money(listing.price, listing.currency, language), LIMIT.name)
  return `• ${link === null ? title : `[${title}](${inBrackets(link)})`} – ${price}`
}

const headOf = ({ kind, alertName, payload }: Notification, language: Language): string => {
  const t = texts[language]
  const name = discordText(alertName, LIMIT.name)
  if (!('count' in payload)) return ''
  return kind === 'baseline' ? t.baseline(name, payload.count) : t.catchUp(name, payload.count)
}

/** One line of a digest. */
function lineOf(notification: Notification, language: Language): string {
  const { payload } = notification
  if ('listing' in payload) return listLine(payload.listing, language)
  if ('count' in payload) return `• ${headOf(notification, language)}`
  return `• ${discordText(noticeLines(payload)[0] ?? '', LIMIT.title)}`
}

/** As many lines as fit, and how many do not. */
function describe(lines: string[], more: number, language: Language): string {
  let length = 0
  const fitting = lines.filter((line) => (length += line.length + 1) <= LIMIT.description - LIMIT.name)
  const left = more + lines.length - fitting.length
  return [...fitting, ...(left > 0 ? [texts[language].more(left)] : [])].join('\n')
}

/** Discord takes no empty description. */
const embedOfWords = (title: string, description: string): Embed => ({
  title,
  ...(description !== '' && { description }),
  color: COLOUR,
})

function embedOf(notifications: readonly Notification[]): Embed {
  const [first] = notifications
  if (!first) throw new Error('a message without a notification')
  const { language, payload } = first
  const isOneListing =
    'listing' in payload &&
    notifications.every(
      ({ payload: other, event }) =>
        'listing' in other && other.listing.itemId === payload.listing.itemId && event === first.event,
    )
  if (isOneListing) {
    const names = notifications.map(({ alertName }) => alertName)
    return embedOfFind(payload.listing, first.kind === 'drop', names, language)
  }
  if (notifications.length > 1) {
    const lines = notifications.map((notification) => lineOf(notification, language))
    return embedOfWords(texts[language].digest(lines.length), describe(lines, 0, language))
  }
  if ('count' in payload) {
    const lines = payload.newest.map((listing) => listLine(listing, language))
    // A baseline shows its newest only; of a digest one wants to know how much is left.
    const more = first.kind === 'baseline' ? 0 : payload.count - lines.length
    return embedOfWords(headOf(first, language), describe(lines, more, language))
  }
  const [head = '', ...rest] = 'language' in payload ? noticeLines(payload) : []
  const lines = rest.map((line) => discordText(line, LIMIT.field))
  return embedOfWords(discordText(head, LIMIT.title), describe(lines, 0, language))
}

/** What a Discord channel reads. It pings nobody, whatever strangers write. Pure. */
export const discordPayload = ({ notifications }: OutgoingMessage): DiscordPayload => ({
  embeds: [embedOf(notifications)],
  allowed_mentions: { parse: [] },
})
