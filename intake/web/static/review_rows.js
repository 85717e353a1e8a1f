// Rows of tables that are added and taken away, and all decisions as the service wants them.

/** Add an empty row to a table and give it. */
export function addRow(table) {
  const number = Number(table.dataset.rows) + table.querySelectorAll(".table-row.new").length;
  const row = table.querySelector("template.new-row").content.cloneNode(true).querySelector(".table-row");
  row.dataset.row = number;
  for (const field of row.querySelectorAll(".f")) {
    field.dataset.key = field.dataset.key.replace("ROW", number);
    field.tabIndex = -1;
  }
  for (const one of row.querySelectorAll("[id], [for], [name], [aria-describedby]"))
    for (const attribute of ["id", "for", "name", "aria-describedby"])
      if (one.hasAttribute(attribute)) one.setAttribute(attribute, `${one.getAttribute(attribute)}-${number}`);
  table.querySelector(".add-row").before(row);
  table.classList.remove("closed");
  return row;
}

/** Take a row away: one that was read stays, struck out, until it is finished; a new one goes at once. */
export function removeRow(row, decisions) {
  if (!row.classList.contains("new")) return decisions.say(row.dataset.key, {says: "removed", shown: ""});
  for (const field of row.querySelectorAll(".f")) if (decisions.get(field.dataset.key)) decisions.say(field.dataset.key, null);
  row.remove();
}

const place = (key) => /^([^/]+)\/([a-z0-9_]+)(?:\[(\d+)\](?:\.([a-z0-9_]+))?)?$/.exec(key);

/** Decisions by paper: new rows numbered without gaps, nothing said of the cells of a row that is removed. */
export function corrections(root, byKey) {
  const papers = new Map();
  for (const section of root.querySelectorAll("section.paper"))
    papers.set(section.dataset.document, {document_id: section.dataset.document, version: Number(section.dataset.version), corrections: []});
  const entries = [...byKey].filter(([, said]) => said.says !== "typing").map(([key, said]) => [place(key), said]);
  for (const [[, paper, field, row, column], said] of entries) {
    if (row && column && byKey.get(`${paper}/${field}[${row}]`)?.says === "removed") continue;
    const path = row === undefined ? field : `${field}[${numbered(root, byKey, paper, field, Number(row))}]${column ? `.${column}` : ""}`;
    papers.get(paper)?.corrections.push(worded(path, said));
  }
  return [...papers.values()].filter((one) => one.corrections.length);
}

function numbered(root, byKey, paper, field, row) {
  const known = Number(root.querySelector(`fieldset[data-table="${paper}/${field}"]`)?.dataset.rows ?? 0);
  if (row < known) return row;
  const own = new RegExp(`^${paper}/${field}\\[(\\d+)\\]\\.`);
  const fresh = new Set([...byKey.keys()].map((key) => Number(own.exec(key)?.[1] ?? -1)).filter((one) => one >= known));
  return known + [...fresh].sort((a, b) => a - b).indexOf(row);
}

function worded(field, said) {
  if (said.says === "ask") return {field, says: "unreadable", ask: true};
  if (said.says === "removed") return {field, says: "empty"};
  return said.says === "value" ? {field, says: "value", value: said.value} : {field, says: said.says};
}
