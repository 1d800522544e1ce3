// Drafts of forms in the browser's store, each under its owner's name: {key, id, at, base, fields}. A form that is open
// twice has a draft for each. Old ones are removed, whoever's they are.
const DAYS_KEPT = 14;

export function draftsOf(owner) {
  const drafts = [];
  try {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith("draft "))) {
      const draft = { key, ...JSON.parse(localStorage.getItem(key)) };
      if (draft.at < Date.now() - DAYS_KEPT * 24 * 3600 * 1000) forget(draft);
      else if (key.startsWith(`draft ${owner} `)) drafts.push(draft);
    }
  } catch {
    // No store, or one that is forbidden: nothing is kept.
  }
  return drafts;
}

// Whether it could be kept.
export function keep({ key, ...draft }) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false; // full or forbidden: the page still asks before it is left
  }
}

// As it stands in the store now: another tab may have written it since.
export function stored(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

export function forget({ key }) {
  localStorage.removeItem(key);
}
