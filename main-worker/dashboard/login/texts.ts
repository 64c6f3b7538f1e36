const fr = {
  title: 'Connexion',
  intro: 'Vigie est à vous seul : connectez-vous pour voir votre flotte.',
  key: 'Clé API (API_SECRET)',
  signIn: 'Se connecter',
  withBot: 'Plus simple : écrivez /login à votre bot Telegram, il répond par un lien.',
  whereKey: 'Avec npm start, la clé est dans .vigie/local.json, et le terminal montre un lien.',
  wrongKey: 'Cette clé n’est pas la bonne.',
  tooMany: 'Trop d’essais. Attendez une minute.',
  linkTitle: 'Bienvenue',
  linkIntro: 'Ce lien ne sert qu’une fois.',
  linkGone: 'Ce lien a déjà servi, ou il a plus de dix minutes. Demandez-en un autre : /login.',
  signedOut: 'Vous êtes déconnecté.',
}

const en: typeof fr = {
  title: 'Sign in',
  intro: 'Vigie is yours alone: sign in to see your fleet.',
  key: 'API key (API_SECRET)',
  signIn: 'Sign in',
  withBot: 'Easier: write /login to your Telegram bot, it answers with a link.',
  whereKey: 'With npm start the key is in .vigie/local.json, and the terminal shows a link.',
  wrongKey: 'This is not the right key.',
  tooMany: 'Too many tries. Wait a minute.',
  linkTitle: 'Welcome',
  linkIntro: 'This link works once.',
  linkGone: 'This link was used already, or is older than ten minutes. Ask for another one: /login.',
  signedOut: 'You are signed out.',
}

export const loginTexts = { fr, en }
