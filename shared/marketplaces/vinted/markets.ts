/** One row per country site of Vinted. Adding a market is adding a row. Source: shared record of 2026-11 (hosts and locales recorded). */
export type Market = {
  id: string
  /** Site host, without `www.`. */
  host: string
  apiHost: string
  /** Picks language *and* market of an answer (header `Locale`). */
  locale: string
  currency: string
}

const row = (id: string, host: string, locale: string, currency: string, apiHost = `api.${host}`): Market => ({
  id,
  host,
  apiHost,
  locale,
  currency,
})

export const markets: readonly Market[] = [
  row('fr', 'vinted.fr', 'fr-FR', 'EUR'),
  row('us', 'vinted.com', 'en-US', 'USD', 'api.www.vinted.com'), // the one API host that keeps its www
  row('nl', 'vinted.nl', 'nl-NL', 'EUR'),
  row('uk', 'vinted.co.uk', 'en-GB', 'GBP'),
  row('de', 'vinted.de', 'de-DE', 'EUR'),
  row('at', 'vinted.at', 'de-AT', 'EUR'),
  row('be', 'vinted.be', 'fr-BE', 'EUR'),
  row('lu', 'vinted.lu', 'fr-LU', 'EUR'),
  row('it', 'vinted.it', 'it-IT', 'EUR'),
  row('es', 'vinted.es', 'es-ES', 'EUR'),
  row('pt', 'vinted.pt', 'pt-PT', 'EUR'),
  row('ie', 'vinted.ie', 'en-IE', 'EUR'),
  row('fi', 'vinted.fi', 'fi-FI', 'EUR'),
  row('sk', 'vinted.sk', 'sk-SK', 'EUR'),
  row('lt', 'vinted.lt', 'lt-LT', 'EUR'),
  row('gr', 'vinted.gr', 'el-GR', 'EUR'),
  row('ee', 'vinted.ee', 'et-EE', 'EUR'),
  row('lv', 'vinted.lv', 'lv-LV', 'EUR'),
  row('si', 'vinted.si', 'sl-SI', 'EUR'),
  row('hr', 'vinted.hr', 'hr-HR', 'EUR'),
  row('pl', 'vinted.pl', 'pl-PL', 'PLN'),
  row('cz', 'vinted.cz', 'cs-CZ', 'CZK'),
  row('se', 'vinted.se', 'sv-SE', 'SEK'),
  row('dk', 'vinted.dk', 'da-DK', 'DKK'),
  row('ro', 'vinted.ro', 'ro-RO', 'RON'),
  row('hu', 'vinted.hu', 'hu-HU', 'HUF'),
]

const byId = new Map(markets.map((market) => [market.id, market]))

export const marketIds: readonly string[] = markets.map((market) => market.id)

export const findMarket = (id: string): Market | undefined => byId.get(id)

/** Throws on an unknown id: callers hold an id that a schema has already checked. */
export function marketOf(id: string): Market {
  const market = byId.get(id)
  if (!market) throw new Error(`unknown market ${JSON.stringify(id)}`)
  return market
}

export const siteOrigin = (market: Market): string => `https://www.${market.host}`
