// What waits on this device to be sent, in the browser's own store (IndexedDB): photos, a pressed "Hand in", ticks.
// Every item names its owner, and nobody else's items are ever shown. Without a store nothing is kept, and nothing fails.
const DATABASE = "passerelle-handins";
const STORE = "photos";
const OTHERS_STAY = 30 * 24 * 3600 * 1000; // milliseconds that items of another person stay here

function ask(mode, act) {
  return new Promise((resolve) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
    opening.onerror = () => resolve(undefined);
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => resolve(undefined);
      asked.transaction.oncomplete = asked.transaction.onabort = () => opening.result.close();
    };
  }).catch(() => undefined);
}

export function put(item) {
  return ask("readwrite", (items) => items.put(item));
}

export function remove(item) {
  return ask("readwrite", (items) => items.delete(item.key));
}

export async function itemsOf(owner) {
  const all = (await ask("readonly", (items) => items.getAll())) ?? [];
  for (const item of all) {
    if (item.owner !== owner && item.chosenAt < Date.now() - OTHERS_STAY) await remove(item);
  }
  return all.filter((item) => item.owner === owner).sort((one, other) => one.chosenAt - other.chosenAt);
}
