// The day of arrival, as people here type it.

/** Read the field while it is typed in; say beside it which day that is, and what is doubtful about it. */
export function days(form, words, locale) {
  const input = form.elements.arrived;
  const hint = document.getElementById("arrived-hint");
  const usual = hint.textContent;
  const [year, month, day] = form.dataset.today.split("-").map(Number);
  const today = new Date(year, month - 1, day);
  const look = () => {
    const found = typedDay(input.value, today);
    const age = found && Math.round((today - found) / 86_400_000);
    const wrong = input.value.trim() !== "" && (found === null || age < 0);
    input.setAttribute("aria-invalid", wrong);
    input.setCustomValidity(wrong ? words(found === null ? "unread" : "future") : "");
    hint.className = wrong ? "error" : age > 30 ? "hint warned" : "hint";
    if (wrong) hint.textContent = input.validationMessage;
    else if (found === null) hint.textContent = usual;
    else {
      const long = {weekday: "long", day: "numeric", month: "long", year: "numeric"};
      hint.textContent = found.toLocaleDateString(locale, long) + (age > 30 ? ". " + words("old") : "");
    }
  };
  input.addEventListener("input", look);
  input.addEventListener("change", () => {
    const found = typedDay(input.value, today);
    if (found) input.value = `${found.getDate()}.${found.getMonth() + 1}.${found.getFullYear()}`;
    look();
  });
  look();
}

/** 12.3.2019, 12.3.19, 12.3., 1203, 120319, 2019-03-12, eilen; null for what is no day. */
export function typedDay(text, today) {
  const said = text.trim().toLowerCase();
  const word = {tänään: 0, idag: 0, "i dag": 0, today: 0, eilen: -1, igår: -1, "i går": -1, yesterday: -1}[said];
  if (word !== undefined) return new Date(today.getFullYear(), today.getMonth(), today.getDate() + word);
  let parts = said.match(/^(\d{4})-(\d{2})-(\d{2})$/);
  if (parts) return real(+parts[1], +parts[2], +parts[3]);
  parts = said.match(/^(\d{1,2})[.\s/-]+(\d{1,2})(?:[.\s/-]+(\d{4}|\d{2})?)?$/) ?? said.match(/^(\d{2})(\d{2})(\d{4}|\d{2})?$/);
  if (!parts) return null;
  if (parts[3]) return real(+parts[3] + (parts[3].length === 2 ? 2000 : 0), +parts[2], +parts[1]);
  const found = real(today.getFullYear(), +parts[2], +parts[1]);
  return found && found - today > 31 * 86_400_000 ? real(today.getFullYear() - 1, +parts[2], +parts[1]) : found;
}

function real(year, month, day) {
  const made = new Date(year, month - 1, day);
  return made.getMonth() === month - 1 && made.getDate() === day ? made : null;
}
