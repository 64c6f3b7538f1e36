-- One broader request may serve several searches (the rule: main-worker/schedule/plan-cover), and finds know how old they may be.

-- The good check before the one that found it: the listing came after that. The site does not say when (since 2026-09).
alter table public.alert_matches add column listed_after timestamptz;
