const fr = {
  title: 'Preuves',
  intro:
    'Ce que Vinted a répondu quand il a refusé, sans secret. Une par refus distinct et par jour, gardée 24 heures.',
  none: 'Aucun refus dans les dernières 24 heures.',
  when: 'Quand',
  region: 'Région',
  market: 'Pays',
  verdict: 'Résultat',
  status: 'Statut HTTP',
  one: (status: number, market: string) => `Refus ${status}, ${market}`,
  back: 'Toutes les preuves',
  kept: 'supprimée 24 heures plus tard',
  screenshot: 'Capture d’écran',
  screenshotOf: 'La page que Vinted a montrée',
  headers: 'En-têtes',
  body: 'Contenu (texte)',
  noBody: 'vide',
}

const en: typeof fr = {
  title: 'Evidence',
  intro: 'What Vinted answered when it refused, without secrets. One per distinct refusal and day, kept for 24 hours.',
  none: 'No refusal in the last 24 hours.',
  when: 'When',
  region: 'Region',
  market: 'Country',
  verdict: 'Outcome',
  status: 'HTTP status',
  one: (status, market) => `Refusal ${status}, ${market}`,
  back: 'All evidence',
  kept: 'deleted 24 hours later',
  screenshot: 'Screenshot',
  screenshotOf: 'The page that Vinted showed',
  headers: 'Headers',
  body: 'Body (text)',
  noBody: 'empty',
}

export const evidenceTexts = { fr, en }
