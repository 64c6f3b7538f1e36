const fr = {
  title: 'Statistiques',
  spans: { '24h': '24 heures', '7d': '7 jours', '14d': '14 jours' },
  span: 'Période',
  lastDay: 'Ces dernières 24 heures',
  day: (checks: string, finds: string, requests: string) =>
    `${checks} recherches demandées à Vinted, ${finds} trouvailles, ${requests} requêtes.`,
  dayAges: (p50: string, p95: string) =>
    `Une trouvaille sur deux était livrée ${p50} après avoir été vue, 95 sur cent en moins de ${p95}.`,
  dayNoAge: 'Aucune trouvaille n’a été envoyée.',
  dayPerFind: (requests: string) => `${requests} requêtes par trouvaille.`,
  dayRefused: (refused: string) => `${refused} recherches sont restées refusées à la fin de leur cycle.`,
  dayNoRefusal: 'Aucune recherche n’est restée refusée.',
  ages: 'Âge d’une trouvaille à sa livraison',
  agesNote:
    'De la vérification qui a vu l’annonce à la réponse du canal, pour chaque envoi (chat, Discord, programme). Ce que retiennent les heures calmes ou un plafond compte avec son attente ; les résumés d’après une pause n’y sont pas. Le temps entre la publication et la vérification non plus : Vinted ne dit pas quand une annonce a été publiée.',
  median: 'Médiane',
  p95: '95 %',
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
    'Une recherche compte une fois par cycle, avec son dernier résultat. Un refus repris ailleurs avec succès n’est pas un refus ici.',
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
  lastDay: 'The last 24 hours',
  day: (checks, finds, requests) => `${checks} searches asked of Vinted, ${finds} finds, ${requests} requests.`,
  dayAges: (p50, p95) => `Every other find was delivered ${p50} after it was seen, 95 of a hundred within ${p95}.`,
  dayNoAge: 'No find was sent.',
  dayPerFind: (requests) => `${requests} requests per find.`,
  dayRefused: (refused) => `${refused} searches stayed refused at the end of their cycle.`,
  dayNoRefusal: 'No search stayed refused.',
  ages: 'Age of a find at its delivery',
  agesNote:
    'From the check that saw the listing to the answer of the channel, for every delivery (chat, Discord, program). What quiet hours or a cap held back counts with its wait; digests after a pause are not in it. Nor is the time from publication to the check: Vinted does not say when a listing was published.',
  median: 'Median',
  p95: '95 %',
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
    'A search counts once per cycle, with its last outcome. A refusal that another region made good is none here.',
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
