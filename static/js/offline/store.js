// What the device keeps of a half-day where there is no network: who is expected, and what was
// done, until the server has confirmed it. Everything else of people stays on the server.
const NAME = "emargement";
let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("preparations", { keyPath: "halfDay" });
      request.result.createObjectStore("queue", { keyPath: ["halfDay", "sequence"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

// One transaction: `work` asks, and what it returns is the answer once all of it is written.
async function transaction(mode, work) {
  const base = await database();
  return new Promise((resolve, reject) => {
    const moving = base.transaction(["preparations", "queue"], mode, { durability: "strict" });
    let answer;
    moving.oncomplete = () => resolve(answer);
    moving.onerror = moving.onabort = () => reject(moving.error);
    work(moving.objectStore("preparations"), moving.objectStore("queue"), (value) => {
      answer = value;
    });
  });
}

const ofHalfDay = (halfDay) => IDBKeyRange.bound([halfDay, 0], [halfDay, Infinity]);
const whenRead = (request, then) => {
  request.onsuccess = () => then(request.result);
};

export const preparation = (halfDay) =>
  transaction("readonly", (preparations, _queue, answer) =>
    whenRead(preparations.get(halfDay), answer),
  );

export const preparations = () =>
  transaction("readonly", (kept, _queue, answer) => whenRead(kept.getAll(), answer));

export const queueOf = (halfDay) =>
  transaction("readonly", (_preparations, queue, answer) =>
    whenRead(queue.getAll(ofHalfDay(halfDay)), answer),
  );

export const queueLength = () =>
  transaction("readonly", (_preparations, queue, answer) => whenRead(queue.count(), answer));

// `skew`: by how many milliseconds this device is ahead of the server.
export const keepPreparation = (token, snapshot, skew) =>
  transaction("readwrite", (preparations) =>
    preparations.put({
      halfDay: snapshot.half_day,
      token,
      snapshot,
      skew,
      next: 1,
      answers: [],
    }),
  );

// Rank and row together, or neither: two tabs never give the same rank.
export const enqueue = (halfDay, item) =>
  transaction("readwrite", (preparations, queue) => {
    whenRead(preparations.get(halfDay), (kept) => {
      queue.put({ ...item, halfDay, sequence: kept.next });
      preparations.put({ ...kept, next: kept.next + 1 });
    });
  });

// The server has these: what was drawn leaves the device, what it answered stays to be shown.
export const confirm = (halfDay, results, snapshot) =>
  transaction("readwrite", (preparations, queue) => {
    whenRead(preparations.get(halfDay), (kept) => {
      if (!kept) return;
      let waiting = results.length;
      const answers = [...kept.answers];
      const finish = () => preparations.put({ ...kept, snapshot, answers });
      if (!waiting) finish();
      for (const result of results) {
        const key = [halfDay, result.sequence];
        whenRead(queue.get(key), (item) => {
          if (item) {
            answers.push({
              kind: item.kind,
              enrolment: item.enrolment ?? "",
              outcome: result.outcome,
              message: result.message,
              device_time: item.device_time,
            });
            queue.delete(key);
          }
          waiting -= 1;
          if (!waiting) finish();
        });
      }
    });
  });

export const forget = (halfDay) =>
  transaction("readwrite", (preparations, queue) => {
    preparations.delete(halfDay);
    queue.delete(ofHalfDay(halfDay));
  });

export const forgetAll = () =>
  transaction("readwrite", (preparations, queue) => {
    preparations.clear();
    queue.clear();
  });

// Past its date a preparation is worth nothing: the names go.
export async function forgetExpired() {
  for (const kept of await preparations()) {
    if (Date.now() - kept.skew > Date.parse(kept.snapshot.expires_at)) await forget(kept.halfDay);
  }
}
