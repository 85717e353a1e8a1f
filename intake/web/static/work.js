// The work page: filters take effect as they are chosen, N takes the next.
import {isTyping} from "./saapuva.js";
import {singleKeysOn} from "./review_keys.js";

const filters = document.getElementById("filters");
filters.addEventListener("change", () => filters.requestSubmit());
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "n" || isTyping(event) || event.ctrlKey || event.altKey || event.metaKey || !singleKeysOn()) return;
  event.preventDefault();
  document.getElementById("next-form").requestSubmit();
});
