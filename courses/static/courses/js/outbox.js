// What waits on this device to be sent (IndexedDB). Every item names its owner, and nobody else's are shown. Without a store nothing
// is kept, and nothing fails.
const DATABASE = "passerelle-handins";
const STORE = "photos";
const OTHERS_STAY = 30 * 24 * 3600 * 1000; // milliseconds that items of another person stay here

function ask(mode, act) {
  return new Promise((resolve) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
    opening.onerror = () => resolve(undefined);
    opening.onsuccess = () => {
      const end = (answer) => {
        opening.result.close();
        resolve(answer);
      };
      try {
        const asked = act(opening.result.transaction(STORE, mode).objectStore(STORE));
        asked.transaction.oncomplete = () => end(asked.result); // not before: a full disk ends it after its success
        asked.transaction.onabort = () => end(undefined);
      } catch {
        end(undefined);
      }
    };
  }).catch(() => undefined);
}

// Says whether it is kept: a private window, or a full disk, keeps nothing.
export async function put(item) {
  return (await ask("readwrite", (items) => items.put(item))) !== undefined;
}

// Put in the place of `known`, or removed; what another window wrote since stays, and is given back.

export function replace(known, item) {
  return unlessNewer(known, (items) => items.put(item));
}

export function remove(known) {
  return unlessNewer(known, (items) => items.delete(known.key));
}

// A pressed "Hand in" that is sent no more stays while it holds words: they may be nowhere else.
export function stop(press, why) {
  return wordsOf(press) ? replace(press, { ...press, ...why }) : remove(press);
}

export function wordsOf({ fields }) {
  return (new Map(fields).get("text") ?? "").replace(/\r\n/g, "\n");
}

async function unlessNewer(known, act) {
  let newer;
  await ask("readwrite", (items) => {
    const asked = items.get(known.key);
    asked.onsuccess = () => {
      if (asked.result && JSON.stringify(asked.result.fields) !== JSON.stringify(known.fields)) newer = asked.result;
      else act(items);
    };
    return asked;
  });
  return newer;
}

// As it stands in the store now, or undefined.
export function read(item) {
  return ask("readonly", (items) => items.get(item.key));
}

export async function itemsOf(owner) {
  const all = (await ask("readonly", (items) => items.getAll())) ?? [];
  for (const item of all) {
    if (item.owner !== owner && item.chosenAt < Date.now() - OTHERS_STAY) await remove(item);
  }
  return all.filter((item) => item.owner === owner).sort((one, other) => one.chosenAt - other.chosenAt);
}
