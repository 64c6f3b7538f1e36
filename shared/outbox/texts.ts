/** Everything a message says, in the languages of an alert. */
export type Language = 'fr' | 'en'

/** How numbers and times are written. */
export const locale: Record<Language, string> = { fr: 'fr-FR', en: 'en-GB' }

/** A currency is whatever the site wrote: one that is none is shown as it is. */
export const money = (amount: number, currency: string, language: Language): string =>
  /^[A-Z]{3}$/.test(currency) ? formatMoney(amount, currency, language) : `${amount.toFixed(2)} ${currency}`

const formatMoney = (amount: number, currency: string, language: Language): string =>
  new Intl.NumberFormat(locale[language], { style: 'currency', currency })
    .format(amount)
    .replaceAll(/[\u00a0\u202f]/g, ' ')

/** The time of day where the reader lives; where that is unknown it is UTC, and says so. */
export function clockTime(iso: string, language: Language, timeZone: string | null): string {
  const format = { hour: '2-digit', minute: '2-digit', timeZone: timeZone ?? 'UTC' } as const
  const time = new Intl.DateTimeFormat(locale[language], format).format(new Date(iso))
  return timeZone === null ? `${time} UTC` : time
}

export const texts = {
  fr: {
    open: 'Ouvrir',
    muteSeller: 'Masquer le vendeur',
    pauseAlert: 'Mettre en pause',
    tellMore: 'Plus',
    withFees: (price: string) => `${price} avec les frais`,
    foundAt: (time: string) => `trouvé à ${time}`,
    alerts: (names: string, count: number) => `${count > 1 ? 'Alertes' : 'Alerte'} : ${names}`,
    priceDrop: 'Baisse de prix',
    baseline: (name: string, count: number) =>
      count === 0
        ? `${name} : rien pour l’instant. Les nouvelles annonces arriveront ici.`
        : `${name} : ${count === 1 ? 'une annonce est déjà là' : `${count} annonces sont déjà là`}. Les nouvelles arriveront ici.`,
    newest: (count: number) => (count === 1 ? 'La plus récente :' : `Les ${count} plus récentes :`),
    digest: (count: number) => `${count} messages en un :`,
    catchUp: (name: string, count: number) => `${name} : ${count} annonce${count > 1 ? 's' : ''} entre-temps`,
    more: (count: number) => `… et ${count} de plus`,
    resolved: (what: string) => `C’est résolu : ${what}`,
    until: (time: string) => `Jusqu’à ${time}.`,
    daily: (checks: number, finds: number) =>
      `En vie : ${checks} vérification${checks > 1 ? 's' : ''}, ${finds} trouvaille${finds > 1 ? 's' : ''} en 24 heures.`,
    test: 'Message d’essai de Vigie : si vous le lisez, les trouvailles arriveront ici.',
    bound: 'Ce chat est maintenant celui de Vigie : les trouvailles et les nouvelles de la flotte arrivent ici.',
  },
  en: {
    open: 'Open',
    muteSeller: 'Mute seller',
    pauseAlert: 'Pause alert',
    tellMore: 'More',
    withFees: (price: string) => `${price} with fees`,
    foundAt: (time: string) => `found at ${time}`,
    alerts: (names: string, count: number) => `${count > 1 ? 'Alerts' : 'Alert'}: ${names}`,
    priceDrop: 'Price drop',
    baseline: (name: string, count: number) =>
      count === 0
        ? `${name}: nothing there yet. New listings will arrive here.`
        : `${name}: ${count === 1 ? 'one listing is' : `${count} listings are`} there already. New ones will arrive here.`,
    newest: (count: number) => (count === 1 ? 'The newest:' : `The newest ${count}:`),
    digest: (count: number) => `${count} messages in one:`,
    catchUp: (name: string, count: number) => `${name}: ${count} listing${count > 1 ? 's' : ''} in the meantime`,
    more: (count: number) => `… and ${count} more`,
    resolved: (what: string) => `Resolved: ${what}`,
    until: (time: string) => `Until ${time}.`,
    daily: (checks: number, finds: number) =>
      `Alive: ${checks} check${checks === 1 ? '' : 's'}, ${finds} find${finds === 1 ? '' : 's'} in 24 hours.`,
    test: 'Test message from Vigie: if you can read it, finds will arrive here.',
    bound: 'This chat is now Vigie’s: finds and news of the fleet arrive here.',
  },
}
