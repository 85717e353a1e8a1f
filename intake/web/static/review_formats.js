// How people write values: each kind is tidied as it is left, and told apart from what it cannot be. Pure.

const HETU_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY";
const CENTURY = {"+": 1800};
for (const sign of "-YXWVU") CENTURY[sign] = 1900;
for (const sign of "ABCDEF") CENTURY[sign] = 2000;

const fine = (text, note = "") => ({text, note});
const wrong = (text, problem) => ({text, problem});

function dateParts(text) {
  const bare = text.replace(/\s+/g, "");
  const found =
    /^(?<d>\d{1,2})[.\/,-](?<m>\d{1,2})[.\/,-](?<y>\d{4}|\d{2})\.?$/.exec(bare) ??
    /^(?<d>\d{2})(?<m>\d{2})(?<y>\d{4}|\d{2})$/.exec(bare) ??
    /^(?<y>\d{4})-(?<m>\d{2})-(?<d>\d{2})$/.exec(bare);
  if (!found) return null;
  const {d, m, y} = found.groups;
  const near = (new Date().getFullYear() % 100) + 1;
  return [Number(d), Number(m), y.length === 4 ? Number(y) : Number(y) + (Number(y) <= near ? 2000 : 1900)];
}

const isDay = (d, m, y) => {
  const day = new Date(Date.UTC(y, m - 1, d));
  return day.getUTCMonth() === m - 1 && day.getUTCDate() === d;
};

function date(text) {
  const parts = dateParts(text);
  if (!parts || !isDay(...parts)) return wrong(text, "bad-date");
  return fine(parts.join("."));
}

function hetu(text) {
  const code = text.replace(/\s+/g, "").toUpperCase();
  const found = /^(\d{2})(\d{2})(\d{2})([-+A-FU-Y])(\d{3})([0-9A-Y])$/.exec(code);
  if (!found) return wrong(code, "bad-hetu-form");
  const [, d, m, y, sign, number, check] = found;
  const year = CENTURY[sign] + Number(y);
  if (!isDay(Number(d), Number(m), year) || HETU_CHECK[Number(d + m + y + number) % 31] !== check) return wrong(code, "bad-hetu");
  return fine(code, `${Number(d)}.${Number(m)}.${year}`);
}

function iban(text) {
  const code = text.replace(/\s+/g, "").toUpperCase();
  const shown = code.replace(/(.{4})(?=.)/g, "$1 ");
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{8,30}$/.test(code) || (code.startsWith("FI") && code.length !== 18)) return wrong(shown, "bad-iban");
  const digits = (code.slice(4) + code.slice(0, 4)).replace(/[A-Z]/g, (letter) => letter.charCodeAt(0) - 55);
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1 ? fine(shown) : wrong(shown, "bad-iban");
}

function businessId(text) {
  const digits = text.replace(/[\s-]/g, "").replace(/^FI/i, "").padStart(8, "0");
  if (!/^\d{8}$/.test(digits)) return wrong(text, "bad-business-id");
  const sum = [7, 9, 10, 5, 8, 4, 2].reduce((total, weight, place) => total + weight * Number(digits[place]), 0) % 11;
  const shown = `${digits.slice(0, 7)}-${digits[7]}`;
  return sum !== 1 && (sum ? 11 - sum : 0) === Number(digits[7]) ? fine(shown) : wrong(shown, "bad-business-id");
}

function money(text) {
  let bare = text.replace(/[\s€]|eur(oa|o)?\b|EUR/gi, "");
  if (/^\d{1,3}(\.\d{3})+(,\d{1,2})?$/.test(bare)) bare = bare.replaceAll(".", "");
  const found = /^(\d+)(?:[.,](\d{1,2}))?$/.exec(bare);
  return found ? fine(`${Number(found[1])},${(found[2] ?? "").padEnd(2, "0")}`) : wrong(text, "bad-money");
}

function months(text) {
  const parts = text.split(/[,;]|\s(?=\d)/).map((part) => part.trim()).filter(Boolean);
  const shown = parts.map((part) => /^(0?[1-9]|1[0-2])[\/.](\d{4})$/.exec(part)).map((found) => found && `${Number(found[1])}/${found[2]}`);
  return shown.length && shown.every(Boolean) ? fine(shown.join(", ")) : wrong(text, "bad-months");
}

function icd10(text) {
  const code = text.replace(/[\s.]/g, "").toUpperCase();
  if (!/^[A-Z]\d{2}[A-Z0-9]{0,4}$/.test(code)) return wrong(text, "bad-icd10");
  return fine(code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code);
}

const postalCode = (text) => (/^\d{5}$/.test(text.replace(/\s/g, "")) ? fine(text.replace(/\s/g, "")) : wrong(text, "bad-postal-code"));
const integer = (text) => (/^\d+$/.test(text.trim()) ? fine(text.trim()) : wrong(text, "bad-integer"));
const spaced = (text) => fine(text.replace(/\s+/g, " ").trim());
const upper = (text) => fine(text.replace(/\s+/g, "").toUpperCase());

const BY_KIND = {
  date, hetu, iban, money, months, icd10, integer, business_id: businessId, postal_code: postalCode, bic: upper,
};

/** Tidy what was typed into a field of a kind: {text, note} or {text, problem}, where problem names its words. */
export function tidy(kind, typed) {
  const text = typed.trim();
  return text ? (BY_KIND[kind] ?? spaced)(text) : fine("");
}
