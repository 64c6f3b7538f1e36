import type * as en from './words-en.ts'

export const reasons: typeof en.reasons = {
  flyLogin: 'ouvre le navigateur ; Fly.io veut une carte bancaire',
  supabaseLogin: 'ouvre le navigateur ; cette étape et la suivante se font aussi sur https://supabase.com/dashboard',
  supabaseProject: 'demande l’organisation et un mot de passe pour la base : gardez-le, l’assistant le demande',
  setup:
    'demande ce que Supabase montre (adresse, clé secrète, session pooler), tire les clés au hasard, écrit les fichiers',
  setupHome: 'tire les clés au hasard, demande le jeton de votre bot si vous en avez un, écrit le fichier',
  appCreate: 'crée une application vide ; les noms sont mondiaux : si l’un est pris, npm run setup -- --name AUTRE',
  mainSecrets: 'confie les clés à Fly.io ; plus tard, quand l’application tourne, cela la redémarre aussi',
  workerSecrets: 'les mêmes sans le mot de passe de la base, pour chaque région',
  mainDeploy:
    'le worker principal d’abord : il applique les migrations avant de démarrer, et les régions ont besoin de leurs tables',
  workerDeploy:
    'puis les régions ; --ha=false en fait une seule machine, une seconde ne ferait que partager sa cadence',
  doctor: 'regarde tout depuis ici et dit ce qui ne va pas',
  apiKey: 'montre la clé avec laquelle on se connecte : ce qui suit le =',
  environment: 'crée l’environnement « production » dans votre dépôt GitHub',
  flyToken: 'un jeton pour un an, directement chez GitHub ; personne ne le voit',
  databaseSecret: 'le workflow migre avant de déployer',
  keySecret: 'pour le workflow qui lance un cycle toutes les cinq minutes',
  mainVariable: 'où ce workflow trouve le worker principal',
  composeUp: 'construit et démarre tout ; la première fois prend quelques minutes',
  composePs: 'montre si chaque partie va bien',
  composeLogs: 'ce que dit le worker principal, à mesure ; Ctrl-C en sort',
}

export const groups: typeof en.groups = {
  accounts: 'Les comptes (une fois)',
  apps: 'Les applications (une fois)',
  secrets: 'Leurs secrets',
  deploy: 'Les démarrer',
  look: 'Voir que cela marche',
  github:
    'Si GitHub doit déployer (facultatif) : poussez d’abord le dépôt sur GitHub, avec les fichiers fly.*.toml tels qu’ils sont. Un dépôt privé d’une offre gratuite n’a pas d’environnements : laissez la première commande et chaque --env production ; deploy.yml lit aussi les secrets du dépôt',
  home: 'Sur le serveur de la maison',
}

export const origins: typeof en.origins = {
  answer: 'donné',
  environment: 'de l’environnement',
  file: 'gardé',
  made: 'tiré au hasard',
  placeholder: 'exemple',
}

export const words: typeof en.words = {
  titles: { fly: 'Vigie sur Fly.io et Supabase', home: 'Vigie sur un serveur à la maison' },
  dryRun: 'Essai à blanc : rien n’est écrit, rien n’est demandé.',
  before: {
    fly: 'Trois choses que montre votre projet Supabase vous seront demandées : une adresse, une clé et une chaîne de connexion. Pas encore de projet ? Créez-en d’abord un sur https://supabase.com/dashboard (New project ; gardez le mot de passe), puis revenez.',
    home: 'Rien de ce qui est demandé n’est obligatoire : Entrée prend la valeur par défaut.',
  },
  stopping: 'Ctrl-C arrête ; rien n’est écrit avant la dernière question.',
  tools: 'Outils',
  settings: 'Réglages',
  findings: 'À regarder',
  files: 'Fichiers',
  commands: 'Commandes, dans cet ordre',
  afterwards: 'Ensuite',
  hidden: (length) => `${length} caractères, cachés`,
  unset: 'absent',
  file: (path, state) => `${path} : ${state}`,
  states: { created: 'nouveau', changed: 'changé', unchanged: 'inchangé' },
  written: (count) => `Écrit : ${count} fichier(s).`,
  nothingWritten: 'Rien n’a été écrit : corrigez d’abord ce qui est marqué ✗.',
  nothingToWrite: 'Chaque fichier est comme il faut : rien à écrire.',
  declined: 'Rien n’a été écrit.',
  interrupted: 'Arrêté : rien n’a été écrit.',
  failed: (error) => `L’assistant n’a pas pu continuer : ${error}`,
  noTerminal:
    'Il n’y a pas de terminal où demander. Pour voir : npm run setup -- --dry-run. Sans questions : --yes, et les secrets dans l’environnement : SUPABASE_SERVICE_ROLE_KEY, DATABASE_URL, TELEGRAM_BOT_TOKEN.',
  openFly: (url) => `Ouvrez ${url} et connectez-vous avec la clé d’API.`,
  openHome:
    'Ouvrez http://localhost:8080 sur cette machine et connectez-vous avec la clé d’API. Pour les téléphones et ordinateurs de la maison, ajoutez la ligne PUBLISH_ADDRESS=0.0.0.0 à .deploy/home.env et relancez la commande « up » : ils utilisent alors l’adresse de cette machine. Pas sur une machine qu’internet atteint.',
  bindChat:
    'Sur la page « Personnes », un bouton montre un code ; écrivez /start CODE à votre bot, et ce chat reçoit dès lors les messages.',
  addBot:
    'Pas encore de Telegram : les trouvailles ne sont que sur la page. Créez un bot avec @BotFather et relancez l’assistant.',
  chatKnown: (id) =>
    `Écrivez une fois /start à votre bot depuis le chat ${id}, sinon Telegram ne le laisse rien y dire.`,
  keepFolder: 'Gardez une copie de .deploy/ en lieu sûr : rien d’autre ne montre plus ces clés.',
  orgAgain: (org) => `Aucun fichier ne garde l’organisation : la prochaine fois, npm run setup -- --org ${org}`,
  renamed: 'Validez (git commit) les fichiers fly.*.toml changés : les mises à jour déploient sous ces noms.',
}

export const questions: typeof en.questions = {
  target: 'Où Vigie doit-elle tourner ?',
  targetFly: 'Fly.io et Supabase : cinq petites machines, quatre régions, deux comptes',
  targetHome: 'un serveur à la maison : Docker, aucun compte',
  name: 'Début du nom des applications (mondial sur Fly.io : mieux vaut un à vous, comme vigie-anna)',
  org: 'Organisation Fly.io (aucun fichier ne la garde : demandée à chaque fois)',
  keep: 'Entrée garde ce qui est là',
  remove: '- l’enlève',
  needed: (example) => `impossible de s’en passer. Exemple : ${example}`,
  yes: 'Oui',
  no: 'Non',
  write: 'Écrire ces fichiers ?',
}

export const settings: typeof en.settings = {
  SUPABASE_URL: 'Supabase : l’adresse du projet (Project Settings → Data API)',
  SUPABASE_SERVICE_ROLE_KEY: 'Supabase : la clé secrète (Project Settings → API Keys)',
  DATABASE_URL: 'Supabase : la chaîne « Session pooler », mot de passe compris (Connect, port 5432)',
  TELEGRAM_BOT_TOKEN: 'Telegram : le jeton de votre bot, de @BotFather',
  TELEGRAM_CHAT_ID: 'Telegram : le numéro de votre chat',
  PUBLIC_BASE_URL: 'Adresse de la page pour les autres',
}

export const whenEmpty: typeof en.whenEmpty = {
  TELEGRAM_BOT_TOKEN: 'Entrée : aucun',
  TELEGRAM_CHAT_ID: 'Entrée : plus tard, avec un code',
  PUBLIC_BASE_URL: 'Entrée : ce réseau seulement',
}

export const keys: typeof en.keys = {
  navigate: 'se déplacer',
  select: 'choisir',
  'toggle visibility': 'montrer ou cacher',
}
