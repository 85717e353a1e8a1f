// Pages in rows, and what a person may do with them. Pure: every function gives the next rows, or null where nothing changes.

const copy = (rows) => rows.map((row) => ({...row, pages: row.pages.map((page) => ({...page}))}));
const filled = (rows) => rows.filter((row) => row.pages.length);
const fresh = (pages) => ({pages, document_id: null, type: null, said_type: null, because: null, work: []});

/** Where a page lies: [row, place in it]. */
export function placeOf(rows, number) {
  for (const [at, row] of rows.entries()) {
    const place = row.pages.findIndex((page) => page.number === number);
    if (place >= 0) return [at, place];
  }
  return null;
}

export const pageOf = (rows, number) => { const [row, place] = placeOf(rows, number); return rows[row].pages[place]; };
/** The pages of a row that are a document's: blank pages and separator sheets are in none. */
export const inDocument = (row) => row.pages.filter((page) => !page.mark);

/** The number of each row's document, counting from 1; 0 for rows of none. */
export function numbered(rows) {
  let count = 0;
  return rows.map((row) => (inDocument(row).length ? (count += 1) : 0));
}

export function split(rows, number) {
  const [at, place] = placeOf(rows, number);
  if (place === 0) return null;
  const next = copy(rows);
  const tail = next[at].pages.splice(place);
  next.splice(at + 1, 0, fresh(tail));
  return next;
}

export function merge(rows, at) {
  if (at === 0) return null;
  const next = copy(rows);
  const [joined] = next.splice(at, 1);
  const above = next[at - 1];
  above.pages.push(...joined.pages);
  if (!above.said_type && !inDocument(rows[at - 1]).length) Object.assign(above, {...joined, pages: above.pages});
  return next;
}

export function turn(rows, number, by) {
  const next = copy(rows);
  const page = pageOf(next, number);
  page.turn = (page.turn + by + 360) % 360;
  return next;
}

export function mark(rows, number, as) {
  const next = copy(rows);
  const page = pageOf(next, number);
  page.mark = page.mark === as ? "" : as;
  return next;
}

/** Move a page one place back (-1) or on (1); past a row's end it goes into the next one, past the last into one of its own. */
export function step(rows, number, by) {
  const [at, place] = placeOf(rows, number);
  const next = copy(rows);
  const [page] = next[at].pages.splice(place, 1);
  const to = place + by;
  if (to >= 0 && to <= next[at].pages.length) {
    next[at].pages.splice(to, 0, page);
    return next;
  }
  const into = next[at + by];
  if (into) into.pages.splice(by > 0 ? 0 : into.pages.length, 0, page);
  else if (next[at].pages.length) next.splice(by > 0 ? next.length : 0, 0, fresh([page]));
  else return null;
  return filled(next);
}

/** Lay a page before another one, or (with `before` null) at a row's end; `row` null: into a row of its own at `at`. */
export function lay(rows, number, {row, before = null}) {
  const next = copy(rows);
  const [from, place] = placeOf(next, number);
  if (before === number) return null;
  const target = next[row];
  const [page] = next[from].pages.splice(place, 1);
  const at = before === null ? target.pages.length : target.pages.findIndex((other) => other.number === before);
  target.pages.splice(at, 0, page);
  return filled(next);
}

export function name(rows, at, type, because = null) {
  const next = copy(rows);
  Object.assign(next[at], {said_type: type || null, because});
  return next;
}

/** Is this row of the beginning still there: the same pages, in their order, lying as they did, of the same kind? */
export function stays(first, rows) {
  const same = (row) => {
    const pages = inDocument(row);
    const before = inDocument(first);
    return pages.length === before.length
      && pages.every((page, at) => page.number === before[at].number && page.turn === before[at].turn)
      && (!row.said_type || row.said_type === first.type) && (row.because ?? null) === null;
  };
  return rows.some(same);
}

/** What is sent: every page in one place, and the turns that a person has said. */
export function arrangement(rows, beginning) {
  const all = rows.flatMap((row) => row.pages);
  const turned = all.filter((page) => page.is_said || page.turn !== pageOf(beginning, page.number).turn);
  return {
    documents: rows.filter((row) => inDocument(row).length).map((row) => ({
      pages: inDocument(row).map((page) => page.number),
      type: row.said_type,
      elsewhere_because: row.because,
    })),
    blank: all.filter((page) => page.mark === "blank").map((page) => page.number),
    separators: all.filter((page) => page.mark === "separator").map((page) => page.number),
    turns: Object.fromEntries(turned.map((page) => [page.number, page.turn])),
  };
}
