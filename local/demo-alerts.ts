import type { AlertChanges } from '#shared/contracts/alert.ts'

/** What the sandbox watches at its first start: common brands, so that something is found within a minute. */
const demoAlerts: AlertChanges[] = [
  { name: 'Nike jusqu’à 60 €', market: 'fr', searchText: 'nike', priceMax: 60, language: 'fr' },
  { name: 'Zara en très bon état', market: 'fr', searchText: 'zara', statusIds: [6, 1, 2], language: 'fr' },
  { name: 'Adidas under 50', market: 'us', searchText: 'adidas', priceMax: 50, language: 'en' },
  { name: "Levi's, any", market: 'uk', searchText: "levi's", language: 'en' },
  { name: 'Nike zonder schade', market: 'nl', searchText: 'nike', excludedWords: ['kapot'], language: 'en' },
]

/** Through the API, as a user would. */
export async function createDemoAlerts(mainUrl: string, apiKey: string): Promise<void> {
  for (const alert of demoAlerts) {
    const answer = await fetch(`${mainUrl}/api/v1/alerts`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(alert),
    })
    if (answer.status !== 201) throw new Error(`a demo alert was refused: ${await answer.text()}`)
  }
}
