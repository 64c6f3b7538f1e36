const fr = {
  checks: 'Dernières vérifications',
  noChecks: 'Aucune pour l’instant.',
  when: 'Quand',
  verdict: 'Réponse',
  rows: 'Annonces',
  matching: 'Retenues',
  news: 'Nouvelles',
  region: 'Région',
  finds: 'Trouvailles',
  allFinds: (n: number) => `Toutes (${n})`,
  noFinds: 'Aucune pour l’instant.',
  messages: 'Messages',
  noMessages: 'Aucun pour l’instant.',
  kind: 'Quoi',
  kinds: { find: 'trouvaille', drop: 'baisse de prix', baseline: 'premier message', digest: 'résumé', notice: 'avis' },
  status: 'État',
}

const en: typeof fr = {
  checks: 'Recent checks',
  noChecks: 'None so far.',
  when: 'When',
  verdict: 'Answer',
  rows: 'Listings',
  matching: 'Passing',
  news: 'New',
  region: 'Region',
  finds: 'Finds',
  allFinds: (n) => `All (${n})`,
  noFinds: 'None so far.',
  messages: 'Messages',
  noMessages: 'None so far.',
  kind: 'What',
  kinds: { find: 'find', drop: 'price drop', baseline: 'first message', digest: 'digest', notice: 'notice' },
  status: 'State',
}

/** What alerts did: checks, finds, messages. */
export const alertPastTexts = { fr, en }
