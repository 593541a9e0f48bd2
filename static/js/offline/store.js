// What the device keeps of half-days where there is no network: who is expected, what was done
// until the server has confirmed it, what the server answered. docs/offline.md is the contract.
//
// - preparations: one by half-day, under its present ticket; replaced whenever it is prepared.
// - tickets: every ticket under which something waits, and those of the preparations. `taken` is
//   the last rank that the server has; `blocked`, why nothing of it is sent any more.
// - queue: what waits, by ticket and rank, each under the ticket that it was written with. A row is
//   added, never written over, but for an action undone, which keeps its key and its rank.
// - answers: what became of what was sent, to be read afterwards.
// - settings: the number of this device, and what orders its rows.
const NAME = "emargement";
const VERSION = 2;
const STORES = ["preparations", "tickets", "queue", "answers", "settings"];
const KEPT_DAYS = 7; // answers
const DAY = 86_400_000; // milliseconds
let opened = null;

const read = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = ({ oldVersion }) =>
      upgrade(request.result, request.transaction, oldVersion);
    request.onsuccess = () => {
      // Pages of a newer version wait for nobody.
      request.result.onversionchange = () => {
        request.result.close();
        opened = null;
      };
      resolve(request.result);
    };
    request.onerror = () => {
      opened = null;
      reject(request.error);
    };
  });
  return opened;
}

async function upgrade(base, moving, oldVersion) {
  let [kept, waiting] = [[], []];
  if (oldVersion === 1) {
    kept = await read(moving.objectStore("preparations").getAll());
    waiting = await read(moving.objectStore("queue").getAll());
    base.deleteObjectStore("queue");
  } else base.createObjectStore("preparations", { keyPath: "halfDay" });
  base.createObjectStore("tickets", { keyPath: "ticket" });
  const queue = base.createObjectStore("queue", { keyPath: ["ticket", "sequence"] });
  queue.createIndex("key", "item.key", { unique: true });
  queue.createIndex("halfDay", "halfDay");
  base
    .createObjectStore("answers", { keyPath: "id", autoIncrement: true })
    .createIndex("key", "key");
  base.createObjectStore("settings", { keyPath: "name" });
  for (const { halfDay, token, snapshot, skew } of kept) {
    const { ticket } = snapshot;
    moving.objectStore("preparations").put({ halfDay, ticket, token, snapshot, skew });
    moving.objectStore("tickets").put({ ...ticketOf(token, snapshot, skew), taken: 0 });
  }
  for (const { halfDay, sequence, ...item } of waiting) {
    const snapshot = kept.find((one) => one.halfDay === halfDay)?.snapshot;
    if (!snapshot) continue;
    queue.add({
      ticket: snapshot.ticket,
      sequence,
      halfDay,
      order: sequence,
      name: nameOf(snapshot, item),
      item,
    });
  }
  const orders = waiting.map(({ sequence }) => sequence);
  moving.objectStore("settings").put({ name: "order", value: Math.max(0, ...orders) });
}

// One transaction over everything: `work` awaits requests of its stores, nothing else. One writer
// at a time on the device, whatever the tabs.
async function transaction(mode, work) {
  const run = async () => {
    const base = await database();
    const moving = base.transaction(STORES, mode, { durability: "strict" });
    const ended = new Promise((resolve, reject) => {
      moving.oncomplete = resolve;
      moving.onerror = moving.onabort = () => reject(moving.error ?? new Error("aborted"));
    });
    const stores = Object.fromEntries(STORES.map((name) => [name, moving.objectStore(name)]));
    try {
      const answer = await work(stores);
      await ended;
      return answer;
    } catch (error) {
      ended.catch(() => {});
      try {
        moving.abort();
      } catch {
        // Ended by itself already.
      }
      throw error;
    }
  };
  return mode === "readwrite" && navigator.locks
    ? navigator.locks.request("emargement-queue", run)
    : run();
}

const reading = (work) => transaction("readonly", work);
const writing = (work) => transaction("readwrite", work);

const ofTicket = (ticket) => IDBKeyRange.bound([ticket, 0], [ticket, Infinity]);
const inOrder = (rows) => rows.sort((one, other) => one.order - other.order);
const rowsFor = async ({ queue }, halfDay) =>
  inOrder(await read(queue.index("halfDay").getAll(halfDay)));

const ticketOf = (token, snapshot, skew) => ({
  ticket: snapshot.ticket,
  halfDay: snapshot.half_day,
  token,
  skew,
  title: snapshot.title,
  when: snapshot.when_words,
  zone: snapshot.time_zone ?? "Europe/Paris",
  blocked: null,
  saved: null,
});

function nameOf(snapshot, item) {
  if (!item.enrolment) return item.who ?? snapshot.trainer;
  return snapshot.people.find((person) => person.enrolment === item.enrolment)?.name ?? "";
}

// --- Preparations -------------------------------------------------------------------------------

export const preparation = (halfDay) =>
  reading(({ preparations }) => read(preparations.get(halfDay)));

export const preparations = () => reading((stores) => read(stores.preparations.getAll()));

// A number that this browser makes for itself: prepared again, it is the same device.
export const device = () =>
  writing(async ({ settings }) => {
    const known = await read(settings.get("device"));
    if (known) return known.value;
    const value = crypto.randomUUID();
    settings.put({ name: "device", value });
    return value;
  });

// Prepared anew: what waits is not touched, whatever ticket it waits under. `skew`: by how many
// milliseconds this device is ahead of the server.
export const keepPreparation = (token, snapshot, skew) =>
  writing(async ({ preparations, tickets, queue }) => {
    const [halfDay, ticket] = [snapshot.half_day, snapshot.ticket];
    const former = await read(preparations.get(halfDay));
    if (former && former.ticket !== ticket && !(await read(queue.count(ofTicket(former.ticket)))))
      tickets.delete(former.ticket);
    const known = await read(tickets.get(ticket));
    const taken = Math.max(known?.taken ?? 0, snapshot.taken);
    tickets.put({ ...ticketOf(token, snapshot, skew), taken });
    preparations.put({ halfDay, ticket, token, snapshot, skew });
  });

// --- What waits ---------------------------------------------------------------------------------

export const queueOf = (halfDay) => reading((stores) => rowsFor(stores, halfDay));

export const queueLength = () => reading(({ queue }) => read(queue.count()));

// Every ticket under which something waits, with its rows in their order.
export const waiting = () =>
  reading(async ({ tickets, queue }) => {
    const found = [];
    for (const ticket of await read(tickets.getAll())) {
      const rows = await read(queue.getAll(ofTicket(ticket.ticket)));
      if (rows.length) found.push({ ...ticket, rows });
    }
    return found;
  });

export const ticketsOf = (halfDay) =>
  reading(async ({ tickets }) =>
    (await read(tickets.getAll())).filter((ticket) => ticket.halfDay === halfDay),
  );

// One action of a person. Its key was made when its form was shown: asked twice, it is written
// once. `refusal(snapshot, rows, item)` says why it may not be written, knowing all that waits.
// Answers "" once it is written, or was.
export const enqueue = (halfDay, item, refusal) =>
  writing(async (stores) => {
    const { preparations, tickets, queue, answers, settings } = stores;
    if (await read(queue.index("key").count(item.key))) return "";
    if (await read(answers.index("key").count(item.key))) return "";
    const kept = await read(preparations.get(halfDay));
    if (!kept) return "Cette demi-journée n’est plus préparée sur cet appareil.";
    const refused = refusal(kept.snapshot, await rowsFor(stores, halfDay), item);
    if (refused) return refused;
    const ticket = await read(tickets.get(kept.ticket));
    const rows = await read(queue.getAllKeys(ofTicket(kept.ticket)));
    const last = Math.max(ticket.taken, rows.at(-1)?.[1] ?? 0);
    const order = ((await read(settings.get("order")))?.value ?? 0) + 1;
    settings.put({ name: "order", value: order });
    await read(
      queue.add({
        ticket: kept.ticket,
        sequence: last + 1,
        halfDay,
        order,
        name: nameOf(kept.snapshot, item),
        item: { ...item, sequence: last + 1 },
      }),
    );
    return "";
  });

// The last action of the half-day that still waits, if it is the one shown. It keeps its key and
// its rank and says what it was; what was drawn or typed goes. Had it reached the server, it stands
// there, and the answer says so.
export const undo = (halfDay, key) =>
  writing(async (stores) => {
    const last = (await rowsFor(stores, halfDay)).findLast(({ item }) => item.kind !== "undone");
    if (last?.item.key !== key) return false;
    const { sequence, kind, enrolment, device_time } = last.item;
    const item = {
      key,
      sequence,
      kind: "undone",
      of: kind,
      device_time,
      undone_at: new Date().toISOString(),
      ...(enrolment ? { enrolment } : {}),
    };
    await read(stores.queue.put({ ...last, item }));
    return true;
  });

// --- What the server says -----------------------------------------------------------------------

const answerOf = (row, ticket, outcome, message = "") => ({
  key: row.item.key,
  halfDay: row.halfDay,
  title: ticket?.title ?? "",
  zone: ticket?.zone ?? "Europe/Paris",
  skew: ticket?.skew ?? 0,
  name: row.name,
  kind: row.item.kind,
  of: row.item.of ?? "",
  enrolment: row.item.enrolment ?? "",
  device_time: row.item.device_time,
  outcome,
  message,
  at: Date.now(),
});

async function settle(stores, ticketId, results) {
  const { tickets, queue, answers } = stores;
  const ticket = await read(tickets.get(ticketId));
  let last = ticket?.taken ?? 0;
  for (const { key, sequence, outcome, message } of results) {
    const row = await read(queue.get([ticketId, sequence]));
    last = Math.max(last, sequence);
    if (row?.item.key !== key) continue;
    const late = row.item.kind === "undone" && outcome !== "undone";
    answers.add(answerOf(row, ticket, late ? "undone_late" : outcome, message));
    queue.delete([ticketId, sequence]);
  }
  if (ticket) tickets.put({ ...ticket, taken: last });
}

// A ticket that is no preparation's, and under which nothing waits.
async function dropTicket({ preparations, tickets, queue }, ticketId) {
  const ticket = await read(tickets.get(ticketId));
  const kept = ticket && (await read(preparations.get(ticket.halfDay)));
  if (kept?.ticket !== ticketId && !(await read(queue.count(ofTicket(ticketId)))))
    tickets.delete(ticketId);
}

// The server has these: what was drawn leaves the device, what it answered stays to be shown.
export const confirm = (ticketId, results, snapshot) =>
  writing(async (stores) => {
    await settle(stores, ticketId, results);
    const kept = await read(stores.preparations.get(snapshot.half_day));
    if (kept) {
      // Of another ticket, what is recorded is as true; its rank and its date are its own.
      const { people, closed, server_time } = snapshot;
      const fresh =
        kept.ticket === ticketId ? snapshot : { ...kept.snapshot, people, closed, server_time };
      stores.preparations.put({ ...kept, snapshot: fresh });
    }
    await dropTicket(stores, ticketId);
  });

// Nothing of this ticket is sent any more, and why: what waits stays, to be seen and handed in.
export const block = (ticketId, code, message) =>
  writing(async ({ tickets }) => {
    const ticket = await read(tickets.get(ticketId));
    if (ticket) tickets.put({ ...ticket, blocked: { code, message } });
  });

// Handed in to the office: recorded, or kept there to be judged. What blocked the ticket went with
// it; a ticket that is over is refused again at the next sending.
export const handedIn = (ticketId, results, keys) =>
  writing(async (stores) => {
    await settle(stores, ticketId, results);
    const ticket = await read(stores.tickets.get(ticketId));
    if (ticket) stores.tickets.put({ ...ticket, blocked: null });
    for (const row of await read(stores.queue.getAll(ofTicket(ticketId)))) {
      if (!keys.includes(row.item.key)) continue;
      stores.answers.add(answerOf(row, ticket, "deposited"));
      stores.queue.delete([ticketId, row.sequence]);
    }
    await dropTicket(stores, ticketId);
  });

export const markSaved = (ticketId, keys) =>
  writing(async ({ tickets }) => {
    const ticket = await read(tickets.get(ticketId));
    if (ticket) tickets.put({ ...ticket, saved: keys });
  });

// Only what was saved in a file, after its trainer has seen it by name.
export const erase = (ticketId) =>
  writing(async (stores) => {
    const ticket = await read(stores.tickets.get(ticketId));
    for (const row of await read(stores.queue.getAll(ofTicket(ticketId)))) {
      if (!ticket?.saved?.includes(row.item.key)) continue;
      stores.answers.add(answerOf(row, ticket, "erased"));
      stores.queue.delete([ticketId, row.sequence]);
    }
    await dropTicket(stores, ticketId);
  });

// The last sendings, the newest first.
export const lastAnswers = () =>
  reading(async ({ answers }) => (await read(answers.getAll())).reverse());

// --- Forgetting ---------------------------------------------------------------------------------

// Names go; not while something waits.
export const forget = (halfDay) =>
  writing(async (stores) => {
    if ((await rowsFor(stores, halfDay)).length) return false;
    const kept = await read(stores.preparations.get(halfDay));
    stores.preparations.delete(halfDay);
    if (kept) stores.tickets.delete(kept.ticket);
    return true;
  });

// Everything but the number of the device, which names no one.
export const forgetAll = () =>
  writing(({ preparations, tickets, queue, answers }) => {
    for (const store of [preparations, tickets, queue, answers]) store.clear();
  });

// Past its date a preparation is worth nothing: the names go, but of those of whom something
// waits. Old answers go as well.
export const forgetExpired = () =>
  writing(async (stores) => {
    const { preparations, tickets, answers } = stores;
    for (const kept of await read(preparations.getAll())) {
      if (Date.now() - kept.skew <= Date.parse(kept.snapshot.expires_at)) continue;
      const rows = await rowsFor(stores, kept.halfDay);
      if (!rows.length) {
        preparations.delete(kept.halfDay);
        tickets.delete(kept.ticket);
        continue;
      }
      const named = new Set(rows.map(({ item }) => item.enrolment));
      const people = kept.snapshot.people.filter(({ enrolment }) => named.has(enrolment));
      preparations.put({ ...kept, snapshot: { ...kept.snapshot, people } });
    }
    for (const { id, at } of await read(answers.getAll())) {
      if (Date.now() - at > KEPT_DAYS * DAY) answers.delete(id);
    }
  });
