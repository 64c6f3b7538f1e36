const fr = {
  title: 'Statistiques',
  spans: { '24h': '24 heures', '7d': '7 jours', '14d': '14 jours' },
  span: 'Période',
  now: 'Maintenant',
  lastDay: 'Ces dernières 24 heures',
  fresh: {
    age: 'Âge d’une trouvaille (estimé)',
    ageWords: (p95: string, delivery: string) =>
      `Sur 24 heures, de la publication au message : une sur deux arrive plus tôt, 95 sur cent en moins de ${p95}. La livraison en prend ${delivery}.`,
    noAge: 'Aucune trouvaille n’a été envoyée en 24 heures.',
    perFind: 'Requêtes par trouvaille',
    perFindWords: (requests: string, finds: string) => `${requests} requêtes, ${finds} trouvailles en 24 heures.`,
    budget: 'Budget utilisé',
    budgetWords: (used: string, all: string) =>
      `${used} requêtes dans la dernière heure ; les régions au travail peuvent en faire ${all}.`,
    bound: 'Borne',
    boundWords: (searches: string) =>
      `Le temps d’un tour de toutes les recherches (${searches} requêtes) avec tout le budget : aucun calendrier ne les voit toutes plus souvent. Chacune l’est une fois par minute au plus.`,
    noBound: 'Rien à demander, ou personne pour le faire.',
    estimated:
      'Vinted ne dit pas quand une annonce a été publiée : chaque moment entre deux vérifications compte comme également probable.',
    undated: (undated: string, all: string) =>
      `Pour ${undated} trouvailles sur ${all} la vérification d’avant n’est pas connue : leur âge part de celle qui les a vues.`,
  },
  day: (searches: string, cycles: string) => `${searches} recherches en ${cycles} passages.`,
  dayRefused: (refused: string) => `${refused} sont restées refusées à la fin de leur passage.`,
  dayNoRefusal: 'Aucune n’est restée refusée.',
  ages: 'Âge d’une trouvaille à sa livraison',
  agesNote:
    'De la publication à la réponse du canal, pour chaque envoi (chat, Discord, programme) ; la publication est estimée, à un moment quelconque entre deux vérifications. Ce que retiennent les heures calmes ou un plafond compte avec son attente ; les résumés d’après une pause n’y sont pas.',
  median: 'Médiane',
  p95: '95 %',
  delivery: 'Livraison seule, médiane',
  delivered: 'Envoyées',
  perFind: 'Requêtes par trouvaille',
  perFindNote:
    'Requêtes des cycles ; les sondes, les aperçus et les sessions faites hors d’un cycle n’y sont pas. Sans les trouvailles d’alertes supprimées depuis.',
  requests: 'Requêtes',
  finds: 'Trouvailles',
  success: 'Réussite par région',
  successNote:
    'Part des alertes confiées à une région qu’elle a vérifiées elle-même ; ce qu’une autre région a repris compte contre elle. Cycles sautés et cycle en cours exclus.',
  checks: 'Recherches et refus',
  checksNote:
    'Une recherche compte une fois par cycle, avec son dernier résultat, même demandée plusieurs fois. Un refus repris ailleurs avec succès n’est pas un refus ici.',
  searches: 'Recherches',
  served: 'Servies',
  refused: 'Refusées',
  when: 'Début',
  asTable: 'Les mêmes chiffres en tableau',
  zone: (zone: string) => `Heures : ${zone}. Le dernier point n’est pas fini.`,
  nothing: 'Rien à montrer pour cette période.',
  noScript: 'Les courbes demandent JavaScript ; les tableaux disent la même chose.',
}

const en: typeof fr = {
  title: 'Statistics',
  spans: { '24h': '24 hours', '7d': '7 days', '14d': '14 days' },
  span: 'Period',
  now: 'Now',
  lastDay: 'The last 24 hours',
  fresh: {
    age: 'Age of a find (estimated)',
    ageWords: (p95, delivery) =>
      `In 24 hours, from listing to message: half arrive sooner, 95 of a hundred within ${p95}. Delivery takes ${delivery} of it.`,
    noAge: 'No find was sent in 24 hours.',
    perFind: 'Requests per find',
    perFindWords: (requests, finds) => `${requests} requests, ${finds} finds in 24 hours.`,
    budget: 'Budget used',
    budgetWords: (used, all) => `${used} requests in the last hour; the regions at work may make ${all}.`,
    bound: 'Bound',
    boundWords: (searches) =>
      `The time of one round of all searches (${searches} requests) with the whole budget: no schedule sees all of them more often. Each is asked once a minute at most.`,
    noBound: 'Nothing to ask, or nobody to ask it.',
    estimated:
      'Vinted does not say when a listing was published: every moment between two checks counts as equally likely.',
    undated: (undated, all) =>
      `For ${undated} of ${all} finds the check before is not known: their age counts from the one that saw them.`,
  },
  day: (searches, cycles) => `${searches} searches in ${cycles} runs.`,
  dayRefused: (refused) => `${refused} stayed refused at the end of their run.`,
  dayNoRefusal: 'None stayed refused.',
  ages: 'Age of a find at its delivery',
  agesNote:
    'From the listing to the answer of the channel, for every delivery (chat, Discord, program); when it was listed is estimated, any moment between two checks. What quiet hours or a cap held back counts with its wait; digests after a pause are not in it.',
  median: 'Median',
  p95: '95 %',
  delivery: 'Delivery alone, median',
  delivered: 'Sent',
  perFind: 'Requests per find',
  perFindNote:
    'Requests of cycles; probes, previews and sessions made outside a cycle are not in it. Without the finds of alerts that were deleted since.',
  requests: 'Requests',
  finds: 'Finds',
  success: 'Success by region',
  successNote:
    'The part of the alerts given to a region that it checked itself; what another region took over counts against it. Without skipped cycles and the running one.',
  checks: 'Searches and refusals',
  checksNote:
    'A search counts once per cycle, with its last outcome, however often it was asked. A refusal that another region made good is none here.',
  searches: 'Searches',
  served: 'Served',
  refused: 'Refused',
  when: 'From',
  asTable: 'The same figures as a table',
  zone: (zone) => `Times: ${zone}. The last point is unfinished.`,
  nothing: 'Nothing to show for this period.',
  noScript: 'The charts want JavaScript; the tables say the same.',
}

export const statisticsTexts = { fr, en }
